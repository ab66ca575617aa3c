"""The columns of a table of calls: how a caller reads, and what sorts callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.people.folding import natural_key
from confmon.models.privacy import CALL_PHONES
from confmon.monitor.views.live_columns import (
    CHANGE,
    Column,
    need,
    outcome,
    running,
    show_phone,
    started,
    under_way,
    waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.codes import Codes
    from confmon.models.live_records import Call
    from confmon.monitor.views.live_columns import Cell, RenderContext

_ROLES = {
    "host": ("host", "host"),
    "participant": ("part", ""),
    "listener": ("list", "dim"),
    "recording": ("rec", "dim"),
}
"""How each role reads in its column, and its tone."""


def role_cell(role: int | None, codes: Codes) -> Cell:
    """Return a role as it reads in a column; a code that nobody knows is shown raw."""
    if (known := codes.role(role)) in _ROLES:
        return _ROLES[known]
    # "role 9?" would not fit, and an unknown code is worth nothing when it is cut.
    return (codes.label("call.role", role).removeprefix("role "), "warn")


def _mute(call: Call, context: RenderContext) -> Cell:
    if (doing := under_way(call, context, "mute", "unmute")) is not None:
        return doing
    codes = context.live_state.codes
    muted = codes.is_muted(call.mute_mode)
    if muted is None:
        # Nothing would read as "can be heard".
        return ("?" if call.mute_mode is None else f"mode {call.mute_mode}?", "warn")
    if not muted:
        return ("", "")
    by = codes.muted_by(call.mute_mode)
    soft = "soft mute" if codes.may_unmute_itself(call.mute_mode) else "muted"
    return ({"self": "self-mute", "both": "muted+soft"}.get(by, soft), "muted")


def _hold(call: Call, context: RenderContext) -> Cell:
    if (doing := under_way(call, context, "hold", "release")) is not None:
        return doing
    codes = context.live_state.codes
    held = codes.is_held(call.hold_mode)
    if held is None:
        return ("?", "warn")  # nothing would read as "in the conversation"
    if not held:
        return ("", "")
    return ("held" if call.hold_mode == codes.sent("on hold") else f"held {call.hold_mode}", "held")


def _asks(call: Call, context: RenderContext) -> Cell:
    """Return how long a caller has asked and in which place; before that, what an action does.

    It is the one cell of the row for words that belong to no other.
    """
    shown = outcome(call, context, "drop", "restore", "name", "promote", "demote", "role")
    if shown is not None:
        return shown
    if context.speaks(call.id):
        return ("on podium", "good")
    if context.others is not None and (name := context.others.up_by(call.id)):
        return (f"podium {name}", "good")
    asking = context.asking
    place = asking.place(call.id) if asking is not None else None
    since = asking.since(call.id) if asking is not None else None
    if place is None or since is None:
        if not (call.operator_mode or call.qa_mode):
            return need(call, context) or ("", "")
        if asking is not None and asking.is_answered(call.id):
            return need(call, context) or ("answered", "dim")
        return ("help" if call.operator_mode else "hand", "asks")
    sign = "help" if call.operator_mode else "✋"
    return (f"{sign}{place} {waiting(context.wall - since)}", "asks")


def _by_asking(call: Call, context: RenderContext) -> tuple[bool, bool, float]:
    asking = context.asking
    if asking is None:
        return (not call.operator_mode, not call.qa_mode, 0.0)
    since = asking.since(call.id)
    return (since is None or not call.operator_mode, since is None, since or 0.0)


def _gain(call: Call, context: RenderContext) -> Cell:
    if (doing := under_way(call, context, "gain")) is not None:
        return doing
    gain = call.gain_level
    if gain is None:
        return ("?", "warn")
    return (f"{gain:+d}" if gain else "", "")


def _text(field: str, tone: str = "") -> Callable[[Call, RenderContext], Cell]:
    if field in CALL_PHONES:
        return lambda call, context: (show_phone(call, field, context), tone)
    return lambda call, _context: (getattr(call, field) or "", tone)


def _by(field: str) -> Callable[[Call, RenderContext], Any]:
    if CALL_PHONES.get(field, "in_text") != "in_text":
        return lambda call, _context: str(getattr(call, field) or "").casefold()
    return lambda call, _context: natural_key(getattr(call, field) or "")


def _meeting_name(call: Call, context: RenderContext) -> str:
    """Return what a caller's meeting is called; its number if it has no name, or has ended."""
    meeting = context.live_state.meetings.get(call.meeting_number or 0)
    return (meeting.subscriber_name if meeting is not None else None) or str(
        call.meeting_number or ""
    )


_NAME: Column[Call] = Column(
    id="name", title="name", width=10, comfort=22, grow=3, cell=_text("custom_name", "name"),
    sort=_by("custom_name"),
)  # fmt: skip

_REST: tuple[Column[Call], ...] = (
    Column(id="role", title="role", width=5, priority=2,
           cell=lambda call, context: role_cell(call.role, context.live_state.codes),
           sort=lambda call, _context: call.role or 9),
    Column(id="mute", high_first=True, title="mute", width=10, cell=_mute,
           sort=lambda call, _context: -(call.mute_mode or 0)),
    Column(id="hold", high_first=True, title="hold", width=10, priority=1, cell=_hold,
           sort=lambda call, _context: -(call.hold_mode or 0)),
    Column(id="asks", high_first=True, fickle=True, title="asks", width=12, cell=_asks,
           sort=_by_asking),
    Column(id="gain", high_first=True, title="gain", width=5, align="right", priority=5, cell=_gain,
           sort=lambda call, _context: -(call.gain_level or 0)),
    Column(id="time", title="time", width=8, align="right", priority=4, cell=running,
           sort=lambda call, _context: -(started(call) or 0)),
    Column(id="callee", title="dialled", width=13, priority=7, cell=_text("callee", "dim"),
           sort=_by("callee")),
    Column(id="codec", title="codec", width=6, priority=8, cell=_text("codec", "dim"),
           sort=_by("codec")),
    Column(id="node", title="node", width=12, priority=9, cell=_text("node_name", "dim"),
           sort=_by("node_name")),
)  # fmt: skip

_NUMBER: Column[Call] = Column(
    id="number", title="number", width=13, grow=1, priority=3, cell=_text("caller"),
    sort=_by("caller"),
)  # fmt: skip

CALL_COLUMNS: tuple[Column[Call], ...] = (CHANGE, _NAME, _NUMBER, *_REST)
"""A meeting's callers: who it is, in which state, and what is technical."""

ALL_CALL_COLUMNS: tuple[Column[Call], ...] = (
    CHANGE, _NAME, _NUMBER,
    Column(id="owner", title="meeting", width=8, comfort=16, grow=2, priority=2, of_meeting=True,
           cell=lambda call, context: (_meeting_name(call, context), ""),
           sort=lambda call, context: (
               natural_key(_meeting_name(call, context)), call.meeting_number or 0)),
    Column(id="meeting", title="its no.", width=9, priority=4, align="right",
           cell=lambda call, _context: (
               "" if call.meeting_number is None else str(call.meeting_number), "dim"),
           sort=lambda call, _context: call.meeting_number or 0),
    *_REST,
)  # fmt: skip
"""Every meeting's callers, each with the meeting: `owner` is its name, `meeting` its number.

The ids are in files that keep how views were left.
"""
