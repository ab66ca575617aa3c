"""The programs that are compared, each brought to the same table of calls."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.benchmarks.pseudo import Terminal, python
from tests.benchmarks.screens import shown
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST_NUMBER = "+1516"
"""How every caller's number begins: once one is written, the table is there."""


def confmon(calls: int, every_s: float | None = None, bytes_per_s: float | None = None) -> Terminal:
    """Start confmon's screen on a crowd and go to its calls."""
    return _calls_shown(
        Terminal(python("app_confmon", "--crowd", calls, *_every(every_s)), bytes_per_s=bytes_per_s)
    )


def confmon_at(url: str, every_s: float, *options: str) -> Terminal:
    """Start confmon's screen on a bridge over HTTP and go to its calls."""
    argv = python("app_confmon", "--url", url, "--every", every_s, *options)
    return _calls_shown(Terminal(argv))


def other(
    module: str, calls: int, every_s: float | None = None, bytes_per_s: float | None = None
) -> Terminal:
    """Start one of the tables beside this file."""
    terminal = Terminal(python(module, calls, *_every(every_s)), bytes_per_s=bytes_per_s)
    return _ready(terminal, terminal.shows(FIRST_NUMBER))


def bare() -> Terminal:
    """Start one line that counts keys."""
    terminal = Terminal(python("app_bare"))
    return _ready(terminal, terminal.shows("pressed 0 times"))


def _every(every_s: float | None) -> tuple[object, ...]:
    return () if every_s is None else ("--every", every_s)


def _calls_shown(terminal: Terminal) -> Terminal:
    with _closed_on_failure(terminal):
        # What is new may be sent in pieces, so the screen itself is asked.
        _until_shown(terminal, r"1 Meetings [1-9](.|\n)*calls \d")
        terminal.press("2")
        _until_shown(terminal, r"\brole\b(.|\n)*\+\d{10}")
        terminal.read_for(1.0)
    return terminal


def _until_shown(terminal: Terminal, pattern: str) -> None:
    wanted = re.compile(pattern)
    for _ in range(5 * int(PATIENCE_S)):
        terminal.read_for(0.2)
        if wanted.search(shown(terminal.chunks)):
            return
    raise TimeoutError(f"{pattern} is not on the screen:\n{shown(terminal.chunks)}")


def _ready(terminal: Terminal, test: Callable[[], bool]) -> Terminal:
    with _closed_on_failure(terminal):
        terminal.until(test)
        terminal.read_for(1.0)
    return terminal


@contextmanager
def _closed_on_failure(terminal: Terminal) -> Iterator[None]:
    try:
        yield
    except BaseException:
        terminal.close()
        raise
