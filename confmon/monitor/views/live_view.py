"""What one table shows: which records, in which order, with which marks.

Everything belongs to keys (call ids, meeting numbers), never to row numbers.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from confmon.models.identity import same
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.filter import Filter
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.models.calls import Call, Meeting
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.views.live_columns import Column, RenderContext

Subject = Literal["meetings", "meeting", "calls"]

HELD_S = 2.0
"""How long the order holds still after the operator moved."""

_COLUMNS: dict[Subject, tuple[Column[Any], ...]] = {
    "meetings": MEETING_COLUMNS,
    "meeting": CALL_COLUMNS,
    "calls": ALL_CALL_COLUMNS,
}


class View:
    """One table's subject, filter, order and marks."""

    def __init__(self, subject: Subject, meeting: int | None = None) -> None:
        self.subject = subject
        self.meeting = meeting
        self.columns = _COLUMNS[subject]
        self.filter = Filter()
        self.sort_id = {"meetings": "callers", "meeting": "role", "calls": "meeting"}[subject]
        self.descending = False
        self.marks: dict[int, Call | Meeting] = {}
        """Marked key to who had it when marked: a reused id is not marked."""
        self.all_left = False
        """Everybody who was marked has left, and the operator has not moved or marked since."""
        self._marked_last: int | None = None
        self.total = 0
        self._key: Callable[[Any], int] = attrgetter(
            "meeting_number" if subject == "meetings" else "id"
        )
        self._order: list[int] = []
        """The keys that are shown."""
        self._sorted_by: tuple[Column[Any], bool] | None = None
        self._sorted: list[int] = []
        """Every key, in order."""
        self._records_seen: list[Call | Meeting] = []
        self._seen: dict[int, Call | Meeting] = {}
        self._values: dict[int, tuple[Any, int]] = {}
        """What each record that was seen is sorted by, then its key."""
        self._hold_until = float("-inf")

    @property
    def kind(self) -> Literal["call", "meeting"]:
        """What its rows are."""
        return "meeting" if self.subject == "meetings" else "call"

    @property
    def sorted_by(self) -> Column[Any]:
        """The column that orders the rows."""
        return next(column for column in self.columns if column.id == self.sort_id)

    def record(self, key: int, live_state: LiveState) -> Call | Meeting | None:
        """Return the record of a row, alive or just gone."""
        if self.kind == "meeting":
            return live_state.meetings.get(key) or live_state.left_meetings.get(key)
        return live_state.calls.get(key) or live_state.left_calls.get(key)

    def live(self, key: int, live_state: LiveState) -> Call | Meeting | None:
        """Return the record of a row that is still there."""
        return live_state.meetings.get(key) if self.kind == "meeting" else live_state.calls.get(key)

    def _records(self, live_state: LiveState) -> list[Call | Meeting]:
        if self.subject == "meetings":
            return [*live_state.meetings.values(), *live_state.left_meetings.values()]
        if self.subject == "calls":
            return [*live_state.calls.values(), *live_state.left_calls.values()]
        number = self.meeting or 0
        alive = live_state.by_meeting.get(number, {})
        gone = [c for c in live_state.left_calls.values() if c.meeting_number == number]
        return [*alive.values(), *gone]

    def keys(self, context: RenderContext, now: float) -> list[int]:
        """Return the keys to show, in order. While held, who stays keeps the place it has."""
        live_state = context.live_state
        records = self._records(live_state)
        self.total = len(records)
        if self.marks:
            self.marked(live_state)
        shown = self._sort(records, context)
        if self.filter:
            found = set(self.filter.select(records, live_state))
            shown = [key for key in shown if key in found]
        if self.is_held(now):
            there = set(shown)
            kept = [key for key in self._order if key in there]
            known = set(kept)
            shown = kept + [key for key in shown if key not in known]
        self._order = shown
        return shown

    def _sort(self, records: list[Call | Meeting], context: RenderContext) -> list[int]:
        """Return every key in order: by the column, then by the key, whatever the server's order.

        It is asked for several times a second: only the records that differ are looked at, and
        where few have moved, putting the keys in order again is quick.
        """
        column, key_of = self.sorted_by, self._key
        depends_on_more = column.fickle or self.kind == "meeting"
        if depends_on_more or self._sorted_by != (column, self.descending):
            self._sorted_by, self._sorted = (column, self.descending), []
            self._records_seen, self._seen, self._values = [], {}, {}
        seen, values = self._seen, self._values
        moved: dict[int, None] = {}
        last, self._records_seen = self._records_seen, records
        if len(last) == len(records):
            differing = [now for was, now in zip(last, records, strict=True) if was is not now]
        else:
            differing = records
        for record in differing:
            key = key_of(record)
            if seen.get(key) is record:
                continue
            value = (column.sort(record, context), key)
            if values.get(key) != value:
                values[key], moved[key] = value, None
            seen[key] = record
        gone = len(values) != len(records) and values.keys() - set(map(key_of, records))
        for key in gone or ():
            del values[key], seen[key]
        if moved or gone:
            order = [key for key in self._sorted if key in values and key not in moved]
            order += moved
            if self.descending:
                order.sort()
                order.sort(key=lambda key: values[key][0], reverse=True)
            else:
                order.sort(key=values.__getitem__)
            self._sorted = order
        return self._sorted

    @property
    def filter_text(self) -> str:
        """What the rows are filtered by, as it was typed."""
        return self.filter.text

    def set_filter(self, text: str) -> None:
        """Filter by what was typed, at once."""
        self.filter.set(text)
        self.release()

    def hold(self, now: float) -> None:
        """Hold the order still for a moment: the operator is moving."""
        self._hold_until = now + HELD_S
        self.all_left = False

    def release(self) -> None:
        """Let the order follow the data again."""
        self._hold_until = float("-inf")

    def is_held(self, now: float) -> bool:
        """Whether the order holds still."""
        return now < self._hold_until

    def sort_by(self, column_id: str) -> None:
        """Sort by a column; the same column again turns the order round."""
        self.descending = not self.descending if column_id == self.sort_id else False
        self.sort_id = column_id
        self.release()

    def sort_next(self, step: int) -> None:
        """Sort by the column to the right (1) or left (-1)."""
        ids = [column.id for column in self.columns]
        self.sort_id = ids[(ids.index(self.sort_id) + step) % len(ids)]
        self.descending = False
        self.release()

    def mark(self, keys: Sequence[int], live_state: LiveState) -> None:
        """Mark callers that are still there. Meetings are not marked: each is acted on alone."""
        if self.kind == "meeting":
            return
        for key in keys:
            record = self.live(key, live_state)
            if record is not None:
                self.marks[key] = record
                self.all_left = False

    def toggle_mark(self, key: int, live_state: LiveState) -> None:
        """Mark a row, or take its mark away."""
        if key in self.marks:
            del self.marks[key]
        else:
            self.mark([key], live_state)
        self._marked_last = key

    def mark_range(self, key: int, live_state: LiveState) -> None:
        """Mark every row from the one marked last to this one."""
        if key not in self._order:
            return
        start = self._marked_last if self._marked_last in self._order else key
        first, last = sorted((self._order.index(start or key), self._order.index(key)))
        self.mark(self._order[first : last + 1], live_state)

    def mark_shown(self, live_state: LiveState) -> None:
        """Mark every row that is shown; if all are, take their marks away."""
        shown = [key for key in self._order if self.live(key, live_state) is not None]
        if all(key in self.marks for key in shown):
            for key in shown:
                self.marks.pop(key, None)
        else:
            self.mark(shown, live_state)

    def marked(self, live_state: LiveState) -> list[Call | Meeting]:
        """Return the marked records that are still there, and forget the marks of the others."""
        records = []
        for key, seen in list(self.marks.items()):
            record = self.live(key, live_state)
            if record is None or not same(seen, record):
                del self.marks[key]
                self.all_left = not self.marks
            else:
                records.append(record)
        return records

    def still_marked(self, live_state: LiveState) -> list[Call | Meeting]:
        """Return the marked records that are still there; no mark is forgotten."""
        found = [(self.live(key, live_state), seen) for key, seen in self.marks.items()]
        return [record for record, seen in found if record is not None and same(seen, record)]

    def unmark(self) -> None:
        """Take all marks away."""
        self.marks.clear()
        self.all_left = False
