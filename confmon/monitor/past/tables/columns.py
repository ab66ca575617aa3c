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


def _who(attendee: Attendee, look: RenderContext) -> Cell:
    is_host = look.live_state.codes.role(attendee.role) == "host"
    return (who(attendee.number, attendee.name, mask=look.mask_numbers), "host" if is_host else "")


def _number(attendee: Attendee, look: RenderContext) -> Cell:
    """Return the number of somebody with a name; without one it is in its place."""
    return (masked(attendee.number, mask=look.mask_numbers) if attendee.name else "", "dim")


def _left(attendee: Attendee, look: RenderContext) -> Cell:
    if attendee.left is None:
        return lasting("in", look)
    return (about(attendee.left, attendee.left_uncertainty_s, newest_of(look)), "")


def _seconds(seconds: float) -> str:
    return duration(seconds) if seconds >= 1 else ""


ATTENDANCE: tuple[Column[Attendee], ...] = (
    Column(id="who", title="who", width=16, comfort=22, grow=3, cell=_who,
           sort=lambda attendee, look: natural_key(_who(attendee, look)[0])),
    Column(id="number", title="number", width=13, priority=6, cell=_number,
           sort=lambda attendee, look: _number(attendee, look)[0]),
    Column(id="role", title="role", width=5, priority=2,
           cell=lambda attendee, look: role_cell(attendee.role, look.live_state.codes),
           sort=lambda attendee, _look: 9 if attendee.role is None else attendee.role),
    Column(id="joined", title="joined", width=13,
           cell=lambda attendee, look: (
               about(attendee.joined, attendee.joined_uncertainty_s, newest_of(look)), ""),
           sort=lambda attendee, _look: attendee.joined),
    Column(id="left", title="left", width=13, cell=_left,
           sort=lambda attendee, _look: (attendee.left is None, attendee.left or 0)),
    Column(id="reconnects", title="again", width=5, align="right", priority=3,
           cell=lambda attendee, _look: (str(times_back(attendee) or ""), "warn"),
           sort=lambda attendee, _look: -times_back(attendee), high_first=True),
    Column(id="total", title="total", width=8, align="right",
           cell=lambda attendee, _look: (duration(attendee.total_s), "strong"),
           sort=lambda attendee, _look: -attendee.total_s, high_first=True),
    Column(id="muted", title="muted", width=8, align="right", priority=4,
           cell=lambda attendee, _look: (_seconds(attendee.muted_s), "muted"),
           sort=lambda attendee, _look: -attendee.muted_s, high_first=True),
    Column(id="held", title="held", width=8, align="right", priority=5,
           cell=lambda attendee, _look: (_seconds(attendee.held_s), "held"),
           sort=lambda attendee, _look: -attendee.held_s, high_first=True),
)  # fmt: skip
"""Who was in a meeting, a row a person."""


def _picture(attendee: Attendee, look: RenderContext) -> Cell:
    key = key_of(attendee)
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
           sort=lambda attendee, look: natural_key(_who(attendee, look)[0])),
    Column(id="role", title="role", width=4, priority=1,
           cell=lambda attendee, look: role_cell(attendee.role, look.live_state.codes),
           sort=lambda attendee, _look: 9 if attendee.role is None else attendee.role),
    Column(id="total", title="total", width=7, align="right", priority=2,
           cell=lambda attendee, _look: (duration(attendee.total_s), "strong"),
           sort=lambda attendee, _look: -attendee.total_s, high_first=True),
    Column(id=TAPE_ID, title="joined", width=20, grow=9, is_drawn=True, cell=_picture,
           sort=lambda attendee, _look: attendee.joined),
)  # fmt: skip
"""The tape of a meeting; its picture is in the order of joining."""


def _lasted(session: MeetingSession, look: RenderContext) -> float:
    until = session.ended_to if session.ended_to is not None else newest_of(look)
    return max(0, until - session.started_to) / 1000


def _ended(session: MeetingSession, look: RenderContext) -> Cell:
    return (
        lasting("live", look) if session.ended_to is None else (day_and_time(session.ended_to), "")
    )


SESSIONS: tuple[Column[MeetingSession], ...] = (
    Column(id="started", title="started", width=12, high_first=True,
           cell=lambda session, _look: (day_and_time(session.started_to), ""),
           sort=lambda session, _look: (-session.started_to, -session.session)),
    Column(id="ended", title="ended", width=12, priority=1, high_first=True, cell=_ended,
           sort=lambda session, _look: (session.ended_to is not None, -(session.ended_to or 0))),
    Column(id="number", title="meeting", width=9, align="right",
           cell=lambda session, _look: (str(session.number), "strong"),
           sort=lambda session, _look: session.number),
    Column(id="owner", title="owner", width=12, grow=3, cell=lambda session, _look: (
               session.owner or "", ""),
           sort=lambda session, _look: natural_key(session.owner or "")),
    Column(id="lasted", title="lasted", width=9, align="right", high_first=True,
           cell=lambda session, look: (duration(_lasted(session, look)), ""),
           sort=lambda session, look: -_lasted(session, look)),
    Column(id="peak", title="most", width=6, align="right", high_first=True,
           cell=lambda session, _look: (str(session.peak), ""),
           sort=lambda session, _look: -session.peak),
    Column(id="stays", title="came", width=6, align="right", priority=2, high_first=True,
           cell=lambda session, _look: (str(session.stays), "dim"),
           sort=lambda session, _look: -session.stays),
)  # fmt: skip
"""The sessions of meetings, the newest first."""


