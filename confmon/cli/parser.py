"""The command line's grammar. Imports argparse alone: `--version` and completion need no more."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from confmon.cli import exits

if TYPE_CHECKING:
    from collections.abc import Callable

DESCRIPTION = "Watch live telephone conferences from a terminal, and act on them."
FORMATS = ("table", "json", "jsonl", "csv")
SEED, MEETINGS, CALLS = 7, 18, 200
"""The demo's; `confmon.simulator.demo` says the same, and a test compares."""
SHELLS = ("bash", "zsh", "fish")
VERBS = {
    "mute": "mute callers",
    "unmute": "let callers be heard again, whoever muted them",
    "hold": "put callers on hold",
    "release": "take callers off hold",
    "drop": "hang callers up",
}
"""The verbs that take one or more call ids."""
AUDITED = (
    "mute", "unmute", "hold", "release", "name", "gain", "drop", "restore", "lock", "unlock",
    "record", "stop_recording", "end", "restore_meeting",
)  # fmt: skip
"""The verbs that the audit log may have; `confmon.monitor.verbs` says the same, a test compares."""


class Parser(argparse.ArgumentParser):
    """argparse, with the exit code that this program documents for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more, and end with 64."""
        raise exits.Quit(
            exits.USAGE, f"{self.prog}: {message}", f"Try '{self.prog} --help' for the usage."
        )


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""
    top = f" to {high}" if high is not None else " upwards"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"not a whole number: {text!r}") from None
        if number < low or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"{number} is not in {low}{top}")
        return number

    return read


def _shared() -> Parser:
    """Return the flags that stand before or after the command alike.

    They have no defaults: a default set by the command would undo the flag before it.
    """
    shared = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("settings")
    group.add_argument("--base-url", metavar="URL", help="full base of the Conference API")
    group.add_argument("--login", metavar="NAME", help="login of the conference endpoint")
    group.add_argument("--profile", metavar="NAME", help="profile in the configuration file")
    group.add_argument("--config", metavar="FILE", help="configuration file to read")
    group.add_argument(
        "--read-only", action="store_true", help="look, never touch: nothing but GET is sent"
    )
    group.add_argument(
        "--interval", type=float, metavar="SECONDS", help="time between two reads, 0.5 to 60"
    )
    return shared


def _yes(command: Parser) -> None:
    command.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")


def build() -> Parser:
    """Return the whole grammar."""
    from confmon import __version__

    shared = _shared()
    codes = "\n".join(f"  {code:>2}  {meaning}" for code, meaning in exits.MEANINGS.items())
    parser = Parser(
        prog="confmon",
        description=DESCRIPTION + " Without a command: the screen.",
        epilog=f"exit codes:\n{codes}\n\nThe password is no option: see 'confmon config show'.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"confmon {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def add(name: str, text: str) -> Parser:
        return commands.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + ".", parents=[shared],
            allow_abbrev=False,
        )  # fmt: skip

    _bridges(add)
    _lists(add)
    _verbs(add)
    _audit(add)

    login = add("login", "ask for the password once, check it, and store it")
    login.add_argument(
        "--no-check", action="store_true", help="store it without asking the service"
    )
    add("logout", "forget the password that login stored")
    config = add("config", "show where settings come from, and check them")
    config.add_argument("what", choices=("path", "show", "validate"))
    completion = add("completion", "print a completion script for a shell")
    completion.add_argument("shell", choices=SHELLS)
    return parser


def _bridges(add: Callable[[str, str], Parser]) -> None:
    demo = add("demo", "the screen on a conference bridge in memory; needs no login")
    simulate = add("simulate", "serve a conference bridge in memory over HTTP on this machine")
    for command in (demo, simulate):
        command.add_argument("--seed", type=int, default=SEED, help="same seed, same bridge")
        command.add_argument("--meetings", type=whole(1, 10_000), default=MEETINGS, metavar="M")
        command.add_argument("--calls", type=whole(0, 100_000), default=CALLS, metavar="C")
    simulate.add_argument(
        "--port", type=whole(0, 65535), default=8080, metavar="N", help="0: any free port"
    )
    simulate.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on"
    )


def _lists(add: Callable[[str, str], Parser]) -> None:
    meetings = add("meetings", "list the live meetings")
    calls = add("calls", "list the live calls")
    attributes = add("attributes", "list the live attributes of one meeting")
    calls.add_argument("--meeting", type=whole(0), metavar="NUMBER", help="of one meeting only")
    calls.add_argument(
        "--filter",
        metavar="EXPR",
        help="""the screen's words ('muted anna') or the API's conditions ('muteMode ne 0')""",
    )
    attributes.add_argument("meeting", type=whole(0), metavar="NUMBER")
    for command in (meetings, calls, attributes):
        _output(command)
    for command in (calls, attributes):
        command.add_argument(
            "--reveal-codes", action="store_true", help="print access codes instead of ****"
        )


def _verbs(add: Callable[[str, str], Parser]) -> None:
    for name, text in VERBS.items():
        command = add(name, text)
        if name == "drop":
            _yes(command)
        command.add_argument("id", type=whole(0), nargs="+", metavar="ID")
    name_ = add("name", "give a caller a name")
    name_.add_argument("id", type=whole(0), metavar="ID")
    name_.add_argument("text", metavar="TEXT")
    gain = add("gain", "set a caller's gain")
    gain.add_argument("id", type=whole(0), metavar="ID")
    gain.add_argument("level", type=int, metavar="N")
    end = add("end", "end a meeting and hang up everyone in it")
    _yes(end)
    end.add_argument("meeting", type=whole(0), metavar="MEETING")


def _audit(add: Callable[[str, str], Parser]) -> None:
    audit = add("audit", "show what was done, by whom, and what became of it")
    audit.add_argument(
        "--since", metavar="TIME", help="from then on: 2024-05-06, 2024-05-06T17:30, 30m, 2h, 7d"
    )
    audit.add_argument("--verb", choices=AUDITED, metavar="VERB", help="of one verb only")
    audit.add_argument(
        "--target", metavar="TEXT", help="whose id this is, or whose name or number has it"
    )
    audit.add_argument("--meeting", type=whole(0), metavar="NUMBER", help="of one meeting only")
    audit.add_argument(
        "--open", action="store_true", help="only what has no outcome: it may have been carried out"
    )
    audit.add_argument("--limit", type=whole(1), metavar="N", help="the newest N")
    audit.add_argument("--demo", action="store_true", help="the demo's own log")
    _output(audit)


def _output(command: Parser) -> None:
    command.add_argument("-o", "--output", choices=FORMATS, default="table", help="default: table")
