"""What one table shows: which records, in which order, with which marks.

Everything belongs to keys (call ids, meeting numbers), never to row numbers.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any, Literal

from confmon.models.identity import key_of, same_call
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.filter import Filter
from confmon.monitor.views.list_view import TableView
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.polling.live_state import LiveState, Touch
    from confmon.monitor.views.live_columns import Column, RenderContext

Subject = Literal["meetings", "meeting", "calls"]

HELD_S = 2.0
"""How long the order holds still after the operator moved."""

FEW = 200

_COLUMNS: dict[Subject, tuple[tuple[Column[Any], ...], str]] = {
    "meetings": (MEETING_COLUMNS, "callers"),
    "meeting": (CALL_COLUMNS, "role"),
    "calls": (ALL_CALL_COLUMNS, "owner"),
}
"""What is shown of each, and the column that it is sorted by at first."""


class View(TableView):
    """One table's subject, filter, order and marks."""

    def __init__(self, subject: Subject, meeting: int | None = None, *, few: int = FEW) -> None:
        """Up to `few` keys are put in their new places one by one; more are sorted with all."""
        super().__init__(*_COLUMNS[subject])
        self.subject = subject
        self.meeting = meeting
        self.filter = Filter()
        self.marks: dict[int, Call] = {}
        """Marked key to who had it when marked: a reused id is not marked."""
        self.all_left = False
        """Everybody who was marked has left, and the operator has not moved or marked since."""
        self._marked_last: int | None = None
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

    def record(self, key: int, live_state: LiveState) -> Call | Meeting | None:
        """Return the record of a row, alive or just gone."""
        alive, gone = live_state.records_of(self.kind)
        return alive.get(key) or gone.get(key)

    def live(self, key: int, live_state: LiveState) -> Call | Meeting | None:
        """Return the record of a row that is still there."""
        return live_state.records_of(self.kind)[0].get(key)

    def _records(self, live_state: LiveState) -> list[Call | Meeting]:
        alive, gone = live_state.records_of(self.kind)
        if self.subject != "meeting":
            return [*alive.values(), *gone.values()]
        number = self.meeting or 0
        left = [call for call in gone.values() if call.meeting_number == number]
        return [*live_state.by_meeting.get(number, {}).values(), *left]

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
                (key := key_of(record)): (column.sort(record, context), key)
                for record in self._records(live_state)
            }
            self._sorted = self._in_order(self._values)
            return self._sorted
        moved: dict[int, tuple[Any, int] | None] = {}
        touched = self._touched(touches)
        if column.of_meeting:
            touched |= self._called(touches, live_state)
        for key, record in self._shown(touched, live_state).items():
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
        self._found_by = (self.filter_text, live_state.revision)
        if touches is None or text != self.filter_text or self.filter.asks_notes:
            self._found = set(self.filter.select(self._records(live_state), live_state, mask=mask))
            return self._found
        touched = self._touched(touches)
        touched |= self._called(touches, live_state)  # found by the meeting's name, too
        again = [
            record for record in self._shown(touched, live_state).values() if record is not None
        ]
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

    def _shown(
        self, keys: Iterable[int], live_state: LiveState
    ) -> dict[int, Call | Meeting | None]:
        """Return the record of each key, alive or just gone; None: it is not looked at."""
        alive, gone = live_state.records_of(self.kind)
        found = {key: alive.get(key) or gone.get(key) for key in keys}
        if self.subject == "meeting":
            for key, record in found.items():
                if record is not None and record.meeting_number != self.meeting:
                    found[key] = None
        return found

    def set_filter(self, text: str) -> None:
        """Filter by what was typed, at once."""
        super().set_filter(text)
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

    def mark(self, keys: Sequence[int], live_state: LiveState) -> None:
        """Mark callers that are still there. Meetings are not marked: each is acted on alone."""
        if self.kind == "meeting":
            return
        for key in keys:
            if (call := live_state.calls.get(key)) is not None:
                self.marks[key] = call
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
        last = self._marked_last
        start = last if last is not None and last in self._order else key
        first, end = sorted((self._order.index(start), self._order.index(key)))
        self.mark(self._order[first : end + 1], live_state)

    def mark_shown(self, live_state: LiveState) -> None:
        """Mark every row that is shown; if all are, take their marks away."""
        shown = [key for key in self._order if self.live(key, live_state) is not None]
        if all(key in self.marks for key in shown):
            for key in shown:
                self.marks.pop(key, None)
        else:
            self.mark(shown, live_state)

    def marked(self, live_state: LiveState) -> list[Call]:
        """Return the marked callers who are still there, and forget the marks of the others."""
        calls = self.still_marked(live_state)
        if len(calls) < len(self.marks):
            there = {call.id for call in calls}
            self.marks = {key: seen for key, seen in self.marks.items() if key in there}
            self.all_left = not self.marks
        return calls

    def still_marked(self, live_state: LiveState) -> list[Call]:
        """Return the marked callers who are still there; no mark is forgotten."""
        found = [(live_state.calls.get(key), seen) for key, seen in self.marks.items()]
        return [call for call, seen in found if call is not None and same_call(seen, call)]

    def unmark(self) -> None:
        """Take all marks away."""
        self.marks = {}
        self.all_left = False
