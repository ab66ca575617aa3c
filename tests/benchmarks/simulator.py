"""`confmon simulate` in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.pseudo import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


class Simulated(NamedTuple):
    """A bridge that is being served."""

    url: str


@contextmanager
def simulated(*, meetings: int, calls: int) -> Iterator[Simulated]:
    """Serve a bridge on a free port until the end of the block."""
    command = "import sys; from confmon.cli import main; sys.exit(main())"
    arguments = ["simulate", "--port", "0", "--meetings", str(meetings), "--calls", str(calls)]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+/v1", line)
            if found is None:
                raise RuntimeError(f"the simulator said: {line!r}")
            yield Simulated(found.group())
        finally:
            process.terminate()
