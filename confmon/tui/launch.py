"""Runs the screen in the terminal that confmon was started from."""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING

from confmon.tui.driver.choice import choose_driver
from confmon.tui.runner.process import Shell, scrub_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.config.choices import Choices
    from confmon.config.settings.model import Settings
    from confmon.config.start import Start
    from confmon.history.place import HistoryPlace
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.alerts.outlets import Outlets
    from confmon.monitor.link.ignored_fields import IgnoredFields
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.ports import Bridge, Mediator


@dataclass(frozen=True, slots=True)
class Setup:
    """What the screen needs.

    `open_bridge`, `notices` and `audit_trouble` are called on threads after the first frame; each
    line of `notices` is shown once, why the log can't be written as long as that is so. `report`
    writes an unexpected exception down and returns the one line to say about it.
    """

    settings: Settings
    open_bridge: Callable[[], Bridge]
    audit: Audit
    ignored_fields: IgnoredFields
    report: Callable[[BaseException], str]
    notices: Callable[[], Sequence[str]] = tuple
    audit_trouble: Callable[[], str] = str
    open_mediator: Callable[[], Mediator] | None = None
    mediator_audit: Audit | None = None
    choices: Choices | None = None
    start: Start | None = None
    order_file: OrderFile | None = None
    outlets: Outlets | None = None
    history: HistoryPlace | None = None
    clock: Clock | None = None
    """Another clock than the machine's."""


def run(setup: Setup) -> int:
    """Show the screen until the operator leaves; return the exit code."""
    scrub_environment()  # before Textual is imported: it reads its variables then
    as_many_cells()
    # Textual's own driver draws on stderr, which may be a file; stdout is known to be a terminal
    sys.__stderr__ = sys.__stdout__  # type: ignore[misc]
    gc.disable()  # what is loaded now stays: looking through it costs, and finds nothing
    from confmon.tui.app import ConfmonApp

    app = ConfmonApp(
        setup.settings,
        open_bridge=setup.open_bridge,
        audit=setup.audit,
        ignored_fields=setup.ignored_fields,
        notices=setup.notices,
        open_mediator=setup.open_mediator,
        mediator_audit=setup.mediator_audit,
        choices=setup.choices,
        start=setup.start,
        order_file=setup.order_file,
        outlets=setup.outlets,
        history=setup.history,
        clock=setup.clock,
        audit_trouble=setup.audit_trouble,
        driver_class=choose_driver(setup.settings.output, os.environ),
    )
    shell = Shell(setup.report)
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
