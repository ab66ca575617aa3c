"""Which driver draws the screen. Neither is imported before it is chosen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confmon.tui.driver.terminal_support import is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.driver import Driver


def choose_driver(output: str, environ: Mapping[str, str]) -> type[Driver] | None:
    """The driver class for ``App(driver_class=…)``; None, on Windows: Textual's own.

    `output` is ``auto`` (differences where the terminal is known to do it), ``diff`` (where letters
    are sent as UTF-8) or ``plain``: as Textual writes. The input is read by our grammar always.
    """
    if sys.platform == "win32":
        return None
    encoding = (getattr(sys.__stdout__, "encoding", None) or "").lower().replace("-", "")
    if output == "plain" or encoding != "utf8" or (output == "auto" and not is_known(environ)):
        from confmon.tui.driver.plain import PlainDriver

        return PlainDriver
    from confmon.tui.driver.driver import DiffDriver

    return DiffDriver
