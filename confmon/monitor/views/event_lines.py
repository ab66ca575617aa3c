"""The lines of the event feed as typed cells: time of day, meeting, what happened, who."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, overload
from weakref import WeakKeyDictionary

from confmon.models.live_records import Call, Meeting
from confmon.models.moments import time_of_day, zone
from confmon.monitor.memory.event_filter import EventFilter
from confmon.monitor.views.live_columns import caller_words, show_phone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from confmon.monitor.memory.events import By, Event, Kind
    from confmon.monitor.memory.feed import EventFeed, FeedLine
    from confmon.monitor.views.live_columns import Line, RenderContext

WIDTHS: Final = (8, 9, 16)
"""The cells of time, meeting and what happened; who has the rest of the line."""
BY: Final = " · by "
"""What comes before who did it, which is the end of a line and worth more than the whole name."""
NAMED: Final = 3
"""So many callers of a storm are named."""
LIMIT: Final = 100
NOTHING_YET: Final = "Nothing happened yet"


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


class _Known:
    """What was found out about the lines of a feed, by their numbers: a line never changes."""

    def __init__(self, shown: EventFilter) -> None:
        self.shown = shown
        self.passes: dict[int, bool] = {}
        self.worded: dict[tuple[int, bool], Line] = {}
        """The cells of a line, with numbers masked or not."""


_known: WeakKeyDictionary[EventFeed, _Known] = WeakKeyDictionary()


class EventLines(Sequence["Line"]):
    """Lines of the feed that are put into words when they are looked at: few are in sight.

    At each read a hundred are new on a large bridge.
    """

    def __init__(self, lines: Sequence[tuple[int, FeedLine]], known: _Known, look: RenderContext):
        """`lines`: each with its number in the feed."""
        self._lines, self._known, self._look = lines, known, look
        self._shown = (known.shown, look.mask_numbers, [number for number, _ in lines])

    def __len__(self) -> int:
        return len(self._lines)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EventLines)
            and self._known is other._known  # lines of another feed have the same numbers
            and self._shown == other._shown
        )

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        """Return the cells of a line, or of some."""
        if isinstance(at, slice):
            return [self._word(*line) for line in self._lines[at]]
        return self._word(*self._lines[at])

    def _word(self, number: int, line: FeedLine) -> Line:
        worded, key = self._known.worded, (number, self._look.mask_numbers)
        if key not in worded:
            worded[key] = event_line(line, self._look)
        return worded[key]


def event_lines(
    feed: EventFeed,
    look: RenderContext,
    *,
    filter: EventFilter | None = None,  # noqa: A002 - what it is
    nothing: str = NOTHING_YET,
) -> Sequence[Line]:
    """Return the newest `LIMIT` lines that pass, the oldest of them first.

    `nothing` is the line where there are none.
    """
    known = _known_of(feed, filter or EventFilter())
    passed = _newest(feed, known) if filter else feed.newest_first()
    if lines := [*islice(passed, LIMIT)]:
        lines.reverse()
        return EventLines(lines, known, look)
    if filter and nothing == NOTHING_YET:
        is_meeting_alone = filter == EventFilter(meeting=filter.meeting)
        nothing = "Nothing happened here yet" if is_meeting_alone else "No event passes this filter"
    return (((nothing, "dim"),),)


def _newest(feed: EventFeed, known: _Known) -> Iterator[tuple[int, FeedLine]]:
    """Yield the lines that pass, the newest first."""
    passes = known.passes
    for number, line in feed.newest_first():
        if number not in passes:
            passes[number] = known.shown.passes(line)
        if passes[number]:
            yield number, line


def _known_of(feed: EventFeed, shown: EventFilter) -> _Known:
    """Return what was found out with the same filter before."""
    known = _known.get(feed)
    if known is None or known.shown != shown or len(known.passes) > 2 * len(feed) + LIMIT:
        known = _known[feed] = _Known(shown)
    if len(known.worded) > 2 * LIMIT:
        known.worded.clear()
    return known


def events_title(feed: EventFeed, now_s: float, *, is_past: bool = False) -> str:
    """Return the pane's name, and in which time zone its lines are."""
    oldest = next(iter(feed), None)
    zones = dict.fromkeys([zone(oldest.until if oldest else now_s), zone(now_s)])
    return f"events{' before' if is_past else ''}, times in {', then '.join(zones)}"


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
    if isinstance(record, Meeting):
        return record.subscriber_name or str(record.meeting_number)
    return caller_words(record, look)
