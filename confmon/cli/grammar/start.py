"""The flags that only the screen has: what it begins with, and what this run may do besides."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from confmon.cli.grammar.base import integer
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_FLAGS: dict[str, dict[str, Any]] = {
    "filter": {"metavar": "TEXT", "help": "begin with this filter, as typed after /"},
    "meeting": {"metavar": "NUMBER", "type": integer(0), "help": "begin in this meeting"},
    "reveal_numbers": {
        "action": "store_true", "help": "copy and export telephone numbers in full"
    },
    "fresh": {
        "action": "store_true",
        "help": "columns, order and filter as at first, not as you left them",
    },
}  # fmt: skip
_PREFIX = "start_"
"""Commands have flags of the same names; theirs must not overwrite these, nor these theirs."""


def add_start(parser: ArgumentParser) -> None:
    """Let a parser take the flags of the screen. They have no defaults, as those of settings."""
    group = parser.add_argument_group("the screen")
    for name, options in _FLAGS.items():
        group.add_argument(_flag(name), dest=f"{_PREFIX}{name}", default=SUPPRESS, **options)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


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
            f"{_flag(given[0])} before a command is for the screen; {command} may have"
            f" one of its own: confmon {command} --help",
        )
