"""What was never read is not counted: no list is said to have nobody in it before it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging


def tabs(line: str) -> list[str]:
    """Return the first two tabs of the line of tabs."""
    return " ".join(line.split()).split(" 3 ")[0].split(" 2 ")


async def test_meetings_that_were_never_read_are_not_counted(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    bridge.fail(path="/meetings", status=503)
    async with staged() as stage:
        await stage.press("2")
        await stage.advance(5)
        assert tabs(stage.lines[1]) == ["1 Meetings …", "Calls 2"]
        await stage.press("1")
        await stage.type("/x")
        assert "… of …" in stage.lines[1]
        await stage.press("escape")
        bridge.faults.clear()
        await stage.press("r")
        await stage.advance(5)
        assert tabs(stage.lines[1]) == ["1 Meetings 1", "Calls 2"]


async def test_calls_that_were_never_read_are_not_counted(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bob")
    bridge.fail(path="/calls", status=503)
    async with staged(size=(150, 40)) as stage:
        await stage.advance(5)
        assert tabs(stage.lines[1])[0] == "1 Meetings 1"
        assert "Calls …" in stage.lines[1]
        assert "counting callers…" in stage.lines[1]
        assert "0 callers" not in stage.text
        await stage.press("i")
        stage.table.move_to(100)
        await stage.settle()
        assert stage.details["callers"] == stage.details["legs"].split()[-1] == "…"
        await stage.press("i")
        await stage.go_in(100)
        assert "… callers" in stage.lines[1]
        assert "0 callers" not in stage.text
