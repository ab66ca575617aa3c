"""The one registry of what a key can do.

Footer, help screen, palette, command line, topic of keys and key remapping all read it.
What a verb sends, and what proves it, is in `confmon.monitor.actions.verbs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from confmon.key_names import key_sign

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["caller", "meeting", "needs", "rooms", "forwarding", "table", "view", "past", "app"]
"""What a command is about; the help is ordered by it."""

PastPlace = Literal["history", "tape", "attendance", "earlier"]
"""A screen of the past: meetings that were, one of them over time, who was in, a number's calls."""

Place = Literal["live", "needs", "rooms", "numbers", "forwarding", PastPlace]
"""A screen: the live one of meetings and calls, the list of what needs somebody, or a section."""

PAST: tuple[PastPlace, ...] = get_args(PastPlace)
EVERYWHERE: tuple[Place, ...] = ("live", "needs", "rooms", "numbers", "forwarding", *PAST)


class Danger(IntEnum):
    """What a key asks for before a request is sent."""

    NONE = 0
    """Acts at once on one caller; a bulk of them wants its number typed."""
    ASK = 1
    """Asks; only `y` confirms."""
    TYPED = 2
    """Wants a number typed: how many callers, or which meeting or room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing a key can do.

    `keys` are Textual key names, comma separated; the first is the one shown. `writes` marks what
    sends PUT or DELETE: unbound when read-only, disarmed while data is stale. `footer` is the
    order in the footer, 0 keeps it out of it. `cli` names the sibling one-shot commands. `where`
    has the screens on which the keys mean this. A key may mean something else in another section
    only where it is alike: `n` makes or names, `e` edits, `d` takes away and asks first. What is
    `in_past` means something only while the past is shown, whatever its keys mean now.
    """

    id: str
    keys: str
    label: str
    help: str
    scope: Scope
    where: tuple[Place, ...] = ("live",)
    writes: bool = False
    danger: Danger = Danger.NONE
    footer: int = 0
    cli: str = ""
    in_past: bool = False


_WHERE: dict[Scope, tuple[Place, ...]] = {"rooms": ("rooms",), "forwarding": ("forwarding",)}
"""Of a command that names no screens; of any other scope: the live one."""


def _command(id_: str, keys: str, scope: Scope, *, label: str = "", **more: Any) -> Command:
    """Return a command; its label is its id in words, unless it has a shorter one."""
    fields: dict[str, Any] = {"where": _WHERE.get(scope, ("live",)), **more}
    label = label or id_.replace("_", " ").capitalize()
    return Command(id=id_, keys=keys, label=label, scope=scope, **fields)


def _verb(id_: str, keys: str, scope: Scope, **more: Any) -> Command:
    return _command(id_, keys, scope, writes=True, **more)


