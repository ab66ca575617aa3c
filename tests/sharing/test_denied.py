"""A role that may only read: it follows, whatever its screen would say or write."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from confmon.sharing.engine import Denied
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import Operator
from tests.sharing.world import Process, World, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from confmon.sharing.engine import Row

CHANGES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


class ReadingConnection(FileConnection):
    """What `confmon_reader` may do: read, and be here."""

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        self._check(statement)
        return super().query(statement, values)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        self._check(statement)
        return super().execute(statement, values)

    def _check(self, statement: str) -> None:
        changed = CHANGES.match(statement)
        if changed and changed[1] != "member":
            raise Denied(f"no right on {changed[1]}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    prepare(tmp_path / "share.db")
    with contextlib.closing(World(tmp_path / "share.db")) as world:
        world.change()
        yield world


def reader(world: World, *, may_lead: bool) -> Process:
    """Return a process whose role only reads. `may_lead`: its profile has a login."""
    process = Process(world, "reader", may_lead=may_lead)
    process.member = Member(
        lambda: ReadingConnection(world.path, world.clock_ms),
        Who("reader", Operator("reader", "box-reader"), "screen"),
        may_lead=may_lead,
        clock=process.clock,
        random=process.member._random,
        encoder=process.member._encoder,
        decoder=process.decoder,
        interval_s=2.0,
        hand_on=process._take,
    )
    return process


def run(world: World, seconds: float, *processes: Process) -> None:
    for number in range(round(seconds * 4)):
        world.advance(0.25)
        for one in processes:
            if one.mode == "leading" and number % 8 == 0:
                one.poll()
            one.step()


@pytest.mark.parametrize("may_lead", [False, True])
def test_it_follows(world: World, may_lead: bool) -> None:
    leader = Process(world, "one", kind="collect")
    run(world, 4, leader)
    process = reader(world, may_lead=may_lead)
    process.step()
    assert process.mode == "following"
    run(world, 30, leader, process)
    assert process.mode == "following"
    assert process.given


def test_with_a_login_it_does_not_lead_where_nobody_else_does(world: World) -> None:
    process = reader(world, may_lead=True)
    run(world, 60, process)
    assert process.mode in ("following", "alone")
    leader = Process(world, "one", kind="collect")
    run(world, 15, leader, process)
    assert process.mode == "following"


@pytest.mark.parametrize("kind", ["claim", "queue", "attributes"])
def test_what_it_may_not_say_is_dropped_and_it_follows_on(world: World, kind: Any) -> None:
    leader = Process(world, "one", kind="collect")
    process = reader(world, may_lead=False)
    run(world, 4, leader, process)
    process.member.facts.put(kind, "1", "{}", 30.0)
    process.step()
    assert process.mode == "following"
    run(world, 60, leader, process)
    assert process.mode == "following"
    process.member.facts.drop(kind, "1")
    process.member.request_read(1)
    process.step()
    assert process.mode == "following"


def test_it_leaves_without_a_trace(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    process = reader(world, may_lead=True)
    run(world, 4, leader, process)
    process.member.facts.put("claim", "1", "{}", 30.0)
    process.step()
    process.member.leave()
    assert world.look.query("SELECT member FROM member") == [("one",)]
