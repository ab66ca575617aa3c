"""What is known of the record under the cursor, for the details pane: a card for each side of it.

What people ask comes first; every raw field of the API is last, under its own name.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from confmon.models.identity import target_of
from confmon.models.live_records import Call, Meeting
from confmon.models.moments import moment, zone
from confmon.models.privacy import CALL_PHONES
from confmon.models.records import wire_name
from confmon.monitor.views.live_columns import (
    TREND_CELLS,
    duration,
    need,
    show_phone,
    started,
    waiting,
)
from confmon.monitor.views.meeting_columns import entry_policy
from confmon.tui.bars.header import roles_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import RenderContext
    from confmon.tui.table.look import Cell

    Line = tuple[Cell, ...]

LABEL_WIDTH = 16

_TIMES = {"created", "joined"}
_NONE: Cell = ("–", "dim")


def details_lines(session: Session, record: Call | Meeting) -> list[Line]:
    """Return the cards of a call or of a meeting; the zone of all times is shown once."""
    context = session.look()
    if isinstance(record, Call):
        first, state = _person(record, context), _call_state(record, context)
        heading, key = "Person", f"Call {record.id}"
    else:
        first, state = _meeting(record, context), _meeting_state(record, context)
        heading, key = "Meeting", f"Meeting {record.meeting_number}"
    return [
        *_card(heading, f"times in {zone(context.wall)}", first),
        (),
        *_card("State", "", state),
        (),
        *_card("Technical", key, _technical(record, context)),
    ]


def _card(heading: str, aside: str, rows: Iterable[tuple[str, Cell]]) -> Iterator[Line]:
    yield ((heading, "accent"), (aside, "dim"))
    for label, value in rows:
        yield ((label, "dim"), value)


def _person(call: Call, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    yield "name", _shown(show_phone(call, "custom_name", context), "name")
    yield "number", _shown(show_phone(call, "caller", context))
    yield "dialled", _shown(show_phone(call, "callee", context))
    yield "in since", _since(call, context)
    if (number := call.meeting_number) is not None:
        meeting = context.live_state.meetings.get(number)
        owner = (meeting.subscriber_name if meeting is not None else None) or ""
        yield "meeting", (f"{owner} {number}".strip(), "")


def _call_state(call: Call, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    codes = context.live_state.codes
    yield "role is", _shown(codes.label("call.role", call.role))
    for label, field, value in (
        ("mute", "muteMode", call.mute_mode),
        ("hold", "holdMode", call.hold_mode),
    ):
        yield label, _shown(codes.label(f"call.{field}", value))
    asks = ("help" if call.operator_mode else "") or ("a question" if call.qa_mode else "")
    since = context.asking.since(call.id) if context.asking is not None else None
    place = context.asking.place(call.id) if context.asking is not None else None
    if since is not None:
        asks = asks or "put in by hand"
        asks += f", place {place}, for {waiting(context.wall - since)}"
        if context.others is not None and (name := context.others.up_by(call.id)):
            asks += f", called up by {name}"
    elif asks and context.asking is not None and context.asking.is_answered(call.id):
        asks += ", answered here"
    yield "asks for", (asks, "asks") if asks else _NONE
    yield "gain", ("–" if call.gain_level is None else f"{call.gain_level:+d}", "")
    yield from _lately(call, context)
    if (note := context.live_state.notes.get(("call", call.id))) is not None:
        yield "action", (note.text, "pending" if note.under_way else "warn")


def _meeting(meeting: Meeting, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    yield "name", _shown(meeting.subscriber_name or "", "name")
    yield "number", (str(meeting.meeting_number), "")
    yield "running since", _since(meeting, context)
    known = context.live_state.knows(meeting.meeting_number)
    tally = context.live_state.tally(meeting.meeting_number)
    yield "callers", (str(tally.callers) if known else "…", "strong")
    yield "who", _shown(roles_text(tally))
    yield "legs recording", (str(tally.legs) if known else "…", "")
    if trend := context.trend(meeting.meeting_number):
        yield f"last {TREND_CELLS}", (trend, "graph")


def _meeting_state(meeting: Meeting, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    tally = context.live_state.tally(meeting.meeting_number)
    yield "runs", _shown(context.live_state.codes.label("meeting.state", meeting.state))
    for label, is_on, on, off, tone in (
        ("recording", meeting.is_recording, "on", "off", "bad"),
        ("door", meeting.is_secured, "locked", "open", "strong"),
        ("questions", meeting.qa_mode and True, "Q&A", "no Q&A", ""),
    ):
        yield label, _NONE if is_on is None else (on, tone) if is_on else (off, "")
    yield "on entry", _shown(entry_policy(meeting, context) or "nobody is muted")
    yield "muted", (str(tally.muted), "muted")
    yield "held", (str(tally.held), "held")
    hands = context.hands(meeting.meeting_number)
    yield "asking", (str(hands), "asks" if hands else "")
    if context.others is not None:
        words, tone = context.others.mark_of(meeting.meeting_number)
        yield "operators", _shown(words, tone)
        for line in context.others.order_lines(meeting.meeting_number):
            yield "order", (line, "strong")
    yield from _lately(meeting, context)


def _lately(record: Call | Meeting, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    """Return why somebody is needed, and what has just changed."""
    if (why := need(record, context, whole=True)) is not None:
        yield "needs you", why
    change = context.live_state.changes.get(target_of(record))
    if change is not None:
        words = ", ".join(wire_name(field) for field in change.fields)
        yield "just now", (f"{change.what} {words}".strip(), "accent")


def _technical(record: Call | Meeting, context: RenderContext) -> Iterator[tuple[str, Cell]]:
    """Return every field under the API's own name; numbers of people may be masked."""
    for name in sorted(field.name for field in fields(record)):
        if name != "duration":
            yield wire_name(name), _raw(record, name, context)


def _raw(record: Call | Meeting, name: str, context: RenderContext) -> Cell:
    value = getattr(record, name)
    if value is None:
        return _NONE
    if name == "access_code":
        return ("•" * 4, "dim")
    if name in _TIMES:
        return (moment(value), "dim")
    if isinstance(record, Call) and name in CALL_PHONES:
        return (show_phone(record, name, context), "dim")
    if isinstance(value, bool):
        return ("true" if value else "false", "dim")
    if isinstance(value, int):
        kind = "call" if isinstance(record, Call) else "meeting"
        label = context.live_state.codes.label(f"{kind}.{wire_name(name)}", value)
        return (f"{value} {label}" if label and not label.endswith("?") else str(value), "dim")
    return (str(value), "dim") if value != "" else ("empty", "dim")


def _since(record: Call | Meeting, context: RenderContext) -> Cell:
    """Return a moment of this machine's time, with the day if it is not today, and how long ago."""
    since_ms = started(record)
    if since_ms is None:
        return _NONE
    since_s = since_ms / 1000
    try:
        then, now = datetime.fromtimestamp(since_s), datetime.fromtimestamp(context.wall)
    except (OverflowError, ValueError, OSError):
        return (str(since_ms), "")
    form = "%H:%M:%S" if then.date() == now.date() else "%Y-%m-%d %H:%M:%S"
    return (f"{then.strftime(form)}, {duration(context.wall - since_s)} ago", "")


def _shown(text: str, tone: str = "") -> Cell:
    return (text, tone) if text else _NONE
