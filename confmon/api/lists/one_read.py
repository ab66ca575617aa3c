"""One list that is read once, by offset, page by page.

What is set up seldom moves, so no overlap is read as for live calls (`confmon.api.lists.paging`).
Where a total or a repeated key shows that the list moved all the same, a note says it.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Generic

from confmon.api.decoding.json_body import counts, open_page
from confmon.api.decoding.page_cache import PageSummary
from confmon.api.decoding.records import RecordDecoder, T
from confmon.api.lists.paging import CAP, MAX_PAGES, PagingProfile
from confmon.models.lists import ListQuery, ListResult

MOST_SENTENCES: Final = 1000
"""Kept about what was unreadable in one list."""
_RECORDS_A_TURN: Final = 10
"""Records read before keys and timers get their turn."""


class ListReading(Generic[T]):
    """A reading under way: ask for `wanted` records from `offset`, give the page to `take`."""

    def __init__(self, shape: RecordDecoder[T], plural: str, listing: ListQuery) -> None:
        self._shape = shape
        self._plural = plural
        self._limit = listing.limit
        self._start = max(0, listing.offset)
        self.offset = self._start
        self._found: dict[int | str, T] = {}
        self._profile = PagingProfile()
        self._pages = 0
        self._total: int | None = None
        self._more = True
        self._whole = True
        self._unreadable: list[str] = []
        self._notes: list[str] = []

    def wanted(self, most: int) -> int:
        """Return how many records the next page should have; 0: that was all, or enough."""
        left = (CAP if self._limit is None else self._limit) - (self.offset - self._start)
        if self._more and left <= 0 and self._limit is None:
            self._note_gap(f"only the first {CAP:,} {self._plural} are read")
        elif self._more and self._pages == MAX_PAGES:
            self._note_gap(f"stopped after {MAX_PAGES} pages of {self._plural}")
            return 0
        return max(0, min(most, left)) if self._more else 0

    async def take(self, payload: Any) -> None:
        """Take the next page in. Garbled: it is no list."""
        page = open_page(self._plural, payload)
        total, has_more = counts(page.envelope)
        size, known, keys = len(page.items), len(self._found), set[int | str]()
        for at, raw in enumerate(page.items):
            self._read(raw, self.offset + at, keys)
            if at % _RECORDS_A_TURN == 0:
                await asyncio.sleep(0)
        new = len(self._found) - known
        if self._pages == 0:
            self._total = total
            if self._start and page.envelope.get("offset") == 0:
                self._note_gap("the list begins at 0: the server may have ignored the offset")
        elif keys and not new:
            self._more = False
            self._note_gap(f"the server repeats its pages of {self._plural}")
            return
        elif new < len(keys) or (size and total != self._total):
            self._note_gap(f"the list of {self._plural} moved while it was read")
        self._pages += 1
        self.offset += size
        self._more = self._profile.more(PageSummary([], size, total, has_more), self.offset)

    def _read(self, raw: Any, at: int, keys: set[int | str]) -> None:
        lost: list[str] = []
        try:
            record = self._shape.read(raw, lost)
        except ValueError as error:
            lost = [str(error)]
        else:
            key = self._shape.key_of(record)
            keys.add(key)
            self._found[key] = record
        room = MOST_SENTENCES - len(self._unreadable)
        self._unreadable += [f"{self._plural} item {at}: {problem}" for problem in lost[:room]]

    def _note_gap(self, note: str) -> None:
        self._whole = False
        if note not in self._notes:
            self._notes.append(note)

    def listed(self) -> ListResult[T]:
        """Return what was read."""
        total = self._total or 0
        if self._whole and self._limit is None and self.offset < total:
            self._note_gap(f"the server counts {total:,} {self._plural} and sends fewer")
        return ListResult(
            records=tuple(self._found.values())[: self._limit],
            whole=self._whole,
            total=self._total,
            unreadable=tuple(self._unreadable),
            notes=tuple(self._notes),
        )
