"""The grammar of what is live: lists, verbs, and the log of what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.grammar import watching
from confmon.cli.grammar.base import (
    add_field_options,
    add_list_options,
    add_output,
    add_reveal_codes,
    add_reveal_numbers,
    add_watch,
    add_yes,
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
    "restore_meeting", "poll",
)  # fmt: skip


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
    calls.add_argument("--meeting", type=integer(0), metavar="NUMBER", help="of one meeting only")
    add_list_options(
        calls, "the screen's words ('muted anna') or the API's conditions ('muteMode ne 0')"
    )
    for command in (meetings, calls):
        add_watch(command)
    for command in (meeting, attributes):
        command.add_argument("meeting", type=integer(0), metavar="NUMBER")
    call.add_argument("id", type=integer(0), metavar="ID")
    add_list_options(attributes)
    for command in (meeting, call):
        add_field_options(command)
    watching.add_attention(grammar)
    for command in (calls, call, attributes):
        add_reveal_codes(command)
        add_reveal_numbers(command)


def _verbs(grammar: Grammar) -> None:
    for name, text in CALL_COMMANDS.items():
        command = grammar.add(name, text)
        if name == "drop":
            add_yes(command)
        command.add_argument("id", type=integer(0), nargs="+", metavar="ID")
    name_ = grammar.add("name", "give a caller a name")
    name_.add_argument("id", type=integer(0), metavar="ID")
    name_.add_argument("text", metavar="TEXT")
    gain = grammar.add("gain", "set a caller's gain")
    gain.add_argument("id", type=integer(0), metavar="ID")
    gain.add_argument("level", type=integer(), metavar="N")
    role = grammar.add("role", "make a caller a host, a participant or a listener, after asking")
    add_yes(role)
    role.add_argument("id", type=integer(0), metavar="ID")
    role.add_argument("role", choices=ROLES, metavar="|".join(ROLES))
    what = grammar.family("attribute", "set one live attribute of a meeting")
    set_ = what("set", "set one live attribute of a meeting")
    set_.add_argument("meeting", type=integer(0), metavar="NUMBER")
    set_.add_argument("name", metavar="NAME")
    set_.add_argument("value", metavar="VALUE")
    poll = grammar.add("poll", "start a poll in a meeting")
    poll.add_argument("meeting", type=integer(0), metavar="MEETING")
    end = grammar.add("end", "end a meeting and hang up everyone in it")
    add_yes(end)
    end.add_argument("meeting", type=integer(0), metavar="MEETING")


def add_log(grammar: Grammar) -> None:
    """Add `audit`, which is listed with what concerns confmon itself."""
    audit = grammar.add("audit", "show what was done, who did it, and what became of it")
    from confmon.cli.grammar import directory

    audit.add_argument(
        "--since", metavar="TIME", help="from then on: 2024-05-06, 2024-05-06T17:30, 30m, 2h, 7d"
    )
    audit.add_argument("--verb", choices=(*AUDITED, *directory.AUDITED), metavar="VERB",
                       help="of one verb only")  # fmt: skip
    audit.add_argument(
        "--target",
        metavar="TEXT",
        help="the target with this id, or this in name or number",
    )
    audit.add_argument("--meeting", type=integer(0), metavar="NUMBER", help="of one meeting only")
    audit.add_argument(
        "--open", action="store_true", help="only what has no outcome: it may have been carried out"
    )
    audit.add_argument("--limit", type=integer(1), metavar="N", help="the newest N")
    audit.add_argument("--demo", action="store_true", help="the demo's own log")
    audit.add_argument(
        "--shared", action="store_true", help="of all who share the bridge, from the shared tables"
    )
    audit.add_argument(
        "--verify", action="store_true", help="with --shared: whether lines were changed or removed"
    )
    add_output(audit)
