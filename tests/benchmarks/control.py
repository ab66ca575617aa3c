"""The wire between the one who measures and the program measured: a line of JSON each way."""

from __future__ import annotations

import json
import os
import socket
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

VARIABLE = "BENCHMARK_CONTROL"
SETTLE_S = 0.08
"""How long after a tick its last byte may come: several of Textual's frames."""


class Control:
    """The measured program's end."""

    def __init__(self) -> None:
        self.socket = socket.socket(fileno=int(os.environ[VARIABLE]))
        self._tasks: set[asyncio.Future[None]] = set()

    def take(self) -> dict[str, Any] | None:
        """Read one order. None: the other end is gone."""
        line = self.socket.recv(4096)
        return json.loads(line) if line else None

    def answer(self, reply: dict[str, Any]) -> None:
        """Say what was measured."""
        self.socket.send(json.dumps(reply).encode())

    def serve(
        self,
        loop: asyncio.AbstractEventLoop,
        obey: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]],
    ) -> None:
        """Obey orders on an event loop, one at a time."""

        async def one(order: dict[str, Any]) -> None:
            self.answer(await obey(order))

        def readable() -> None:
            order = self.take()
            if order is None:
                loop.remove_reader(self.socket)
                return
            task = loop.create_task(one(order))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        loop.add_reader(self.socket, readable)


def memory() -> dict[str, float]:
    """Return this process's resident memory now and at its peak, in bytes."""
    found: dict[str, float] = {}
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        for line in status:
            name, _, rest = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                found[name] = int(rest.split()[0]) * 1024
    return found


def cpu_s() -> float:
    """Return the CPU time of this process, all its threads."""
    return time.process_time()
