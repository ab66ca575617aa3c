"""Chooses the driver that draws the screen, and imports only that one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confmon.tui.driver.terminal_support import is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.driver import Driver


def choose_driver(output: str, environ: Mapping[str, str]) -> type[Driver]:
    """Return the class for ``App(driver_class=…)``.

    `output` is ``auto`` (differences if the terminal is a known one), ``diff`` (differences if the
    encoding is UTF-8) or ``plain`` (as Textual writes). Both classes read input by our grammar.
    """
    encoding = (getattr(sys.__stdout__, "encoding", None) or "").lower().replace("-", "")
    if output == "plain" or encoding != "utf8" or (output == "auto" and not is_known(environ)):
        from confmon.tui.driver.plain import PlainDriver

        return PlainDriver
    from confmon.tui.driver.driver import DiffDriver

    return DiffDriver
