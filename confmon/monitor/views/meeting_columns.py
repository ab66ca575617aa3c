"""The columns of the table of meetings: how a meeting reads, and what sorts meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.people.folding import natural_key
from confmon.monitor.views.graphs import bar
from confmon.monitor.views.live_columns import (
    CHANGE,
    TREND_CELLS,
    Column,
    callers_of,
    need,
    outcome,
    running,
    under_way,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.live_records import Meeting
    from confmon.monitor.views.live_columns import Cell, RenderContext

SIZE_CELLS = 8
PIN = "◆"
"""Before the name of a meeting that is pinned."""
_RUNNING = 2
"""The state that the API names in every sample of a live meeting."""


def _tallied(field: str, tone: str = "") -> Callable[[Meeting, RenderContext], Cell]:
    def cell(meeting: Meeting, context: RenderContext) -> Cell:
        if not context.live_state.knows(meeting.meeting_number):
            return ("…", "dim")
        value = getattr(context.live_state.tally(meeting.meeting_number), field)
        return (str(value), tone) if value else ("", "")

    return cell


def _asks(meeting: Meeting, context: RenderContext) -> Cell:
    if not context.live_state.knows(meeting.meeting_number):
        return ("…", "dim")
    hands = context.hands(meeting.meeting_number)
    return (f"✋{hands}", "asks") if hands else ("", "")


def _by_tally(field: str) -> Callable[[Meeting, RenderContext], Any]:
    return lambda meeting, context: (
        -getattr(context.live_state.tally(meeting.meeting_number), field)
    )


def _hosts(meeting: Meeting, context: RenderContext) -> Cell:
    text, tone = _tallied("hosts", "host")(meeting, context)
    # With nobody in it nobody is missed.
    return (text, tone) if text or not callers_of(meeting, context.live_state) else ("0", "dim")


def _name(meeting: Meeting, context: RenderContext) -> Cell:
    pin = f"{PIN} " if meeting.meeting_number in context.pins else ""
    return (f"{pin}{meeting.subscriber_name or ''}", "name")


def _callers(meeting: Meeting, context: RenderContext) -> Cell:
    count = callers_of(meeting, context.live_state)
    return ("…", "dim") if count is None else (str(count), "strong")


def _size(meeting: Meeting, context: RenderContext) -> Cell:
    count = callers_of(meeting, context.live_state) or 0
    return (bar(count, context.callers_scale(), SIZE_CELLS), "graph")


def _by_callers(meeting: Meeting, context: RenderContext) -> int:
    return -(callers_of(meeting, context.live_state) or 0)


def switches(meeting: Meeting) -> list[tuple[str, str]]:
    """Return what is switched on in a meeting, as words with tones; `?` where it is not known."""
    on = [
        (word if is_on else f"{word}?", tone if is_on else "warn")  # nothing would read as "no"
        for word, is_on, tone in (
            ("●REC", meeting.is_recording, "bad"),
            ("LOCK", meeting.is_secured, "strong"),
        )
        if is_on is not False
    ]
    return [*on, ("Q&A", "strong")] if meeting.qa_mode else on


def marks(meeting: Meeting, context: RenderContext) -> list[tuple[str, str]]:
    """Return the marks of a meeting's standing orders, as words with tones."""
    return [(mark, "strong") for mark in context.orders(meeting.meeting_number)]


def _now(meeting: Meeting, context: RenderContext) -> Cell:
    """Return what is going on in a meeting; first what an action does, or how it ended."""
    shown = outcome(meeting, context, "end", "restore_meeting") or under_way(
        meeting, context, "lock", "unlock", "record", "stop_recording", "mute_mode"
    )
    if shown is not None:
        return shown
    on = [*switches(meeting), *marks(meeting, context)]
    why = need(meeting, context)
    # Recording comes before all else: it is short, and people have to know of it.
    at = 1 if on and meeting.is_recording else 0
    parts = on if why is None else [*on[:at], why, *on[at:]]
    if meeting.state not in (None, _RUNNING):
        parts.append((context.live_state.codes.label("meeting.state", meeting.state), "dim"))
    tones = [tone for _, tone in parts]
    worst = next((tone for tone in ("bad", "asks", "warn") if tone in tones), "")
    return (" ".join([text for text, _ in parts]), worst or (tones[0] if tones else ""))