COMMANDS: tuple[Command, ...] = (
    _verb("mute", "m", "caller", footer=4, cli="mute, unmute",
          help="Mute a caller who can be heard; unmute one who cannot, after asking if the "
               "caller may have muted. With marks: all of them, after their number is typed."),
    _verb("hold", "h", "caller", footer=5, cli="hold, release",
          help="Put a caller on hold, or release one who is. With marks: all of them, after "
               "their number is typed."),
    _verb("drop", "d", "caller", danger=Danger.ASK, footer=6, cli="drop",
          help="Hang a caller up, after asking. With marks: all of them, after their number "
               "is typed."),
    _verb("promote", "P", "caller", danger=Danger.ASK, cli="role",
          help="Make a caller a host, after asking. With marks: all of them, after their number "
               "is typed."),
    _verb("demote", "O", "caller", danger=Danger.ASK,
          help="Make a host a participant, after asking. With marks: all of them, after their "
               "number is typed."),
    _verb("name", "n", "caller", footer=11, cli="name", help="Give a caller a name."),
    _verb("gain_down", "left_square_bracket", "caller", label="Gain −",
          help="Lower a caller's gain by one."),
    _verb("gain_up", "right_square_bracket", "caller", label="Gain +", cli="gain",
          help="Raise a caller's gain by one."),
    _verb("podium", "full_stop", "caller", footer=3,
          help="Let the next in the queue of the meeting speak: unmute who has asked longest, and "
               "give who spoke before the mute back. Who is heard for 5 s is answered and leaves "
               "the queue. Asks where another asker is under the cursor."),
    _verb("undo", "u", "app", footer=10,
          help="Restore what the last key press changed, each caller's own value; a bulk that "
               "still runs is stopped. A drop can't be undone."),
    _verb("redo", "ctrl+y", "app",
          help="Do again what was undone last, unless another verb came between."),
    _verb("mute_all", "M", "meeting", danger=Danger.TYPED, footer=20,
          help="Mute every caller of the meeting but the hosts, after their number is typed."),
    _verb("hold_all", "H", "meeting", danger=Danger.TYPED, footer=21,
          help="Hold every caller of the meeting but the hosts, after their number is typed."),
    _verb("unmute_all", "ctrl+u", "meeting", danger=Danger.TYPED,
          help="Unmute every caller of the meeting who is muted, after their number is typed."),
    _verb("release_all", "ctrl+r", "meeting", danger=Danger.TYPED,
          help="Release every caller of the meeting who is on hold, after their number is typed."),
    _verb("lecture", "J", "meeting", danger=Danger.ASK,
          help="Begin a lecture, after asking: every caller of the meeting but the hosts is muted, "
               "and who joins later. Again: end it; everybody gets back what they had."),
    _verb("doors", "C", "meeting", label="Close doors", danger=Danger.ASK,
          help="Close the doors, after asking: every caller of the meeting but the hosts is put on "
               "hold, and who joins later. Again: open them; everybody gets back what they had."),
    _verb("mute_ladder", "circumflex_accent", "meeting", label="Mute mode",
          help="Choose who is muted in the meeting, and who may unmute: Open, Relaxed or Strict, "
               "or as the settings call them."),
    _verb("noisy_line", "percent_sign", "meeting", danger=Danger.ASK,
          help="Look for the line that makes noise, after asking: half of those who can be heard "
               "are muted, you say if it is still there, and so on until one is left. Everybody "
               "else gets back what they had, however it ends."),
    _verb("dial_in", "at", "meeting", danger=Danger.ASK,
          help="Dial somebody and lead them into the meeting, from a form; asks before it dials, "
               "and says if a new leg of that number joined within a minute. Needs a Mediator."),
    _verb("lock", "L", "meeting", footer=22, help="Lock or unlock the meeting for newcomers."),
    _verb("record", "R", "meeting", footer=23,
          help="Start recording the meeting; stop it, after asking."),
    _verb("end", "E", "meeting", danger=Danger.TYPED, footer=24, cli="end",
          help="End the meeting: every caller is hung up. Wants the meeting number typed."),
    _command("attributes", "a", "meeting", footer=27,
             help="Show the attributes that the live meeting runs by, and change one of them."),
    _command("claim", "ampersand", "meeting", footer=24,
             help="Claim the meeting, where several operators share the bridge: they see that it "
                  "is yours, and nobody is kept from anything; again: give it back. Nothing is "
                  "sent to the bridge."),
    _command("room", "e", "meeting", footer=28,
             help="Show the settings of the meeting's room, in Rooms; escape comes back."),
    _command("dialled_number", "w", "view", footer=29,
             help="Show in Numbers who has the number that the caller dialled."),
    _command("needs_you", "exclamation_mark", "needs", label="Needs you", where=EVERYWHERE,
             help="List what needs somebody in all meetings, red before amber, the oldest first."),
    _command("next_need", "N", "needs", label="Need", where=EVERYWHERE, footer=7,
             help="Go to the next caller or meeting that needs somebody, the worst and oldest "
                  "first, but for what is acknowledged or snoozed."),
    _command("next_asker", "t", "needs", label="Asker", where=EVERYWHERE, footer=8,
             help="Go to who has asked longest, for help or with a question; again: to the next "
                  "in the queue of the meeting, then of the other meetings."),
    _command("enqueue", "Q", "needs", label="Queue",
             help="Put the caller under the cursor into the queue of those who ask; again: take "
                  "the caller out of it. Nothing is sent."),
    _command("acknowledge", "K", "needs", where=("live", "needs"), footer=17,
             help="Say that you take care of what needs somebody: it is quiet, and stays listed at "
                  "the end; again there: take that back. Nothing is sent."),
    _command("snooze", "Z", "needs", where=("live", "needs"), footer=18,
             help="Keep what needs somebody quiet for 10 minutes; again: take that back. Nothing "
                  "is sent."),
    _command("tape", "V", "past", where=("live", "history", "attendance", "earlier"), footer=25,
             help="Show the meeting over time: who was in, muted or on hold, and what happened."),
    _command("attendance", "I", "past", where=("live", "history", "tape", "earlier"), footer=26,
             help="Show who was in the meeting, from when to when, and how long in all."),
    _command("earlier_calls", "x", "past", where=("live", "attendance", "tape"),
             label="Seen before",
             help="Show the earlier calls of the caller's number: when, how long, which meeting."),
    _command("marker", "quotation_mark", "past", where=("live", "history", "attendance", "tape"),
             help="Write a note into the history of the meeting, at this moment; on the tape: at "
                  "the moment of the cursor. Nothing is sent."),
    _command("tape_earlier", "left", "past", label="Earlier", where=("tape",), footer=3,
             help="Move the cursor back in time by a cell."),
    _command("tape_later", "right", "past", label="Later", where=("tape",), footer=4,
             help="Move the cursor on in time by a cell; at the end it follows a live meeting."),
    _command("tape_much_earlier", "left_square_bracket,shift+left", "past", label="Far earlier",
             where=("tape",), help="Move the cursor back in time by ten cells."),
    _command("tape_much_later", "right_square_bracket,shift+right", "past", label="Far later",
             where=("tape",), help="Move the cursor on in time by ten cells."),
    _command("tape_zoom_in", "plus,equals_sign", "past", label="Closer", where=("tape",), footer=5,
             help="Show half as much of the time, around the cursor."),
    _command("tape_zoom_out", "minus", "past", label="Wider", where=("tape",), footer=6,
             help="Show twice as much of the time."),
    _command("tape_whole", "0", "past", label="Whole", where=("tape",), footer=7,
             help="Show the whole meeting."),
    _command("tape_before", "left_curly_bracket", "past", label="Page back", where=("tape",),
             help="Show the time before, by half of what is shown."),
    _command("tape_after", "right_curly_bracket", "past", label="Page on", where=("tape",),
             help="Show the time after, by half of what is shown."),
    _verb("room_new", "n", "rooms", label="New", footer=10, cli="room create",
          help="Create a room, from a form."),
    _verb("room_edit", "e", "rooms", label="Edit", footer=11, cli="room update",
          help="Change the room, in a form."),
    _command("room_attributes", "a", "rooms", label="Attributes", footer=12,
             help="Show the attributes that meetings in the room begin with, and change one of "
                  "them."),
    _command("room_codes", "c", "rooms", label="Codes", footer=13, cli="room keys",
             help="Show the room's access codes for 30 seconds; the audit log says who asked."),
    _verb("room_delete", "d", "rooms", label="Delete", danger=Danger.TYPED, footer=14,
          cli="room delete",
          help="Delete the room. Wants the room number typed."),
    _verb("forward_new", "n", "forwarding", label="New", danger=Danger.ASK, footer=10,
          cli="binding create, dialout create",
          help="Forward a number, or dial two parties together, from a form; asks before it is "
               "sent."),
    _verb("forward_edit", "e", "forwarding", label="Edit", danger=Danger.ASK, footer=11,
          cli="binding update, dialout update",
          help="Change the binding or the dialout, in a form; asks before it is sent."),
    _verb("forward_delete", "d", "forwarding", label="Delete", danger=Danger.ASK, footer=12,
          cli="binding delete, dialout delete",
          help="Stop forwarding, or call the dialout off, after asking."),
    _command("open", "enter", "view", where=EVERYWHERE, footer=1,
             help="Go into the meeting, from Calls to the caller in it; in Rooms, into the "
                  "room's live meeting; in what needs you, to the caller or meeting. Elsewhere: "
                  "the details."),
    _command("back", "escape", "view", where=EVERYWHERE, footer=2,
             help="In the past: back to now. Else: stop a bulk that still runs; clear the filter, "
                  "then the marks, then go back to where you came from."),
    _command("next_meeting", "right_curly_bracket", "view", label="Meeting below",
             help="Go to the next meeting without leaving, in the order of the table of meetings."),
    _command("previous_meeting", "left_curly_bracket", "view", label="Meeting above",
             help="Go to the previous meeting in that order."),
    _command("meetings", "1", "view", where=EVERYWHERE, help="Show every live meeting."),
    _command("calls", "2", "view", where=EVERYWHERE, help="Show every caller of every meeting."),
    _command("rooms", "3", "view", where=EVERYWHERE, help="Show the meeting rooms, live or not."),
    _command("numbers", "4", "view", where=EVERYWHERE,
             help="Show the DIDs, the DID groups and the call flows."),
    _command("forwarding", "5", "view", where=EVERYWHERE,
             help="Show the bindings and dialouts of the Mediator, and its DIDs."),
    _command("history", "6", "view", where=EVERYWHERE,
             help="Show the meetings that were seen, ended ones too, the newest first."),
    _command("next_list", "right", "view", where=("numbers", "forwarding"), footer=3,
             help="Go to the section's next list."),
    _command("previous_list", "left", "view", label="List before", where=("numbers", "forwarding"),
             help="Go to the section's list before."),
    _command("next_pane", "tab", "view", where=EVERYWHERE, help="Go to the next pane."),
    _command("previous_pane", "shift+tab", "view", where=EVERYWHERE, help="Go to the pane before."),
    _command("details", "i", "view", where=EVERYWHERE, help="Show or hide the details pane."),
    _command("log", "l", "view", label="Panes", where=EVERYWHERE,
             help="Show or hide the pane below: events and your own actions; on a narrow terminal "
                  "one of them, then the other."),
    _command("events_of", "b", "view", label="Events of",
             help="Show the events of one meeting only: the one looked at, or under the cursor; "
                  "again: of all."),
    _command("events_kind", "B", "view", label="Event kinds",
             help="Show other kinds of events: who comes and goes, who asks, what is done to "
                  "callers, what happens to meetings, all."),
    _command("zoom", "z", "view", where=EVERYWHERE,
             help="Give the table all the room, or the pane below if the focus is in it; again: "
                  "put everything back."),
    _command("taller", "greater_than_sign,ctrl+up", "view", label="Higher", where=EVERYWHERE,
             help="Make the pane below higher."),
    _command("shorter", "less_than_sign,ctrl+down", "view", label="Lower", where=EVERYWHERE,
             help="Make the pane below lower."),
    _command("time", "semicolon", "past", footer=31,
             help="Show the past at a time: 14:03, 14:03:20, -10m, -1h30, yesterday 9:30 or "
                  "2026-11-27 9:30. Collection goes on, verbs are off; escape goes back to now."),
    _command("scan_back", "comma", "past", label="Scan back", footer=32,
             help="Show what the read before showed; from now that is the past, and escape goes "
                  "back to now."),
    _command("scan_on", "full_stop", "past", label="Scan on", in_past=True, footer=33,
             help="In the past: show what the next read showed."),
    _command("minute_back", "less_than_sign", "past", label="Minute back", in_past=True, footer=34,
             help="In the past: show a minute earlier."),
    _command("minute_on", "greater_than_sign", "past", label="Minute on", in_past=True, footer=35,
             help="In the past: show a minute later."),
    _command("filter", "slash", "table", where=EVERYWHERE, footer=15,
             help="Filter as you type, over number, name, caller, owner, DID, node, role and "
                  "state words; in a section over what its rows say. Enter keeps it, escape "
                  "clears it."),
    _command("find", "f,ctrl+f", "table", help="Find a caller across all meetings."),
    _command("sort", "s", "table", where=EVERYWHERE, help="Sort by the next column."),
    _command("sort_back", "S", "table", where=EVERYWHERE, help="Sort by the column before."),
    _command("reverse", "o", "table", where=EVERYWHERE, help="Turn the order round."),
    _command("mark", "space", "table", footer=16, help="Mark or unmark the caller and go down."),
    _command("mark_range", "v", "table", help="Mark every row from the last mark to the cursor."),
    _command("mark_all", "asterisk,A", "table", label="Mark shown",
             help="Mark every row the filter shows; again: unmark them."),
    _command("unmark", "U", "table", help="Take all marks away."),
    _command("copy", "y", "table", where=EVERYWHERE,
             help="Copy the number under the cursor, the caller's or the meeting's, to the "
                  "clipboard; the terminal must allow OSC 52."),
    _command("copy_part", "Y", "table", label="Copy …", where=EVERYWHERE,
             help="Choose what to copy of the row under the cursor: number, id, row or name."),
    _command("export", "X", "table", where=("live", "rooms", "numbers", "forwarding", *PAST),
             help="Write what is shown into a new file, as CSV or JSON: filter, order and columns "
                  "as they are, telephone numbers cut unless you say otherwise."),
    _command("columns", "vertical_line", "table", where=EVERYWHERE,
             help="Choose the columns, and by which to sort, each by a letter; kept for the "
                  "profile, as order and filter are."),
    _command("filters", "F", "table", where=EVERYWHERE,
             help="List the saved filters: enter applies one, n saves the present one under a "
                  "name, d deletes one."),
    _command("pin", "number_sign", "table", label="Pin",
             help="Keep the meeting on top of the meetings, marked ◆; again: no longer."),
    _command("pause", "p", "app", footer=30,
             help="Freeze the view; collection goes on, verbs are off until p is pressed again."),
    _command("refresh", "r", "app", where=EVERYWHERE,
             help="Read now; after a refusal or an outage, try again at once."),
    _command("slower", "minus", "app", help="Poll less often."),
    _command("faster", "plus,equals_sign", "app", help="Poll more often."),
    _command("theme", "T", "app", where=EVERYWHERE,
             help="Choose another theme; each is shown as you move, and the choice is kept."),
    _command("mouse", "W", "app", where=EVERYWHERE,
             help="Leave the mouse to the terminal, so that its own selection works; again: take "
                  "it back."),
    _command("help", "question_mark,f1", "app", where=EVERYWHERE, footer=40,
             help="Show every key."),
    _command("command", "colon", "app", where=EVERYWHERE,
             help="Type a command by name, or where to go: meeting, caller, room or number, and "
                  "words; tab completes. A verb is for what was under the cursor."),
    _command("palette", "ctrl+p", "app", where=EVERYWHERE, help="Find a command by name."),
    _command("here", "underscore", "app", label="Who is here", where=EVERYWHERE,
             help="List who else watches this bridge, and in which meeting, where several "
                  "operators share it; and the claims and standing orders of all."),
    _command("suspend", "ctrl+z", "app", where=EVERYWHERE,
             help="Put confmon to sleep and go back to the shell; fg wakes it."),
    _command("quit", "q,ctrl+c", "app", where=EVERYWHERE, footer=41,
             help="Leave; while actions are under way it asks whether to wait for them, and while "
                  "an order holds it asks. Nothing on the bridge changes."),
)  # fmt: skip
"""Every command, in the order of the help screen."""

