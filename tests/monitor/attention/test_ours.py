"""What this confmon did itself is no news; what somebody else did is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from confmon.monitor.actions.action import Outcome
from tests.clock import InlineExecutor
from tests.monitor.test_session import Desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from confmon.monitor.attention.signal import Signal


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = Desk()
    session = await made.open()
    session.go("meeting", 100)
    await made.clock.advance(10)
    yield made
    await session.close()


def changed(desk: Desk) -> list[Signal]:
    return [
        signal for signal in desk.session.attention.signals if signal.rule == "changed_by_other"
    ]


async def test_our_mute_is_no_news_and_the_unmute_by_somebody_else_is(desk: Desk) -> None:
    assert await desk.press("mute", 3) == [Outcome.DONE]
    assert changed(desk) == []
    desk.bridge.calls[3] = replace(desk.bridge.calls[3], mute_mode=0)
    await desk.clock.advance(6)
    [signal] = changed(desk)
    assert (signal.call, signal.text) == (3, "mute of one caller changed by another")


async def test_what_we_undo_is_no_news_either(desk: Desk) -> None:
    assert await desk.press("hold", 3) == [Outcome.DONE]
    assert await desk.undo() == [Outcome.DONE]
    assert changed(desk) == []


async def test_a_caller_we_drop_is_no_loss(desk: Desk) -> None:
    dropped, other = desk.bridge.calls[3], desk.bridge.calls[4]
    assert await desk.press("drop", 3) == [Outcome.DONE]
    ours = desk.session.attention.past._ours
    assert ours.explain_leave(dropped)
    assert not ours.explain_leave(other)
    await desk.clock.advance(200)
    await desk.press("mute", 5)
    assert not ours.explain_leave(dropped)  # long ago


async def test_a_snooze_ends_with_a_tick_of_the_session(desk: Desk) -> None:
    desk.bridge.calls[3] = replace(desk.bridge.calls[3], qa_mode=1)
    await desk.clock.advance(6)
    attention = desk.session.attention
    [signal] = [one for one in attention.signals if one.rule == "question"]
    attention.snooze(signal, minutes=1)
    await desk.clock.advance(59)
    desk.session.tick()
    assert any(one.is_quiet for one in attention.of(("call", 3)) if one.rule == "question")
    await desk.clock.advance(2)
    desk.session.tick()
    assert not any(one.is_quiet for one in attention.of(("call", 3)) if one.rule == "question")
