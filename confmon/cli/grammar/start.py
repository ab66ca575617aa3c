"""The flags that only the screen has: what it begins with, and what this run may do besides."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from confmon.cli.grammar.base import integer
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_FLAGS = {"filter": "--filter", "meeting": "--meeting", "reveal_numbers": "--reveal-numbers",
          "fresh": "--fresh"}  # fmt: skip
_PREFIX = "start_"
"""Commands have flags of the same names; theirs must not overwrite these, nor these theirs."""


def add_start(parser: ArgumentParser) -> None:
    """Let a parser take the flags of the screen. They have no defaults, as those of settings."""
    group = parser.add_argument_group("the screen")
    group.add_argument(
        "--filter", dest=f"{_PREFIX}filter", default=SUPPRESS, metavar="TEXT",
        help="begin with this filter, as typed after /",
    )  # fmt: skip
    group.add_argument(
        "--meeting", dest=f"{_PREFIX}meeting", default=SUPPRESS, metavar="NUMBER", type=integer(0),
        help="begin in this meeting",
    )  # fmt: skip
    group.add_argument(
        "--reveal-numbers", dest=f"{_PREFIX}reveal_numbers", default=SUPPRESS, action="store_true",
        help="copy and export telephone numbers in full",
    )  # fmt: skip
    group.add_argument(
        "--fresh", dest=f"{_PREFIX}fresh", default=SUPPRESS, action="store_true",
        help="columns, order and filter as at first, not as you left them",
    )  # fmt: skip


def start_of(arguments: Namespace) -> dict[str, Any]:
    """Return what was given of these flags, by the fields of `Start`."""
    return {
        name: getattr(arguments, f"{_PREFIX}{name}")
        for name in _FLAGS
        if hasattr(arguments, f"{_PREFIX}{name}")
    }


def refuse_elsewhere(arguments: Namespace) -> None:
    """Check that no other command was given such a flag. CliExit: 64, one was."""
    if given := list(start_of(arguments)):
        command = arguments.command
        raise exits.usage_error(
            f"{_FLAGS[given[0]]} before a command is for the screen; {command} may have"
            f" one of its own: confmon {command} --help",
        )
