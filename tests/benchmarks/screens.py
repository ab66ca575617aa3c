"""What stood on the terminal when: output replayed on an emulator once the clock has stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyte

from tests.benchmarks.pseudo import COLUMNS, LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.benchmarks.pseudo import Chunk

    Look = Callable[[pyte.Screen], object]

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p|\x1b\]22;[^\x07]*\x07")
_CURSOR_BLUE = "0178d4"
_SIGN_IN = 3
"""confmon's sign is in one of the first cells of a row, beside the edge of the table."""


class Wait(NamedTuple):
    """A key pressed at a moment. It is answered when `look` gives `wanted`, or (None) is new."""

    since: float
    look: Look
    wanted: object = None


def answered(chunks: Sequence[Chunk], waits: Sequence[Wait]) -> list[float]:
    """Return the seconds from each press to the output that answered it, lost ones left out.

    The waits are in order; one ends where the next begins.
    """
    start = waits[0].since
    screen, stream = _replay(chunk for chunk in chunks if chunk.at < start)
    later = [chunk for chunk in chunks if chunk.at >= start]
    found: list[float] = []
    for at, wait in enumerate(waits):
        end = waits[at + 1].since if at + 1 < len(waits) else float("inf")
        was = wait.look(screen)
        seen = False
        while later and later[0].at < end:
            chunk = later.pop(0)
            stream.feed(chunk.data)
            if not seen:
                now = wait.look(screen)
                seen = now != was if wait.wanted is None else now == wait.wanted
                if seen:
                    found.append(chunk.at - wait.since)
    return found


def _replay(chunks: Iterable[Chunk]) -> tuple[pyte.Screen, pyte.ByteStream]:
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    stream.feed(_UNKNOWN_TO_PYTE.sub(b"", b"".join(chunk.data for chunk in chunks)))
    return screen, stream


def shown(chunks: Iterable[Chunk]) -> str:
    """Return what is on the terminal after this output."""
    return "\n".join(_replay(chunks)[0].display)


def text(screen: pyte.Screen, y: int) -> str:
    """Return a line of the screen."""
    return "".join(screen.buffer[y][x].data for x in range(screen.columns))


def counted(screen: pyte.Screen) -> object:
    """Look at a line that counts keys."""
    return text(screen, 0)


def cursor_line(screen: pyte.Screen) -> int | None:
    """Look for the line of the table that the cursor is on, however it is drawn."""
    lines = [screen.buffer[y] for y in range(screen.lines)]
    for y, line in enumerate(lines):
        if any(line[x].data == "▌" for x in range(_SIGN_IN)):
            return y
    for y, line in enumerate(lines):
        if line[0].reverse or line[5].bg == _CURSOR_BLUE:  # curses, DataTable
            return y
    return None


def number_under_cursor(screen: pyte.Screen) -> str:
    """Look at the caller's number on the line of the cursor."""
    y = cursor_line(screen)
    match = re.search(r"\+1516\d{7}", text(screen, y)) if y is not None else None
    return match.group() if match else ""