def _by_now(meeting: Meeting, context: RenderContext) -> tuple[bool, bool, bool]:
    return (need(meeting, context) is None, not meeting.is_recording, not meeting.is_secured)


def entry_policy(meeting: Meeting, context: RenderContext) -> str:
    """Return who enters a meeting muted, in words; empty: nobody."""
    mode = meeting.mute_mode
    return context.live_state.codes.label("meeting.muteMode", mode) if mode else ""


MEETING_COLUMNS: tuple[Column[Meeting], ...] = (
    CHANGE,
    Column(id="owner", title="meeting", width=7, comfort=24, grow=6,
           cell=_name,
           sort=lambda meeting, _context: natural_key(meeting.subscriber_name or "")),
    Column(id="number", title="number", width=9,
           cell=lambda meeting, _context: (str(meeting.meeting_number), ""),
           sort=lambda meeting, _context: meeting.meeting_number),
    Column(id="size", title="", width=SIZE_CELLS, priority=6, high_first=True, is_drawn=True,
           cell=_size, sort=_by_callers),
    Column(id="callers", high_first=True, title="callers", width=8, priority=1, align="right",
           cell=_callers, sort=_by_callers),
    Column(id="hosts", high_first=True, title="host", width=4, align="right", priority=2,
           cell=_hosts, sort=_by_tally("hosts")),
    Column(id="participants", high_first=True, title="part", width=4, align="right", priority=9,
           cell=_tallied("participants"), sort=_by_tally("participants")),
    Column(id="listeners", high_first=True, title="list", width=4, align="right", priority=9,
           cell=_tallied("listeners"), sort=_by_tally("listeners")),
    Column(id="muted", high_first=True, title="muted", width=5, align="right", priority=3,
           cell=_tallied("muted", "muted"), sort=_by_tally("muted")),
    Column(id="held", high_first=True, title="held", width=4, align="right", priority=3,
           cell=_tallied("held", "held"), sort=_by_tally("held")),
    Column(id="asks", high_first=True, title="asks", width=4, align="right",
           cell=_asks, sort=lambda meeting, context: -context.hands(meeting.meeting_number)),
    Column(id="now", title="now", width=12, fickle=True, comfort=15, grow=1,
           cell=_now, sort=_by_now),
    Column(id="policy", high_first=True, title="on entry", width=15, priority=8,
           cell=lambda meeting, context: (entry_policy(meeting, context), "muted"),
           sort=lambda meeting, _context: -(meeting.mute_mode or 0)),
    Column(id="trend", title="trend", width=TREND_CELLS, priority=7, high_first=True, is_drawn=True,
           cell=lambda meeting, context: (context.trend(meeting.meeting_number), "graph"),
           sort=_by_callers),
    Column(id="time", title="time", width=8, align="right", priority=4, cell=running,
           sort=lambda meeting, _context: -(meeting.created or 0)),
)  # fmt: skip
"""Every live meeting: what it is, how big it is, who asks, and what goes on in it."""


def _who(meeting: Meeting, context: RenderContext) -> Cell:
    return context.others.mark_of(meeting.meeting_number) if context.others else ("", "")


def _by_who(meeting: Meeting, context: RenderContext) -> tuple[bool, str]:
    words, _ = _who(meeting, context)
    return (not words, words)


WHO: Column[Meeting] = Column(
    id="who", title="who", width=8, comfort=12, grow=1, priority=2, fickle=True, cell=_who,
    sort=_by_who,
)  # fmt: skip
"""Who has claimed a meeting and who else looks at it; shown where several operators share."""

SHARED_MEETING_COLUMNS: tuple[Column[Meeting], ...] = tuple(
    column
    for known in MEETING_COLUMNS
    for column in ((known, WHO) if known.id == "now" else (known,))
)
"""Every live meeting, where several operators share the bridge."""
