"""What a program weighs: memory, objects, descriptors, tasks, and whether that is level."""

from __future__ import annotations

import asyncio
import gc
import os
import types
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
_OUTSIDE = (types.ModuleType, types.FrameType, types.CodeType, types.FunctionType, type)


@dataclass(frozen=True)
class Weight:
    """One weighing. `reached` counts what the program holds, `kinds` by type of our own."""

    at_s: float
    memory_kb: int
    reached: int
    descriptors: int
    tasks: int
    population: int
    kinds: Counter[str] = field(repr=False)


def weigh(root: object, *, at_s: float, population: int, leave_out: tuple[type, ...]) -> Weight:
    """Weigh a process and everything that can be reached from `root`."""
    gc.collect()
    reached, kinds = _reach(root, leave_out)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Weight(
        at_s=at_s,
        memory_kb=pages * _PAGE_KB,
        reached=reached,
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        tasks=len(asyncio.all_tasks()),
        population=population,
        kinds=kinds,
    )


def _reach(root: object, leave_out: tuple[type, ...]) -> tuple[int, Counter[str]]:
    seen: set[int] = {id(root)}
    todo: list[Any] = [root]
    entries = 0
    kinds: Counter[str] = Counter()
    while todo:
        one = todo.pop()
        if isinstance(one, (dict, list, set, tuple, frozenset)):
            entries += len(one)
        kind = type(one)
        if kind.__module__.startswith(("confmon", "textual", "httpx", "asyncio")):
            kinds[f"{kind.__module__}.{kind.__qualname__}"] += 1
        for other in gc.get_referents(one):
            if id(other) in seen or isinstance(other, (*_OUTSIDE, *leave_out)):
                continue
            seen.add(id(other))
            todo.append(other)
    return entries + len(seen), kinds


def drift(weights: list[Weight], value: str) -> float:
    """How much the median of the last third is above that of the middle third, as a share.

    The median, for a weighing in the middle of something (a read that failed, a full set of drawn
    lines) is off by half of what is held, and in the mean hides or feigns a leak.
    """
    third = len(weights) // 3
    middle = median(getattr(weight, value) for weight in weights[third : 2 * third])
    last = median(getattr(weight, value) for weight in weights[-third:])
    return last / middle - 1 if middle else 0.0


def growing(weights: list[Weight], *, least: int) -> dict[str, tuple[int, int]]:
    """The types of which there are ever more: least of the last third over most of the middle.

    Of what there is for each caller there may be more when there are more callers.
    """
    third = len(weights) // 3
    middle, last = weights[third : 2 * third], weights[-third:]
    crowd = max(weight.population for weight in last) / max(w.population for w in middle)
    found = {}
    for kind in set().union(*[weight.kinds for weight in weights]):
        before = max(weight.kinds[kind] for weight in middle)
        after = min(weight.kinds[kind] for weight in last)
        if after > before * max(1.0, crowd) * 1.1 + least:
            found[kind] = (before, after)
    return found