SCOPES: tuple[Scope, ...] = get_args(Scope)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}

OLD_IDS = {"whose": "dialled_number"}
"""Names that commands had before, which `[keys]` still takes."""

NEEDS_YOU = "needs_you"
"""The command that lists what needs somebody."""


@cache
def commands_of(place: Place) -> tuple[Command, ...]:
    """Return the commands of one screen."""
    return tuple(command for command in COMMANDS if place in command.where)


_KEPT = {"back": "escape", "quit": "ctrl+c"}
"""A key that a command keeps wherever it was moved: a filter and a program must end."""


def keys_of(command: Command, remapped: Mapping[str, str] | None = None) -> list[str]:
    """Return the keys of a command after remapping, the shown one first; none: it is off."""
    text = remapped.get(command.id, command.keys) if remapped else command.keys
    return list(_keys_in(text, _KEPT.get(command.id)))


def sign_of(command: Command, remapped: Mapping[str, str] | None = None) -> str:
    """Return the shown key of a command as the screen writes it, or an empty string: it is off."""
    return "".join(map(key_sign, keys_of(command, remapped)[:1]))


@cache
def _keys_in(text: str, kept: str | None) -> tuple[str, ...]:
    keys = [key.strip() for key in text.split(",") if key.strip()]
    return (*keys, kept) if kept is not None and kept not in keys else tuple(keys)


def is_off(command: Command, remapped: Mapping[str, str]) -> bool:
    """Whether a verb is switched off: it has no key, so nothing else may set it off either.

    What sends nothing loses its key alone, and stays in the palette.
    """
    return command.writes and not keys_of(command, remapped)
