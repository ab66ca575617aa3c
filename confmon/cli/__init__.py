"""The command line and the composition root.

`main` imports next to nothing until it knows the command: `--version` must not load the screen, and
`calls` must not load Textual.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence


HOMES: dict[str | None, str] = {
    None: "commands.screen", "demo": "commands.screen", "replay": "commands.screen",
    "simulate": "commands.simulate",
    "discover": "commands.setup.discover",
    "login": "commands.setup.login", "logout": "commands.setup.login",
    "meetings": "commands.live", "calls": "commands.live", "attributes": "commands.live",
    "meeting": "commands.live", "call": "commands.live", "poll": "commands.poll",
    "audit": "commands.audit", "config": "commands.setup.config",
    "completion": "grammar.completion", "alerts": "commands.setup.alerts",
    "share": "commands.setup.share",
    "attribute": "commands.change", "attention": "commands.watching.attention",
    "check": "commands.watching.check", "metrics": "commands.watching.metrics",
    "record": "commands.watching.record", "collect": "commands.watching.collect",
    "attendance": "commands.past.attendance",
    "history": "commands.past.history", "help": "commands.help",
}  # fmt: skip
"""Which module of this folder a command is in; the verbs on calls and meetings: `commands.act`."""
SCREENS = (None, "demo", "replay")
"""The commands that open the screen."""
HOMES_OF_RESOURCES = {
    "show": "commands.show", "keys": "commands.access_codes", "create": "commands.change",
    "update": "commands.change", "delete": "commands.change",
}  # fmt: skip
"""The same of what is done to a record of the resource table. Its lists: `commands.show`."""


PLUGIN = "check"
"""The command with the exit codes of a plug-in of Nagios, whatever happens."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run confmon with `argv` (default: the process's) and return its exit code."""
    from argparse import Namespace

    from confmon.process import streams

    streams.secure()
    words = sys.argv[1:] if argv is None else argv
    arguments = Namespace()
    code = streams.final_code(_ended(words, arguments))
    if not _is_plugin(words, arguments):
        return code
    from confmon.cli.output import plugin

    return plugin.final_code(code)


def _ended(words: Sequence[str], arguments: Namespace) -> int:
    """Run confmon and return its exit code, whatever it ends with. `arguments` is filled."""
    from confmon.cli.grammar.parser import build

    try:
        code = _run(build(words).parse_args(words, arguments))
        sys.stdout.flush()
    except exits.CliExit as quit_:
        code, lines = quit_.code, quit_.lines
    except SystemExit as end:  # argparse, after --help and --version
        return end.code if isinstance(end.code, int) else exits.INTERNAL
    except KeyboardInterrupt:
        code, lines = exits.INTERRUPTED, ()
    except Exception as error:  # noqa: BLE001  the last line of defence
        from confmon.process.crash import report

        code, lines = exits.INTERNAL, (report(error),)
    else:
        return code
    if _is_plugin(words, arguments):
        from confmon.cli.output import plugin

        print(plugin.unknown(lines))
        return plugin.State.UNKNOWN
    for line in lines:
        print(line, file=sys.stderr)
    return code


def _is_plugin(words: Sequence[str], arguments: Namespace) -> bool:
    """Tell whether this is the plug-in, also where a flag before the command is wrong."""
    command = getattr(arguments, "command", None)
    return command == PLUGIN or (command is None and PLUGIN in words)


def _run(arguments: Namespace) -> int:
    from importlib import import_module

    from confmon.cli.grammar.start import refuse_elsewhere
    from confmon.models.resources import COMMANDS, LIST_COMMANDS

    command = arguments.command
    if command not in SCREENS:
        refuse_elsewhere(arguments)
    if command in COMMANDS or command in LIST_COMMANDS:
        home = HOMES_OF_RESOURCES[getattr(arguments, "what", "show")]
    else:
        home = HOMES.get(command, "commands.act")
    code: int = import_module(f"confmon.cli.{home}").run(arguments)
    return code
