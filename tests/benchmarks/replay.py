"""A bridge over HTTP that costs next to nothing: pages made beforehand, sent again and again.

On two cores a simulator that thinks would compete with what is measured beside it.

    replay.py CALLS    prints its port
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from confmon.models.records import wire_name
from tests.benchmarks.crowd import Crowd

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = 1000
ITEMS = 24_000
"""Calls of all the readings that are made; after the last one the first comes again."""


def body(plural: str, records: Sequence[object], total: int) -> bytes:
    """Return a page of a list as the bridge sends it."""
    items = [
        {wire_name(name): value for name, value in asdict(record).items() if value is not None}  # type: ignore[call-overload]
        for record in records
    ]
    return json.dumps({plural: items, "offset": 0, "total": total}).encode()


def pages(plural: str, records: Sequence[object]) -> list[bytes]:
    """Return a list as the bridge sends it, and the empty page at its end."""
    starts = range(0, len(records) + PAGE, PAGE)
    return [body(plural, records[at : at + PAGE], len(records[at:])) for at in starts]


class Pages:
    """Every reading of a crowd, and which comes next."""

    def __init__(self, calls: int) -> None:
        crowd = Crowd(calls, now_s=time.time())
        self.first = {"meetings": crowd.meetings[0].meeting_number, "calls": crowd.calls[0].id}
        self.meetings = pages("meetings", crowd.meetings)
        self.calls = []
        for _ in range(max(2, ITEMS // calls)):
            self.calls.append(pages("calls", crowd.calls))
            crowd.step()
        self.read = 0

    def answer(self, target: str) -> bytes:
        """Return what is sent for a request."""
        plural = "meetings" if "/meetings" in target else "calls"
        wanted = re.search(r"gt(?:\+|%20)(\d+)", target)
        page = -(-(int(wanted[1]) - self.first[plural] + 1) // PAGE) if wanted else 0
        if plural == "meetings":
            return self.meetings[page]
        self.read += not page
        return self.calls[self.read % len(self.calls)][page]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = self.answer(head.split(b" ", 2)[1].decode())
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main(calls: int) -> None:
    server = await asyncio.start_server(Pages(calls).serve, "127.0.0.1", 0)
    sys.stderr.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stderr.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
