"""The grammar of what is live: lists, verbs, and the log of what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.grammar import directory, watching
from confmon.cli.grammar.base import (
    REVEAL_CODES,
    REVEAL_NUMBERS,
    WATCH,
    YES,
    add_field_options,
    add_list_options,
    add_meeting_option,
    add_number,
    add_output,
    add_switches,
    integer,
)

if TYPE_CHECKING:
    from confmon.cli.grammar.base import Grammar

CALL_COMMANDS = {
    "mute": "mute callers",
    "unmute": "let callers be heard again, whoever muted them",
    "hold": "put callers on hold",
    "release": "take callers off hold",
    "drop": "hang callers up",
}
"""The verbs that take one or more call ids."""
ROLES = ("host", "participant", "listener")
AUDITED = (
    "mute", "unmute", "hold", "release", "name", "gain", "promote", "demote", "role", "drop",
    "restore", "lock", "unlock", "record", "stop_recording", "mute_mode", "end",
    "restore_meeting", "poll", *directory.AUDITED,
)  # fmt: skip
"""The verbs that the audit log may have; a test compares with those of `confmon.monitor`."""


def add(grammar: Grammar) -> None:
    """Add the commands."""
    grammar.heading("what is live")
    _lists(grammar)
    _verbs(grammar)


def _lists(grammar: Grammar) -> None:
    meetings = grammar.add("meetings", "list the live meetings")
    meeting = grammar.add("meeting", "show one live meeting")
    calls = grammar.add("calls", "list the live calls")
    call = grammar.add("call", "show one live call")
    attributes = grammar.add("attributes", "list the live attributes of one meeting")
    add_list_options(meetings)
    add_meeting_option(calls)
    add_list_options(
        calls, "the screen's words ('muted anna') or the API's conditions ('muteMode ne 0')"
    )
    for command in (meetings, calls):
        add_switches(command, WATCH)
    for command in (meeting, attributes):
        add_number(command, "meeting")
    add_number(call, "id", "ID")
    add_list_options(attributes)
    for command in (meeting, call):
        add_field_options(command)
    watching.add_attention(grammar)
    for command in (calls, call, attributes):
        add_switches(command, REVEAL_CODES, REVEAL_NUMBERS)


def _verbs(grammar: Grammar) -> None:
    for name, text in CALL_COMMANDS.items():
        command = grammar.add(name, text)
        if name == "drop":
            add_switches(command, YES)
        command.add_argument("id", type=integer(0), nargs="+", metavar="ID")
    name_ = grammar.add("name", "give a caller a name")
    add_number(name_, "id", "ID")
    name_.add_argument("text", metavar="TEXT")
    gain = grammar.add("gain", "set a caller's gain")
    add_number(gain, "id", "ID")
    gain.add_argument("level", type=integer(), metavar="N")
    role = grammar.add("role", "make a caller a host, a participant or a listener, after asking")
    add_switches(role, YES)
    add_number(role, "id", "ID")
    role.add_argument("role", choices=ROLES, metavar="|".join(ROLES))
    what = grammar.family("attribute", "set one live attribute of a meeting")
    set_ = what("set", "set one live attribute of a meeting")
    add_number(set_, "meeting")
    set_.add_argument("name", metavar="NAME")
    set_.add_argument("value", metavar="VALUE")
    poll = grammar.add("poll", "start a poll in a meeting")
    add_number(poll, "meeting", "MEETING")
    end = grammar.add("end", "end a meeting and hang up everyone in it")
    add_switches(end, YES)
    add_number(end, "meeting", "MEETING")


def add_log(grammar: Grammar) -> None:
    """Add `audit`, which is listed with what concerns confmon itself."""
    audit = grammar.add("audit", "show what was done, who did it, and what became of it")
    audit.add_argument(
        "--since", metavar="TIME", help="from then on: 2024-05-06, 2024-05-06T17:30, 30m, 2h, 7d"
    )
    audit.add_argument("--verb", choices=AUDITED, metavar="VERB",
                       help="of one verb only")  # fmt: skip
    audit.add_argument(
        "--target", metavar="TEXT", help="the target with this id, or this in name or number"
    )
    add_meeting_option(audit)
    add_switches(audit, ("--open", "only what has no outcome: it may have been carried out"))
    audit.add_argument("--limit", type=integer(1), metavar="N", help="the newest N")
    add_switches(
        audit,
        ("--demo", "the demo's own log"),
        ("--shared", "of all who share the bridge, from the shared tables"),
        ("--verify", "with --shared: whether lines were changed or removed"),
    )
    add_output(audit)
