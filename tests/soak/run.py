"""Watch for simulated hours, and say whether memory, descriptors and tasks stayed level.

    python tests/soak/run.py --hours 8

The clock is moved by hand, so that eight hours take minutes. The road to the bridge is bad for
some 45 seconds every few minutes, each time in another way; the operator looks around, filters,
marks and acts. Exits 1 if something grew, or if the screen is not the bridge's at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.soak.scales import Weight, drift, growing
from tests.soak.soak import Soak, opened

WEIGHINGS = 48
LEVEL = {"memory_kb": 0.03, "reached": 0.05, "descriptors": 0.0, "tasks": 0.02}
"""How much more than in the middle third may be weighed in the last third, as a share."""


def line(weight: Weight) -> str:
    """Return one line of the table."""
    return (
        f"{weight.at_s / 3600:6.2f} h {weight.memory_kb / 1024:8.1f} MB {weight.reached:9,} held "
        f"{weight.descriptors:4} descriptors {weight.tasks:4} tasks {weight.population:6} calls"
    )


async def soak(given: argparse.Namespace, folder: Path) -> Soak:
    """Watch, and print the weighings as they come."""
    async with opened(
        folder, given.seed, meetings=given.meetings, calls=given.calls, churn=given.churn
    ) as one:
        seconds = given.hours * 3600
        for _ in range(WEIGHINGS):
            each_s = seconds / WEIGHINGS
            await one.watch(each_s, step_s=given.step, weigh_every_s=each_s)
            sys.stdout.write(line(one.weights[-1]) + "\n")
            sys.stdout.flush()
        await one.end()
        return one


def main() -> int:
    """Soak, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--meetings", type=int, default=60)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--churn", type=float, default=0.05, help="share who leave per minute")
    parser.add_argument("--step", type=float, default=2.0, help="seconds between two looks")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        one = asyncio.run(soak(given, Path(folder)))
    failed = ", ".join(f"{n} {how}" for how, n in sorted(one.road.failed.items()))
    sys.stdout.write(
        f"{given.hours:g} h in {time.monotonic() - began:.0f} s: {one.road.requests:,} requests "
        f"({failed}), {one.keys:,} keys, {len(one.seen_meetings):,} meetings, "
        f"{len(one.stage.session.pending_actions.log)} actions in the log; "
        "the screen is the bridge's\n"
    )
    drifts = {name: drift(one.weights, name) for name in LEVEL}
    for name, share in drifts.items():
        sys.stdout.write(f"{name}: {share:+.2%} from the middle third to the last\n")
    grown = growing(one.weights, least=20)
    for kind, (before, after) in grown.items():
        sys.stdout.write(f"more and more: {kind}, {before} to {after}\n")
    level = not grown and all(share <= LEVEL[name] for name, share in drifts.items())
    sys.stdout.write("level\n" if level else "NOT level\n")
    return 0 if level else 1


if __name__ == "__main__":
    sys.exit(main())
