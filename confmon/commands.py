"""The one registry of what a key can do.

Footer, help screen, palette, command line, README table and key remapping all read it.
What a verb sends, and what proves it, is in `confmon.monitor.actions.verbs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["caller", "meeting", "rooms", "forwarding", "table", "view", "app"]
"""What a command is about; the help and the README are ordered by it."""

Place = Literal["live", "rooms", "numbers", "forwarding"]
"""A screen: the live one of meetings and calls, or a section."""

EVERYWHERE: tuple[Place, ...] = ("live", "rooms", "numbers", "forwarding")


class Danger(IntEnum):
    """What stands between the key and the request."""

    NONE = 0
    """Acts at once on one caller; a bulk of them asks."""
    ASK = 1
    """Asks; only `y` confirms."""
    TYPED = 2
    """Wants the meeting number typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing a key can do.

    `keys` are Textual key names, comma separated; the first is the one shown. `writes` marks what
    sends PUT or DELETE: unbound when read-only, disarmed while data is stale. `footer` is the
    order in the footer, 0 keeps it out of it. `cli` names the sibling one-shot commands. `where`
    has the screens on which the keys mean this. A key may mean something else in another section
    only where it is alike: `n` makes or names, `e` edits, `d` takes away and asks first.
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


def _verb(
    id_: str,
    keys: str,
    label: str,
    help_: str,
    scope: Scope,
    *,
    where: tuple[Place, ...] = ("live",),
    danger: Danger = Danger.NONE,
    footer: int = 0,
    cli: str = "",
) -> Command:
    return Command(
        id=id_,
        keys=keys,
        label=label,
        help=help_,
        scope=scope,
        where=where,
        writes=True,
        danger=danger,
        footer=footer,
        cli=cli,
    )


