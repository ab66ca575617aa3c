"""The columns of a table of meetings or calls: how a record reads, and what sorts it.

The screen and the one-shot commands share them. A cell is `(text, tone)`; the text alone must
say the state, the tone only helps the eye.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from confmon.models.identity import in_ms, target_of
from confmon.models.live_records import Call, Meeting
from confmon.models.phone_numbers import cut_numbers, masked
from confmon.models.privacy import CALL_PHONES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.monitor.polling.live_state import LiveState, Note

Cell = tuple[str, str]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What a cell needs beside its record. `wall` is epoch seconds by the server's clock.

    `needs` has the signals that are not quiet, the most urgent first, by what they are about.
    """

    live_state: LiveState
    wall: float
    mask_numbers: bool = False
    needs: Mapping[Any, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column. `width` is its least width in cells, `grow` its share of what is spare.

    `priority` says which columns go first on a narrow terminal: the highest; 0 never goes.
    """

    id: str
    title: str
    width: int
    cell: Callable[[R, RenderContext], Cell]
    sort: Callable[[R, RenderContext], Any]
    grow: int = 0
    priority: int = 0
    align: Literal["left", "right"] = "left"
    high_first: bool = False
    """Whether `sort` puts the highest first, for the arrow in the title."""
    fickle: bool = False
    """Whether `sort` looks at more than the record."""


def duration(seconds: float) -> str:
    """Return a running time as people say it.

    >>> duration(59), duration(3599), duration(86399), duration(90000), duration(-5)
    ('0:59', '59:59', '23:59:59', '1d 01:00', '0:00')
    """
    total = max(0, int(seconds))
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    if hours == 0:
        return f"{minute}:{second:02d}"
    if hours < 24:
        return f"{hours}:{minute:02d}:{second:02d}"
    days, hour = divmod(hours, 24)
    return f"{days}d {hour:02d}:{minute:02d}"


def started(record: Call | Meeting) -> int | None:
    """Return since when (epoch ms) a caller is in the meeting, or a meeting runs."""
    since = record.created
    if isinstance(record, Call) and record.joined:
        since = record.joined
    return since and in_ms(since)


def _running(record: Call | Meeting, look: RenderContext) -> Cell:
    since = started(record)
    if since is None:
        return ("", "")
    change = look.live_state.changes.get(target_of(record))
    until = change.wall if change is not None and change.what == "left" else look.wall
    return (duration(until - since / 1000), "")


def _pending(look: RenderContext, record: Call | Meeting, *verbs: str) -> Note | None:
    note = look.live_state.notes.get(target_of(record))
    return note if note is not None and note.under_way and note.verb in verbs else None


def _status(look: RenderContext, record: Call | Meeting) -> Cell:
    is_call = isinstance(record, Call)
    target = target_of(record)
    live_state = look.live_state
    change = live_state.changes.get(target)
    if change is not None and change.what == "left":
        return ("left" if is_call else "ended", "gone")
    note = live_state.notes.get(target)
    if note is not None and note.verb in ("drop", "end", "restore", "restore_meeting"):
        return (note.text, "pending" if note.under_way else "warn")
    if note is not None and not note.under_way:
        return (note.text, "bad" if note.text == "not applied" else "warn")
    if change is not None:
        return (change.what, "new" if change.what == "joined" else "changed")
    return ("", "")


_ROLES = {
    "host": ("host", "host"),
    "participant": ("part", ""),
    "listener": ("list", "dim"),
    "recording": ("rec", "dim"),
}
"""How each role reads in its column, and its tone."""


def _role(call: Call, look: RenderContext) -> Cell:
    if (role := look.live_state.codes.role(call.role)) in _ROLES:
        return _ROLES[role]
    # "role 9?" would not fit, and an unknown code is worth nothing when it is cut.
    return (look.live_state.codes.label("call.role", call.role).removeprefix("role "), "warn")


def _mute(call: Call, look: RenderContext) -> Cell:
    note = _pending(look, call, "mute", "unmute")
    if note is not None:
        return (note.text, "pending")
    codes = look.live_state.codes
    muted = codes.is_muted(call.mute_mode)
    if muted is None:
        # Nothing would read as "can be heard".
        return ("?" if call.mute_mode is None else f"mode {call.mute_mode}?", "warn")
    if not muted:
        return ("", "")
    by = codes.muted_by(call.mute_mode)
    soft = "soft mute" if codes.may_unmute_itself(call.mute_mode) else "muted"
    return ({"self": "self-mute", "both": "muted+soft"}.get(by, soft), "muted")


def _hold(call: Call, look: RenderContext) -> Cell:
    note = _pending(look, call, "hold", "release")
    if note is not None:
        return (note.text, "pending")
    codes = look.live_state.codes
    held = codes.is_held(call.hold_mode)
    if held is None:
        return ("?", "warn")  # nothing would read as "in the conversation"
    if not held:
        return ("", "")
    return ("held" if call.hold_mode == codes.sent("on hold") else f"held {call.hold_mode}", "held")


def _name(call: Call, look: RenderContext) -> Cell:
    note, name = _pending(look, call, "name"), show_phone(call, "custom_name", look)
    return (f"{name} {note.text}".strip(), "pending") if note is not None else (name, "")


def _gain(call: Call, look: RenderContext) -> Cell:
    note = _pending(look, call, "gain")
    if note is not None:
        return (note.text, "pending")
    gain = call.gain_level
    if gain is None:
        return ("?", "warn")
    return (f"{gain:+d}" if gain else "", "changed" if gain else "")


def _hand(call: Call, look: RenderContext) -> Cell:
    if call.operator_mode:
        return ("help", "warn")
    return ("hand", "warn") if call.qa_mode else ("", "")


def show_phone(call: Call, field: str, look: RenderContext) -> str:
    """Return a field of `CALL_PHONES`, its number cut to the last digits where that is wanted."""
    value = getattr(call, field) or ""
    if CALL_PHONES[field] == "in_text":
        return cut_numbers(value) if look.mask_numbers else value
    return masked(value, mask=look.mask_numbers)


def _text(field: str, tone: str = "") -> Callable[[Call, RenderContext], Cell]:
    if field in CALL_PHONES:
        return lambda call, look: (show_phone(call, field, look), tone)
    return lambda call, _look: (getattr(call, field) or "", tone)


def _by(field: str) -> Callable[[Call, RenderContext], Any]:
    return lambda call, _look: str(getattr(call, field) or "").casefold()


STATUS: Column[Call] = Column(
    id="status", fickle=True, title="", width=11, priority=1,
    cell=lambda call, look: _status(look, call),
    sort=lambda call, look: _status(look, call)[0],
)  # fmt: skip

CALL_COLUMNS: tuple[Column[Call], ...] = (
    Column(id="time", title="time", width=8, align="right", priority=3, cell=_running,
           sort=lambda call, _look: -(started(call) or 0)),
    STATUS,
    Column(id="role", title="role", width=5, priority=2, cell=_role,
           sort=lambda call, _look: call.role or 9),
    Column(id="name", title="name", width=13, grow=3, cell=_name, sort=_by("custom_name")),
    Column(id="number", title="number", width=13, grow=1, priority=1,
           cell=_text("caller"), sort=_by("caller")),
    Column(id="mute", high_first=True, title="mute", width=10, cell=_mute,
           sort=lambda call, _look: -(call.mute_mode or 0)),
    Column(id="hold", high_first=True, title="hold", width=10, priority=1, cell=_hold,
           sort=lambda call, _look: -(call.hold_mode or 0)),
    Column(id="hand", high_first=True, title="asks", width=4, priority=4, cell=_hand,
           sort=lambda call, _look: (-(call.operator_mode or 0), -(call.qa_mode or 0))),
    Column(id="gain", high_first=True, title="gain", width=5, align="right", priority=5, cell=_gain,
           sort=lambda call, _look: -(call.gain_level or 0)),
    Column(id="callee", title="dialled", width=12, priority=8, cell=_text("callee", "dim"),
           sort=_by("callee")),
    Column(id="codec", title="codec", width=6, priority=6, cell=_text("codec", "dim"),
           sort=_by("codec")),
    Column(id="node", title="node", width=12, priority=7, cell=_text("node_name", "dim"),
           sort=_by("node_name")),
)  # fmt: skip
"""A meeting's callers. The columns that move most stand on the left: fewer bytes a second."""

MEETING_NUMBER: Column[Call] = Column(
    id="meeting", title="meeting", width=9, align="right", priority=0,
    cell=lambda call, _look: ("" if call.meeting_number is None else str(call.meeting_number), ""),
    sort=lambda call, _look: call.meeting_number or 0,
)  # fmt: skip

ALL_CALL_COLUMNS: tuple[Column[Call], ...] = (
    *CALL_COLUMNS[:2],
    MEETING_NUMBER,
    *CALL_COLUMNS[2:],
)
"""Every meeting's callers."""


def _tallied(field: str, tone: str = "") -> Callable[[Meeting, RenderContext], Cell]:
    def cell(meeting: Meeting, look: RenderContext) -> Cell:
        if not look.live_state.knows(meeting.meeting_number):
            return ("…", "dim")
        value = getattr(look.live_state.tally(meeting.meeting_number), field)
        return (str(value), tone) if value else ("·", "dim")

    return cell


def _by_tally(field: str) -> Callable[[Meeting, RenderContext], Any]:
    return lambda meeting, look: -getattr(look.live_state.tally(meeting.meeting_number), field)


def callers_of(meeting: Meeting, live_state: LiveState) -> int | None:
    """Return how many callers a meeting has: counted if its calls were read, else as it says.

    None: nobody knows yet.
    """
    if live_state.knows(meeting.meeting_number):
        return live_state.tally(meeting.meeting_number).callers
    return meeting.participant_count


def _callers(meeting: Meeting, look: RenderContext) -> Cell:
    count = callers_of(meeting, look.live_state)
    return ("…", "dim") if count is None else (str(count), "strong")


def _marks(meeting: Meeting, look: RenderContext) -> Cell:
    note = _pending(look, meeting, "lock", "unlock", "record", "stop_recording")
    if note is not None:
        return (note.text, "pending")
    words = [
        word if is_on else f"{word}?"  # nothing would read as "no"
        for word, is_on in (("LOCK", meeting.is_secured), ("REC", meeting.is_recording))
        if is_on is not False
    ]
    words += ["Q&A"] if meeting.qa_mode else []
    return (" ".join(words), "warn" if meeting.is_secured else "bad" if words else "")


def _policy(meeting: Meeting, look: RenderContext) -> Cell:
    mode = meeting.mute_mode
    return (
        ("", "") if not mode else (look.live_state.codes.label("meeting.muteMode", mode), "muted")
    )


def _state(meeting: Meeting, look: RenderContext) -> Cell:
    return (look.live_state.codes.label("meeting.state", meeting.state), "dim")


MEETING_COLUMNS: tuple[Column[Meeting], ...] = (
    Column(id="time", title="time", width=8, align="right", priority=1, cell=_running,
           sort=lambda meeting, _look: -(meeting.created or 0)),
    Column(id="status", title="", width=11, cell=lambda meeting, look: _status(look, meeting),
           sort=lambda meeting, look: _status(look, meeting)[0]),
    Column(id="number", title="meeting", width=9, align="right",
           cell=lambda meeting, _look: (str(meeting.meeting_number), "strong"),
           sort=lambda meeting, _look: meeting.meeting_number),
    Column(id="owner", title="owner", width=15, grow=2,
           cell=lambda meeting, _look: (meeting.subscriber_name or "", ""),
           sort=lambda meeting, _look: (meeting.subscriber_name or "").casefold()),
    Column(id="callers", high_first=True, title="callers", width=8, align="right",
           cell=_callers, sort=lambda meeting, look: -(callers_of(meeting, look.live_state) or 0)),
    Column(id="hosts", high_first=True, title="host", width=4, align="right", priority=3,
           cell=_tallied("hosts", "host"), sort=_by_tally("hosts")),
    Column(id="participants", high_first=True, title="part", width=4, align="right", priority=4,
           cell=_tallied("participants"), sort=_by_tally("participants")),
    Column(id="listeners", high_first=True, title="list", width=4, align="right", priority=4,
           cell=_tallied("listeners"), sort=_by_tally("listeners")),
    Column(id="muted", high_first=True, title="muted", width=5, align="right", priority=2,
           cell=_tallied("muted", "muted"), sort=_by_tally("muted")),
    Column(id="held", high_first=True, title="held", width=4, align="right", priority=2,
           cell=_tallied("held", "held"), sort=_by_tally("held")),
    Column(id="hands", high_first=True, title="asks", width=4, align="right", priority=5,
           cell=_tallied("hands", "warn"), sort=_by_tally("hands")),
    Column(id="marks", title="marks", width=10, grow=1, cell=_marks,
           sort=lambda meeting, _look: (not meeting.is_secured, not meeting.is_recording)),
    Column(id="policy", high_first=True, title="on entry", width=15, priority=7, cell=_policy,
           sort=lambda meeting, _look: -(meeting.mute_mode or 0)),
    Column(id="state", title="state", width=7, priority=6, cell=_state,
           sort=lambda meeting, _look: meeting.state or 0),
)  # fmt: skip
"""Every live meeting."""
