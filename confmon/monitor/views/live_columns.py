"""What a column of a table is, and what every column of meetings and calls is made with.

The screen and the one-shot commands share the columns. A cell is `(text, tone)`; the text alone
must say the state, the tone only helps the eye.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from confmon.models.identity import in_ms, target_of
from confmon.models.live_records import Call, Meeting
from confmon.models.people.phone_numbers import cut_numbers, masked
from confmon.models.privacy import CALL_PHONES
from confmon.monitor.views.graphs import scale_for, sparkline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from confmon.models.identity import Target
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.memory.asking import AskingQueue
    from confmon.monitor.polling.live_state import LiveState

Cell = tuple[str, str]
Line = tuple[Cell, ...]
R = TypeVar("R")

TREND_CELLS = 8


class Others(Protocol):
    """What other operators do, where several share a bridge."""

    def mark_of(self, meeting: int) -> Cell:
        """Return who has claimed a meeting, and who else looks at it."""
        ...

    def up_by(self, call: int) -> str:
        """Return the name of the other operator who has called a caller up, or nothing."""
        ...

    def order_lines(self, meeting: int) -> Sequence[str]:
        """Return a line for each order that another operator's screen carries out."""
        ...


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What a cell needs beside its record. `wall` is epoch seconds by the server's clock.

    What the run remembers is there if somebody keeps it: `asking`, `needs` of a target, `history`,
    the callers of a meeting over the last minutes, oldest first, who `speaks` on the podium,
    `orders`, the marks of the standing orders of a meeting, and `others`, what other operators do.
    """

    live_state: LiveState
    wall: float
    mask_numbers: bool = False
    asking: AskingQueue | None = None
    needs: Callable[[Target], Sequence[Signal]] = lambda _target: ()
    history: Callable[[int], Sequence[float | None]] | None = None
    speaks: Callable[[int], bool] = lambda _call: False
    orders: Callable[[int], Sequence[str]] = lambda _meeting: ()
    others: Others | None = None
    pins: Collection[int] = ()
    """The numbers of the meetings that are pinned."""
    _scales: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def trend(self, meeting_number: int) -> str:
        """Return a sparkline of a meeting's callers; empty as long as there is no history."""
        if self.history is None:
            return ""
        values = self.history(meeting_number)[-TREND_CELLS:]
        most = max((value for value in values if value is not None), default=0)
        return sparkline(values, TREND_CELLS, top=scale_for(most))

    def hands(self, meeting_number: int) -> int:
        """Return how many of a meeting ask: those in the queue, where one is kept."""
        if self.asking is None:
            return self.live_state.tally(meeting_number).hands
        return self.asking.count_in(meeting_number)

    def callers_scale(self) -> float:
        """Return how many callers fill the bar of a meeting's size: a round number."""
        if "callers" not in self._scales:
            live_state = self.live_state
            counts = [
                callers_of(meeting, live_state) or 0 for meeting in live_state.meetings.values()
            ]
            self._scales["callers"] = scale_for(max(counts, default=0))
        return self._scales["callers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column. `width` is its least width in cells, `grow` its share of what is spare.

    `priority` says which columns go first on a narrow terminal: the highest; 0 never goes. From 6
    on it also goes as long as another has fewer cells than its `comfort`.
    """

    id: str
    title: str
    width: int
    cell: Callable[[R, RenderContext], Cell]
    sort: Callable[[R, RenderContext], Any]
    grow: int = 0
    priority: int = 0
    comfort: int = 0
    align: Literal["left", "right"] = "left"
    high_first: bool = False
    """Whether `sort` puts the highest first, for the arrow in the title."""
    fickle: bool = False
    """Whether `sort` looks at more than the record."""
    of_meeting: bool = False
    """Whether `sort` looks at a caller's meeting too, and at nothing else."""
    is_drawn: bool = False
    """Whether it is a picture: there is nothing in it to print."""


def duration(seconds: float) -> str:
    """Return a running time as people say it, in at most eight cells below a thousand years.

    >>> duration(59), duration(3599), duration(86399), duration(90000), duration(-5)
    ('0:59', '59:59', '23:59:59', '1d 01:00', '0:00')
    >>> duration(864000), duration(315360000)
    ('10d 00h', '3650d')
    """
    total = max(0, int(seconds))
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    if hours == 0:
        return f"{minute}:{second:02d}"
    if hours < 24:
        return f"{hours}:{minute:02d}:{second:02d}"
    days, hour = divmod(hours, 24)
    if days < 10:
        return f"{days}d {hour:02d}:{minute:02d}"
    return f"{days}d {hour:02d}h" if days < 1000 else f"{days}d"


def waiting(seconds: float) -> str:
    """Return how long somebody has waited, in at most three cells below four days.

    >>> [waiting(s) for s in (0.4, 59, 60, 3599, 3600, 90000, -3)]
    ['0s', '59s', '1m', '59m', '1h', '25h', '0s']
    """
    total = max(0, int(seconds))
    if total < 60:
        return f"{total}s"
    return f"{total // 60}m" if total < 3600 else f"{total // 3600}h"


def started(record: Call | Meeting) -> int | None:
    """Return since when (epoch ms) a caller is in the meeting, or a meeting runs."""
    since = record.created
    if isinstance(record, Call) and record.joined:
        since = record.joined
    return since and in_ms(since)


def running(record: Call | Meeting, context: RenderContext) -> Cell:
    """Return how long a caller is in the meeting, or a meeting runs."""
    since = started(record)
    if since is None:
        return ("", "")
    change = context.live_state.changes.get(target_of(record))
    until = change.wall if change is not None and change.what == "left" else context.wall
    return (duration(until - since / 1000), "")


def callers_of(meeting: Meeting, live_state: LiveState) -> int | None:
    """Return how many callers a meeting has: counted if its calls were read, else as it says.

    None: nobody knows yet.
    """
    if live_state.knows(meeting.meeting_number):
        return live_state.tally(meeting.meeting_number).callers
    return meeting.participant_count


def show_phone(call: Call, field: str, context: RenderContext) -> str:
    """Return a field of `CALL_PHONES`, its number cut to the last digits where that is wanted."""
    return phone_of(call, field, mask=context.mask_numbers)


def phone_of(call: Call, field: str, *, mask: bool) -> str:
    """Return a field of `CALL_PHONES`, its number cut to the last digits with `mask`."""
    value = getattr(call, field) or ""
    if mask and CALL_PHONES[field] == "in_text":
        return cut_numbers(value)
    return masked(value, mask=mask)


def name_and_number(call: Call, context: RenderContext) -> tuple[str, str]:
    """Return what a caller is called, and its number."""
    return show_phone(call, "custom_name", context), show_phone(call, "caller", context)


def caller_words(call: Call, context: RenderContext) -> str:
    """Return a caller's name and number, or what there is of it."""
    return " ".join(filter(None, name_and_number(call, context))) or f"call {call.id}"


# What has just happened to a record, and what is being done to it.

_GLYPHS = {"joined": ("+", "good"), "left": ("−", "gone"), "changed": ("~", "dim")}


def has_left(record: Call | Meeting, context: RenderContext) -> bool:
    """Whether a caller has just left, or a meeting has just ended."""
    change = context.live_state.changes.get(target_of(record))
    return change is not None and change.what == "left"


def change_glyph(record: Call | Meeting, context: RenderContext) -> Cell:
    """Return `+` for who has just joined, `−` for who left, `~` for what changed."""
    change = context.live_state.changes.get(target_of(record))
    return _GLYPHS[change.what] if change is not None else ("", "")


CHANGE: Column[Any] = Column(
    id="change", title="", width=1, fickle=True, is_drawn=True, cell=change_glyph,
    sort=lambda record, context: change_glyph(record, context)[0],
)  # fmt: skip


def under_way(record: Call | Meeting, context: RenderContext, *verbs: str) -> Cell | None:
    """Return what one of these verbs is doing to a record just now."""
    note = context.live_state.notes.get(target_of(record))
    if note is None or not note.under_way or note.verb not in verbs:
        return None
    return (note.text, "pending")


def outcome(record: Call | Meeting, context: RenderContext, *verbs: str) -> Cell | None:
    """Return what the row says in its one cell for words; None: nothing of the kind.

    That is: who has left, how an action ended, what one of `verbs` is doing.
    """
    if has_left(record, context):
        return ("left" if isinstance(record, Call) else "ended", "gone")
    note = context.live_state.notes.get(target_of(record))
    if note is not None and not note.under_way:
        return (note.text, "bad" if note.text == "not applied" else "warn")
    return under_way(record, context, *verbs)


_NOT_IN_ROWS = ("changed_by_other",)
"""The row shows the change itself, and other hosts change things all the time."""

_SEVERITY_TONES = {"amber": "asks", "red": "bad"}


def need(record: Call | Meeting, context: RenderContext, *, whole: bool = False) -> Cell | None:
    """Return why a record needs somebody, the worst reason first; None: it does not.

    `whole`: with figures, and also what is quiet.
    """
    found = context.needs(target_of(record))
    shown = sorted(
        [
            signal
            for signal in found
            if whole or not (signal.is_quiet or signal.rule in _NOT_IN_ROWS)
        ],
        key=lambda signal: signal.severity != "red",
    )
    if not shown:
        return None
    words = [
        f"{signal.text if whole else signal.title} {waiting(context.wall - signal.since)}"
        for signal in shown
    ]
    return ((" · " if whole else " ").join(words), _SEVERITY_TONES[shown[0].severity])
