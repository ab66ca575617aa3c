"""Work on the thread that can be cut: it rests between two steps, so that a key is answered."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]


def run_resting(steps: Steps[T], rest: Callable[[], None]) -> T:
    """Run steps to their end and return their value."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
        rest()
