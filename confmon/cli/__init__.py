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
    from confmon.cli.parser import build

    try:
        _forgive_encoding()
        words = sys.argv[1:] if argv is None else argv
        code = _run(build(words).parse_args(words))
        sys.stdout.flush()
    except exits.Quit as quit_:
        for line in quit_.lines:
            print(line, file=sys.stderr)
        return quit_.code
    except SystemExit as end:  # argparse, after --help and --version
        return end.code if isinstance(end.code, int) else exits.INTERNAL
    except BrokenPipeError:  # the reader has seen enough: `confmon calls | head`
        _silence_stdout()
        return exits.OK
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


def _forgive_encoding() -> None:
    """Let a name in another script come out escaped, rather than end the command (LANG=C)."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not complain."""
    import os

    with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123  a device
        os.dup2(nothing.fileno(), sys.stdout.fileno())
