"""The lines of the event feed as typed cells: time of day, meeting, what happened, who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from confmon.models.live_records import Call, Meeting
from confmon.models.moments import time_of_day, zone
from confmon.monitor.memory.event_filter import EventFilter
from confmon.monitor.views.live_columns import show_phone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.monitor.memory.events import By, Event, Kind
    from confmon.monitor.memory.feed import EventFeed, FeedLine
    from confmon.monitor.memory.memory import Memory
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.views.live_columns import Cell, RenderContext

    Line = tuple[Cell, ...]

WIDTHS: Final = (8, 9, 16)
"""The cells of time, meeting and what happened; who has the rest of the line."""
BY: Final = " · by "
"""What stands before who did it, which is the end of a line and worth more than the whole name."""
NAMED: Final = 3
"""So many callers of a storm are named."""
LIMIT: Final = 100


class Remembering(Protocol):
    """As much of a session as the lines are made of."""

    @property
    def memory(self) -> Memory:
        """What happened."""
        ...

    @property
    def store(self) -> LiveStore:
        """What is live, and the server's time."""
        ...

    def look(self) -> RenderContext:
        """Return what cells are drawn with."""
        ...


class _Words(NamedTuple):
    """How a kind reads for one event, and behind the number of a storm; and its tone."""

    one: str
    many: str
    tone: str = ""


_WORDS: Final[Mapping[Kind, _Words]] = {
    "joined": _Words("joined", "joined", "new"),
    "left": _Words("left", "left", "gone"),
    "dropped": _Words("dropped", "dropped", "gone"),
    "moved": _Words("moved here", "moved here", "changed"),
    "arrived": _Words("connected", "connected", "new"),
    "asked": _Words("asks", "ask", "warn"),
    "answered": _Words("asks no more", "ask no more"),
    "muted": _Words("muted", "muted", "muted"),
    "unmuted": _Words("unmuted", "unmuted"),
    "held": _Words("on hold", "on hold", "held"),
    "released": _Words("off hold", "off hold"),
    "renamed": _Words("renamed", "renamed"),
    "role": _Words("new role", "new roles", "host"),
    "gain": _Words("gain", "gains", "dim"),
    "host_left": _Words("no host left", "× no host", "bad"),
    "host_joined": _Words("host came", "× host came", "host"),
    "recording_on": _Words("recording", "× recording", "bad"),
    "recording_off": _Words("recording off", "× rec. off"),
    "locked": _Words("locked", "× locked", "warn"),
    "unlocked": _Words("unlocked", "× unlocked"),
    "started": _Words("started", "× started", "new"),
    "ended": _Words("ended", "× ended", "gone"),
}

_BY: Final[Mapping[By | None, str]] = {
    "us": "by you", "caller": "by the caller", "other": "by someone else", None: "",
}  # fmt: skip
_PLAIN_BY: Final = frozenset({("asked", "caller")})
"""What needs no author, since there is only one."""

_drawn: WeakKeyDictionary[EventFeed, tuple[object, dict[int, Line | None]]] = WeakKeyDictionary()
"""What was last drawn of each line of a feed, by its number, and how: a line never changes.

None: it does not pass. Hundreds of lines are drawn at every read otherwise.
"""


def event_lines(
    session: Remembering,
    *,
    filter: EventFilter | None = None,  # noqa: A002 - what it is
    limit: int = LIMIT,
) -> list[Line]:
    """Return the newest `limit` lines that pass, the oldest of them first."""
    feed, look = session.memory.events, session.look()
    lines: list[Line] = []
    known = _known(feed, filter or EventFilter(), look)
    for number, line in feed.newest_first():
        if number not in known:
            narrowed = filter.narrowed(line) if filter else line
            known[number] = None if narrowed is None else event_line(narrowed, look)
        drawn = known[number]
        if drawn is not None:
            lines.append(drawn)
            if len(lines) == limit:
                break
    lines.reverse()
    nothing = "Nothing happened yet"
    if filter:
        is_meeting_alone = filter == EventFilter(meeting=filter.meeting)
        nothing = "Nothing happened here yet" if is_meeting_alone else "No event passes this filter"
    return lines or [((nothing, "dim"),)]


def events_title(session: Remembering) -> str:
    """Return the pane's name, and in which time its lines are told."""
    oldest, now_s = next(iter(session.memory.events), None), session.store.wall()
    zones = dict.fromkeys([zone(oldest.until if oldest else now_s), zone(now_s)])
    return f"events, times in {', then '.join(zones)}"


def event_line(line: FeedLine, look: RenderContext) -> Line:
    """Return the cells of one line of the feed."""
    words, event = _WORDS[line.kind], line.events[0]
    what = f"{line.count} {words.many}" if line.is_storm else words.one
    who = _people(line, look) if line.is_storm else _who(event, look)
    by = "" if (line.kind, line.by) in _PLAIN_BY else _BY[line.by]
    if line.kind in ("left", "dropped") and line.by == "us":
        by = "by you" if line.kind == "dropped" else "you ended the meeting"
    return (
        (time_of_day(line.until), "dim"),
        ("" if line.meeting is None else str(line.meeting), "strong"),
        (what, words.tone),
        (" · ".join(part for part in (who, by) if part), ""),
    )


def _known(feed: EventFeed, shown: EventFilter, look: RenderContext) -> dict[int, Line | None]:
    """Return what was drawn in the same manner before."""
    manner = (shown, look.mask_numbers)
    known = _drawn.get(feed)
    if known is None or known[0] != manner or len(known[1]) > 2 * len(feed) + 100:
        known = _drawn[feed] = (manner, {})
    return known[1]


def _people(line: FeedLine, look: RenderContext) -> str:
    """Name the first callers of a storm, and count the others."""
    names = list(dict.fromkeys(_name(event.record, look) for event in line.events[:NAMED]))
    rest = line.count - len(line.events[:NAMED])
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def _who(event: Event, look: RenderContext) -> str:
    now, was = event.record, event.was
    if isinstance(now, Meeting):
        return now.subscriber_name or ""
    name, codes = _name(now, look), look.live_state.codes
    if event.kind == "renamed" and isinstance(was, Call):
        names = [show_phone(call, "custom_name", look) or "no name" for call in (was, now)]
        return f"{show_phone(now, 'caller', look)} {names[0]} → {names[1]}".strip()
    if event.kind == "role" and isinstance(was, Call):
        roles = [codes.label("call.role", call.role) for call in (was, now)]
        return f"{name} · {roles[0]} → {roles[1]}"
    if event.kind == "gain" and isinstance(was, Call):
        return f"{name} · {was.gain_level:+d} → {now.gain_level:+d}"
    if event.kind == "moved" and was is not None:
        return f"{name} · from {was.meeting_number}"
    if event.kind == "host_left":
        return f"{name} was the last"
    if event.kind == "asked":
        asks = ("for help", now.operator_mode), ("has a question", now.qa_mode)
        return " · ".join([name, *(words for words, mode in asks if mode)])
    if event.kind == "joined" and (role := codes.role(now.role)) in ("host", "recording"):
        return f"{name} · {role}"
    return name


def _name(record: Call | Meeting, look: RenderContext) -> str:
    """Return a caller's name and number, or what there is of it."""
    if isinstance(record, Meeting):
        return record.subscriber_name or str(record.meeting_number)
    name, number = show_phone(record, "custom_name", look), show_phone(record, "caller", look)
    return " ".join(part for part in (name, number) if part) or f"call {record.id}"
