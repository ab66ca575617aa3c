"""Calls, places and a writer for the tests of what is kept."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from confmon.history.place import HistoryPlace
from confmon.history.read import Read
from confmon.history.writer import Writer
from confmon.models.live_records import Call, Meeting
from tests.history.shared import Tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = 1_700_000_000_000


def a_call(key: int, **fields: Any) -> Call:
    """A participant of meeting 100."""
    given: dict[str, Any] = {
        "meeting_number": 100,
        "created": NOW - 60_000 + key,
        "caller": f"1555{key:07d}",
        "role": 2,
        "mute_mode": 0,
        "access_code": "4711",
    }
    return Call(id=key, **(given | fields))


def whole_read(at: int, *calls: Call, **fields: Any) -> Read:
    """A clean read of all calls, with everything in it."""
    return Read(at, put=calls, whole=True, everything=True, **fields)


def meetings_read(at: int, *meetings: Meeting) -> Read:
    """A clean read of all meetings, with everything in it."""
    return Read(at, meetings=meetings, all_meetings=True, everything=True)


def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for what another thread brings about."""
    end = time.monotonic() + seconds
    waits = threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came about"
        waits.wait(0.002)


@pytest.fixture
def place(tmp_path: Path) -> HistoryPlace:
    """Where a database is to be made."""
    return HistoryPlace(path=tmp_path / "state" / "history.db", endpoint="op at http://x")


class Writers:
    """Makes writers that try again soon, and ends them."""

    def __init__(self, place: HistoryPlace) -> None:
        self.place = place
        self.made: list[Writer] = []

    def __call__(self, place: HistoryPlace | None = None, **given: Any) -> Writer:
        how: dict[str, Any] = {"retry_s": (0.01,), "follow_s": 0.01} | given
        writer = Writer(place or self.place, is_recording=lambda role: role == 0, **how)
        self.made.append(writer)
        writer.start()
        return writer


@pytest.fixture
def writers(place: HistoryPlace) -> Iterator[Writers]:
    """Open a writer on the place."""
    made = Writers(place)
    yield made
    for writer in made.made:
        writer.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tables]:
    """Shared tables, in either database."""
    from confmon.sharing.engines.sqlite import FileConnection

    if request.param == "sqlite":
        made = Tables(lambda: FileConnection(tmp_path / "share.db"))
    else:
        made = postgres_tables(request.getfixturevalue("postgres"))
    yield made
    made.close()


def postgres_tables(url: str) -> Tables:
    """Make shared tables in an empty PostgreSQL database."""
    from confmon.sharing.engines.postgres import PostgresConnection

    return Tables(lambda: PostgresConnection(url, "confmon"))
