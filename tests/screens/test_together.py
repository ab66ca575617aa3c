"""Several operators on one bridge, as one of them sees it: by key press and on the screen."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from confmon.api.connect import asgi_transport, open_client
from confmon.models.errors import Unreachable
from confmon.sharing.records import Operator
from tests.monitor.together.hub import Hub
from tests.screens.conftest import BASE_URL
from tests.screens.test_attention import ask_for_help, raise_in_turn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

    from confmon.api.live import ConferenceClient
    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


class Others:
    """The other operators: alice, and bob at the screen."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.alice = hub.join("alice", "ops-2")
        self.bob = hub.join("bob", "ops-1")

    def claim(self, number: int) -> None:
        data = {"since": self.hub.clock.wall() - 190}
        self.hub.put(self.alice, "claim", str(number), data, 0)

    def lecture(self, number: int) -> None:
        data = {"since": self.hub.clock.wall() - 60, "kind": "lecture", "meeting": number}
        self.hub.put(self.alice, "standing_order", f"{number}/lecture/alice", data, 0)


@asynccontextmanager
async def together(
    staged: Staging, bridge: Bridge, size: tuple[int, int] = (120, 40), **given: Any
) -> AsyncIterator[tuple[Stage, Others]]:
    """Show the screen of bob, with alice on another box."""
    others = Others(Hub(bridge.clock))

    def connect() -> ConferenceClient:
        client = open_client(
            BASE_URL, "op", "secret", clock=bridge.clock, transport=asgi_transport(bridge)
        )
        client.share = others.bob  # type: ignore[attr-defined]
        return client

    async with staged(size, open_bridge=connect, **given) as stage:
        await stage.advance(1)
        yield stage, others


def two_meetings(bridge: Bridge) -> None:
    bridge.meeting(100, "Ada")
    bridge.meeting(200, "Bea")
    for key, name in enumerate(("Ada", "Bob", "Cy"), 1):
        bridge.call(100, key, name, mute_mode=2)
    bridge.of(3).mute_mode = 0
    bridge.call(200, 9, "Ina")


