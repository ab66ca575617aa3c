"""A run that begins learns what was seen before it, and bridges no gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from confmon.config.settings.attention import AttentionSettings
from confmon.history.history import open_history
from confmon.models.codes import Codes
from confmon.monitor.attention.past.past import Past
from confmon.monitor.attention.rules import RULES
from confmon.monitor.memory.series import Ring
from confmon.monitor.past.warm_start import SLOT_MS, can_look_back, minutes_before, since_when
from tests.history.town import NOON, SCAN, Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.attention.signal import SignalTarget

CODES = Codes({})
HOST, TALKER = 1, 2
BEGAN = NOON // SLOT_MS * SLOT_MS
LONG_HOLD = next(rule for rule in RULES if rule.id == "long_hold")
ALONE = next(rule for rule in RULES if rule.id == "alone")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town that begins with a full minute."""
    town = Town(tmp_path / "history.db", began=BEGAN)
    yield town
    town.close()


def until(town: Town, at: int) -> None:
    while town.at < at:
        town.read(SCAN)


def test_the_rules_that_look_at_calls_alone_can_look_back() -> None:
    found = {rule.id for rule in RULES if can_look_back(rule)}
    assert found == {"long_hold", "alone", "empty", "all_held", "dead_air"}


def test_minutes_have_what_was_seen_and_gaps_have_nothing(town: Town) -> None:
    board = town.meets(100)
    town.joins(board, "+4930111", role=TALKER)
    town.joins(board, "+4930112", role=0)
    until(town, BEGAN + 2 * SLOT_MS)
    late = town.meets(200)
    town.joins(late, "+4930113", role=TALKER)
    until(town, BEGAN + 3 * SLOT_MS)
    town.misses(2 * SLOT_MS)
    until(town, BEGAN + 7 * SLOT_MS + SCAN)
    with_history = open_history(town.path)
    minutes = minutes_before(town.at, with_history, CODES)
    with_history.close()
    assert minutes.newest == BEGAN + 6 * SLOT_MS
    assert minutes.calls[-8:] == [None, 1, 1, 2, 2, None, 2, 2]
    assert minutes.callers == {
        100: [None, 1, 1, 1, 1, None, 1, 1],
        200: [None, None, None, 1, 1, None, 1, 1],
    }


def since(town: Town, *rules: Rule) -> dict[tuple[int, str], dict[SignalTarget | str, float]]:
    """Since when what the rules find of meeting 100 is so."""
    history, settings = open_history(town.path), AttentionSettings()
    past = Past(settings, CODES, cast("Any", None))
    found = since_when({100: rules}, town.at, history, settings=settings, past=past, codes=CODES)
    history.close()
    return found


def test_a_hold_is_as_old_as_it_was_seen(town: Town) -> None:
    board = town.meets(100)
    town.joins(board, "+4930111", role=TALKER, hold_mode=0, mute_mode=0)
    held = town.joins(board, "+4930112", role=TALKER, hold_mode=0, leg={"call": 7})
    town.reads(5)
    town.changes(held, hold_mode=1)
    since_at = town.read()
    town.reads(30)
    third = town.joins(board, "+4930113", role=TALKER, hold_mode=0, mute_mode=0)
    town.reads(3)
    town.leaves(third)
    town.reads(3)
    found = since(town, LONG_HOLD, ALONE)
    assert found == {(100, "long_hold"): {("call", 7): since_at / 1000}, (100, "alone"): {}}


def test_a_hold_that_ended_between_is_as_old_as_the_last_one(town: Town) -> None:
    board = town.meets(100)
    town.joins(board, "+4930111", role=TALKER, hold_mode=0, mute_mode=0)
    held = town.joins(board, "+4930112", role=TALKER, hold_mode=1, leg={"call": 7})
    town.reads(5)
    town.changes(held, hold_mode=0)
    town.reads(5)
    town.changes(held, hold_mode=1)
    since_at = town.read()
    town.reads(5)
    found = since(town, LONG_HOLD)
    assert found == {(100, "long_hold"): {("call", 7): since_at / 1000}}


def test_what_was_so_before_a_gap_and_after_it_is_not_known_in_it(town: Town) -> None:
    board = town.meets(100)
    town.joins(board, "+4930111", role=TALKER, hold_mode=0, mute_mode=0)
    town.reads(20)
    town.misses(60_000)
    seen_again = town.at
    town.reads(20)
    found = since(town, ALONE)
    assert found == {(100, "alone"): {("meeting", 100): seen_again / 1000}}


def test_figures_that_were_read_stay_and_the_others_are_filled() -> None:
    ring = Ring(60, 5)
    ring.put(600.0, 7)
    ring.put(660.0, 8)
    ring.fill(600.0, [1, 2, None, 4])
    assert ring.values(660.0) == (1, 2, None, 7, 8)
    empty = Ring(60, 5)
    empty.fill(600.0, [1, None, 3])
    assert empty.values(600.0) == (None, None, 1, None, 3)
    assert empty.values(660.0) == (None, 1, None, 3, None)
