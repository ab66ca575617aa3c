"""How long polls hold the event loop: its longest step, of which no key can make use."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import programs
from tests.benchmarks.bridges import replayed
from tests.benchmarks.keys import EVERY_S, percentile
from tests.benchmarks.report import Row, ms, times

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMITS_S = {1_000: 0.005, 10_000: 0.010, 100_000: 0.050}


def holds_of(calls: int, polls: int) -> Sequence[float]:
    """Return the longest step of the loop from each read of so many calls to the next."""
    with (
        replayed(calls) as bridge,
        programs.confmon_at(bridge.url, EVERY_S.get(calls, 1.0), "--holds") as terminal,
    ):
        terminal.order(scans=2)
        return [float(held_s) for held_s in terminal.order(scans=polls)[0]["holds_s"]]


def rows(*, quick: bool) -> list[Row]:
    """Measure at each scale; the floor is the smallest scale there is, one meeting's callers."""
    polls = 3 if quick else 30
    floor_s = median(holds_of(25, polls))
    found = []
    for calls, limit_s in LIMITS_S.items():
        held_s = holds_of(calls, polls if calls < 100_000 else max(3, polls // 3))
        longest_s = percentile(held_s, 90)
        found.append(
            Row(
                f"longest hold of the event loop while {calls:,} calls are read: p90",
                f"{ms(longest_s)} (median {ms(median(held_s))})",
                f"25 calls {ms(floor_s)}",
                "",
                times(longest_s / floor_s),
                f"≤ {limit_s * 1000:.0f} ms",
                longest_s <= limit_s,
            )
        )
    return found
