"""The command line and the composition root.

`main` imports next to nothing until it knows the command: `--version` must not pay for the screen,
nor `calls` for Textual.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confmon.cli import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence


HOMES: dict[str | None, str] = {
    None: "screen", "demo": "screen", "simulate": "simulate", "discover": "discover",
    "meetings": "lists", "calls": "lists", "attributes": "lists",
    "meeting": "one", "call": "one", "poll": "poll",
    "rooms": "stands", "dids": "stands", "did-groups": "stands", "call-flows": "stands",
    "call-flow": "stands", "subscribers": "stands", "subscriber": "stands",
    "bindings": "stands", "dialouts": "stands", "mediator-dids": "stands",
    "audit": "audit", "login": "login", "logout": "login", "config": "config",
    "completion": "completion",
}  # fmt: skip
"""Which module of this room a command is in; the verbs on calls and meetings: `act`."""
FAMILIES = dict.fromkeys(("room", "did", "did-group", "binding", "dialout", "attribute"), "change")
"""Commands that have commands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run confmon with `argv` (default: the process's) and return its exit code."""
    from confmon.cli import streams

    streams.secure()
    return streams.settled(_ended(argv))


def _ended(argv: Sequence[str] | None) -> int:
    """Run confmon and return its exit code, whatever it ends with."""
    from confmon.cli.parser import build

    try:
        words = sys.argv[1:] if argv is None else argv
        code = _run(build(words).parse_args(words))
        sys.stdout.flush()
    except exits.Quit as quit_:
        for line in quit_.lines:
            print(line, file=sys.stderr)
        return quit_.code
    except SystemExit as end:  # argparse, after --help and --version
        return end.code if isinstance(end.code, int) else exits.INTERNAL
    except KeyboardInterrupt:
        return exits.INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last line of defence
        from confmon.cli.crash import report

        print(report(error), file=sys.stderr)
        return exits.INTERNAL
    return code


def _run(arguments: Namespace) -> int:
    from importlib import import_module

    command = arguments.command
    if command in FAMILIES:
        home = "stands" if arguments.what == "show" else FAMILIES[command]
        home = "keys" if arguments.what == "keys" else home
    else:
        home = HOMES.get(command, "act")
    code: int = import_module(f"confmon.cli.{home}").run(arguments)
    return code