COMMANDS: tuple[Command, ...] = (
    _verb(
        "mute",
        "m",
        "Mute",
        "Mute a caller who can be heard; unmute one who cannot, after asking if the caller "
        "may have muted. With marks: all of them, after asking.",
        "caller",
        footer=10,
        cli="mute, unmute",
    ),
    _verb(
        "hold",
        "h",
        "Hold",
        "Put a caller on hold, or release one who is. With marks: all of them, after asking.",
        "caller",
        footer=11,
        cli="hold, release",
    ),
    _verb(
        "drop",
        "d",
        "Drop",
        "Hang a caller up, after asking. With marks: all of them, after the number is typed.",
        "caller",
        danger=Danger.ASK,
        footer=12,
        cli="drop",
    ),
    _verb("name", "n", "Name", "Give a caller a name.", "caller", footer=13, cli="name"),
    _verb("gain_down", "left_square_bracket", "Gain −", "Lower a caller's gain by one.", "caller"),
    _verb(
        "gain_up",
        "right_square_bracket",
        "Gain +",
        "Raise a caller's gain by one.",
        "caller",
        cli="gain",
    ),
    _verb(
        "undo",
        "u",
        "Undo",
        "Restore what the last key press changed, each caller's own value; a bulk that still runs "
        "is stopped. A drop can't be undone.",
        "app",
        footer=14,
    ),
    _verb(
        "redo",
        "ctrl+y",
        "Redo",
        "Do again what was undone last, unless another verb came between.",
        "app",
    ),
    _verb(
        "mute_all",
        "M",
        "Mute all",
        "Mute every caller of the meeting but the hosts, after asking.",
        "meeting",
        danger=Danger.ASK,
        footer=20,
    ),
    _verb(
        "hold_all",
        "H",
        "Hold all",
        "Hold every caller of the meeting but the hosts, after asking.",
        "meeting",
        danger=Danger.ASK,
        footer=21,
    ),
    _verb(
        "unmute_all",
        "ctrl+u",
        "Unmute all",
        "Unmute every caller of the meeting who is muted, after asking.",
        "meeting",
        danger=Danger.ASK,
    ),
    _verb(
        "release_all",
        "ctrl+r",
        "Release all",
        "Release every caller of the meeting who is on hold, after asking.",
        "meeting",
        danger=Danger.ASK,
    ),
    _verb("lock", "L", "Lock", "Lock or unlock the meeting for newcomers.", "meeting", footer=22),
    _verb(
        "record",
        "R",
        "Record",
        "Start recording the meeting; stop it, after asking.",
        "meeting",
        footer=23,
    ),
    _verb(
        "end",
        "E",
        "End",
        "End the meeting: every caller is hung up. Wants the meeting number typed.",
        "meeting",
        danger=Danger.TYPED,
        footer=24,
        cli="end",
    ),
    Command(
        id="attributes",
        keys="a",
        label="Attributes",
        help="Show the attributes that the live meeting runs by, and change one of them.",
        scope="meeting",
        footer=25,
    ),
    Command(
        id="room",
        keys="e",
        label="Room",
        help="Show the settings of the meeting's room, in Rooms; escape comes back.",
        scope="meeting",
        footer=26,
    ),
    Command(
        id="whose",
        keys="w",
        label="Whose",
        help="Show whom the number belongs to that the caller dialled, in Numbers.",
        scope="view",
        footer=27,
    ),
    _verb(
        "room_new",
        "n",
        "New",
        "Create a room, from a form.",
        "rooms",
        where=("rooms",),
        footer=10,
        cli="room create",
    ),
    _verb(
        "room_edit",
        "e",
        "Edit",
        "Change the room's description and access codes, in a form.",
        "rooms",
        where=("rooms",),
        footer=11,
        cli="room update",
    ),
    Command(
        id="room_attributes",
        keys="a",
        label="Attributes",
        help="Show the attributes that meetings in the room begin with, and change one of them.",
        scope="rooms",
        where=("rooms",),
        footer=12,
    ),
    Command(
        id="room_codes",
        keys="c",
        label="Codes",
        help="Show the room's access codes for 30 seconds; the audit log says who asked.",
        scope="rooms",
        where=("rooms",),
        footer=13,
        cli="room keys",
    ),
    _verb(
        "room_delete",
        "d",
        "Delete",
        "Delete the room. Wants the room number typed.",
        "rooms",
        where=("rooms",),
        danger=Danger.TYPED,
        footer=14,
        cli="room delete",
    ),
    _verb(
        "forward_new",
        "n",
        "New",
        "Forward a number, or dial two parties together, from a form; asks before it is sent.",
        "forwarding",
        where=("forwarding",),
        danger=Danger.ASK,
        footer=10,
        cli="binding create, dialout create",
    ),
    _verb(
        "forward_edit",
        "e",
        "Edit",
        "Change the binding, in a form; asks before it is sent.",
        "forwarding",
        where=("forwarding",),
        danger=Danger.ASK,
        footer=11,
        cli="binding update",
    ),
    _verb(
        "forward_delete",
        "d",
        "Delete",
        "Stop forwarding, or call the dialout off, after asking.",
        "forwarding",
        where=("forwarding",),
        danger=Danger.ASK,
        footer=12,
        cli="binding delete, dialout delete",
    ),
    Command(
        id="open",
        keys="enter",
        label="Open",
        help="Go into the meeting, from Calls to the caller in it; in Rooms, into the room's live "
        "meeting. Elsewhere: the details.",
        scope="view",
        footer=1,
        where=EVERYWHERE,
    ),
    Command(
        id="back",
        keys="escape",
        label="Back",
        help="Stop a bulk that still runs; clear the filter, then the marks, then go back out; "
        "from a section to what is live.",
        scope="view",
        footer=2,
        where=EVERYWHERE,
    ),
    Command(
        id="meetings",
        keys="1",
        label="Meetings",
        help="Show every live meeting.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="calls",
        keys="2",
        label="Calls",
        help="Show every caller of every meeting.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="rooms",
        keys="3",
        label="Rooms",
        help="Show the meeting rooms, live or not.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="numbers",
        keys="4",
        label="Numbers",
        help="Show the DIDs, the DID groups and the call flows.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="forwarding",
        keys="5",
        label="Forwarding",
        help="Show the bindings and dialouts of the Mediator, and its DIDs.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="next_list",
        keys="right",
        label="Next list",
        help="Go to the section's next list.",
        scope="view",
        where=("numbers", "forwarding"),
        footer=3,
    ),
    Command(
        id="previous_list",
        keys="left",
        label="List before",
        help="Go to the section's list before.",
        scope="view",
        where=("numbers", "forwarding"),
    ),
    Command(
        id="next_pane",
        keys="tab",
        label="Next pane",
        help="Go to the next pane.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="previous_pane",
        keys="shift+tab",
        label="Previous pane",
        help="Go to the pane before.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="details",
        keys="i",
        label="Details",
        help="Show or hide the details pane.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="log",
        keys="l",
        label="Log",
        help="Show or hide the log pane.",
        scope="view",
        where=EVERYWHERE,
    ),
    Command(
        id="filter",
        keys="slash",
        label="Filter",
        help="Filter as you type, over number, name, caller, owner, DID, node, role and state "
        "words; in a section over what its rows say. Enter keeps it, escape clears it.",
        scope="table",
        footer=4,
        where=EVERYWHERE,
    ),
    Command(
        id="find",
        keys="f,ctrl+f",
        label="Find",
        help="Find a caller across all meetings.",
        scope="table",
    ),
    Command(
        id="sort",
        keys="s",
        label="Sort",
        help="Sort by the next column.",
        scope="table",
        where=EVERYWHERE,
    ),
    Command(
        id="sort_back",
        keys="S",
        label="Sort back",
        help="Sort by the column before.",
        scope="table",
        where=EVERYWHERE,
    ),
    Command(
        id="reverse",
        keys="o",
        label="Reverse",
        help="Turn the order round.",
        scope="table",
        where=EVERYWHERE,
    ),
    Command(
        id="mark",
        keys="space",
        label="Mark",
        help="Mark or unmark the caller and go down.",
        scope="table",
        footer=5,
    ),
    Command(
        id="mark_range",
        keys="v",
        label="Mark range",
        help="Mark every row from the last mark to the cursor.",
        scope="table",
    ),
    Command(
        id="mark_all",
        keys="asterisk,A",
        label="Mark shown",
        help="Mark every row the filter shows; again: unmark them.",
        scope="table",
    ),
    Command(id="unmark", keys="U", label="Unmark", help="Take all marks away.", scope="table"),
    Command(
        id="pause",
        keys="p",
        label="Pause",
        help="Freeze the view; collection goes on, verbs are off until p is pressed again.",
        scope="app",
        footer=30,
    ),
    Command(
        id="refresh",
        keys="r",
        label="Refresh",
        help="Read now; after a refusal or an outage, try again at once.",
        scope="app",
        where=EVERYWHERE,
    ),
    Command(id="slower", keys="minus", label="Slower", help="Poll less often.", scope="app"),
    Command(
        id="faster", keys="plus,equals_sign", label="Faster", help="Poll more often.", scope="app"
    ),
    Command(
        id="theme",
        keys="T",
        label="Theme",
        help="Choose another theme.",
        scope="app",
        where=EVERYWHERE,
    ),
    Command(
        id="help",
        keys="question_mark,f1",
        label="Help",
        help="Show every key.",
        scope="app",
        footer=40,
        where=EVERYWHERE,
    ),
    Command(
        id="palette",
        keys="ctrl+p",
        label="Palette",
        help="Find a command by name.",
        scope="app",
        where=EVERYWHERE,
    ),
    Command(
        id="suspend",
        keys="ctrl+z",
        label="Suspend",
        help="Put confmon to sleep and go back to the shell; fg wakes it.",
        scope="app",
        where=EVERYWHERE,
    ),
    Command(
        id="quit",
        keys="q,ctrl+c",
        label="Quit",
        help="Leave; asks while actions are under way. Nothing on the bridge changes.",
        scope="app",
        footer=41,
        where=EVERYWHERE,
    ),
)
"""Every command, in the order of the help screen."""

SCOPES: tuple[Scope, ...] = (
    "caller",
    "meeting",
    "rooms",
    "forwarding",
    "table",
    "view",
    "app",
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


@cache
def commands_of(place: Place) -> tuple[Command, ...]:
    """Return the commands of one screen."""
    return tuple(command for command in COMMANDS if place in command.where)


_KEPT = {"back": "escape", "quit": "ctrl+c"}
"""What a command answers to wherever it was moved: a filter must end, and a program."""


def keys_of(command: Command, remapped: Mapping[str, str] | None = None) -> list[str]:
    """Return the keys of a command after remapping, the shown one first; none: it is off."""
    text = remapped.get(command.id, command.keys) if remapped else command.keys
    return list(_keys_in(text, _KEPT.get(command.id)))


@cache
def _keys_in(text: str, kept: str | None) -> tuple[str, ...]:
    keys = [key.strip() for key in text.split(",") if key.strip()]
    return (*keys, kept) if kept is not None and kept not in keys else tuple(keys)


def is_off(command: Command, remapped: Mapping[str, str]) -> bool:
    """Whether a verb is switched off: it has no key, so nothing else may set it off either.

    What sends nothing loses its key alone, and stays in the palette.
    """
    return command.writes and not keys_of(command, remapped)
