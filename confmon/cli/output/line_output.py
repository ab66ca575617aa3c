"""JSON lines on stdout for a reader that may be slow, or go away."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

from confmon.process import streams

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


class LineOutput:
    """Writes lines on a thread, so that signals count however slowly they are read.

    What waits to be written is at most what one read of each feed changed: the next read begins
    after `drained`.
    """

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._filled = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._is_over = False

    def put(self, line: Mapping[str, Any]) -> None:
        """Add a line. It is dropped where nobody can read it any more."""
        if self._is_over:
            return
        self._waiting.append(json.dumps(line) + "\n")
        self._filled.set()
        self._empty.clear()

    async def drained(self) -> None:
        """Wait until everything is written."""
        await self._empty.wait()

    async def run(self) -> None:
        """Write what is put, until nobody can read it."""
        while streams.has_reader():
            await self._filled.wait()
            self._filled.clear()
            text, self._waiting = "".join(self._waiting), []
            await asyncio.to_thread(_write, text)
            if not self._filled.is_set():
                self._empty.set()
        self._is_over = True
        self._empty.set()


async def print_lines(
    output: LineOutput, run: Callable[[], Awaitable[None]], end: Callable[[], None]
) -> None:
    """Write what `run` puts; call `end` when nobody can read it any more."""
    writing = asyncio.create_task(output.run())
    writing.add_done_callback(lambda _: end())
    try:
        await run()
    finally:
        await output.drained()
        writing.cancel()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