_ENDED: dict[str, str] = {
    "moved": "went to another", "ended": "meeting ended", "unseen": "not seen",
}  # fmt: skip
"""How a stay ended that did not end by leaving."""


def _how_left(call: EarlierCall, look: RenderContext) -> Cell:
    if call.left is None:
        return lasting("in", look)
    return (_ENDED.get(call.how or "", "left"), "dim")


EARLIER: tuple[Column[EarlierCall], ...] = (
    Column(id="joined", title="joined", width=12, high_first=True,
           cell=lambda call, _look: (day_and_time(call.joined), ""),
           sort=lambda call, _look: -call.joined),
    Column(id="lasted", title="lasted", width=9, align="right", high_first=True,
           cell=lambda call, look: (duration(call.lasted_s(newest_of(look))), ""),
           sort=lambda call, look: -call.lasted_s(newest_of(look))),
    Column(id="meeting", title="meeting", width=9, align="right",
           cell=lambda call, _look: ("" if call.number is None else str(call.number), "strong"),
           sort=lambda call, _look: call.number or 0),
    Column(id="owner", title="owner", width=10, grow=2, priority=1,
           cell=lambda call, _look: (call.owner or "", ""),
           sort=lambda call, _look: natural_key(call.owner or "")),
    Column(id="name", title="name then", width=10, grow=2, priority=2,
           cell=lambda call, look: (
               cut_numbers(call.name or "") if look.mask_numbers else call.name or "", ""),
           sort=lambda call, _look: natural_key(call.name or "")),
    Column(id="dialled", title="dialled", width=13, priority=4,
           cell=lambda call, look: (masked(call.callee, mask=look.mask_numbers), "dim"),
           sort=lambda call, _look: call.callee or ""),
    Column(id="how", title="end", width=15, priority=3, cell=_how_left,
           sort=lambda call, look: _how_left(call, look)[0]),
)  # fmt: skip
"""The calls of one number, the newest first."""


def attendee_lines(attendee: Attendee, look: RenderContext) -> list[Line]:
    """Return every fact of an attendee, each time they were in on a line of its own."""
    lines: list[Line] = [
        ((_who(attendee, look)[0], "title"),),
        (("number", "dim"), (masked(attendee.number, mask=look.mask_numbers), "")),
        (("role", "dim"), (look.live_state.codes.label("call.role", attendee.role), "")),
        (("total", "dim"), (duration(attendee.total_s), "")),
        (("muted", "dim"), (duration(attendee.muted_s), "")),
        (("on hold", "dim"), (duration(attendee.held_s), "")),
        (("came back", "dim"), (str(times_back(attendee)), "")),
        (("reconnects", "dim"), (f"{attendee.reconnects}, within {RECONNECT_S // 60} minutes", "")),
    ]
    for stay, leg in attendee.stays:
        came = between(stay.joined_from, stay.joined_to, newest_of(look))
        lines.append((("joined", "dim"), (came, "")))
        if stay.left_from is not None and stay.left_to is not None:
            how = _ENDED.get(stay.how or "", "")
            when = between(stay.left_from, stay.left_to, newest_of(look))
            lines.append((("left", "dim"), (f"{when} {how}".rstrip(), "")))
        lines.append((("call", "dim"), (f"{leg.call} {leg.node_name or ''}".rstrip(), "dim")))
    return lines


def session_lines(session: MeetingSession, look: RenderContext) -> list[Line]:
    """Return every fact of a meeting session."""
    ended = "not yet" if session.ended_to is None else whole_moment(session.ended_to)
    return [
        ((f"meeting {session.number}", "title"),),
        (("owner", "dim"), (session.owner or "", "")),
        (("started", "dim"), (whole_moment(session.started_to), "")),
        (("ended", "dim"), (ended, "")),
        (("lasted", "dim"), (duration(_lasted(session, look)), "")),
        (("most", "dim"), (f"{session.peak} callers at once", "")),
        (("came", "dim"), (f"{session.stays} times somebody joined", "")),
        (("session", "dim"), (str(session.session), "dim")),
        (("bridge's id", "dim"), ("" if session.id is None else str(session.id), "dim")),
    ]


def earlier_lines(call: EarlierCall, look: RenderContext) -> list[Line]:
    """Return every fact of an earlier call."""
    left = "not yet" if call.left is None else whole_moment(call.left)
    return [
        ((who(call.caller, call.name, mask=look.mask_numbers), "title"),),
        (("meeting", "dim"), ("" if call.number is None else str(call.number), "")),
        (("owner", "dim"), (call.owner or "", "")),
        (("joined", "dim"), (whole_moment(call.joined), "")),
        (("left", "dim"), (left, "")),
        (("lasted", "dim"), (duration(call.lasted_s(newest_of(look))), "")),
        (("dialled", "dim"), (masked(call.callee, mask=look.mask_numbers), "")),
        (("call", "dim"), (str(call.call), "dim")),
    ]
