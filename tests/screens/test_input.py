"""What a terminal sends, through the grammar into the whole app: only pressed keys act."""

from __future__ import annotations

from contextlib import asynccontextmanager
from random import Random
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from confmon.tui.app_keys import BLIND
from confmon.tui.driver.input.grammar import Grammar
from confmon.tui.driver.input.reader import PressedBlindly
from confmon.tui.driver.input.translate import Translator
from tests.driver.sequences import EVERY, acts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.screens.bridge import Bridge
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

QUIET = [sent.data for sent in EVERY if not acts(sent)]
OPENED = [data for data in QUIET if data[:1] == b"\x1b"]
SAMPLE = 4
"""One in so many; `tests/faults/test_input.py` has them all."""
PIECES = 40


class Reader:
    """Reads bytes as the driver does, and gives the app the events of them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._grammar, self._translator = Grammar(), Translator()
        self._now_s = monotonic()

    async def take(self, data: bytes, pause_s: float = 0.0) -> None:
        tokens = self._grammar.feed(data, self._now_s)
        self._now_s += pause_s
        tokens += self._grammar.expire(self._now_s)
        for token in tokens:
            for event in self._translator.events(token):
                self._stage.app.post_message(event)


@asynccontextmanager
async def meeting(bridge: Bridge, staged: Staging) -> AsyncIterator[Stage]:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bea", "Cyd")
    async with staged() as stage:
        await stage.go_in(100)
        yield stage


async def go_back_in(stage: Stage) -> None:
    """Be in the meeting again, wherever a key has led to."""
    await stage.settle()
    while stage.dialog:
        await stage.press("escape")
    if stage.section or stage.subject != "meeting":
        stage.table.focus()
        await stage.go_in(100)


async def test_no_sequence_of_a_terminal_writes(bridge: Bridge, staged: Staging) -> None:
    async with meeting(bridge, staged) as stage:
        reader = Reader(stage)
        for nth, data in enumerate(QUIET[::SAMPLE]):
            at = nth % len(data)
            await reader.take(data[:at], 0.2)
            await reader.take(data[at:], 2.0)
            await go_back_in(stage)
        await stage.advance(2)
        assert bridge.writes == []


@pytest.mark.parametrize("seed", range(2))
async def test_no_broken_sequence_and_no_odd_byte_writes(
    bridge: Bridge, staged: Staging, seed: int
) -> None:
    dice = Random(seed)  # noqa: S311 - repeatable, not secret
    async with meeting(bridge, staged) as stage:
        reader = Reader(stage)
        for _ in range(PIECES):
            whole = dice.choice(OPENED)
            await reader.take(whole[: dice.randint(1, len(whole))], dice.choice((0.0, 0.05, 2.0)))
            if dice.random() < 0.3:
                odd = bytes(dice.choice(range(0x80, 0x100)) for _ in range(dice.randint(1, 6)))
                await reader.take(odd, dice.choice((0.0, 0.2, 2.0)))
            await go_back_in(stage)
        await stage.advance(2)
        assert bridge.writes == []
        await reader.take(b"", 2.0)
        await reader.take(b"m")  # and a key that is pressed does act
        await stage.stand_alone()
        await stage.advance(0.1)
        assert len(bridge.writes) == 1


async def test_a_letter_of_another_alphabet_acts_by_its_place(
    bridge: Bridge, staged: Staging
) -> None:
    soft_sign = b"\x1b[1100::109;;1100u"  # where m is on an English keyboard
    async with meeting(bridge, staged) as stage:
        await Reader(stage).take(soft_sign)
        await stage.stand_alone()
        await stage.advance(0.1)
        assert len(bridge.writes) == 1


async def test_a_letter_of_another_alphabet_is_itself_in_a_field(
    bridge: Bridge, staged: Staging
) -> None:
    async with meeting(bridge, staged) as stage:
        await stage.press("/")
        await Reader(stage).take(b"\x1b[1100::109;;1100u")
        await stage.stand_alone()
        await stage.advance(0.1)
        assert stage.app.screen.query_one(Input).value == "ь"
        assert bridge.writes == []


async def test_a_letter_that_a_key_is_set_to_is_that_key(bridge: Bridge, staged: Staging) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bea")
    async with staged(keys={"hold": "ь"}) as stage:
        await stage.go_in(100)
        await Reader(stage).take(b"\x1b[1100::109;;1100u")
        await stage.stand_alone()
        await stage.advance(0.1)
        assert [write[2] for write in bridge.writes] == [{"holdMode": 1}]


async def test_a_key_that_asks_is_no_yes_by_its_place(bridge: Bridge, staged: Staging) -> None:
    """Where y is on an English keyboard, a Russian one has the letter that is set to drop."""
    bridge.meeting(100)
    bridge.people(100, "Ada", "Bea")
    async with staged(keys={"drop": "н"}) as stage:
        await stage.go_in(100)
        reader = Reader(stage)
        for _ in range(2):
            await reader.take(b"\x1b[1085::121;;1085u", 2.0)
            await stage.advance(2)
        assert bridge.writes == []


async def test_a_notice_says_that_keys_were_pressed_blindly(
    bridge: Bridge, staged: Staging
) -> None:
    async with meeting(bridge, staged) as stage:
        stage.app.post_message(PressedBlindly())
        await stage.settle()
        assert stage.notice == BLIND
