"""Several confmon share a database in which everything goes wrong, in any order.

`play` plays what one seed draws. ``python -m tests.sharing.model --seconds 600`` plays more of it
than a test run does, and shortens what it finds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.sharing.happenings import ACTIONS, Event, Model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def draw(seed: int, count: int = 45) -> list[Event]:
    """Draw what happens."""
    random = Random(seed)  # noqa: S311
    names, weights = tuple(ACTIONS), tuple(ACTIONS.values())
    return [Event(name, random.getrandbits(32)) for name in random.choices(names, weights, k=count)]


def play(seed: int, events: Sequence[Event] | None = None) -> None:
    """Let things happen one after another, and then nothing. AssertionError."""
    with tempfile.TemporaryDirectory() as folder:
        model = Model(Path(folder) / "share.db", seed)
        with contextlib.closing(model.world):
            for event in draw(seed) if events is None else events:
                model.happen(event)
            model.be_quiet()
            model.check()


def shorten(events: list[Event], fails: Callable[[list[Event]], bool]) -> list[Event]:
    """Leave out what need not happen for a failure."""
    size = max(1, len(events) // 2)
    while size:
        at = 0
        while at < len(events):
            fewer = events[:at] + events[at + size :]
            if fails(fewer):
                events = fewer
            else:
                at += size
        size //= 2
    return events


def _why(seed: int, events: Sequence[Event]) -> str:
    try:
        play(seed, events)
    except (AssertionError, LookupError) as error:
        return str(error).partition("\n")[0] or "an assertion"
    return ""


def main(argv: Sequence[str] | None = None) -> int:
    """Search for so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1000, help="the first one")
    given: Any = parser.parse_args(argv)
    until, seed = time.monotonic() + given.seconds, given.seed
    while time.monotonic() < until:
        if found := _search(seed):
            sys.stdout.write(found)
            return 1
        seed += 1
    sys.stdout.write(f"{seed - given.seed} seeds from {given.seed}: nothing found\n")
    return 0


def _search(seed: int) -> str:
    """Play a seed; return what went wrong, and the fewest events that suffice."""
    events = draw(seed)
    why = _why(seed, events)
    if not why:
        return ""
    shorter = shorten(events, lambda fewer: _why(seed, fewer) == why)
    return f"seed {seed}: {why}\n{json.dumps(shorter)}\n"


if __name__ == "__main__":
    sys.exit(main())
