"""What watching 10,000 calls costs: CPU a poll, and memory."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks import programs
from tests.benchmarks.bridges import simulated
from tests.benchmarks.pseudo import ROOT, python
from tests.benchmarks.report import Row, ms, times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS, MEETINGS = 10_000, 400
EVERY_S = 2.0


@contextmanager
def fetching(url: str, polls: int, *arguments: str) -> Iterator[Callable[[], float]]:
    """Start the floor's loop; a call lets it poll so often, and returns its CPU seconds a poll."""
    with subprocess.Popen(
        python("app_fetch", url, EVERY_S, polls, *arguments),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def go() -> float:
            stdin.write("\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
            return float(answer["cpu_s"]) / polls

        yield go
        stdin.close()


def rows(*, quick: bool) -> list[Row]:
    """Poll in turn: confmon, the floor, and the floor with a model an item."""
    blocks, polls = (1, 2) if quick else (3, 8)
    ours: list[float] = []
    floor: list[float] = []
    models: list[float] = []
    memory: list[float] = []
    with ExitStack() as stack:
        bridge = stack.enter_context(simulated(meetings=MEETINGS, calls=CALLS))
        fetch = stack.enter_context(fetching(bridge.url, polls))
        fetch_models = stack.enter_context(fetching(bridge.url, polls, "--models"))
        fetch(), fetch_models()
        for _ in range(blocks):
            with programs.confmon_at(bridge.url, EVERY_S) as terminal:
                answer, _sent = terminal.order(scans=polls)
                ours.append(answer["cpu_s"] / polls)
                memory.append(answer["VmRSS"])
            floor.append(fetch())
            models.append(fetch_models())
        with programs.other("app_datatable", CALLS) as terminal:
            theirs = max(terminal.order(wall_s=0.0)[0]["VmRSS"] for _ in range(3))
    ratio = median(mine / least for mine, least in zip(ours, floor, strict=True))
    resident = median(memory)
    return [
        Row(
            "10,000 calls read every 2 s: CPU of the whole process, a poll",
            ms(median(ours)),
            f"fetch and decode {ms(median(floor))}",
            f"the same with a BaseModel an item {ms(median(models))}",
            times(ratio),
            "≤ 1.5× the floor",
            ratio <= 1.5,
        ),
        Row(
            "resident memory, 10,000 calls",
            f"{resident / 1e6:.0f} MB",
            "",
            f"DataTable {theirs / 1e6:.0f} MB",
            times(resident / theirs),
            "≤ 120 MB",
            resident <= 120e6,
        ),
    ]
