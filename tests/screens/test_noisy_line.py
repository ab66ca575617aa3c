"""The search for a noisy line by key press: answers, aborts, a lost connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.monitor.orders.order_file import OrderFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.screens.bridge import Bridge, MemoryAudit
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage


def noisy(bridge: Bridge, count: int = 7) -> None:
    """A meeting with a host, some participants, one of them muted, one on hold."""
    bridge.meeting(100)
    bridge.call(100, 1, "Host", role=1)
    bridge.people(100, *(f"p{nth}" for nth in range(count)), first=2)
    bridge.of(3).mute_mode = 1
    bridge.of(4).hold_mode = 1


def muted(bridge: Bridge) -> dict[int, int]:
    return {key: call.mute_mode for key, call in bridge.world.calls.items() if call.mute_mode}


async def begin(stage: Stage) -> None:
    await stage.go_in(100)
    await stage.press("%")
    assert stage.dialog in ("ConfirmDialog", "TypedDialog")
    if stage.dialog == "TypedDialog":
        await stage.type(stage.app.screen.plan.typed)  # type: ignore[attr-defined]
        await stage.press("enter")
    else:
        await stage.press("y")
    await stage.advance(3)


async def answer_for(stage: Stage, noisy_call: int) -> None:
    """Answer every question as one hears who hears this caller."""
    for _ in range(8):
        if "Is it still there?" not in stage.text:
            return
        await stage.press("n" if stage.bridge.of(noisy_call).mute_mode else "y")
        await stage.advance(4)
    raise AssertionError(stage.text)


@pytest.mark.parametrize("culprit", [1, 2, 5, 6, 7, 8])
async def test_whoever_it_is_is_named_and_everybody_else_is_as_before(
    bridge: Bridge, staged: Staging, culprit: int
) -> None:
    noisy(bridge)
    async with staged() as stage:
        await begin(stage)
        await answer_for(stage, culprit)
        assert "The noise is on the line of" in stage.text
        assert stage.cursor == culprit
        assert {*muted(bridge)} <= {3, culprit}
        await stage.press("r")
        await stage.advance(6)
        assert stage.dialog == ""
        assert muted(bridge) == {3: 1}


async def test_who_was_found_stays_muted_or_is_dropped_after_asking(
    bridge: Bridge, staged: Staging, audit: MemoryAudit
) -> None:
    noisy(bridge)
    async with staged() as stage:
        for culprit in (2, 8):
            await begin(stage)
            await answer_for(stage, culprit)
            await stage.press("k")
            await stage.advance(6)
            assert muted(bridge) == {3: 1, culprit: 2}
            await stage.press("u")
            await stage.advance(6)
            assert muted(bridge) == {3: 1}
        await begin(stage)
        await answer_for(stage, 5)
        await stage.press("d")
        assert "Drop p3" in stage.text
        assert 5 in bridge.world.calls
        await stage.press("y")
        await stage.advance(6)
        assert 5 not in bridge.world.calls
        assert muted(bridge) == {3: 1}
        assert {a.id for a in audit.intents} == {a.id for a, _ in audit.outcomes}


@pytest.mark.parametrize("answers", ["", "y", "n", "nn"])
@pytest.mark.parametrize("size", [(80, 24), (40, 12)], ids=str)
async def test_escape_restores_everybody_whenever_it_is_pressed(
    bridge: Bridge, staged: Staging, answers: str, size: tuple[int, int]
) -> None:
    noisy(bridge, 14)
    async with staged(size) as stage:
        await begin(stage)
        for key in answers:
            assert "Is it still there?" in stage.text
            await stage.press(key)
            await stage.advance(4)
        await stage.press("x")
        assert stage.dialog == "NoisyLineDialog"
        await stage.press("escape")
        await stage.advance(6)
        assert stage.dialog == ""
        assert muted(bridge) == {3: 1}
        assert stage.session.under_way() == 0


async def test_ctrl_c_closes_the_question_and_restores(bridge: Bridge, staged: Staging) -> None:
    noisy(bridge)
    async with staged() as stage:
        await begin(stage)
        await stage.press("ctrl+c")
        await stage.advance(6)
        assert muted(bridge) == {3: 1}


async def test_a_lost_connection_ends_the_search_and_restores_when_data_is_fresh(
    bridge: Bridge, staged: Staging
) -> None:
    noisy(bridge)
    async with staged() as stage:
        await begin(stage)
        assert len(muted(bridge)) > 1
        bridge.fail(status=503)
        await stage.advance(40)
        assert stage.dialog == ""
        assert "will be restored when data is fresh" in "\n".join(
            notice.message for notice in stage.app._notifications
        )
        assert len(muted(bridge)) > 1
        bridge.faults.rules = []
        await stage.press("r")
        await stage.advance(10)
        assert muted(bridge) == {3: 1}


async def test_suspects_who_leave_and_callers_changed_by_others(
    bridge: Bridge, staged: Staging
) -> None:
    noisy(bridge)
    async with staged() as stage:
        await begin(stage)
        asked = sorted({*muted(bridge)} - {3})
        bridge.world.leave(bridge.of(asked[0]))
        bridge.of(asked[1]).mute_mode = 0
        bridge.of(asked[1]).parts.clear()
        await stage.advance(6)
        await answer_for(stage, 8)
        assert "The noise is on the line of p6" in stage.text
        await stage.press("escape")
        await stage.advance(6)
        assert muted(bridge) == {3: 1}


async def test_what_cannot_be_restored_at_the_end_is_reported_and_found_by_the_next_start(
    bridge: Bridge, staged: Staging, tmp_path: Path
) -> None:
    noisy(bridge)
    async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
        await begin(stage)
        count = len(muted(bridge)) - 1
        app = stage.app
    assert app.left_open == [
        f"search for a noisy line in 100 Grace Hopper: not ended, {count} callers not restored",
        "The next start of confmon asks about it.",
    ]
    async with staged(order_file=OrderFile(tmp_path / "orders.json", "lab")) as stage:
        await stage.advance(6)
        assert f"Restore {count} callers now?" in stage.text
        await stage.press("y")
        await stage.advance(6)
        assert muted(bridge) == {3: 1}


async def test_with_one_who_can_be_heard_there_is_nothing_to_ask(
    bridge: Bridge, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada")
    async with staged() as stage:
        await begin(stage)
        assert "The noise is on the line of Ada" in stage.text
        await stage.press("escape", "m")
        await stage.advance(4)
        await stage.press("%")
        assert stage.notice == "nobody can be heard here"
