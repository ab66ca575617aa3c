"""Who is a host, by key press: `P` and `O` ask, and only a later poll proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging


async def test_p_makes_a_host_after_y_and_u_takes_it_back(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Hal", role=1)
    bridge.people(100, "Ada", "Bob", first=2)
    bridge.quirks.write_delay_s = 2.0
    async with staged((140, 40)) as stage:
        await stage.go_in(100)
        assert stage.table.move_to(2)
        await stage.press("P")
        assert "Make Ada +15165550002 a host?" in stage.text
        await stage.press("n")
        assert bridge.writes == []
        await stage.press("P", "y")
        await stage.advance(0.2)
        assert bridge.writes == [("PUT", "/calls/2", {"role": 1})]
        assert "promoting…" in stage.row("Ada")
        assert "part" in stage.row("Ada")
        await stage.advance(6)
        assert "host" in stage.row("Ada")
        assert "2 hosts" in stage.lines[1]
        await stage.quiet()
        assert "Ada +15165550002 — made a host" in stage.log
        assert [(a.verb, a.change, a.before) for a in audit.intents] == [
            ("promote", {"role": 1}, {"role": 2})
        ]
        await stage.press("u")
        assert stage.notice == "undo: promote Ada +15165550002"
        await stage.advance(6)
        assert bridge.of(2).role == 2
        assert "1 host," in stage.lines[1]


async def test_o_makes_a_participant_and_says_that_no_host_is_left(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.call(100, 1, "Hal", role=1)
    bridge.people(100, "Ada", first=2)
    async with staged() as stage:
        await stage.go_in(100)
        assert stage.table.move_to(2)
        await stage.press("O")
        assert stage.notice == "Ada +15165550002: not a host; nothing was sent"
        assert stage.table.move_to(1)
        await stage.press("O")
        assert "Make Hal +15165550001 a participant?" in stage.text
        assert "no host is left then" in stage.text
        await stage.press("y")
        await stage.advance(3)
        assert bridge.writes == [("PUT", "/calls/1", {"role": 2})]
        assert "part" in stage.row("Hal")


async def test_where_everybody_is_a_host_the_question_says_so(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    for key, name in enumerate(("Ada", "Bob", "Cy"), 1):
        bridge.call(100, key, name, role=1)
    async with staged() as stage:
        await stage.go_in(100)
        await stage.press("O")
        assert "everybody else here is a host, as some call flows make them" in stage.text
        await stage.press("n", "*", "O")
        assert "everybody here is a host" in stage.text
        assert "no host is left then" in stage.text
        await stage.press("escape")
        assert bridge.writes == []
