"""A history of 10,000 calls, of which 1 % change from read to read, written by the real store."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from confmon.history.history import open_history
from confmon.history.place import HistoryPlace
from confmon.history.read import Read
from confmon.history.store import Store
from confmon.models.codes import Codes
from tests.benchmarks.crowd import NOW_S, Crowd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.history.history import History
    from confmon.models.live_records import Call

CALLS = 10_000
LARGE, IN_LARGE = 5000, 550
"""The number of the largest meeting, and its callers at once; over 300 reads 1,000 are in it."""
SMALL = 5200
EVERY_MS = 2000
CHANGED = 100
"""Calls that come, leave or change between two reads."""
CODES = Codes()


class Kept(NamedTuple):
    """The history, and where it is."""

    history: History
    path: Path


def reads(count: int) -> Iterator[Read]:
    """Yield a first read of everything, and those that follow: a third each comes, goes, changes.

    Who leaves is followed by somebody else in the same meeting.
    """
    pick = random.Random(3)  # noqa: S311
    crowd = Crowd(CALLS, now_s=NOW_S)
    calls: dict[int, Call] = {}
    for nth, call in enumerate(crowd.calls):
        calls[call.id] = replace(call, meeting_number=LARGE) if nth < IN_LARGE else call
    at = NOW_S * 1000
    meetings = tuple(crowd.meetings)
    yield Read(at, meetings=meetings, all_meetings=True, everything=True)
    yield Read(at + 50, put=tuple(calls.values()), whole=True, everything=True)
    new_id = 5_000_000
    for _ in range(count):
        since, at = at + 50, at + EVERY_MS
        picked = pick.sample(sorted(calls), 2 * CHANGED // 3)
        gone = tuple(calls.pop(key) for key in picked[: CHANGED // 3])
        put = [crowd.changed(calls[key]) for key in picked[CHANGED // 3 :]]
        for one in gone:
            new_id += 1
            caller = f"+1516{pick.randrange(10**7):07d}"
            came = replace(one, id=new_id, caller=caller, created=at - 1500, joined=at - 1000)
            put.append(came)
        calls.update((call.id, call) for call in put)
        yield Read(at + 50, since, tuple(put), gone, whole=True, asked=at)


@contextmanager
def kept(polls: int) -> Iterator[Kept]:
    """Write so many reads, and open what was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        place = HistoryPlace(path=path, endpoint="bench")
        store = Store(place, is_recording=lambda role: CODES.role(role) == "recording")
        assert store.open()
        for read in reads(polls):
            store.take(read)
        history = open_history(path)
        try:
            yield Kept(history, path)
        finally:
            history.close()
            store.close()
