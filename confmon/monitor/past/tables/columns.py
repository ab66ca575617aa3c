"""The columns of what is past: who attended, which meetings there were, a number's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.answers import RECONNECT_S
from confmon.models.people.folding import natural_key
from confmon.models.people.phone_numbers import cut_numbers, masked
from confmon.monitor.past.tables.look import PastLook, lasting, newest_of
from confmon.monitor.past.timeline.moments import about, between, day_and_time, whole_moment
from confmon.monitor.past.timeline.people import times_back, who
from confmon.monitor.past.timeline.tape import key_of
from confmon.monitor.views.call_columns import role_cell
from confmon.monitor.views.live_columns import Column, duration

if TYPE_CHECKING:
    from confmon.history.answers import Attendee
    from confmon.history.records import MeetingSession
    from confmon.monitor.past.tables.earlier import EarlierCall
    from confmon.monitor.views.live_columns import Cell, RenderContext

    Line = tuple[Cell, ...]


def _who(one: Attendee, look: RenderContext) -> Cell:
    is_host = look.live_state.codes.role(one.role) == "host"
    return (who(one.number, one.name, mask=look.mask_numbers), "host" if is_host else "")


def _number(one: Attendee, look: RenderContext) -> Cell:
    """Return the number of somebody with a name; without one it is in its place."""
    return (masked(one.number, mask=look.mask_numbers) if one.name else "", "dim")


def _left(one: Attendee, look: RenderContext) -> Cell:
    if one.left is None:
        return lasting("in", look)
    return (about(one.left, one.left_uncertainty_s, newest_of(look)), "")


def _seconds(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else ""


ATTENDANCE: tuple[Column[Attendee], ...] = (
    Column(id="who", title="who", width=16, comfort=22, grow=3, cell=_who,
           sort=lambda one, look: natural_key(_who(one, look)[0])),
    Column(id="number", title="number", width=13, priority=6, cell=_number,
           sort=lambda one, look: _number(one, look)[0]),
    Column(id="role", title="role", width=5, priority=2,
           cell=lambda one, look: role_cell(one.role, look.live_state.codes),
           sort=lambda one, _look: 9 if one.role is None else one.role),
    Column(id="joined", title="joined", width=13,
           cell=lambda one, look: (
               about(one.joined, one.joined_uncertainty_s, newest_of(look)), ""),
           sort=lambda one, _look: one.joined),
    Column(id="left", title="left", width=13, cell=_left,
           sort=lambda one, _look: (one.left is None, one.left or 0)),
    Column(id="reconnects", title="again", width=5, align="right", priority=3,
           cell=lambda one, _look: (str(times_back(one)) if times_back(one) else "", "warn"),
           sort=lambda one, _look: -times_back(one), high_first=True),
    Column(id="total", title="total", width=8, align="right",
           cell=lambda one, _look: (duration(one.total_s), "strong"),
           sort=lambda one, _look: -one.total_s, high_first=True),
    Column(id="muted", title="muted", width=8, align="right", priority=4,
           cell=lambda one, _look: (_seconds(one.muted_s), "muted"),
           sort=lambda one, _look: -one.muted_s, high_first=True),
    Column(id="held", title="held", width=8, align="right", priority=5,
           cell=lambda one, _look: (_seconds(one.held_s), "held"),
           sort=lambda one, _look: -one.held_s, high_first=True),
)  # fmt: skip
"""Who was in a meeting, a row a person."""


def _picture(one: Attendee, look: RenderContext) -> Cell:
    key = key_of(one)
    if (
        not isinstance(look, PastLook)
        or look.drawn is None
        or look.window is None
        or key not in look.drawn.people
    ):
        return ("", "")
    return (look.drawn.picture(key, look.window), "")


TAPE_ID = "tape"

TAPE: tuple[Column[Attendee], ...] = (
    Column(id="who", title="who", width=14, grow=1, cell=_who,
           sort=lambda one, look: natural_key(_who(one, look)[0])),
    Column(id="role", title="role", width=4, priority=1,
           cell=lambda one, look: role_cell(one.role, look.live_state.codes),
           sort=lambda one, _look: 9 if one.role is None else one.role),
    Column(id="total", title="total", width=7, align="right", priority=2,
           cell=lambda one, _look: (duration(one.total_s), "strong"),
           sort=lambda one, _look: -one.total_s, high_first=True),
    Column(id=TAPE_ID, title="joined", width=20, grow=9, is_drawn=True, cell=_picture,
           sort=lambda one, _look: one.joined),
)  # fmt: skip
"""The tape of a meeting; its picture is in the order of joining."""


def _lasted(one: MeetingSession, look: RenderContext) -> float:
    until = one.ended_to if one.ended_to is not None else newest_of(look)
    return max(0, until - one.started_to) / 1000


def _ended(one: MeetingSession, look: RenderContext) -> Cell:
    return lasting("live", look) if one.ended_to is None else (day_and_time(one.ended_to), "")


SESSIONS: tuple[Column[MeetingSession], ...] = (
    Column(id="started", title="started", width=12, high_first=True,
           cell=lambda one, _look: (day_and_time(one.started_to), ""),
           sort=lambda one, _look: (-one.started_to, -one.session)),
    Column(id="ended", title="ended", width=12, priority=1, high_first=True, cell=_ended,
           sort=lambda one, _look: (one.ended_to is not None, -(one.ended_to or 0))),
    Column(id="number", title="meeting", width=9, align="right",
           cell=lambda one, _look: (str(one.number), "strong"),
           sort=lambda one, _look: one.number),
    Column(id="owner", title="owner", width=12, grow=3, cell=lambda one, _look: (
               one.owner or "", ""),
           sort=lambda one, _look: natural_key(one.owner or "")),
    Column(id="lasted", title="lasted", width=9, align="right", high_first=True,
           cell=lambda one, look: (duration(_lasted(one, look)), ""),
           sort=lambda one, look: -_lasted(one, look)),
    Column(id="peak", title="most", width=6, align="right", high_first=True,
           cell=lambda one, _look: (str(one.peak), ""), sort=lambda one, _look: -one.peak),
    Column(id="stays", title="came", width=6, align="right", priority=2, high_first=True,
           cell=lambda one, _look: (str(one.stays), "dim"), sort=lambda one, _look: -one.stays),
)  # fmt: skip
"""The sessions of meetings, the newest first."""


_ENDED: dict[str, str] = {
    "moved": "went to another", "ended": "meeting ended", "unseen": "not seen",
}  # fmt: skip
"""How a stay ended that did not end by leaving."""


def _how_left(one: EarlierCall, look: RenderContext) -> Cell:
    if one.left is None:
        return lasting("in", look)
    return (_ENDED.get(one.how or "", "left"), "dim")


EARLIER: tuple[Column[EarlierCall], ...] = (
    Column(id="joined", title="joined", width=12, high_first=True,
           cell=lambda one, _look: (day_and_time(one.joined), ""),
           sort=lambda one, _look: -one.joined),
    Column(id="lasted", title="lasted", width=9, align="right", high_first=True,
           cell=lambda one, look: (duration(one.lasted_s(newest_of(look))), ""),
           sort=lambda one, look: -one.lasted_s(newest_of(look))),
    Column(id="meeting", title="meeting", width=9, align="right",
           cell=lambda one, _look: ("" if one.number is None else str(one.number), "strong"),
           sort=lambda one, _look: one.number or 0),
    Column(id="owner", title="owner", width=10, grow=2, priority=1,
           cell=lambda one, _look: (one.owner or "", ""),
           sort=lambda one, _look: natural_key(one.owner or "")),
    Column(id="name", title="name then", width=10, grow=2, priority=2,
           cell=lambda one, look: (
               cut_numbers(one.name or "") if look.mask_numbers else one.name or "", ""),
           sort=lambda one, _look: natural_key(one.name or "")),
    Column(id="dialled", title="dialled", width=13, priority=4,
           cell=lambda one, look: (masked(one.callee, mask=look.mask_numbers), "dim"),
           sort=lambda one, _look: one.callee or ""),
    Column(id="how", title="end", width=15, priority=3, cell=_how_left,
           sort=lambda one, look: _how_left(one, look)[0]),
)  # fmt: skip
"""The calls of one number, the newest first."""


def attendee_lines(one: Attendee, look: RenderContext) -> list[Line]:
    """Return every fact of an attendee, each time they were in on a line of its own."""
    lines: list[Line] = [
        ((_who(one, look)[0], "title"),),
        (("number", "dim"), (masked(one.number, mask=look.mask_numbers), "")),
        (("role", "dim"), (look.live_state.codes.label("call.role", one.role), "")),
        (("total", "dim"), (duration(one.total_s), "")),
        (("muted", "dim"), (duration(one.muted_s), "")),
        (("on hold", "dim"), (duration(one.held_s), "")),
        (("came back", "dim"), (str(times_back(one)), "")),
        (("reconnects", "dim"), (f"{one.reconnects}, within {RECONNECT_S // 60} minutes", "")),
    ]
    for stay, leg in one.stays:
        came = between(stay.joined_from, stay.joined_to, newest_of(look))
        lines.append((("joined", "dim"), (came, "")))
        if stay.left_from is not None and stay.left_to is not None:
            how = _ENDED.get(stay.how or "", "")
            when = between(stay.left_from, stay.left_to, newest_of(look))
            lines.append((("left", "dim"), (f"{when} {how}".rstrip(), "")))
        lines.append((("call", "dim"), (f"{leg.call} {leg.node_name or ''}".rstrip(), "dim")))
    return lines


def session_lines(one: MeetingSession, look: RenderContext) -> list[Line]:
    """Return every fact of a meeting session."""
    ended = "not yet" if one.ended_to is None else whole_moment(one.ended_to)
    return [
        ((f"meeting {one.number}", "title"),),
        (("owner", "dim"), (one.owner or "", "")),
        (("started", "dim"), (whole_moment(one.started_to), "")),
        (("ended", "dim"), (ended, "")),
        (("lasted", "dim"), (duration(_lasted(one, look)), "")),
        (("most", "dim"), (f"{one.peak} callers at once", "")),
        (("came", "dim"), (f"{one.stays} times somebody joined", "")),
        (("session", "dim"), (str(one.session), "dim")),
        (("bridge's id", "dim"), ("" if one.id is None else str(one.id), "dim")),
    ]


def earlier_lines(one: EarlierCall, look: RenderContext) -> list[Line]:
    """Return every fact of an earlier call."""
    left = "not yet" if one.left is None else whole_moment(one.left)
    return [
        ((who(one.caller, one.name, mask=look.mask_numbers), "title"),),
        (("meeting", "dim"), ("" if one.number is None else str(one.number), "")),
        (("owner", "dim"), (one.owner or "", "")),
        (("joined", "dim"), (whole_moment(one.joined), "")),
        (("left", "dim"), (left, "")),
        (("lasted", "dim"), (duration(one.lasted_s(newest_of(look))), "")),
        (("dialled", "dim"), (masked(one.callee, mask=look.mask_numbers), "")),
        (("call", "dim"), (str(one.call), "dim")),
    ]
