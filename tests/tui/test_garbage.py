"""What a read has made is not looked through, and nothing stays for ever."""

from __future__ import annotations

import gc
from time import monotonic
from typing import TYPE_CHECKING
from weakref import ref

import pytest

from confmon.clock import Keys
from confmon.tui.garbage import MANY, Garbage

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ring:
    """Refers to itself: only a look for garbage finds it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector of this process as it was."""
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def settled(keys: Keys) -> Garbage:
    garbage = Garbage(keys)
    garbage.settle()
    return garbage


def test_a_read_that_makes_much_is_set_aside_and_its_garbage_freed_when_quiet() -> None:
    garbage = settled(Keys())
    made = [Ring() for _ in range(MANY)]
    rings = [ref(ring) for ring in made]
    garbage.set_aside()
    assert gc.get_count()[0] < MANY
    made.clear()
    gc.collect()
    assert rings[0]() is not None, "it was looked through"
    garbage.collect_when_quiet()
    assert [ring for ring in rings if ring() is not None] == []


def test_little_is_not_set_aside() -> None:
    garbage = settled(Keys())
    ring = ref(Ring())
    garbage.set_aside()
    gc.collect()
    assert ring() is None


def test_nothing_is_collected_while_somebody_presses_keys() -> None:
    keys = Keys()
    garbage = settled(keys)
    ring = ref(Ring())
    keys.last_at_s = monotonic()
    garbage.collect_when_quiet()
    assert ring() is not None
    gc.collect()


def test_the_longer_a_collection_takes_the_longer_there_is_no_other() -> None:
    moments = iter([100.0, 100.3, 249.0, 250.5, 250.6])
    garbage = Garbage(Keys(), now=lambda: next(moments))
    garbage.settle()
    garbage.collect_when_quiet()
    ring = ref(Ring())
    garbage.collect_when_quiet()
    assert ring() is not None, "0.3 s of work are followed by 150 s of rest"
    garbage.collect_when_quiet()
    assert ring() is None


def test_start_up_is_left_alone() -> None:
    garbage = Garbage(Keys())
    made = [Ring() for _ in range(MANY)]
    ring = ref(made[0])
    garbage.set_aside()
    made.clear()
    gc.collect()
    assert ring() is None


def test_a_process_that_was_stopped_while_it_collected_collects_again() -> None:
    moments = iter([100.0, 7300.0, 7901.0, 7901.0])
    garbage = Garbage(Keys(), now=lambda: next(moments))
    garbage.settle()
    garbage.collect_when_quiet()
    ring = ref(Ring())
    garbage.collect_when_quiet()
    assert ring() is None, "two hours of work would be followed by six weeks of rest"
