"""Runs command lines on the very streams that it was started with, each in a process of its own.

Forked rather than started: what they import is read once, and nobody looks through it at each
end. argv: the file for the exit codes, and the command lines as JSON.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from confmon.api import core, mediator  # noqa: F401  read before the forks
from confmon.api.live import ConferenceClient  # noqa: F401
from confmon.cli import main
from confmon.cli.commands import live, show  # noqa: F401
from confmon.cli.commands.watching import attention, check, endless, exposition  # noqa: F401
from confmon.monitor.views import directory_columns  # noqa: F401


def run(argv: list[str]) -> int:
    """Run a command as a process would, to the interpreter's end; return its exit code."""
    child = os.fork()
    if not child:
        sys.exit(main(argv))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    gc.disable()
    gc.freeze()
    codes = [run(argv) for argv in json.loads(sys.argv[2])]
    Path(sys.argv[1]).write_text(json.dumps(codes))
