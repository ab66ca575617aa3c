"""The grammar of what is kept: recording, attendance, the history and playing it."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confmon.cli.grammar.base import (
    REVEAL_NUMBERS,
    Parser,
    add_meeting_option,
    add_number,
    add_output,
    add_switches,
    decimal,
    integer,
)
from confmon.cli.grammar.start import add_start

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar

LIMIT = 1000
"""So many meetings or calls are listed where nothing else is asked for."""
_SIGNED = r"-\d"
"""What is a value though it begins with a sign: `-2h`."""


def add(grammar: Grammar) -> None:
    """Add the commands."""
    grammar.heading("what was")
    _attendance(grammar)
    _history(grammar)
    for name, does in (
        ("record", "keep the history of the bridge without a screen, until a signal"),
        ("collect", "read the bridge for all who share it, without a screen, until a signal"),
    ):
        command = grammar.add(name, does)
        command.add_argument(
            "--for", dest="for_s", type=integer(0, 31_536_000), metavar="SECONDS",
            help="end after so long; by default a signal ends it",
        )  # fmt: skip
        add_switches(command, ("--quiet", "print nothing on stderr"))
    replay = grammar.add("replay", "play what confmon history export wrote, on the screen")
    replay.add_argument("file", metavar="FILE")
    replay.add_argument("--speed", type=_speed, default=1.0, metavar="N",
                        help="so many times as fast as it was, 0.1 to 1000")  # fmt: skip
    if isinstance(replay, Parser):
        add_start(replay)


def _speed(text: str) -> float:
    speed = decimal(text)
    if not 0.1 <= speed <= 1000:
        raise ArgumentTypeError(f"{text} is not in 0.1 to 1000")
    return speed


def _attendance(grammar: Grammar) -> None:
    command = grammar.add("attendance", "list who was in a meeting, from when to when")
    add_number(command, "meeting", "MEETING")
    _session(command)
    _span(command)
    add_output(command)
    add_switches(command, REVEAL_NUMBERS)


def _history(grammar: Grammar) -> None:
    what = grammar.family("history", "list, export and delete what was recorded")
    meetings = what("meetings", "list the meetings that were, the newest first")
    calls = what("calls", "list the calls that were, the newest first")
    events = what("events", "list what happened")
    export = what("export", "write a time span, or a meeting, into a file for confmon replay")
    prune = what("prune", "delete now what is older than history_days")
    meetings.add_argument(
        "--search", metavar="WORDS", help="in number, owner, callers' numbers and names"
    )
    calls.add_argument("--phone", metavar="NUMBER", help="of a telephone number")
    for command in (meetings, calls):
        command.add_argument("--limit", type=integer(1, 1_000_000), default=LIMIT, metavar="N",
                             help=f"the newest N; default: {LIMIT}")  # fmt: skip
    for command in (events, export):
        _session(command)
    for command in (meetings, calls, events, export):
        add_meeting_option(command)
        _span(command)
        add_switches(command, REVEAL_NUMBERS)
    for command in (meetings, calls, events):
        add_output(command)
    export.add_argument("file", metavar="FILE", help="a new file; -: stdout")
    prune.add_argument(
        "--days", type=integer(1, 3650), metavar="N", help="what is older than N days"
    )
    add_switches(prune, ("--dry-run", "say how much, and delete nothing"))


def _session(command: Parser) -> None:
    command.add_argument(
        "--session", type=integer(1), metavar="ID",
        help="of the session that confmon history meetings gives this id",
    )  # fmt: skip


def _span(command: Parser) -> None:
    forms = "14:03, -2h, yesterday 9:30, 2026-03-28, 2026-03-28T14:03Z"
    command.add_argument("--since", metavar="TIME", help=f"from then on: {forms}")
    command.add_argument("--until", metavar="TIME", help="up to then")
    if isinstance(command, Parser):
        command._negative_number_matcher = re.compile(_SIGNED)
