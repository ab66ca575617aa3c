"""Some followers of a shared bridge in one process, without a screen: a thread each.

    app_followers.py SHARE COUNT

A line on its input is answered by a line: the CPU seconds of this process so far, and for each
read that came since, what it is of and when (epoch seconds) it came on the event loop of which
follower. Each waits for every read, as a screen does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from confmon.api.decoding.records import RecordDecoder
from confmon.clock import SystemClock
from confmon.models.live_records import Call, Meeting
from confmon.sharing.records import Operator, Scope
from confmon.sharing.share import Share
from confmon.sharing.tables.place import open_connection, place_of

SCOPES = (Scope("calls"), Scope("meetings"))
Arrival = tuple[str, float, int]


def follower(url: str, nth: int) -> Share:
    """Return one that may not lead."""
    place = place_of(url, None)
    return Share(
        lambda: open_connection(place),
        Operator(f"operator{nth}", "bench"),
        kind="screen",
        may_lead=False,
        clock=SystemClock(),
        read_call=RecordDecoder(Call).read,
        read_meeting=RecordDecoder(Meeting).read,
        interval_s=2.0,
    )


async def note(share: Share, scope: Scope, nth: int, arrivals: list[Arrival]) -> None:
    """Note when each read of a scope comes."""
    while True:
        scan = await share.next_scan(scope)
        if scan is None:
            await asyncio.sleep(0.1)  # it does not follow yet
        else:
            arrivals.append((scope.kind, time.time(), nth))


async def main() -> None:
    """Follow until the input ends."""
    shares = [follower(sys.argv[1], nth) for nth in range(int(sys.argv[2]))]
    arrivals: list[Arrival] = []
    tasks = [
        asyncio.create_task(note(share, scope, nth, arrivals))
        for nth, share in enumerate(shares)
        for scope in SCOPES
    ]
    for share in shares:
        share.start()
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps([time.process_time(), arrivals]), flush=True)  # noqa: T201
        arrivals.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*(share.close() for share in shares))


if __name__ == "__main__":
    asyncio.run(main())
