"""What every part of the grammar is made of: the parser, readers of values, flags in common."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, NoReturn

from confmon.config.settings.checks import suggest
from confmon.process import exits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from confmon.config.settings.setting import Setting

FORMATS = ("table", "json", "jsonl", "csv")
# Patterns are compiled where one is used: `--version` and most commands need none.
_SID = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}"
_NO_TEXT = "[\ud800-\udfff]"
"""What Python makes of bytes that are no UTF-8."""
_WHOLE = r"[+-]?[0-9]+"
_DIGITS = 18
"""No number of the API's has more; what Python reads has a limit of its own."""
_CHOICES = (
    r"argument (?:command|COMMAND|WHAT|TOPIC): invalid choice: '(?P<word>.*)' "
    r"\(choose from (?P<known>.*)\)"
)
"""What argparse says of a command that is none; it names all forty."""


class Parser(argparse.ArgumentParser):
    """argparse, with the exit code that this program documents for a wrong command line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to learn more, and end with 64."""
        if found := re.fullmatch(_CHOICES, message):
            known = found["known"].replace("'", "").split(", ")
            message = f"there is no {found['word']!r}{suggest(found['word'], known)}"
        raise exits.CliExit(
            exits.USAGE, f"{self.prog}: {message}", f"Try '{self.prog} --help' for the usage."
        )

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """Refuse what argparse takes apart wrongly, and words that are no text.

        It takes the sign before plain words out of ``--limit=--`` as well, and has no value then.
        """
        if action.option_strings and arg_strings == ["--"]:
            raise argparse.ArgumentError(action, "-- is not a value")
        if action.type is None and action.nargs != argparse.PARSER:
            for word in arg_strings:
                if not word.isascii() and re.search(_NO_TEXT, word):
                    raise argparse.ArgumentError(action, f"not UTF-8 text: {word!r}")
        return super()._get_values(action, arg_strings)


class _Unbuilt:
    """In place of the parser of a command that is not on the command line: it takes in nothing."""

    def __getattr__(self, _: str) -> Callable[..., _Unbuilt]:
        return lambda *_, **__: self


class Grammar:
    """Takes in the commands, each under the heading that `confmon --help` shows it under.

    Only those among `words` are built, without `words` all of them: seventy parsers take a
    good part of the time to the screen's first frame.
    """

    def __init__(self, shared: Parser, words: Collection[str] | None = None) -> None:
        self.shared = shared
        self._words = words
        self.commands: Any = None
        """argparse's own place for commands; it keeps the type of that to itself."""
        self._groups: list[tuple[str, list[tuple[str, str]]]] = []

    def heading(self, title: str) -> None:
        """List what is added from here on under `title`."""
        self._groups.append((title, []))

    def add(self, name: str, text: str) -> Parser:
        """Add a command; `text` is its line in the overview."""
        self._groups[-1][1].append((name, text))
        if self._words is None or name in self._words:
            return self._made(self.commands, name, text)
        unbuilt: Any = _Unbuilt()
        self.commands.choices[name] = unbuilt  # for the list of commands in a complaint
        left_out: Parser = unbuilt
        return left_out

    def family(self, name: str, text: str) -> Callable[[str, str], Parser]:
        """Add a command with commands of its own (`dest` is ``what``); return what adds those."""
        commands = self.add(name, text).add_subparsers(
            dest="what", metavar="WHAT", title="commands", required=True
        )
        return lambda what, text: self._made(commands, what, text)

    def _made(self, commands: Any, name: str, text: str) -> Parser:
        made: Parser = commands.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + ".",
            parents=[self.shared], allow_abbrev=False,
        )  # fmt: skip
        return made

    def overview(self) -> str:
        """Return every command with its line, by heading."""
        return "\n\n".join(
            "\n".join([f"{title}:", *(f"    {name:<14}{text}" for name, text in commands)])
            for title, commands in self._groups
        )


YES = ("--yes", "do not ask; needed without a terminal")
WATCH = (
    "--watch",
    "go on, and print a JSON line for each record that is there, joins, changes or leaves",
)
REVEAL_CODES = ("--reveal-codes", "print access codes instead of ****")
REVEAL_NUMBERS = ("--reveal-numbers", "print telephone numbers in full")
"""Whatever the output and the profile."""


def integer(low: int = -(10**9), high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""
    top = f" to {high}" if high is not None else " upwards"

    def read(text: str) -> int:
        if not re.fullmatch(_WHOLE, text):
            raise argparse.ArgumentTypeError(f"not a whole number: {text[:40]!r}")
        if len(text) > _DIGITS:
            raise argparse.ArgumentTypeError(f"a number of {len(text)} digits is too large")
        number = int(text)
        if number < low or (high is not None and number > high):
            raise argparse.ArgumentTypeError(f"{number} is not in {low}{top}")
        return number

    return read


def decimal(text: str) -> float:
    """Read any number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a number: {text[:40]!r}") from None


def text_id(text: str) -> str:
    """Read an id that is a text."""
    if not re.fullmatch(_SID, text):
        raise argparse.ArgumentTypeError(f"not an id: {text!r}")
    return text


def name_list(text: str) -> tuple[str, ...]:
    """Read names between commas."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise argparse.ArgumentTypeError(f"names between commas are wanted: {text!r}")
    return names


def add_setting(group: argparse._ArgumentGroup, name: str, row: Setting) -> None:
    """Add the flag of a setting."""
    if isinstance(row.default, bool):
        action = "store_false" if row.default else "store_true"
        group.add_argument(row.flag, dest=name, action=action, help=row.flag_help)
        return
    reader: Any = {float: decimal, int: integer()}.get(type(row.default))
    group.add_argument(
        row.flag, dest=name, type=reader, metavar=row.metavar or None, help=row.flag_help
    )


def add_switches(command: Parser, *switches: tuple[str, str]) -> None:
    """Add flags that take no value, each with its help."""
    for flag, text in switches:
        command.add_argument(flag, action="store_true", help=text)


def add_number(
    command: Parser, name: str, metavar: str = "NUMBER", text: str | None = None
) -> None:
    """Add a flag, or a word of the command, that takes the number of a record."""
    command.add_argument(name, type=integer(0), metavar=metavar, help=text)


def add_meeting_option(command: Parser) -> None:
    """Let a command be about one meeting only."""
    add_number(command, "--meeting", text="of one meeting only")


def add_output(command: Parser) -> None:
    """Let a command print in every format."""
    command.add_argument("-o", "--output", choices=FORMATS, default="table", help="default: table")


def add_field_options(command: Parser) -> None:
    """Let a command print chosen fields, in every format."""
    for flag, text in (
        ("--fields", "these fields only, by wire name"),
        ("--exclude", "every field but these"),
    ):
        command.add_argument(flag, type=name_list, default=(), metavar="A,B", help=text)
    add_output(command)


def add_list_options(
    command: Parser, text: str = "the API's conditions: 'id gt 5 and name like \"A%%\"'"
) -> None:
    """Let a command say which records, in what order, how many, and with which fields."""
    command.add_argument("--filter", metavar="EXPR", help=text)
    command.add_argument("--order", metavar="ORDER", help="'field' or 'field desc'")
    command.add_argument("--limit", type=integer(1), metavar="N", help="at most N")
    command.add_argument("--offset", type=integer(0), default=0, metavar="N", help="leave N out")
    add_field_options(command)
