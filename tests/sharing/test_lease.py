"""The lease: one has it, and who lost it can't get it back by renewing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.members import lease
from tests.sharing.world import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from confmon.sharing.engine import Connection

CLOCK = [0]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    prepare(tmp_path / "share.db")
    CLOCK[0] = 1_000_000
    with contextlib.closing(FileConnection(tmp_path / "share.db", lambda: CLOCK[0])) as one:
        yield one


def test_only_one_takes_it(connection: Connection) -> None:
    assert lease.take(connection, "one", "box", 2_000) == (1, 0)
    assert lease.take(connection, "two", "box", 2_000) is None
    now_ms, known = lease.read(connection)
    assert now_ms == CLOCK[0]
    assert (known.holder, known.epoch, known.interval_ms) == ("one", 1, 2_000)
    assert known.expires == CLOCK[0] + lease.LEASE_MS


def test_one_that_has_expired_is_not_renewed(connection: Connection) -> None:
    lease.take(connection, "one", "box", 2_000)
    CLOCK[0] += lease.LEASE_MS - 1
    assert lease.renew(connection, "one", 1)
    CLOCK[0] += lease.LEASE_MS
    assert lease.read(connection)[1].expires == 0
    assert not lease.renew(connection, "one", 1)
    assert not lease.hold(connection, "one", 1)
    assert lease.take(connection, "one", "box", 2_000) == (2, 0)


def test_who_was_deposed_neither_renews_nor_releases(connection: Connection) -> None:
    lease.take(connection, "one", "box", 2_000)
    CLOCK[0] += lease.LEASE_MS
    lease.take(connection, "two", "box", 2_000)
    assert not lease.renew(connection, "one", 1)
    lease.release(connection, "one", 1)
    lease.release_old(connection, "one")
    assert lease.renew(connection, "two", 2)


def test_what_was_released_is_free_at_once(connection: Connection) -> None:
    lease.take(connection, "one", "box", 2_000)
    lease.release(connection, "one", 1)
    assert not lease.renew(connection, "one", 1)
    assert lease.take(connection, "two", "box", 2_000) == (2, 0)


def test_a_clock_that_was_set_back_does_not_lock_it_for_hours(connection: Connection) -> None:
    lease.take(connection, "one", "box", 2_000)
    CLOCK[0] -= 600_000
    assert lease.read(connection)[1].expires == 0
    assert lease.take(connection, "two", "box", 2_000) == (2, 0)
    assert not lease.renew(connection, "one", 1)
