"""Run random schedules through the real screen, and name the seeds that break a rule.

    python tests/order/run.py --schedules 1000

A seed is one start of the screen and some schedules on it, so that later schedules meet the state
of earlier ones. Exits 1 if a rule is broken; `--schedules 5 --seed N` runs one seed again.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.order.schedule import A_SCREEN, run_all


def main() -> int:
    """Run them, one seed after another."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the first")
    given = parser.parse_args()
    warnings.simplefilter("error")
    began, ran = time.monotonic(), 0
    broken: list[int] = []
    for seed in range(given.seed, given.seed + -(-given.schedules // A_SCREEN)):
        try:
            asyncio.run(run_all(Random(seed)))  # noqa: S311 - repeatable, not secret
        except Exception:  # noqa: BLE001 - printed, and the next seed is run
            broken.append(seed)
            sys.stdout.write(f"seed {seed}:\n{traceback.format_exc(limit=-6)}\n")
        ran += A_SCREEN
        if not ran % 100:
            sys.stdout.write(f"{ran} schedules, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()
    sys.stdout.write(f"{ran} schedules, {time.monotonic() - began:.0f} s, broken: {broken}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
