"""What one table shows: which records, in which order, with which marks.

Everything belongs to keys (call ids, meeting numbers), never to row numbers.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from confmon.models.identity import same
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.filter import Filter
from confmon.monitor.views.live_columns import first_column, without
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.polling.live_state import LiveState, Touch
    from confmon.monitor.views.live_columns import Column, RenderContext

Subject = Literal["meetings", "meeting", "calls"]

HELD_S = 2.0
"""How long the order holds still after the operator moved."""

FEW = 200

_COLUMNS: dict[Subject, tuple[Column[Any], ...]] = {
    "meetings": MEETING_COLUMNS,
    "meeting": CALL_COLUMNS,
    "calls": ALL_CALL_COLUMNS,
}


class View:
    """One table's subject, filter, order and marks."""

    def __init__(self, subject: Subject, meeting: int | None = None, *, few: int = FEW) -> None:
        """Up to `few` keys are put in their new places one by one; more are sorted with all."""
        self.subject = subject
        self.meeting = meeting
        self.all_columns = _COLUMNS[subject]
        self.columns = self.all_columns
        """Those that are shown."""
        self.hidden: frozenset[str] = frozenset()
        """The ids of the others."""
        self.filter = Filter()
        self.sort_id = {"meetings": "callers", "meeting": "role", "calls": "owner"}[subject]
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
        self._few = few
        self._sorted_by: tuple[Column[Any], bool] | None = None
        self._sorted: list[int] = []
        """Every key, in order."""
        self._sorted_at = -1
        """The revision of the live state that they were put in order by."""
        self._values: dict[int, tuple[Any, int]] = {}
        """What each record is sorted by, then its key."""
        self._found: set[int] = set()
        """The keys that the filter lets through."""
        self._found_by: tuple[str, int] = ("", -1)
        """The filter, and the revision of the live state, by which they were found."""
        self._hold_until = float("-inf")
        self.pinned: Collection[int] = ()
        """The keys that come first."""

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
        if self.marks:
            self.marked(live_state)
        shown = self._sort(context)
        self.total = len(shown)
        if self.filter:
            found = self._filter(live_state, mask=context.mask_numbers)
            shown = [key for key in shown if key in found]
        if self.pinned:
            first = [key for key in shown if key in self.pinned]
            shown = first + [key for key in shown if key not in self.pinned]
        if self.is_held(now) and shown != self._order:
            there = set(shown)
            kept = [key for key in self._order if key in there]
            known = set(kept)
            shown = kept + [key for key in shown if key not in known]
        self._order = shown
        return shown

    def counts(self, live_state: LiveState) -> tuple[int, int]:
        """Return how many of what is there the filter lets through, and of how many.

        Who has just left is still a row, and is no call any more: not counted, unless the filter
        asks for nobody else.
        """
        left = live_state.left_meetings if self.kind == "meeting" else live_state.left_calls
        gone = [key for key in left if key in self._values]
        found = sum(key in self._found for key in gone) if self.filter else len(gone)
        rows = len(self._order)
        return rows - found or rows, self.total - len(gone)

    def _sort(self, context: RenderContext) -> list[int]:
        """Return every key in order: by the column, then by the key, whatever the server's order.

        It is asked for several times a second: only the records that were written since are
        looked at, and where few have moved, only these change their place.
        """
        column, live_state = self.sorted_by, context.live_state
        how = column, self.descending
        touches = live_state.touched_since(self._sorted_at)
        self._sorted_at = live_state.revision
        if touches is None or self._sorted_by != how or column.fickle:
            self._sorted_by = how
            self._values = {
                key: (column.sort(record, context), key)
                for key, record in map(self._keyed, self._records(live_state))
            }
            self._sorted = self._in_order(self._values)
            return self._sorted
        moved: dict[int, tuple[Any, int] | None] = {}
        touched = self._touched(touches)
        if column.of_meeting:
            touched |= self._called(touches, live_state)
        for key in touched:
            record = self._shown_record(key, live_state)
            value = None if record is None else (column.sort(record, context), key)
            if value != self._values.get(key):
                moved[key] = value
        if moved:
            self._sorted = self._moved(moved)
        return self._sorted

    def _moved(self, moved: dict[int, tuple[Any, int] | None]) -> list[int]:
        """Return every key in order, where some have other values or (None) are gone."""
        values = self._values
        value_of = values.__getitem__
        if len(moved) > self._few or self.descending:
            for key, value in moved.items():
                if value is None:
                    del values[key]
                else:
                    values[key] = value
            there = [key for key in self._sorted if key in values and key not in moved]
            return self._in_order([*there, *(key for key in moved if key in values)])
        order = list(self._sorted)
        for key, value in moved.items():
            if (old := values.pop(key, None)) is not None:
                values[key] = old  # it is still in the list that is searched
                del order[bisect_left(order, old, key=value_of)]
                del values[key]
            if value is not None:
                insort(order, key, key=lambda at: value if at == key else value_of(at))
                values[key] = value
        return order

    def _in_order(self, keys: Iterable[int]) -> list[int]:
        values = self._values
        if not self.descending:
            return sorted(keys, key=values.__getitem__)
        order = sorted(keys)
        order.sort(key=lambda key: values[key][0], reverse=True)
        return order

    def _filter(self, live_state: LiveState, *, mask: bool) -> set[int]:
        """Return the keys that the filter lets through; only what was written is looked at again.

        What is under way is no record, and is looked up for each.
        """
        text, revision = self._found_by
        touches = live_state.touched_since(revision)
        self._found_by = (self.filter.text, live_state.revision)
        if touches is None or text != self.filter.text or self.filter.asks_notes:
            self._found = set(self.filter.select(self._records(live_state), live_state, mask=mask))
            return self._found
        touched = self._touched(touches)
        touched |= self._called(touches, live_state)  # found by the meeting's name, too
        records = [self._shown_record(key, live_state) for key in touched]
        again = [record for record in records if record is not None]
        self._found = self._found - touched | set(self.filter.select(again, live_state, mask=mask))
        return self._found

    def _touched(self, touches: Sequence[Touch]) -> set[int]:
        """Return the keys of what is looked at that were written."""
        kinds = ("call",) if self.kind == "call" else ("meeting", "tally")
        return {key for touch in touches if touch.kind in kinds for key in touch.keys}

    def _called(self, touches: Sequence[Touch], live_state: LiveState) -> set[int]:
        """Return the callers, where they are looked at, of the meetings that were written."""
        numbers = {key for touch in touches if touch.kind == "meeting" for key in touch.keys}
        if self.kind != "call" or not numbers:
            return set()
        there = live_state.by_meeting
        called = {key for number in numbers for key in there.get(number, ())}
        left = live_state.left_calls.items()
        return called | {key for key, call in left if call.meeting_number in numbers}

    def _keyed(self, record: Call | Meeting) -> tuple[int, Call | Meeting]:
        return self._key(record), record

    def _shown_record(self, key: int, live_state: LiveState) -> Call | Meeting | None:
        """Return the record of a key if it is one of what is looked at, alive or just gone."""
        record = self.record(key, live_state)
        if self.subject == "meeting" and record is not None:
            return record if record.meeting_number == self.meeting else None
        return record

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

    def hide(self, hidden: Iterable[str]) -> None:
        """Hide these columns and show the others; the order is never that of a hidden one."""
        self.columns = without(self.all_columns, frozenset(hidden))
        shown = {column.id for column in self.columns}
        self.hidden = frozenset(column.id for column in self.all_columns) - shown
        if self.sort_id not in shown:
            self.order_by(first_column(self.columns), descending=False)

    def offer(self, columns: Sequence[Column[Any]], hidden: Iterable[str]) -> None:
        """Offer other columns than before, and hide some of them."""
        self.all_columns = tuple(columns)
        self.hide(hidden)

    def order_by(self, column_id: str, *, descending: bool) -> None:
        """Sort by a column that is shown."""
        self.sort_id, self.descending = column_id, descending
        self.release()

    def sort_by(self, column_id: str) -> None:
        """Sort by a column; the same column again turns the order round."""
        self.descending = not self.descending if column_id == self.sort_id else False
        self.sort_id = column_id
        self.release()

    def sort_next(self, step: int, among: Collection[str] = ()) -> None:
        """Sort by the column to the right (1) or left (-1), of those that there is room for."""
        ids = [column.id for column in self.columns if not among or column.id in among]
        if self.sort_id not in ids:
            ids.append(self.sort_id)
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
