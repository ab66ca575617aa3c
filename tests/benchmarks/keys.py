"""From a key to the screen: on a fast line while polls come in, and through a slow line."""

from __future__ import annotations

import random
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import programs
from tests.benchmarks.bridges import replayed
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.report import Row, ms, times
from tests.benchmarks.screens import Wait, answered, counted, cursor_line, number_under_cursor
from tests.benchmarks.shape import TABLE_LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.pseudo import Terminal
    from tests.benchmarks.screens import Look

DOWN, UP = "\x1b[B", "\x1b[A"
CURSES_DOWN = "\x1bOB"
BYTES_PER_S = 32_768.0
EVERY_S = {1_000: 1.0, 10_000: 2.0, 100_000: 5.0}
"""How often so many calls are read."""
LIMITS_S = {1_000: 0.010, 10_000: 0.015, 100_000: 0.060}


def press(terminal: Terminal, keys: int, look: Look, pick: random.Random) -> list[float]:
    """Move the cursor up and down; return how long each key took."""
    waits = []
    for at in range(keys):
        waits.append(Wait(terminal.press(UP if at % 2 else DOWN), look))
        terminal.read_for(pick.uniform(0.06, 0.14))
    return answered(terminal.chunks, waits)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many per cent do not exceed.

    >>> percentile([1, 2, 3, 4], 50), percentile([1, 2, 3, 4], 99)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def polled_rows(*, quick: bool) -> list[Row]:
    """Press keys while calls are read, at each scale; the tables beside it have 1,000."""
    blocks, keys = (1, 8) if quick else (4, 100)
    pick = random.Random(5)  # noqa: S311
    took: dict[str, list[float]] = {}
    with ExitStack() as stack:
        starts: dict[str, tuple[Callable[[], Terminal], Look]] = {
            "bare": (programs.bare, counted),
            "DataTable": (lambda: programs.other("app_datatable", 1000, 1.0), cursor_line),
        }
        for calls, every_s in EVERY_S.items():
            url = stack.enter_context(replayed(calls)).url
            starts[f"{calls:,}"] = (partial(programs.confmon_at, url, every_s), cursor_line)
        for _ in range(blocks):
            for name, (start, look) in starts.items():
                with start() as terminal:
                    took.setdefault(name, []).extend(press(terminal, keys, look, pick))
    p99 = {name: percentile(values, 99) for name, values in took.items()}

    def figures(name: str) -> str:
        return f"{ms(p99[name])} (p50 {ms(median(took[name]))})"

    return [
        Row(
            f"key to screen, {calls:,} calls read every {EVERY_S[calls]:.0f} s: p99",
            figures(f"{calls:,}"),
            f"idle bare Textual {figures('bare')}",
            f"DataTable {figures('DataTable')}" if calls == 1_000 else "",
            times(p99[f"{calls:,}"] / p99["bare"]),
            f"≤ {limit_s * 1000:.0f} ms",
            p99[f"{calls:,}"] <= limit_s,
        )
        for calls, limit_s in LIMITS_S.items()
    ]


def _scrolling(terminal: Terminal, key: str, keys: int, pick: random.Random) -> list[float]:
    """Press down beyond the last line shown, again and again, and see each new line come."""
    numbers = [call.caller for call in Crowd(1000).calls]
    for _ in range(TABLE_LINES - 2):
        terminal.press(key)
        terminal.read_for(0.05)
    terminal.read_for(4.0)
    waits = []
    for at in range(keys):
        wanted = numbers[TABLE_LINES - 1 + at]
        waits.append(Wait(terminal.press(key), number_under_cursor, wanted))
        terminal.read_for(pick.uniform(1.8, 2.6))
    terminal.read_for(2.0)
    return answered(terminal.chunks, waits)


def slow_rows(*, quick: bool) -> list[Row]:
    """Scroll by a line through a thin line, while the table gets changes every 2 s."""
    keys = 2 if quick else 15
    starts: dict[str, tuple[Callable[[], Terminal], str]] = {
        "confmon": (lambda: programs.confmon(1000, 2.0, BYTES_PER_S), DOWN),
        "curses": (lambda: programs.other("app_curses", 1000, 2.0, BYTES_PER_S), CURSES_DOWN),
        "DataTable": (lambda: programs.other("app_datatable", 1000, 2.0, BYTES_PER_S), DOWN),
        "lines": (lambda: programs.other("app_lines", 1000, 2.0, BYTES_PER_S), DOWN),
    }
    p50: dict[str, float] = {}
    for name, (start, key) in starts.items():
        with start() as terminal:
            pick = random.Random(7)  # noqa: S311
            p50[name] = median(_scrolling(terminal, key, keys, pick))
    return [
        Row(
            "a scrolling key through a 32 kB/s line: p50",
            ms(p50["confmon"]),
            f"curses {ms(p50['curses'])}",
            f"DataTable {ms(p50['DataTable'])}, plain line table {ms(p50['lines'])}",
            times(p50["confmon"] / p50["curses"]),
            "≤ 30 ms",
            p50["confmon"] <= 0.030,
        )
    ]
