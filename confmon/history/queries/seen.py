"""What was seen and what was not: the time of the history, its gaps, and a clock that was set back.

Where the clock was set back, moments come twice. Frames are numbered as they were written: a
*stretch* is a run of them in which time goes on. The later stretch is right about what both have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.history.records import Gap

if TYPE_CHECKING:
    from confmon.history.queries.tables import Tables

SILENT_MS: Final = 60_000
"""When nothing was kept for longer, up to now, nobody watches: the gap is not written yet."""
_LOOK_MS: Final = 600_000
"""The first frame is written within this time after the clock was set back."""
_NO_END: Final = 2**62


class Stretch(NamedTuple):
    """Frames `first` to before `next`, asked for from `start` to `end`."""

    first: int
    next: int
    start: int
    end: int


class Place(NamedTuple):
    """Where a moment is: the newest frame that tells of it, its moment, and the gap."""

    seq: int
    at: int
    gap: Gap | None


class Seen:
    """When the history has seen the bridge."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._marks: tuple[int, ...] = ()
        self._stretches: list[Stretch] = []

    def newest(self) -> int | None:
        """Return when the newest read was asked for that was kept."""
        newest: int | None = self._tables.value("SELECT seen_to FROM run ORDER BY run DESC LIMIT 1")
        return newest

    def began(self) -> int | None:
        """Return when the first run began that is kept."""
        began: int | None = self._tables.value("SELECT min(began) FROM run")
        return began

    def span(self) -> tuple[int, int] | None:
        """Return the moments of the oldest frame and of the newest read."""
        oldest = self._tables.value("SELECT at FROM frame ORDER BY at LIMIT 1")
        newest = self.newest()
        return None if oldest is None or newest is None else (oldest, max(oldest, newest))

    def gaps(self, since: int, until: int) -> list[Gap]:
        """Return what was not seen between two moments, also what lasts; the first one first."""
        rows = self._tables.rows(
            "SELECT from_at, to_at, reason FROM gap WHERE (from_at <= ? OR to_at <= ?)"
            " AND (to_at IS NULL OR from_at >= ? OR to_at >= ?) ORDER BY from_at, gap",
            (until, until, since, since),
        )
        gaps = [Gap(*row) for row in rows]
        newest = self.newest()
        is_open = any(gap.to_at is None for gap in gaps)
        if newest is not None and until > newest + SILENT_MS and not is_open:
            gaps.append(Gap(newest, None, "not running"))
        return gaps

    def place(self, at: int) -> Place | None:
        """Return where a moment is; None: it is before everything that is kept."""
        stretches = self.stretches()
        over = [stretch for stretch in stretches if stretch.start <= at]
        if not over:
            return None
        stretch = next((stretch for stretch in reversed(over) if at <= stretch.end), over[-1])
        row = self._tables.row(
            "SELECT seq, at FROM frame WHERE at <= ? AND seq >= ? AND seq < ?"
            " ORDER BY at DESC, seq DESC LIMIT 1",
            (at, stretch.first, stretch.next),
        )
        return None if row is None else Place(row[0], row[1], self._gap_at(at, stretch))

    def _gap_at(self, at: int, stretch: Stretch) -> Gap | None:
        rows = self._tables.rows(
            "SELECT from_at, to_at, reason FROM gap WHERE from_at < ?"
            " AND (to_at IS NULL OR to_at > ?) ORDER BY from_at DESC, gap DESC",
            (at, at),
        )
        for gap in (Gap(*row) for row in rows):
            is_later = at <= stretch.end < _NO_END and (gap.to_at or _NO_END) > stretch.end
            if gap.from_at >= stretch.start and not is_later:
                return gap
        newest = self.newest()
        if stretch.end == _NO_END and newest is not None and at > newest + SILENT_MS:
            return Gap(newest, None, "not running")
        return None

    def stretches(self) -> list[Stretch]:
        """Return all stretches in the order in which they were written: nearly always one."""
        marks = self._find_marks()
        if marks != self._marks or not self._stretches:
            self._marks, self._stretches = marks, self._cut(marks)
        return [*self._stretches[:-1], self._with_start(self._stretches[-1])]

    def _with_start(self, stretch: Stretch) -> Stretch:
        """Return the stretch that lasts: the oldest frames of the first one may be gone."""
        if stretch.first:
            return stretch
        start = self._tables.value("SELECT at FROM frame ORDER BY seq LIMIT 1")
        return stretch._replace(start=_NO_END if start is None else start)

    def _find_marks(self) -> tuple[int, ...]:
        """Return the moments to which the clock may have been set back."""
        rows = self._tables.rows("SELECT to_at FROM gap WHERE reason = 'clock set back'")
        marks = {row[0] for row in rows if row[0] is not None}
        newest = -_NO_END
        for began, seen_to in self._tables.rows("SELECT began, seen_to FROM run ORDER BY run"):
            if began < newest:
                marks.add(began)
            newest = max(newest, seen_to)
        return tuple(sorted(marks))

    def _cut(self, marks: tuple[int, ...]) -> list[Stretch]:
        firsts: dict[int, tuple[int, int]] = {}
        for mark in marks:
            for seq, at, before in self._tables.rows(
                "SELECT later.seq, later.at, (SELECT one.at FROM frame one WHERE"
                " one.seq < later.seq ORDER BY one.seq DESC LIMIT 1) FROM frame later"
                " WHERE later.at >= ? AND later.at <= ?",
                (mark, mark + _LOOK_MS),
            ):
                if before is not None and before > at:
                    firsts[seq] = at, before
        stretches: list[Stretch] = []
        first, start = 0, self._with_start(Stretch(0, 0, 0, 0)).start
        for seq, (at, before) in sorted(firsts.items()):
            stretches.append(Stretch(first, seq, start, before))
            first, start = seq, at
        return [*stretches, Stretch(first, _NO_END, start, _NO_END)]
