"""A word tells which fact is gone, so nobody reads the others again; alone it proves nothing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.sharing.process import Process
from tests.sharing.world import World, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY = 100


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    prepare(tmp_path / "share.db")
    with contextlib.closing(World(tmp_path / "share.db")) as world:
        yield world


@pytest.fixture
def pair(world: World) -> tuple[Process, Process]:
    """One that has put many facts, and one that knows them."""
    first, second = Process(world, "one", kind="collect"), Process(world, "two", may_lead=False)
    first.step()
    second.step()
    for number in range(MANY):
        first.member.facts.put("queue", str(number), "{}", 0)
    first.step()
    second.step({"queue"})
    assert len(second.member.state.facts["queue"]) == MANY
    return first, second


def test_the_others_are_not_read_again(pair: tuple[Process, Process]) -> None:
    first, second = pair
    first.member.facts.drop("queue", "7")
    first.step()
    second.bytes_read = 0
    second.step({"queue-7"})
    assert second.member.state.fact("queue", "7") is None
    assert len(second.member.state.facts["queue"]) == MANY - 1
    assert second.bytes_read < 10 * MANY


@pytest.mark.parametrize("word", ["queue-7", "queue-", "queue-nobody", "member-one", "-7", "x-7"])
def test_a_word_that_is_not_true(pair: tuple[Process, Process], word: str) -> None:
    _, second = pair
    second.step({word})
    assert len(second.member.state.facts["queue"]) == MANY


def test_one_that_is_said_anew_is_there(pair: tuple[Process, Process]) -> None:
    first, second = pair
    first.member.facts.drop("queue", "7")
    first.step()
    first.member.facts.put("queue", "7", '{"a": 1}', 0)
    first.step()
    second.step({"queue", "queue-7"})
    fact = second.member.state.fact("queue", "7")
    assert fact is not None
    assert fact.data["a"] == 1


def test_one_that_puts_and_drops_knows_it_itself(pair: tuple[Process, Process]) -> None:
    first, _ = pair
    first.member.facts.drop("queue", "7")
    first.bytes_read = 0
    first.step()
    assert first.member.state.fact("queue", "7") is None
    assert first.bytes_read < 10 * MANY
