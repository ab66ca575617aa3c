"""Every field of the record under the cursor, for the details pane."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from confmon.models.live_records import Call, Meeting
from confmon.models.moments import moment
from confmon.models.privacy import CALL_PHONES
from confmon.models.records import wire_name
from confmon.monitor.views.live_columns import duration, show_phone, started

if TYPE_CHECKING:
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import RenderContext
    from confmon.tui.table.look import Cell

    Line = tuple[Cell, ...]

LABEL_WIDTH = 16

_CODED = {
    "connection_status", "hold_mode", "mute_mode", "operator_mode", "presenter_media", "qa_mode",
    "role", "state", "type",
}  # fmt: skip
_TIMES = {"created", "joined"}


def details_lines(session: Session, record: Call | Meeting) -> list[Line]:
    """Return a line for each field, coded ones with their raw value too."""
    look = session.look()
    heading = "Call" if isinstance(record, Call) else "Meeting"
    key = record.id if isinstance(record, Call) else record.meeting_number
    lines: list[Line] = [((f"{heading} {key}", "title"),)]
    since = started(record)
    if since is not None:
        lines.append((("running", "dim"), (duration(look.wall - since / 1000), "")))
    if isinstance(record, Call) and record.meeting_number is not None:
        meeting = look.live_state.meetings.get(record.meeting_number)
        if meeting is not None and meeting.subscriber_name:
            lines.append((("owner", "dim"), (meeting.subscriber_name, "")))
    if isinstance(record, Meeting):
        tally, known = look.live_state.tally(key), look.live_state.knows(key)
        lines.append((("callers", "dim"), (str(tally.callers) if known else "…", "")))
        lines.append((("recording legs", "dim"), (str(tally.legs) if known else "…", "")))
    for name in sorted(field.name for field in fields(record)):
        if name != "duration":
            lines.append(((wire_name(name), "dim"), _value(record, name, look)))
    change = look.live_state.changes.get(("call" if isinstance(record, Call) else "meeting", key))
    if change is not None:
        words = ", ".join(wire_name(field) for field in change.fields)
        lines.append((("just now", "dim"), (f"{change.what} {words}".strip(), "changed")))
    return lines


def _value(record: Call | Meeting, name: str, look: RenderContext) -> Cell:
    value = getattr(record, name)
    if value is None:
        return ("–", "dim")
    if name == "access_code":
        return ("•" * 4, "dim")
    if name in _CODED:
        kind = "call" if isinstance(record, Call) else "meeting"
        label = look.live_state.codes.label(f"{kind}.{wire_name(name)}", value)
        return (label if label.endswith("?") else f"{label} ({value})", "")
    if name in _TIMES:
        return (moment(value), "")
    if isinstance(record, Call) and name in CALL_PHONES:
        return (show_phone(record, name, look), "")
    if isinstance(value, bool):
        return ("yes" if value else "no", "")
    return (str(value), "") if value != "" else ("empty", "dim")
