"""Forwarding: bindings that run out, dialouts that dial, and the questions before either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

HOSTILE = "[@click=app.quit]x[/] \x1b[31mred [/foo]"


async def forwarding(stage: Stage, *keys: str) -> None:
    """Go to Forwarding by key."""
    await stage.press("5")
    await stage.advance(1)
    await stage.press(*keys)
    await stage.advance(0.1)


def sent(bridge: Bridge) -> list[tuple[str, str, Any]]:
    """What was written, paths below the Mediator's base."""
    return [(m, path.removeprefix("/mediator/v1"), body) for m, path, body in bridge.writes]


async def test_without_a_mediator_the_section_says_how_to_have_one(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    async with staged(mediator=False) as stage:
        await forwarding(stage)
        assert "No Mediator is configured" in stage.text
        assert "mediator_base_url" in stage.text
        assert "mediator_password_file" in stage.text
        assert "no connection" not in stage.lines[0], "the bridge's is well"
        assert "carrierx" not in stage.lines[0], "nobody has set that address"
        assert "esc Back" in stage.footer
        assert "n New" not in stage.footer
        await stage.press("n", "e", "d", "r")
        assert stage.dialog == ""
        assert bridge.writes == []


async def test_time_left_counts_down_between_reads(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage)
        first = stage.row("Support, ou").split()
        asked = bridge.asked.count("/bindings")
        await stage.advance(5)
        later = stage.row("Support, ou").split()
        assert bridge.asked.count("/bindings") == asked
        seconds = [int(left.split(":")[0]) * 60 + int(left.split(":")[1])
                   for left in (first[1], later[1])]  # fmt: skip
        assert seconds[0] - seconds[1] == 5
        assert "no limit" in stage.text


async def test_a_binding_that_has_run_out_leaves_the_list(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    [binding] = [b for b in bridge.world.mediator.bindings.values() if b.name != "N/A"]
    binding.maximum_ttl = 910
    async with staged() as stage:
        await forwarding(stage)
        assert binding.sid in stage.rows
        await stage.advance(12)
        assert "0:00?" in stage.row("Support")
        await stage.advance(40)
        assert binding.sid not in stage.rows


async def test_a_binding_is_made_after_asking_with_numbers_in_full(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    bridge.meeting(100)
    async with staged(mask_numbers=True) as stage:
        await forwarding(stage, "n")
        assert stage.dialog == "FormScreen"
        await stage.press("enter")
        assert "phone number in full" in stage.text
        await stage.type("+1 (516) 206-5319")
        await stage.tab_to("Expires after")
        await stage.type("600")
        await stage.press("enter")
        assert stage.dialog == "AskEdit"
        assert "Forward?" in stage.text
        assert "15162065319" in stage.text
        assert bridge.writes == []
        await stage.press("y")
        await stage.advance(2)
        [(method, path, body)] = sent(bridge)
        assert (method, path) == ("POST", "/bindings")
        assert (body["destination_did"], body["maximum_ttl"]) == ("15162065319", 600)
        assert "done" in stage.log
        assert [intent.verb for intent in audit.intents] == ["binding_create"]
        assert "9:5" in stage.text


async def test_a_binding_lives_from_when_it_was_created(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for typed, reported in (("1200", "it ends in"), ("20", "it ends at once: it is older")):
            await forwarding(stage)
            while "Support" not in stage.line("▌"):
                await stage.press("j")
            await stage.press("e")
            await stage.tab_to("Expires after")
            assert "from its creation" in stage.text
            await stage.press(*["backspace"] * 5)
            await stage.type(typed)
            await stage.press("enter")
            assert f"→ {int(typed) // 60}:{int(typed) % 60:02d}" in stage.line("expires after ")
            assert reported in stage.text
            await stage.press("n")
        assert bridge.writes == []


async def test_a_name_that_is_emptied_is_sent_empty(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage)
        while "Support" not in stage.line("▌"):
            await stage.press("j")
        sid = stage.cursor
        await stage.press("e")
        await stage.tab_to("Name")
        await stage.press(*["backspace"] * 30, "enter")
        assert stage.dialog == "AskEdit"
        await stage.press("y")
        await stage.advance(2)
        assert sent(bridge) == [("PATCH", f"/bindings/{sid}", {"name": ""})]
        assert "done" in stage.log


async def test_only_y_sends(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        for key in ("n", "escape", "enter", "q"):
            await forwarding(stage, "d")
            assert stage.dialog == "AskEdit"
            await stage.press(key)
            assert stage.dialog == ""
        await stage.press("d")
        await stage.burst("y", "escape", gap_s=0.2)
        assert bridge.writes == []


async def test_a_binding_is_changed_and_deleted(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage, "e")
        sid = stage.cursor
        assert stage.dialog == "FormScreen"
        await stage.press(*["backspace"] * 12)
        await stage.type("15165550199")
        await stage.press("enter")
        assert "→ 15165550199" in stage.text
        await stage.press("y")
        await stage.advance(2)
        assert sent(bridge) == [("PATCH", f"/bindings/{sid}", {"destination_did": "15165550199"})]
        assert "15165550199" in stage.line("▌")
        bridge.writes.clear()
        await stage.press("d")
        assert "Stop forwarding?" in stage.text
        assert "15165550199" in stage.text
        await stage.press("y")
        await stage.advance(2)
        assert sent(bridge) == [("DELETE", f"/bindings/{sid}", None)]
        assert sid not in stage.rows
        assert stage.cursor is None


async def test_two_parties_are_dialled_only_after_asking(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage, "right", "n")
        await stage.type("15162065319")
        await stage.press("tab")
        await stage.type("442079460018")
        await stage.press("enter")
        assert "Dial these two together?" in stage.text
        assert "first party 15162065319" in stage.text
        assert "second party 442079460018" in stage.text
        assert "it dials at once" in stage.text
        assert bridge.writes == []
        await stage.press("y")
        await stage.advance(2)
        [(method, path, body)] = sent(bridge)
        assert (method, path) == ("POST", "/dialouts")
        assert body["stage_two_destination_did"] == "442079460018"
        assert "dialling" in stage.row("15162065319")


async def test_a_dialout_that_waits_is_called_off(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage, "right", "n")
        await stage.type("15162065319")
        await stage.press("tab")
        await stage.type("442079460018")
        await stage.tab_to("Delay")
        await stage.type("300")
        await stage.press("enter")
        await stage.press("y")
        await stage.advance(2)
        [sid] = stage.rows
        assert "in 4:5" in stage.row("15162065319")
        await stage.press("j", "d")
        assert "Call this dialout off?" in stage.text
        await stage.press("y")
        await stage.advance(2)
        assert sent(bridge)[-1] == ("DELETE", f"/dialouts/{sid}", None)
        assert stage.rows == []


async def test_what_ran_out_under_the_question_is_not_sent(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage, "d")
        bridge.world.mediator.bindings.clear()
        await stage.advance(40)
        assert "is gone; nothing was sent" in stage.text
        await stage.press("y")
        await stage.advance(1)
        assert bridge.writes == []


@pytest.mark.parametrize(("status", "shown"), [(409, "refused"), (403, "refused")])
async def test_a_refusal_is_shown(bridge: Bridge, staged: Staging, status: int, shown: str) -> None:
    bridge.meeting(100)
    async with staged() as stage:
        await forwarding(stage, "n")
        bridge.fail(method="POST", path="/bindings", status=status)
        await stage.type("15162065319")
        await stage.press("enter")
        await stage.press("y")
        await stage.advance(2)
        assert shown in stage.log


async def test_read_only_and_stale_send_nothing(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    async with staged(read_only=True) as stage:
        await forwarding(stage)
        for key in ("n", "e", "d"):
            await stage.press(key)
            assert stage.dialog == ""
    async with staged() as stage:
        await forwarding(stage)
        bridge.fail(path="/bindings", status=503)
        await stage.advance(120)
        for key in ("n", "e", "d"):
            await stage.press(key)
            assert stage.dialog == ""
            assert "nothing was sent" in stage.notice
    assert bridge.writes == []


async def test_a_wrong_login_of_the_mediator_is_its_own(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.fail(path="/bindings", status=401)
    async with staged() as stage:
        await forwarding(stage)
        await stage.advance(100)
        assert "Not authorized" in stage.text
        assert bridge.asked.count("/bindings") == 1
        assert "/dialouts" not in bridge.asked
        await stage.press("4")
        await stage.advance(1)
        assert "15162065319" in stage.text


async def test_hostile_names_are_names(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    for binding in bridge.world.mediator.bindings.values():
        binding.name = HOSTILE
    async with staged(size=(180, 50)) as stage:
        await forwarding(stage, "i")
        assert "[@click=app.quit]x[/]" in stage.text
        assert "\x1b" not in stage.text
        await stage.press("d")
        assert "[@click=app.quit]x[/]" in stage.text
        await stage.press("escape")
        await stage.press("e")
        assert stage.dialog == "FormScreen"
        assert "[/foo]" in stage.text
        assert stage.app.is_running
