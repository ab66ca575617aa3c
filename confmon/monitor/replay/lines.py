"""The lines of a replay: a header, then `[seconds, kind, data]`, as asciicasts have them.

- `key`: everything that is live: `calls` and `meetings`.
- `change`: `put` has the calls that came or changed, `gone` the ids of those that left, `meetings`
  those that started or changed, `over` the numbers of those that ended.
- `gap`: nothing was seen for so many `seconds` (null: to the end), and the `reason`.
- `marker`: the note of an operator: `text`, and the `meeting` it is about (null: the whole bridge).

Records have the names of the wire, without what is null. Access codes are in none.
"""

from __future__ import annotations

from bisect import bisect_right
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from confmon.models.people.phone_numbers import cut_numbers
from confmon.monitor.exports.numbers import NumberVisibility, cut_number
from confmon.monitor.exports.rows import names_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from confmon.history.history import History
    from confmon.history.records import Gap, Marker
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.past.records import PastRecords
    from confmon.monitor.polling.live_state import LiveState

FORMAT: Final = "confmon-replay"
VERSION: Final = 1
KEY_MS: Final = 300_000
"""After so long everything is written again: what is broken before does no harm then."""
LEFT_OUT: Final = ("accessCode", "duration", "participantCount")

Line = list[Any]
_Moment = tuple[int, str, dict[str, Any]]
Records = tuple["Mapping[int, Call]", "Mapping[int, Meeting]"]


class ReplayLines:
    """Makes the lines of a time span, of all meetings or of one.

    Moments are epoch milliseconds. `run` runs the steps of the past records.
    """

    def __init__(
        self,
        history: History,
        records: PastRecords,
        *,
        since: int,
        until: int,
        number: int | None,
        visible: NumberVisibility,
        run: Callable[[Any], LiveState],
    ) -> None:
        self._history, self._records, self._run = history, records, run
        self._since, self._until = since, until
        self._number = number
        self._visible = visible

    def lines(self, markers: Iterable[Marker], numbers: Mapping[int, int]) -> Iterator[Line]:
        """Yield the lines in the order of time. `numbers` are those of the markers' sessions."""
        besides = [self._gap(gap) for gap in self._gaps()]
        besides += [
            (marker.at, "marker", self._marker(marker, numbers))
            for marker in markers
            if self._since <= marker.at <= self._until
        ]
        besides.sort(key=itemgetter(0))
        for at, kind, data in merge(self._states(), besides, key=itemgetter(0)):
            yield [self._seconds(at), kind, data]
        yield [self._seconds(self._until), "change", {}]

    def _seconds(self, at: int) -> float:
        return max(0, at - self._since) / 1000

    def _states(self) -> Iterator[_Moment]:
        """Yield what each read has changed, and everything from time to time."""
        # A clock that is set back begins a gap before another one that ended earlier.
        ends = sorted(gap.to_at for gap in self._gaps() if gap.to_at is not None)
        known: Records = ({}, {})
        key_at: int | None = None
        for at in self._moments():
            now = self._seen(at)
            if now is None:
                continue
            over = bisect_right(ends, at)
            del ends[:over]
            if key_at is None or over or at - key_at >= KEY_MS:
                key_at = at
                calls, meetings = (self._rows(mapping.values()) for mapping in now)
                yield at, "key", {"calls": calls, "meetings": meetings}
            elif change := self._change(known, now):
                yield at, "change", change
            known = now

    def _moments(self) -> Iterator[int]:
        at: int | None = self._since
        while at is not None and at <= self._until:
            yield at
            at = self._history.moment_after(at)

    def _seen(self, at: int) -> Records | None:
        past = self._history.state_at(at)
        if past is None:
            return None
        state = self._run(self._records.state(past, self._history))
        if self._number is None:
            return state.calls, state.meetings
        meeting = state.meetings.get(self._number)
        meetings = {} if meeting is None else {self._number: meeting}
        return state.by_meeting.get(self._number, {}), meetings

    def _change(self, known: Records, now: Records) -> dict[str, Any]:
        change: dict[str, Any] = {}
        before: Mapping[int, Any]
        after: Mapping[int, Any]
        for before, after, put, gone in (
            (known[0], now[0], "put", "gone"), (known[1], now[1], "meetings", "over"),
        ):  # fmt: skip
            if rows := self._rows(
                record
                for key, record in after.items()
                if before.get(key) is not record and before.get(key) != record
            ):
                change[put] = rows
            if keys := [key for key in before if key not in after]:
                change[gone] = keys
        return change

    def _rows(self, records: Iterable[Call | Meeting]) -> list[dict[str, Any]]:
        return [self._row(cut_number(record, self._visible)) for record in records]

    @staticmethod
    def _row(record: Call | Meeting) -> dict[str, Any]:
        values = ((name, value_of(record, name)) for name in names_of(type(record)))
        return {name: value for name, value in values if value is not None and name not in LEFT_OUT}

    def _gaps(self) -> list[Gap]:
        return self._history.gaps(self._since, self._until)

    def _gap(self, gap: Gap) -> _Moment:
        at = max(gap.from_at, self._since)
        lasts = None if gap.to_at is None else max(0, gap.to_at - at) / 1000
        return at, "gap", {"seconds": lasts, "reason": gap.reason}

    def _marker(self, marker: Marker, numbers: Mapping[int, int]) -> dict[str, Any]:
        is_cut = self._visible is not NumberVisibility.ALL
        text = cut_numbers(marker.text) if is_cut else marker.text
        return {"meeting": numbers.get(marker.session), "text": text}
