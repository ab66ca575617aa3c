"""A process that is killed at any moment loses nothing that it has acknowledged."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.history import oracle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.history.place import HistoryPlace

KILLS = 100
ROOT = Path(__file__).parents[2]

WRITER = """
import os
import sys
from pathlib import Path
from confmon.history.place import HistoryPlace
from confmon.history.read import Read
from confmon.history.store import Store
from confmon.models.live_records import Call
import sqlite3

def write(path, first):
    store = Store(HistoryPlace(path=path, endpoint="x"), is_recording=lambda role: role == 0)
    assert store.open()
    here = {}
    for nth in range(first, first + 100_000):
        here[nth] = Call(id=nth, meeting_number=100, created=nth, role=2, mute_mode=nth % 3)
        gone = [here.pop(key) for key in list(here) if key <= nth - 20]
        at = 1_700_000_000_000 + nth * 1000
        if nth == first:
            store.take(Read(at, put=tuple(here.values()), whole=True, everything=True))
        else:
            store.take(Read(at, at - 1000, put=[here[nth]], gone=gone, whole=True))
        os.write(1, b"%d\\n" % nth)

for line in sys.stdin:
    path, first = line.split()
    child = os.fork()
    if not child:
        write(Path(path), int(first))
    os.write(1, b"child %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"end\\n")
"""
"""For each line a child that writes, and prints what it has acknowledged."""


@contextmanager
def nursery() -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that makes children: a fork takes a hundredth of a new interpreter's start."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run_and_kill(
    nursery_: subprocess.Popen[bytes], path: Path, first: int, lines: int, later: int
) -> int:
    """Let a child write, kill it after some acknowledged reads; return the last of them."""
    assert nursery_.stdin is not None
    assert nursery_.stdout is not None
    nursery_.stdin.write(f"{path} {first}\n".encode())
    nursery_.stdin.flush()
    child, acknowledged = 0, first - 1
    while not child or acknowledged < first + lines - 1:
        line = nursery_.stdout.readline()
        assert line, "the writer failed"
        if line.startswith(b"child "):
            child = int(line.split()[1])
        else:
            acknowledged = int(line)
    for _ in range(later):  # some steps of another process later: at any point of a write
        os.sched_yield()
    os.kill(child, signal.SIGKILL)
    while (line := nursery_.stdout.readline()) != b"end\n":
        acknowledged = int(line)
    return acknowledged


def test_a_hundred_kills_lose_nothing_acknowledged(place: HistoryPlace) -> None:
    random = Random(5)  # noqa: S311

    def one_life(nursery_: subprocess.Popen[bytes], nth: int) -> None:
        path = place.path.with_name(f"{nth % 4}.db")
        first = 100_000 * (nth // 4) + 1
        last = run_and_kill(nursery_, path, first, random.randrange(1, 20), random.randrange(100))
        connection = sqlite3.connect(path)
        try:
            seen_to = connection.execute("SELECT max(seen_to) FROM run").fetchone()[0]
            legs = {
                call
                for (call,) in connection.execute("SELECT call FROM leg WHERE call >= ?", (first,))
            }
            oracle.check_whole(connection)
            newest = connection.execute("SELECT max(seq) FROM frame").fetchone()[0]
            live = {leg for leg, _, _ in oracle.by_frames(connection, newest)}
            by_rows = connection.execute("SELECT leg FROM leg WHERE last_seen IS NULL").fetchall()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        finally:
            connection.close()
        written = (seen_to - 1_700_000_000_000) // 1000
        assert last <= written <= last + 1, "an acknowledged read is lost"
        assert legs == set(range(first, written + 1))
        assert live == {leg for (leg,) in by_rows}

    def lives(of: int) -> None:
        with nursery() as nursery_:
            for nth in range(of, KILLS, 4):
                one_life(nursery_, nth)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lives, range(4)))
