"""A part of time on so many cells, and what the operator does with it: zoom, pan, move in it.

Moments are epoch milliseconds by the server's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

LEAST_MS: Final = 10_000
"""The shortest part of time that is shown on the whole width."""
STEPS: Final = 4
"""The view goes on by this part of what it shows, when the cursor leaves it."""
ZOOM: Final = 2
"""One step of zoom shows half or twice as much."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time from `from_at` up to `to_at`, drawn on `cells` cells of about the same length.

    >>> hour = Window(0, 3_600_000, 60)
    >>> hour.cell(0), hour.cell(59_999), hour.cell(60_000), hour.edge(1), hour.middle(0)
    (0, 0, 1, 60000, 30000)
    """

    from_at: int
    to_at: int
    cells: int

    @property
    def length(self) -> int:
        """How much time is shown, milliseconds."""
        return self.to_at - self.from_at

    def cell(self, at: int) -> int:
        """Return the cell of a moment; outside of the window it is below 0, or `cells` and more."""
        return (at - self.from_at) * self.cells // self.length

    def edge(self, cell: int) -> int:
        """Return the first moment of a cell."""
        return self.from_at - (-cell * self.length // self.cells)

    def middle(self, cell: int) -> int:
        """Return the moment in the middle of a cell."""
        return (self.edge(cell) + self.edge(cell + 1)) // 2


@dataclass(frozen=True, slots=True)
class Whole:
    """All the time that there is to show, and what of it is looked at.

    `length` None: all of it, whatever comes. `at` is the cursor, `begin` the first moment shown.
    A cursor at the `end` follows it. Where it `goes_on`, what is drawn keeps its place for a while,
    not moving at each read: some room is left for what comes, and the view goes on in steps.
    """

    start: int
    end: int
    length: int | None = None
    begin: int = 0
    at: int | None = None
    goes_on: bool = False

    @property
    def cursor(self) -> int:
        """The moment of the cursor, within what there is."""
        return self.end if self.at is None else max(self.start, min(self.at, self.end))

    def window(self, cells: int) -> Window:
        """Return what is shown on so many cells; it always has the cursor in it."""
        whole, cursor = self.all_there_is, self.cursor
        if self.length is None or self.length >= whole:
            return Window(self.start, self.start + whole, max(1, cells))
        step = self.length // STEPS
        begin = max(self.start, min(self.begin, self.start + whole - self.length))
        if cursor >= begin + self.length:
            begin += -((begin + self.length - 1 - cursor) // step) * step
        elif cursor < begin:
            begin = max(self.start, begin - -((cursor - begin) // step) * step)
        return Window(begin, begin + self.length, max(1, cells))

    @property
    def all_there_is(self) -> int:
        """How much time the whole is, with room for what comes."""
        length = max(self.end - self.start + 1, LEAST_MS)
        if not self.goes_on:
            return length
        grain = 1 << max(0, length.bit_length() - 4)
        return -(-length // grain) * grain

    def extend(self, start: int, end: int, *, goes_on: bool = False) -> Whole:
        """Return the same look at a time that has gone on."""
        return replace(self, start=start, end=max(start, end), goes_on=goes_on)

    def move(self, cells: int, by: int) -> Whole:
        """Move the cursor by some cells; at the end it stays with what comes."""
        window = self.window(cells)
        cell = window.cell(self.cursor) + by
        at = window.middle(cell)
        last = window.cell(self.end)
        if cell >= last:
            return replace(self, at=None, begin=window.from_at)
        return replace(self, at=max(self.start, at), begin=window.from_at)

    def go_to(self, at: int) -> Whole:
        """Put the cursor on a moment."""
        return replace(self, at=None if at >= self.end else max(self.start, at))

    def zoom(self, cells: int, steps: int) -> Whole:
        """Show less (1) or more (-1) of the time; the cursor keeps its place on the screen."""
        window = self.window(cells)
        length = window.length // ZOOM if steps > 0 else window.length * ZOOM
        if length >= self.all_there_is:
            return self.show_all()
        length = max(LEAST_MS, length)
        share = (self.cursor - window.from_at) / window.length
        return replace(self, length=length, begin=self.cursor - int(length * share))

    def pan(self, cells: int, share: float) -> Whole:
        """Show what is before or after, by a share of what is shown; the cursor goes along."""
        window = self.window(cells)
        by = int(window.length * share)
        moved = self.go_to(self.cursor + by)
        return replace(moved, begin=window.from_at + by)

    def show_all(self) -> Whole:
        """Show all there is."""
        return replace(self, length=None, begin=self.start)
