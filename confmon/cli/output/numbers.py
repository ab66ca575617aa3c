"""Which telephone numbers a command prints in full."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confmon.monitor.exports.numbers import NumberVisibility, visibility

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.config.settings.model import Settings


def choose_visibility(arguments: Namespace, settings: Settings) -> NumberVisibility:
    """Return what a command prints in full.

    The flag beats the profile. A table on a terminal is as the screen is; one that goes into a file
    or another program is an export, as JSON and CSV are anywhere.
    """
    return visibility(
        reveal=getattr(arguments, "reveal_numbers", False),
        mask=settings.mask_numbers,
        is_export=arguments.output != "table" or not sys.stdout.isatty(),
    )


def cuts_in_messages(arguments: Namespace, settings: Settings) -> bool:
    """Whether numbers are cut on stderr: where nobody watches, it goes into a log."""
    if getattr(arguments, "reveal_numbers", False):
        return False
    return settings.mask_numbers or not sys.stderr.isatty()
