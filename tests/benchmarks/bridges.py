"""Bridges to read from, each in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.pseudo import ROOT, python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Served(NamedTuple):
    """A bridge that is being served."""

    url: str


_CHURNING = """
import sys
from confmon.simulator.http.server import run
def say(port):
    print(f"http://127.0.0.1:{port}/conference/v1", file=sys.stderr, flush=True)
run(meetings=int(sys.argv[1]), calls=int(sys.argv[2]), churn=float(sys.argv[3]), on_ready=say)
"""


def churning(*, meetings: int, calls: int, churn: float) -> AbstractContextManager[Served]:
    """Serve a bridge of which such a share of callers leaves per minute, and others come."""
    return _served([sys.executable, "-c", _CHURNING, str(meetings), str(calls), str(churn)])


def simulated(*, meetings: int, calls: int) -> AbstractContextManager[Served]:
    """Serve a bridge that lives, on a free port until the end of the block."""
    command = "import sys; from confmon.cli import main; sys.exit(main())"
    arguments = ["simulate", "--port", "0", "--meetings", str(meetings), "--calls", str(calls)]
    return _served([sys.executable, "-c", command, *arguments])


def replayed(calls: int) -> AbstractContextManager[Served]:
    """Serve a bridge that costs little: one call in twenty differs from reading to reading."""
    return _served(python("replay", calls))


@contextmanager
def _served(argv: list[str]) -> Iterator[Served]:
    with subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+/v1", line)
            if found is None:
                raise RuntimeError(f"the bridge printed: {line!r}")
            yield Served(found.group())
        finally:
            process.terminate()
