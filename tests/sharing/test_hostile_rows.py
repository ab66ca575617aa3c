"""Rows that nobody of ours would write: they must not end the watch, fill the memory, or lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.frames.columns import PACKED_BYTES
from confmon.sharing.members.facts import DATA_BYTES
from tests.sharing.process import Process, run
from tests.sharing.world import CALLS, World, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 2**63 - 1


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as world:
        world.is_garbled = world.is_lively = True
        yield world


def pair(world: World) -> tuple[Process, Process]:
    """One that leads, one that follows."""
    leader, follower = Process(world, "one", kind="collect"), Process(world, "two", may_lead=False)
    run(world, 4, leader, follower)
    assert (leader.mode, follower.mode) == ("leading", "following")
    return leader, follower


def goes_on(world: World, leader: Process, *followers: Process) -> None:
    """Check that within two leases the newest read gets to all."""
    run(world, 20, leader, *followers)
    for follower in followers:
        assert follower.mode == "following"
        assert set(follower.given[CALLS].records) == set(world.read(CALLS).records)


@pytest.mark.parametrize("moment", [MOST, -MOST])
@pytest.mark.parametrize("table", ["member", "claim"])
def test_a_moment_beyond_all_time(world: World, table: str, moment: int) -> None:
    leader, follower = pair(world)
    soon = world.clock_ms() + 60_000
    if table == "member":
        world.look.execute(
            "INSERT INTO member VALUES ('x', 'eve', 'box', 'screen', 1, 0, ?, ?)", (soon, moment)
        )
    else:
        world.look.execute(
            "INSERT INTO claim VALUES ('7', 'eve', 'box', 'one', ?, 0, '{}')", (moment,)
        )
    late = Process(world, "three", may_lead=False)
    for process in (leader, follower, late):
        process.step({"any"})
        assert process.mode != "alone"
    goes_on(world, leader, follower, late)


@pytest.mark.parametrize("data", ["[" * 600 + "]" * 600, '{"a":' + "[" * 600 + "]" * 600 + "}"])
def test_a_fact_that_is_too_deep(world: World, data: str) -> None:
    leader, follower = pair(world)
    world.look.execute(
        "INSERT INTO claim VALUES ('7', 'eve', 'box', 'one', ?, 0, ?)", (world.clock_ms(), data)
    )
    follower.step({"any"})
    goes_on(world, leader, follower)


def test_what_is_too_large_is_not_fetched(world: World) -> None:
    leader, follower = pair(world)
    at = world.clock_ms()
    world.look.execute(
        "INSERT INTO claim VALUES ('7', 'eve', 'box', 'one', ?, 0, ?)",
        (at, json.dumps({"a": "x" * 1_000_000})),
    )
    world.look.execute(
        "INSERT INTO claim VALUES (?, ?, 'box', 'one', ?, 0, '{}')",
        ("k" * 1_000_000, "e" * 1_000_000, at),
    )
    world.look.execute(
        "INSERT INTO member VALUES (?, 'eve', 'box', 'screen', 1, 0, ?, ?)",
        ("m" * 1_000_000, at + 30_000, at),
    )
    follower.bytes_read = 0
    follower.step({"any"})
    assert follower.bytes_read < 10 * DATA_BYTES
    goes_on(world, leader, follower)


def test_a_frame_that_is_too_large_is_not_fetched(world: World) -> None:
    leader, follower = pair(world)
    run(world, 30, leader, follower)
    seq = world.ledger.last[1]
    size = PACKED_BYTES + 1
    world.look.execute("UPDATE live_frame SET data = zeroblob(?) WHERE seq = ?", (size, seq))
    world.look.execute("UPDATE live_snapshot SET data = zeroblob(?)", (size,))
    late = Process(world, "three", may_lead=False)
    late.step()
    assert late.bytes_read < PACKED_BYTES
    run(world, 30, leader, follower, late)
    goes_on(world, leader, follower, late)


@pytest.mark.parametrize("ahead", [1, 5, 1000, 2**62])
def test_a_frame_ahead_of_all_others(world: World, ahead: int) -> None:
    leader, follower = pair(world)
    seq = world.ledger.last[1] + ahead
    world.look.execute(
        "INSERT INTO live_frame VALUES (?, ?, 'calls', NULL, 0, 0, 0, ?, 'x')",
        (seq, world.ledger.last[0], world.clock_ms()),
    )
    late = Process(world, "three", may_lead=False)
    run(world, 30, leader, follower, late)
    goes_on(world, leader, follower, late)


@pytest.mark.parametrize("moment", [MOST, -MOST, 2**53, -1])
def test_a_frame_of_an_impossible_moment(world: World, moment: int) -> None:
    leader, follower = pair(world)
    world.look.execute("UPDATE live_frame SET asked = ?, answered = ?", (moment, -moment))
    late = Process(world, "three", may_lead=False)
    run(world, 30, leader, follower, late)
    goes_on(world, leader, follower, late)


@pytest.mark.parametrize("data", [None, b"x"])
@pytest.mark.parametrize("ahead", [0, 1000, 2**62])
def test_a_snapshot_that_is_not_of_these_frames(
    world: World, ahead: int, data: bytes | None
) -> None:
    leader, follower = pair(world)
    run(world, 30, leader, follower)
    world.look.execute(
        "UPDATE live_snapshot SET seq = seq + ?, epoch = ?, data = coalesce(?, data)"
        " WHERE kind = 'calls'",
        (ahead, 2**62, data),
    )
    late = Process(world, "three", may_lead=False)
    late.step()
    run(world, 60, leader, follower, late)
    goes_on(world, leader, follower, late)


@pytest.mark.parametrize("interval_ms", [MOST, -1, 0, 10**9])
def test_an_interval_that_nobody_has(world: World, interval_ms: int) -> None:
    leader, follower = pair(world)
    world.look.execute("UPDATE lease SET interval_ms = ?", (interval_ms,))
    follower.step({"any"})
    assert 0.5 <= (follower.member.state.interval_s or 2.0) <= 60
    goes_on(world, leader, follower)
