"""One tick: bytes to the terminal, and CPU time, of a table of which 5 % change."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

from confmon.models.codes import Codes
from confmon.models.live_records import Scan
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import ALL_CALLS, Snapshot
from tests.benchmarks.control import cpu_s as cpu_now_s
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.programs import confmon, other
from tests.benchmarks.report import Row, kb, ms, times
from tests.benchmarks.stepped import SteppedClock

if TYPE_CHECKING:
    from tests.benchmarks.pseudo import Terminal

STILL_S, MOVING_S = 0.0, 1.0
"""By how much running times grow at a tick."""
WARM_TICKS = 4
"""Until as many marks fade as appear."""


CHANGES = 50
MANY_CHANGES = 500


class Tick(NamedTuple):
    """What a program spent on each tick: CPU seconds, and bytes."""

    cpu_s: list[float]
    sent: list[int]


def measure(
    programs: dict[str, Terminal], ticks: int, wall_s: float, changes: dict[str, int] | None = None
) -> dict[str, Tick]:
    """Let the programs tick in turn, the same number of times; `changes` rows differ each time."""
    found = {name: Tick([], []) for name in programs}
    for at in range(WARM_TICKS + ticks):
        for name, terminal in programs.items():
            count = (changes or {}).get(name, CHANGES)
            answer, sent = terminal.order(wall_s=wall_s, changes=count)
            if at >= WARM_TICKS:
                found[name].cpu_s.append(answer["cpu_s"])
                found[name].sent.append(sent)
    return found


def _paired(times_s: list[float], floor_s: list[float]) -> float:
    """Return the median ratio of ticks that followed each other."""
    return median(one / least for one, least in zip(times_s, floor_s, strict=True))


def _drawn(small: Terminal, large: Terminal, ticks: int) -> tuple[float, float]:
    """Return the CPU seconds of a redraw when no call has changed, of either table."""
    spent: tuple[list[float], list[float]] = [], []
    for _ in range(ticks):
        for terminal, taken in zip((small, large), spent, strict=True):
            taken.append(terminal.order(redraw=True)[0]["cpu_s"])
    return median(spent[0]), median(spent[1])


def _taken_in(ticks: int) -> tuple[list[float], list[float]]:
    """Return the CPU seconds of the live store alone, as few and as many of 10,000 calls change."""
    clock, crowd = SteppedClock(), Crowd(10_000)
    store = LiveStore(clock, Codes())
    spent: dict[int, list[float]] = {0: [], CHANGES: [], MANY_CHANGES: []}
    for changes in (0, 0, *[CHANGES, MANY_CHANGES] * (WARM_TICKS + ticks)):
        crowd.step(changes)
        clock.advance(2.5, 0.0)
        now = clock.now()
        scan = Scan(records=tuple(crowd.calls), total=len(crowd.calls))
        before = cpu_now_s()
        store.apply(Snapshot(feed=ALL_CALLS, asked_at=now, answered_at=now, scan=scan))
        store.expire()
        spent[changes].append(cpu_now_s() - before)
    return spent[CHANGES][WARM_TICKS:], spent[MANY_CHANGES][WARM_TICKS:]


def _further(few_s: list[float], many_s: list[float]) -> float:
    """Return the CPU seconds of one record more that changes."""
    return median(
        (many - few) / (MANY_CHANGES - CHANGES) for few, many in zip(few_s, many_s, strict=True)
    )


def bytes_of(calls: int, ticks: int, wall_s: float) -> float:
    """Return confmon's bytes a tick; the same on every machine."""
    with confmon(calls) as terminal:
        changes = {"confmon": calls // 20}
        return fmean(measure({"confmon": terminal}, ticks, wall_s, changes)["confmon"].sent)


def rows(*, quick: bool) -> list[Row]:
    """Measure a table of 1,000 and one of 10,000 calls."""
    ticks = 3 if quick else 40
    with ExitStack() as stack:
        small = {
            "confmon": stack.enter_context(confmon(1000)),
            "curses": stack.enter_context(other("app_curses", 1000)),
            "DataTable": stack.enter_context(other("app_datatable", 1000)),
        }
        large = {
            "10,000": stack.enter_context(confmon(10_000)),
            "10,000, many": stack.enter_context(confmon(10_000)),
            "DataTable 10,000": stack.enter_context(other("app_datatable", 10_000)),
        }
        still = measure(small | large, ticks, STILL_S, {"10,000, many": MANY_CHANGES})
        moving = measure(small, ticks, MOVING_S)
        drawn, drawn_many = _drawn(small["confmon"], large["10,000"], ticks)
    cpu_s = {name: median(tick.cpu_s) for name, tick in still.items()}
    sent = {name: fmean(tick.sent) for name, tick in still.items()}
    moved = {name: fmean(tick.sent) for name, tick in moving.items()}
    growth = _paired(still["10,000"].cpu_s, still["confmon"].cpu_s)
    further_s = _further(still["10,000"].cpu_s, still["10,000, many"].cpu_s)
    state_s = _further(*_taken_in(ticks))
    return [
        Row(
            "one tick, 50 of 1,000 rows changed: CPU",
            ms(cpu_s["confmon"]),
            f"curses {ms(cpu_s['curses'])}",
            f"DataTable {ms(cpu_s['DataTable'])}",
            f"{times(cpu_s['confmon'] / cpu_s['DataTable'])} of DataTable",
            "≤ 6 ms",
            cpu_s["confmon"] <= 0.006,
        ),
        Row(
            "the same: bytes",
            kb(sent["confmon"]),
            f"curses {kb(sent['curses'])}",
            f"DataTable {kb(sent['DataTable'])}",
            times(sent["confmon"] / sent["curses"]),
            "≤ 0.9 kB",
            sent["confmon"] <= 900,
        ),
        Row(
            "one tick, every visible duration moves too: bytes",
            kb(moved["confmon"]),
            f"curses {kb(moved['curses'])}",
            f"DataTable {kb(moved['DataTable'])}",
            times(moved["confmon"] / moved["curses"]),
            "≤ 1.8 kB",
            moved["confmon"] <= 1800,
        ),
        Row(
            "one tick, 50 of 10,000 rows changed: CPU",
            f"{ms(cpu_s['10,000'])} (drawing alone {ms(drawn_many)})",
            f"of 1,000 rows {ms(cpu_s['confmon'])} (drawing alone {ms(drawn)})",
            f"DataTable {ms(cpu_s['DataTable 10,000'])}",
            f"{times(growth)} (drawing alone {times(drawn_many / drawn)})",
            "≤ 1.5× of 1,000 rows",
            growth <= 1.5,
        ),
        Row(
            "the same for each further row changed, up to 500: CPU",
            f"{further_s * 1e6:.1f} µs",
            f"live state alone {state_s * 1e6:.1f} µs",
            ratio=times(further_s / state_s),
            to_reach="≤ 10 µs",
            met=further_s <= 10e-6,
        ),
    ]
