"""Runs the screen in the terminal that confmon was started from."""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from confmon.tui.driver.choice import choose_driver
from confmon.tui.runner.process import Shell, scrub_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.tui.setup import Setup


def run(setup: Setup, report: Callable[[BaseException], str]) -> int:
    """Show the screen until the operator leaves; return the exit code.

    `report` writes an unexpected exception down and returns the one line to say about it.
    """
    scrub_environment()  # before Textual is imported: it reads its variables then
    as_many_cells()
    # Textual's own driver draws on stderr, which may be a file; stdout is known to be a terminal
    sys.__stderr__ = sys.__stdout__  # type: ignore[misc]
    gc.disable()  # what is loaded now stays: looking through it costs, and finds nothing
    from confmon.tui.app import ConfmonApp

    app = ConfmonApp(setup, driver_class=choose_driver(setup.settings.output, os.environ))
    shell = Shell(report)
    code = shell.run(app, mouse=setup.settings.mouse)
    tell(app.left_open)
    if setup.outlets is not None:
        setup.outlets.close()
    shell.leave(code)


def tell(lines: Sequence[str]) -> None:
    """Say on stderr what stays as it is; the terminal is as it was before."""
    with contextlib.suppress(OSError):  # it may be gone
        for line in lines:
            os.write(2, f"confmon: {line}\n".encode("utf-8", "backslashreplace"))


def as_many_cells() -> None:
    """Let what the locale has no letters for take as many cells as it would: columns stay."""
    codecs.register_error("confmon.cells", in_question_marks)
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="confmon.cells")


def in_question_marks(error: UnicodeError) -> tuple[str, int]:
    """Return a question mark for each cell of what can't be encoded: two, one, or none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from rich.cells import get_character_cell_size

    lost = error.object[error.start : error.end]
    return "?" * sum(map(get_character_cell_size, lost)), error.end
