"""Times in which nothing was seen, and clocks that are wrong: nothing is invented."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from confmon.history.packing import unpack_changes
from confmon.models.live_records import Call, Meeting
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from tests.history import oracle
from tests.history.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR_S = 3600
NEWEST_KEY = "SELECT at FROM frame WHERE is_key = 1 ORDER BY seq DESC LIMIT 1"


class Scene(World):
    """A world in which only what a test says happens."""

    def change_world(self) -> None:
        """Nothing."""

    def call(self, key: int, **fields: Any) -> None:
        given: dict[str, Any] = {"meeting_number": 100, "created": key * 10_000, "role": 2}
        self.calls[key] = Call(id=key, **(given | fields))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            oracle.check_whole(connection)
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def now(self) -> int:
        return self.clock.wall_ms()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two callers in meeting 100, read once."""
    made = Scene(Random(1), tmp_path / "history.db")  # noqa: S311
    made.meetings[100] = Meeting(meeting_number=100, id=7, created=made.now())
    made.call(1, joined=made.now())
    made.call(2)
    made.read_all()
    yield made
    made.store.close()


def test_an_outage_is_a_gap_while_it_lasts_and_after_it(scene: Scene) -> None:
    last = scene.now() - 10_000
    scene.pass_time(HOUR_S)
    scene.recorder.look()
    scene.recorder.look()
    assert scene.rows("SELECT from_at, to_at, reason FROM gap") == [(last, None, "unreachable")]
    del scene.calls[2]
    scene.call(3)
    scene.read_calmly(ALL_CALLS)
    at = scene.now() - 10_000
    assert scene.rows("SELECT from_at, to_at, reason FROM gap") == [(last, at, "unreachable")]
    assert scene.rows("SELECT call, left_from, left_to, how FROM stay JOIN leg USING (leg)"
                      " WHERE left_to NOTNULL") == [(2, last, at, "unseen")]  # fmt: skip
    assert scene.rows("SELECT joined_from, joined_to FROM stay ORDER BY stay DESC LIMIT 1") == [
        (last, at)
    ]
    assert scene.rows(NEWEST_KEY) == [(at,)]


def test_torn_reads_remove_nobody_and_are_a_gap_of_their_own(scene: Scene) -> None:
    for _ in range(10):
        scene.pass_time(100)
        scene.read(ALL_CALLS, torn=True)
    assert scene.rows("SELECT count(*) FROM stay WHERE left_to IS NULL") == [(2,)]
    assert scene.rows("SELECT to_at, reason FROM gap") == [(None, "torn")]
    scene.read_calmly(ALL_CALLS)
    assert scene.rows("SELECT count(*) FROM gap WHERE to_at IS NULL") == [(0,)]


def test_a_machine_that_slept_saw_nothing(scene: Scene) -> None:
    """The monotonic clock does not go on meanwhile, the wall clock does."""
    last = scene.now() - 10_000
    scene.clock.ahead_s += 8 * HOUR_S
    scene.call(3)
    scene.read_calmly(ALL_CALLS)
    at = scene.now() - 10_000
    assert scene.rows("SELECT from_at, to_at, reason FROM gap") == [(last, at, "not running")]
    assert scene.rows("SELECT joined_from, joined_to FROM stay ORDER BY stay DESC LIMIT 1") == [
        (last, at)
    ]


def test_a_clock_that_is_set_back_ends_what_lasts_and_begins_it_again(scene: Scene) -> None:
    last = scene.now() - 10_000
    scene.clock.ahead_s -= HOUR_S
    scene.call(3)
    scene.read_calmly(ALL_CALLS)
    at = scene.now() - 10_000
    assert at < last
    assert scene.rows("SELECT from_at, to_at, reason FROM gap") == [(at, at, "clock set back")]
    ended = scene.rows(
        "SELECT call, left_from, left_to, how FROM stay JOIN leg USING (leg)"
        " WHERE left_to NOTNULL ORDER BY call"
    )
    assert ended == [(1, last, last, "unseen"), (2, last, last, "unseen")]
    assert scene.rows(
        "SELECT call, joined_from, joined_to FROM stay JOIN leg USING (leg)"
        " WHERE left_to IS NULL ORDER BY call"
    ) == [(1, at, at), (2, at, at), (3, at - 10_000, at)]
    assert scene.rows(NEWEST_KEY) == [(at,)]
    assert scene.rows("SELECT began, seen_to FROM run ORDER BY run DESC LIMIT 1") == [(at, at)]
    scene.calls.clear()
    scene.meetings.clear()
    scene.pass_time()
    scene.read_all()
    assert scene.rows("SELECT count(*) FROM stay WHERE left_to IS NULL") == [(0,)]


