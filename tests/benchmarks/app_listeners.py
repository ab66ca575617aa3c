"""Connections that hear of frames and fetch them, but do not read them: load, in one process.

    app_listeners.py SHARE COUNT

Each is a thread that asks the database what a follower asks after the word of a frame. Input and
output are those of `app_followers`: here a read has come when its bytes have.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING

from confmon.sharing.members.follower import FRAMES, to_frame
from confmon.sharing.tables.place import open_connection, place_of

if TYPE_CHECKING:
    from tests.benchmarks.app_followers import Arrival

_WAIT_S = 0.5


def listen(url: str, nth: int, arrivals: list[Arrival]) -> None:
    """Fetch each frame once it is there, for ever."""
    with closing(open_connection(place_of(url, None))) as connection:
        last = connection.query("SELECT seq FROM lease")[0][0]
        while True:
            if not connection.wait(_WAIT_S):
                continue
            for text, data in connection.query(FRAMES, (last,)):
                _, frame = to_frame(text, data)
                last = frame.seq
                arrivals.append((frame.scope.kind, time.time(), nth))


def main() -> None:
    """Listen until the input ends."""
    arrivals: list[Arrival] = []
    for nth in range(int(sys.argv[2])):
        Thread(target=listen, args=(sys.argv[1], nth, arrivals), daemon=True).start()
    while sys.stdin.readline():
        came = arrivals[:]
        del arrivals[: len(came)]
        print(json.dumps([time.process_time(), came]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
