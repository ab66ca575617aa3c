"""What it costs to keep a history: CPU a poll, keys, the first frame, and bytes an event."""

from __future__ import annotations

import random
import sqlite3
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks import programs
from tests.benchmarks.bridges import churning, simulated
from tests.benchmarks.keys import percentile, press
from tests.benchmarks.report import Row, ms, times
from tests.benchmarks.screens import cursor_line
from tests.benchmarks.start import CONFMON, DATA, FRAME, watch

if TYPE_CHECKING:
    from tests.benchmarks.pseudo import Terminal

CALLS, MEETINGS = 10_000, 400
EVERY_S = 2.0
CHURN = 0.083
"""Of the callers, a minute: with what they change and who comes, 1 % of the calls a read."""


class Weight(NamedTuple):
    """Bytes of frames. `an_event` has those of keyframes in it, `snapshot` is one keyframe."""

    an_event: float
    snapshot: float
    events_a_read: float


def weigh(path: Path) -> Weight:
    """Return what the frames of a history take, without the first read.

    A keyframe is written after as many events as calls are live, so it is shared by them.
    """
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        first, snapshot = db.execute(
            "SELECT min(seq), max(length(data)) FROM frame WHERE is_key = 1"
        ).fetchone()
        events, size = db.execute(
            "SELECT sum(events), sum(length(data)) FROM frame WHERE is_key = 0 AND seq > ?",
            (first,),
        ).fetchone()
        (reads,) = db.execute(
            "SELECT count(DISTINCT at) FROM frame WHERE is_key = 0 AND seq > ? AND events >= ?",
            (first, CALLS // 500),  # those of calls: a read of meetings alone has few
        ).fetchone()
        return Weight(size / events + snapshot / CALLS, snapshot, events / max(1, reads))
    finally:
        db.close()


def _cpu_a_poll(terminal: Terminal, polls: int) -> float:
    return float(terminal.order(scans=polls)[0]["cpu_s"]) / polls


def rows(*, quick: bool) -> list[Row]:
    """Watch one bridge with two screens at once, of which one keeps a history."""
    blocks, polls, keys = (1, 2, 8) if quick else (12, 3, 34)
    pick = random.Random(5)  # noqa: S311
    cpu_s: dict[bool, list[float]] = {True: [], False: []}
    waits: dict[bool, list[float]] = {True: [], False: []}
    with ExitStack() as stack:
        path = Path(stack.enter_context(TemporaryDirectory())) / "history.db"
        bridge = stack.enter_context(churning(meetings=MEETINGS, calls=CALLS, churn=CHURN))
        keeping = programs.confmon_at(bridge.url, EVERY_S, "--history", str(path))
        screens = {
            True: stack.enter_context(keeping),
            False: stack.enter_context(programs.confmon_at(bridge.url, EVERY_S)),
        }
        for terminal in screens.values():
            terminal.order(scans=3)
        for block in range(blocks):
            for keeps in (True, False) if block % 2 else (False, True):
                cpu_s[keeps].append(_cpu_a_poll(screens[keeps], polls))
                for terminal in screens.values():
                    terminal.read_for(0.05)
                waits[keeps] += press(screens[keeps], keys, cursor_line, pick)
        weight = weigh(path)
    ratio = median(on / off for on, off in zip(cpu_s[True], cpu_s[False], strict=True))
    p99 = {keeps: percentile(waits[keeps], 99) for keeps in waits}
    p50 = {keeps: median(waits[keeps]) for keeps in waits}
    a_tick = weight.snapshot / weight.events_a_read
    return [
        Row(
            f"10,000 calls, {weight.events_a_read:.0f} events a read, history kept: CPU a poll",
            ms(median(cpu_s[True])),
            f"no history {ms(median(cpu_s[False]))}",
            "",
            times(ratio),
            "≤ 1.25× without",
            ratio <= 1.25,
        ),
        Row(
            "key to screen meanwhile: p99",
            f"{ms(p99[True])} (p50 {ms(p50[True])})",
            f"no history {ms(p99[False])} (p50 {ms(p50[False])})",
            "",
            times(p99[True] / p99[False]),
            "≤ 1.2× without",
            p99[True] <= 1.2 * p99[False],
        ),
        Row(
            "frames and keyframes, an event",
            f"{weight.an_event:.1f} B",
            "",
            f"a packed snapshot a read, as dolphie keeps {a_tick:.0f} B",
            times(weight.an_event / a_tick),
            "≤ 10 B",
            weight.an_event <= 10,
        ),
        Row(
            "the first read of 10,000 calls: its keyframe",
            f"{weight.snapshot / 1000:.1f} kB, {weight.snapshot / CALLS:.1f} B a call",
        ),
        _first_frame(quick=quick),
    ]


def _first_frame(*, quick: bool) -> Row:
    """Start with and without a history in turn; the first round warms the caches."""
    rounds = 1 if quick else 11
    took: dict[str, list[float]] = {"true": [], "false": []}
    with TemporaryDirectory() as state, simulated(meetings=18, calls=200) as bridge:
        argv = [sys.executable, "-c", CONFMON, "--base-url", bridge.url, "--login", "demo"]
        for nth in range(rounds + 1):
            for keeps in sorted(took, reverse=bool(nth % 2)):
                environ = {"CONFMON_PASSWORD": "demo", "XDG_STATE_HOME": state}
                start = watch(argv, FRAME, DATA, **environ, CONFMON_HISTORY=keeps)
                if nth:
                    took[keeps].append(start.frame_s)
    ratio = median(on / off for on, off in zip(took["true"], took["false"], strict=True))
    return Row(
        "exec to first frame, history kept",
        ms(median(took["true"])),
        f"no history {ms(median(took['false']))}",
        "",
        times(ratio),
        "≤ 1.05× without",
        ratio <= 1.05,
    )