def test_a_clock_that_trembles_is_not_set_back(scene: Scene) -> None:
    for second in (-1, 1, -1.5, 1.9, 0):
        scene.clock.ahead_s += second
        scene.pass_time()
        scene.calls[1] = replace(scene.calls[1], mute_mode=round(second * 10) + 50)
        scene.read_calmly(ALL_CALLS)
        scene.clock.ahead_s -= second
    assert scene.rows("SELECT count(*) FROM gap") == [(0,)]
    moments = [at for _, at in scene.rows("SELECT seq, at FROM frame WHERE is_key = 0")]
    assert moments == sorted(set(moments))


def test_a_clock_set_back_while_nobody_watched(scene: Scene) -> None:
    scene.store.close()
    scene.clock.ahead_s -= HOUR_S
    scene.start()
    scene.read_all()
    assert scene.rows("SELECT count(*) FROM gap WHERE to_at IS NULL") == [(0,)]
    assert ("clock set back",) in scene.rows("SELECT reason FROM gap")
    assert scene.rows("SELECT call FROM stay JOIN leg USING (leg) WHERE left_to IS NULL"
                      " ORDER BY call") == [(1,), (2,)]  # fmt: skip


def test_a_restart_goes_on_with_the_calls_that_are_still_there(scene: Scene) -> None:
    last = scene.now() - 10_000
    scene.calls[1] = replace(scene.calls[1], mute_mode=1)
    scene.pass_time()
    scene.read_calmly(ALL_CALLS)
    muted_at = scene.now() - 10_000
    scene.store.close()
    scene.pass_time(24 * HOUR_S)
    scene.call(2, created=99_000_000)  # the id is another caller's now
    scene.calls[1] = replace(scene.calls[1], mute_mode=2)
    scene.start()
    scene.read_calmly(MEETINGS)
    assert scene.rows("SELECT to_at, reason FROM gap") == [(None, "not running")]
    scene.read_calmly(ALL_CALLS)
    at = scene.now() - 10_000
    assert scene.rows("SELECT from_at, to_at FROM gap") == [(muted_at, at)]
    assert scene.rows("SELECT call, leg.created, left_from, left_to, how FROM stay"
                      " JOIN leg USING (leg) WHERE left_to NOTNULL") == [
        (2, 20_000, muted_at, at, "unseen")
    ]  # fmt: skip
    [(changes,)] = scene.rows("SELECT changes FROM stay JOIN leg USING (leg) WHERE call = 1")
    assert [moment for moment, _ in unpack_changes(changes)][1:] == [muted_at, at]
    assert last < muted_at
    assert scene.rows("SELECT count(*) FROM meeting_session") == [(1,)]


def test_who_is_in_at_the_very_first_read_joined_when_the_wire_says(scene: Scene) -> None:
    [exact, unknown] = scene.rows(
        "SELECT joined_from, joined_to FROM stay JOIN leg USING (leg) ORDER BY call"
    )
    assert exact[0] == exact[1] == 1_700_001_000_000
    assert unknown[0] == 20_000_000  # its `created`, in seconds on this wire
    assert unknown[1] > 1_700_001_000_000


def test_a_change_is_summed_up_after_five_minutes(scene: Scene) -> None:
    keys = "SELECT count(*) FROM frame WHERE is_key = 1"
    [(before,)] = scene.rows(keys)
    for _ in range(4):
        scene.pass_time(100)
        mute = 1 - (scene.calls[1].mute_mode or 0)
        scene.calls[1] = replace(scene.calls[1], mute_mode=mute)
        scene.read_calmly(ALL_CALLS)
    assert scene.rows(keys) == [(before + 1,)]
    for _ in range(12):  # the rest, and then there is nothing more to sum up
        scene.pass_time(100)
        scene.read_calmly(ALL_CALLS)
    assert scene.rows(keys) == [(before + 2,)]