async def test_a_key_claims_the_meeting_and_gives_it_back(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        stage.table.move_to(200)
        await stage.press("&")
        assert stage.notice == "200 is yours, and the others see it"
        assert "mine" in stage.row("200")
        assert others.hub.rows["claim"]["200"].operator == Operator("bob", "ops-1")
        await stage.press("enter")
        assert " mine" in stage.lines[1]
        await stage.press("&")
        assert stage.notice == "200 is given back"
        assert " mine" not in stage.lines[1]
        assert bridge.writes == []


async def test_the_filter_and_the_order_of_claims(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        others.claim(200)
        await stage.press("/", *"claimed")
        assert stage.rows == [200]
        assert "alice's" in stage.row("200")


async def test_a_long_name_leaves_room_for_the_sign_of_a_claim(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        long = others.hub.join("maximiliana", "ops-frankfurt-control-room")
        long.look_at(100)
        others.hub.put(long, "claim", "200", {"since": bridge.clock.wall()}, 0)
        await stage.advance(1)
        assert "maximili…'s" in stage.row("200")
        await stage.press("_")
        assert re.search(r"maximiliana@ops-frankfurt-contr… +0:01 +100 Ada", stage.text)


async def test_a_question_names_who_has_claimed_the_meeting(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    words = "alice@ops-2 has claimed this meeting, 3 min ago"
    async with together(staged, bridge) as (stage, others):
        others.claim(100)
        await stage.go_in(100)
        for key in ("d", "H", "J", "%", "E"):
            await stage.press(key)
            assert stage.dialog, key
            assert words in stage.text, key
            await stage.press("escape")
        stage.table.move_to(3)
        await stage.press("m")
        assert stage.dialog == "", "a claim never keeps anybody from acting"
        assert stage.notice == words
        await stage.advance(5)
        assert len(bridge.writes) == 1
        assert "· claimed by alice@ops-2" in stage.log, "as it was when it was sent"


async def test_the_question_before_dialling_names_the_claim(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(422390037)
    bridge.call(422390037, 1, "Ada")
    async with together(staged, bridge) as (stage, others):
        others.claim(422390037)
        await stage.press("@")
        assert stage.dialog == "FormScreen"
        await stage.type("15162065319")
        await stage.press("enter")
        assert stage.dialog == "AskEdit"
        assert "alice@ops-2 has claimed this meeting" in stage.text


async def test_who_is_here_is_shown_above_a_meeting_and_in_a_list(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        others.alice.look_at(100)
        others.claim(200)
        others.lecture(100)
        await stage.advance(1)
        assert "+alice" in stage.row("100")
        assert "LECTURE·alice" in stage.row("100")
        await stage.go_in(100)
        assert "LECTURE·alice · also here: alice@ops-2 " in stage.lines[1]
        assert others.bob.meeting == 100
        await stage.press(":", *"here", "enter")
        assert stage.dialog == "HereDialog"
        for line in (
            "alice@ops-2  0:", "bob@ops-1    0:", "this screen · 100 Ada",
            "alice@ops-2  200 Bea", "alice@ops-2  100 Ada: lecture (mute who joins)",
            "ops-2 reads the bridge for all",
        ):  # fmt: skip
            assert line in stage.text, line
        others.hub.leave(others.alice)
        await stage.settle()
        assert "alice@ops-2  0:" not in stage.text
        await stage.press("escape")
        assert stage.dialog == ""


async def test_a_second_lecture_is_asked_about_with_the_name(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        others.lecture(100)
        await stage.go_in(100)
        await stage.press("J")
        assert "alice@ops-2 holds lecture here, begun 1 min ago: only that" in stage.text


async def test_acknowledged_by_another_it_is_quiet_here(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        ask_for_help(bridge, 2)
        await stage.advance(10)
        await stage.press("!")
        data = {"at": bridge.clock.wall(), "acknowledged": True, "severity": "amber",
                "target": "call", "id": 2, "snoozed_until": 0}  # fmt: skip
        others.hub.put(others.alice, "signal", "help/call/2", data, 0)
        await stage.settle()
        assert "ack alice" in stage.row("asks for help")
        stage.table.move_to("help/call/2")
        await stage.press("K")
        assert others.hub.rows["signal"]["help/call/2"].data["acknowledged"] is False


async def test_who_is_called_up_by_another_is_shown_and_skipped(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        await raise_in_turn(stage, 2, 1)
        await stage.go_in(100)
        created = bridge.of(2).created
        data = {"at": bridge.clock.wall()}
        others.hub.put(others.alice, "queue", f"2/{created}/up", data, 0)
        await stage.settle()
        assert "podium alice" in stage.row("Bob")
        await stage.press(".")
        assert stage.notice.startswith("alice@ops-2 has called somebody up just now")
        assert bridge.writes == []
        await stage.advance(4)
        await stage.press(".")
        assert "alice@ops-2 has somebody on the podium here" in stage.text
        assert "Let Ada" in stage.text


async def test_where_nothing_is_shared_the_keys_say_so(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with staged() as stage:
        for key in ("&", "_"):
            await stage.press(key)
            assert stage.notice.startswith("nothing is shared with other operators here")
            await stage.quiet()
        assert " who " not in stage.titles
        assert "Claim" not in stage.footer


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_there_is_room_for_it_at_every_size(
    bridge: Bridge, staged: Staging, size: tuple[int, int], theme: str
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge, size, theme=theme) as (stage, others):
        others.claim(200)
        others.alice.look_at(100)
        others.hub.join("carol", "ops-3").look_at(100)
        others.lecture(100)
        await stage.advance(1)
        assert "+2" in stage.row("100")
        assert "alice's" in stage.row("200")
        others.claim(100)
        await stage.go_in(100)
        others_here = " +1" if size[0] == 80 else " · also here: carol@ops-3"
        assert f" claimed by alice@ops-2{others_here}" in stage.lines[1]
        await stage.press("_")
        assert re.search(r"carol@ops-3 +0:01 +100 Ada", stage.text)


async def test_those_who_only_read_are_offered_no_claim(bridge: Bridge, staged: Staging) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        assert "& Claim" in stage.lines[-1]
        others.bob.take(replace(others.bob.state, may_claim=False))
        await stage.settle()
        assert "& Claim" not in stage.lines[-1]
        await stage.press("&")
        assert stage.notice == "the role in the database only reads: it can't claim"


async def test_a_service_that_stands_by_does_not_read_for_all(
    bridge: Bridge, staged: Staging
) -> None:
    two_meetings(bridge)
    async with together(staged, bridge) as (stage, others):
        others.hub.join("confmon", "ops-2", kind="collect")
        others.hub.join("confmon", "ops-9", kind="collect")
        await stage.press("_")
        assert re.search(r"confmon@ops-2 +0:00 +reads for all", stage.text)
        assert re.search(r"confmon@ops-9 +0:00 +stands by", stage.text)


async def test_before_the_bridge_is_open_it_is_not_known_who_is_here(
    bridge: Bridge, staged: Staging
) -> None:
    def connect() -> ConferenceClient:
        raise Unreachable("not yet")

    async with staged(open_bridge=connect, share="postgresql://db.example/confmon") as stage:
        await stage.press("_")
        assert stage.notice == "who else is here is not known yet"
