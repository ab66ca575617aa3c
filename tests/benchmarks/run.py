"""Measure confmon beside its floors and its alternatives, and print a table.

    python tests/benchmarks/run.py [--quick] [--only NAME]

Everything in a row is measured in this one run, in turn, so its ratios hold on any machine; the
times themselves are this machine's. `--quick` shows that it works and measures badly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import asking, holds, keys, polls, recording, sharing, start, ticks
from tests.benchmarks.report import Row, table

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: dict[str, Callable[..., list[Row]]] = {
    "ticks": ticks.rows,
    "keys": keys.polled_rows,
    "holds": holds.rows,
    "slow": keys.slow_rows,
    "start": start.rows,
    "polls": polls.rows,
    "recording": recording.rows,
    "asking": asking.rows,
    "sharing": sharing.rows,
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="few repetitions: only to see it work")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part of the table")
    given = parser.parse_args()
    rows: list[Row] = []
    for name, measure in PARTS.items():
        if not given.only or name in given.only:
            sys.stderr.write(f"{name} …\n")
            rows += measure(quick=given.quick)
    sys.stdout.write(table(rows) + "\n")


if __name__ == "__main__":
    main()
