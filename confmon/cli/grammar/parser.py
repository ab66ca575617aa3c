"""The command line's grammar. It imports argparse and the table of settings alone."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from confmon.cli.grammar import directory, live, past, setup, watching
from confmon.cli.grammar.base import Grammar, Parser, add_setting
from confmon.cli.grammar.start import add_start
from confmon.config.settings.model import Settings
from confmon.process import exits

if TYPE_CHECKING:
    from collections.abc import Sequence


def build(argv: Sequence[str] | None = None, kind: type[Settings] = Settings) -> Parser:
    """Return the grammar, of the commands in `argv` alone where that is given."""
    from confmon import __version__

    grammar = Grammar(_shared(kind), argv)
    parser = Parser(
        prog="confmon",
        usage="confmon [SETTINGS] [COMMAND …]",
        description="Watch live telephone conferences from a terminal, and act on them."
        " Without a command: the screen.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[grammar.shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"confmon {__version__}")
    add_start(parser)
    grammar.commands = parser.add_subparsers(dest="command", prog="confmon", help=argparse.SUPPRESS)
    live.add(grammar)
    past.add(grammar)
    directory.add(grammar)
    watching.add(grammar)
    setup.add(grammar)
    codes = "\n".join(f"  {code:>2}  {meaning}" for code, meaning in exits.MEANINGS.items())
    parser.epilog = (
        f"{grammar.overview()}\n\n'confmon COMMAND --help' says what goes with a command, "
        "'confmon help' lists what can be read about.\n\n"
        f"exit codes:\n{codes}\n\nPasswords are no options: see 'confmon config show'."
    )
    return parser


def _shared(kind: type[Settings]) -> Parser:
    """Return the flags that may be before or after the command.

    They have no defaults: a default set by the command would undo the flag before it.
    """
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("settings")
    for name, row in kind.table.items():
        if row.flag:
            add_setting(group, name, row)
        if name == "profile":
            group.add_argument(
                "--config", type=str, metavar="FILE", help="configuration file to read"
            )
    return shared
