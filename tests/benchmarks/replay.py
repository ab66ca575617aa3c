"""A bridge over HTTP that costs next to nothing: pages made beforehand, sent again and again.

On two cores a simulator that thinks would compete with what is measured beside it.

    replay.py CALLS    prints its port
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict

from confmon.models.records import wire_name
from tests.benchmarks.crowd import Crowd

READINGS = 12
"""After so many the first comes again."""


def bodies(plural: str, records: list[object]) -> bytes:
    """Return a list as the bridge sends it."""
    items = [
        {wire_name(name): value for name, value in asdict(one).items() if value is not None}  # type: ignore[call-overload]
        for one in records
    ]
    return json.dumps({plural: items, "offset": 0, "total": len(items)}).encode()


class Pages:
    """Every reading of a crowd, and which comes next."""

    def __init__(self, calls: int) -> None:
        crowd = Crowd(calls, now_s=time.time())
        self.meetings = bodies("meetings", list(crowd.meetings))
        self.calls = []
        for _ in range(READINGS):
            self.calls.append(bodies("calls", list(crowd.calls)))
            crowd.step()
        self.rest = {name: bodies(name, []) for name in ("meetings", "calls")}
        self.read = 0

    def answer(self, target: str) -> bytes:
        """Return what is sent for a request."""
        plural = "meetings" if "/meetings" in target else "calls"
        if "gt" in target.partition("filter=")[2]:
            return self.rest[plural]  # one page holds all
        if plural == "meetings":
            return self.meetings
        self.read += 1
        return self.calls[self.read % READINGS]

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
