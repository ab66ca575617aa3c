"""The one registry of what a key can do.

Footer, help screen, palette, command line, README table and key remapping all read it.
What a verb sends, and what proves it, stands in `confmon.monitor.verbs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["caller", "meeting", "table", "view", "app"]


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
    order in the footer, 0 keeps it out of it. `cli` names the sibling one-shot commands.
    """

    id: str
    keys: str
    label: str
    help: str
    scope: Scope
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
        "Mute a caller who can be heard; unmute one who cannot, whoever muted. "
        "With marks: all of them, after asking.",
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
        "Restore what the last action changed, each caller's own value. A drop can't be undone.",
        "app",
        footer=14,
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
    _verb("record", "R", "Record", "Start or stop recording the meeting.", "meeting", footer=23),
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
        id="open", keys="enter", label="Open", help="Go into the meeting.", scope="view", footer=1
    ),
    Command(
        id="back",
        keys="escape",
        label="Back",
        help="Clear the filter, then the marks, then go back out.",
        scope="view",
        footer=2,
    ),
    Command(
        id="meetings", keys="1", label="Meetings", help="Show every live meeting.", scope="view"
    ),
    Command(
        id="calls",
        keys="2",
        label="All calls",
        help="Show every caller of every meeting.",
        scope="view",
        footer=3,
    ),
    Command(
        id="next_pane", keys="tab", label="Next pane", help="Go to the next pane.", scope="view"
    ),
    Command(
        id="previous_pane",
        keys="shift+tab",
        label="Previous pane",
        help="Go to the pane before.",
        scope="view",
    ),
    Command(
        id="details", keys="i", label="Details", help="Show or hide the details pane.", scope="view"
    ),
    Command(id="log", keys="l", label="Log", help="Show or hide the log pane.", scope="view"),
    Command(
        id="filter",
        keys="slash",
        label="Filter",
        help="Filter as you type, over number, name, caller, owner, DID, node, role and state "
        "words. Enter keeps it, escape clears it.",
        scope="table",
        footer=4,
    ),
    Command(
        id="find",
        keys="f,ctrl+f",
        label="Find",
        help="Find a caller across all meetings.",
        scope="table",
    ),
    Command(id="sort", keys="s", label="Sort", help="Sort by the next column.", scope="table"),
    Command(
        id="sort_back",
        keys="S",
        label="Sort back",
        help="Sort by the column before.",
        scope="table",
    ),
    Command(id="reverse", keys="o", label="Reverse", help="Turn the order round.", scope="table"),
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
    ),
    Command(id="slower", keys="minus", label="Slower", help="Poll less often.", scope="app"),
    Command(
        id="faster", keys="plus,equals_sign", label="Faster", help="Poll more often.", scope="app"
    ),
    Command(id="theme", keys="T", label="Theme", help="Choose another theme.", scope="app"),
    Command(
        id="help",
        keys="question_mark,f1",
        label="Help",
        help="Show every key.",
        scope="app",
        footer=40,
    ),
    Command(
        id="palette", keys="ctrl+p", label="Palette", help="Find a command by name.", scope="app"
    ),
    Command(
        id="suspend",
        keys="ctrl+z",
        label="Suspend",
        help="Put confmon to sleep and go back to the shell; fg wakes it.",
        scope="app",
    ),
    Command(
        id="quit",
        keys="q,ctrl+c",
        label="Quit",
        help="Leave. Nothing on the bridge changes.",
        scope="app",
        footer=41,
    ),
)
"""Every command, in the order of the help screen."""

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}

_KEY_SIGNS = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "asterisk": "*",
    "question_mark": "?",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "escape": "esc",
    "f1": "F1",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def key_sign(key: str) -> str:
    """Return how a key is written for people: ``slash`` is ``/``."""
    return _KEY_SIGNS.get(key, key)


def keys_of(command: Command, remapped: Mapping[str, str] | None = None) -> list[str]:
    """Return the keys of a command after remapping, the shown one first."""
    keys = (remapped or {}).get(command.id, command.keys)
    return [key.strip() for key in keys.split(",") if key.strip()]
