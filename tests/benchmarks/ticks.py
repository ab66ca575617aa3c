"""One tick: bytes to the terminal, and CPU time, of a table of which 5 % change."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.programs import confmon, other
from tests.benchmarks.report import Row, kb, ms, times

if TYPE_CHECKING:
    from tests.benchmarks.pseudo import Terminal

STILL_S, MOVING_S = 0.0, 1.0
"""By how much running times grow at a tick."""
WARM_TICKS = 4
"""Until as many marks fade as appear."""


class Tick(NamedTuple):
    """What a program spent on a tick: the median of CPU seconds, the mean of bytes."""

    cpu_s: float
    sent: float


def measure(programs: dict[str, Terminal], ticks: int, wall_s: float) -> dict[str, Tick]:
    """Let the programs tick in turn, the same number of times."""
    cpu: dict[str, list[float]] = {name: [] for name in programs}
    sent: dict[str, list[int]] = {name: [] for name in programs}
    for at in range(WARM_TICKS + ticks):
        for name, terminal in programs.items():
            answer, count = terminal.order(wall_s=wall_s)
            if at >= WARM_TICKS:
                cpu[name].append(answer["cpu_s"])
                sent[name].append(count)
    return {name: Tick(median(cpu[name]), fmean(sent[name])) for name in programs}


def _drawn(small: Terminal, large: Terminal, ticks: int) -> tuple[float, float]:
    """Return the CPU seconds of a redraw when no call has changed, of either table."""
    spent: tuple[list[float], list[float]] = [], []
    for _ in range(ticks):
        for terminal, taken in zip((small, large), spent, strict=True):
            taken.append(terminal.order(redraw=True)[0]["cpu_s"])
    return median(spent[0]), median(spent[1])


def bytes_of(calls: int, ticks: int, wall_s: float) -> float:
    """Return confmon's bytes a tick; the same on every machine."""
    with confmon(calls) as terminal:
        return measure({"confmon": terminal}, ticks, wall_s)["confmon"].sent


def rows(*, quick: bool) -> list[Row]:
    """Measure a table of 1,000 and one of 10,000 calls."""
    ticks = 3 if quick else 30
    with ExitStack() as stack:
        small = {
            "confmon": stack.enter_context(confmon(1000)),
            "curses": stack.enter_context(other("app_curses", 1000)),
            "DataTable": stack.enter_context(other("app_datatable", 1000)),
        }
        large = {
            "confmon 10,000": stack.enter_context(confmon(10_000)),
            "DataTable 10,000": stack.enter_context(other("app_datatable", 10_000)),
        }
        still = measure(small | large, ticks, STILL_S)
        moving = measure(small, ticks, MOVING_S)
        drawn, drawn_many = _drawn(small["confmon"], large["confmon 10,000"], ticks)
    us, curses, theirs = still["confmon"], still["curses"], still["DataTable"]
    many, theirs_many = still["confmon 10,000"], still["DataTable 10,000"]
    return [
        Row(
            "one tick, 5 % of 1,000 rows changed: CPU",
            ms(us.cpu_s),
            f"curses {ms(curses.cpu_s)}",
            f"DataTable {ms(theirs.cpu_s)}",
            f"{times(us.cpu_s / theirs.cpu_s)} of DataTable",
            "≤ 6 ms",
            us.cpu_s <= 0.006,
        ),
        Row(
            "the same: bytes",
            kb(us.sent),
            f"curses {kb(curses.sent)}",
            f"DataTable {kb(theirs.sent)}",
            times(us.sent / curses.sent),
            "≤ 0.9 kB",
            us.sent <= 900,
        ),
        Row(
            "one tick, every visible duration moves too: bytes",
            kb(moving["confmon"].sent),
            f"curses {kb(moving['curses'].sent)}",
            f"DataTable {kb(moving['DataTable'].sent)}",
            times(moving["confmon"].sent / moving["curses"].sent),
            "≤ 1.8 kB",
            moving["confmon"].sent <= 1800,
        ),
        Row(
            "one tick, 5 % of 10,000 rows changed: CPU",
            f"{ms(many.cpu_s)} (drawing alone {ms(drawn_many)})",
            f"1,000 rows {ms(us.cpu_s)} (drawing alone {ms(drawn)})",
            f"DataTable {ms(theirs_many.cpu_s)}",
            f"{times(many.cpu_s / us.cpu_s)} (drawing alone {times(drawn_many / drawn)})",
            "≤ 1.5× of 1,000 rows",
            many.cpu_s <= 1.5 * us.cpu_s,
        ),
    ]
