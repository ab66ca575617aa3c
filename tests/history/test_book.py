"""Whatever happens on the bridge, and in whatever order it is read: the rows equal the world."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.history.backends.connection import SharedConnection
from tests.history import oracle
from tests.history.shared import Member
from tests.history.world import World

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection
    from tests.history.shared import Tables


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 120), st.booleans())
def test_the_rows_equal_the_world(seed: int, steps: int, wire_joined: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        world = World(Random(seed), path, wire_joined=wire_joined)  # noqa: S311
        for _ in range(steps):
            world.step()
        world.read_all()
        world.store.close()
        connection = sqlite3.connect(path)
        try:
            check(world, connection)
        finally:
            connection.close()


@pytest.mark.parametrize("seed", range(10))
def test_the_rows_in_shared_tables_equal_the_world(
    seed: int, tables: Tables, tmp_path: Path
) -> None:
    member = Member(tables, tmp_path / "alone.db")
    random = Random(seed)  # noqa: S311 - a world that comes again
    world = World(random, member.path, wire_joined=seed % 2 == 0, member=member)
    for _ in range(60):
        world.step()
    world.read_all()
    world.store.close()
    check(world, SharedConnection(tables.db))
    member.close()


def check(world: World, connection: Connection) -> None:
    """Everything that must be true."""
    oracle.check_whole(connection)
    check_live(world, connection)
    check_stays(world, connection)
    check_looks(world, connection)
    check_frames(world, connection)


def check_live(world: World, connection: Connection) -> None:
    """Who is live is live, in the right meeting, and nobody else."""
    truth = {(call.id, call.meeting_number) for call in world.calls.values()}
    assert oracle.live_by_stays(connection) == truth
    numbers = connection.execute(
        "SELECT number FROM meeting_session WHERE ended_to IS NULL ORDER BY number"
    ).fetchall()
    assert [number for (number,) in numbers] == sorted(world.meetings)


def check_stays(world: World, connection: Connection) -> None:
    """Each stay began and ended when somebody did so, within what it says."""
    first_whole = min((look.moment for look in world.looks), default=0)
    for call, created, number, joined_from, joined_to, left_from, left_to, _ in oracle.stays(
        connection
    ):
        own = [
            presence
            for presence in world.presences
            if (presence.call, presence.created, presence.number) == (call, created, number)
        ]
        assert own, "a stay of somebody who never was there"
        began = [presence for presence in own if joined_from <= presence.began <= joined_to]
        # Who was in at the first read joined before it, and nobody knows when.
        assert began or (not world.wire_joined and joined_to <= first_whole + 30_000), (
            call,
            created,
            number,
            joined_from,
            joined_to,
            own,
        )
        if left_to is not None and left_from is not None:
            assert any(
                presence.ended is not None and left_from <= presence.ended <= left_to
                for presence in own
            ), ("nobody left then", call, created, number, left_from, left_to, own)


def check_looks(world: World, connection: Connection) -> None:
    """Who was shown by a whole read has a stay then; who has one for certain was shown."""
    stays = oracle.stays(connection)
    for look in world.looks:
        maybe = {stay[:3] for stay in stays if stay[3] <= look.moment <= (stay[6] or look.moment)}
        certain = {
            stay[:3]
            for stay in stays
            if stay[4] <= look.moment and (stay[5] is None or look.moment < stay[5])
        }
        assert certain <= look.shown, "somebody was invented"
        if world.wire_joined:
            assert look.shown <= maybe, "somebody is missing"


def check_frames(world: World, connection: Connection) -> None:
    """Frames and stays say the same, wherever both know, and the wire does not know better."""
    if world.wire_joined:
        return
    newest = connection.execute("SELECT max(at) FROM frame").fetchone()[0]
    key = connection.execute("SELECT max(at) FROM frame WHERE is_key = 1").fetchone()[0]
    for seq, at in oracle.frame_moments(connection):
        by_frames, by_stays = oracle.by_frames(connection, seq), oracle.by_stays(connection, at)
        if at > key and at != newest:
            # The rows of live stays have their changes up to the keyframe.
            by_frames, by_stays = strip(by_frames), strip(by_stays)
        if at != newest:
            assert by_frames <= by_stays
        if at <= key:
            assert by_frames == by_stays


def strip(placed: set[oracle.Placed]) -> set[oracle.Placed]:
    return {(leg, number, 0) for leg, number, _ in placed}
