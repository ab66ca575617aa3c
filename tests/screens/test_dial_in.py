"""Somebody is dialled into a meeting by a form; a new leg of that number proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

NUMBER = 422390037


async def dial(stage: Stage, phone: str) -> None:
    await stage.press("@")
    assert stage.dialog == "FormScreen"
    assert "Dial somebody into 422390037" in stage.text
    await stage.type(phone)
    await stage.press("enter")
    assert stage.dialog == "AskEdit"
    assert phone in stage.text
    await stage.press("y")


async def test_who_is_dialled_joins_and_that_is_shown(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(NUMBER)
    bridge.call(NUMBER, 1, "Ada", caller="+15162065319")
    async with staged() as stage:
        await stage.advance(1)
        await dial(stage, "15162065319")
        await stage.advance(3)
        [(method, path, body)] = bridge.writes
        assert (method, path) == ("POST", "/mediator/v1/dialouts")
        assert body == {
            "stage_one_destination_did": "15162065319",
            "stage_two_destination_did": "422390037",
        }
        assert "joined" not in stage.notice, "who was there before is not the new leg"
        await stage.advance(20)
        assert stage.notice == "15162065319: joined 422390037"
        assert "joined 422390037" in stage.log
        assert [intent.verb for intent in audit.intents] == ["dialout_create"]


async def test_who_does_not_answer_was_not_seen(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(NUMBER)
    async with staged(mask_numbers=True) as stage:
        await dial(stage, "15162060000")
        await stage.advance(50)
        assert "seen" not in stage.notice
        await stage.advance(20)
        assert stage.notice == "•••••••0000: not seen within a minute in 422390037"
        assert "not seen" in stage.log


async def test_a_refused_dialout_is_reported_and_not_waited_for(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(NUMBER)
    async with staged() as stage:
        bridge.fail(status=403, method="POST")
        await dial(stage, "15162065319")
        await stage.advance(3)
        assert stage.notice.startswith("15162065319 was not dialled")
        shown = stage.notice
        await stage.advance(70)
        assert stage.notice == shown


async def test_without_a_mediator_the_key_says_so(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(NUMBER)
    async with staged(mediator=False) as stage:
        await stage.press("@")
        assert stage.dialog == ""
        assert stage.notice == "no Mediator is configured"


async def test_a_short_meeting_number_is_dialled_as_it_is_and_no_other_short_one(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(173248)
    async with staged() as stage:
        await stage.press("@")
        await stage.type("173248")
        await stage.press("enter")
        assert stage.dialog == "FormScreen"
        assert "phone number in full" in stage.text
        await stage.press(*["backspace"] * 6)
        await stage.type("15162065319")
        await stage.press("enter", "y")
        await stage.advance(20)
        assert [call.caller for call in bridge.world.calls.values()] == ["+15162065319"]
        assert stage.notice == "15162065319: joined 173248"


async def test_no_single_key_dials_and_stale_data_dials_nobody(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(NUMBER)
    async with staged() as stage:
        await stage.press("@")
        await stage.type("15162065319")
        await stage.press("enter", "n")
        await stage.press("@")
        await stage.type("15162065319")
        await stage.press("enter")
        bridge.fail(status=503, method="GET")
        await stage.advance(30)
        await stage.press("y")
        await stage.advance(3)
        assert stage.notice.endswith("nothing was sent")
        assert bridge.writes == []
