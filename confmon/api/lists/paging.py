"""How a whole list is read, page by page, while it moves.

By key (``filter=id gt LAST``, ``order=id``) no live call is missed, whatever joins or leaves
between two pages; a reading that is cut short misses none up to its last key. Ascending pages don't
prove that the server orders them: a list that is grouped by meeting may ascend by chance and hide
those who come later in it. So where the total does not show that all were read, one page by offset,
at the end of what was read, has to show nobody new. Where a server does not honour both, pages are
read by offset, each overlapping the one before; if the overlap or the total moved, the scan is torn
and proves nobody gone.
The pages' own links are never followed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic

from confmon.api.lists.query import PAGE, Filter, where
from confmon.clock import run_in_slices
from confmon.models.errors import Rejected
from confmon.models.live_records import R, Scan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from confmon.api.decoding.live_records import Kind
    from confmon.api.decoding.page_cache import PageSummary, Reading
    from confmon.api.http.connection import Reply
    from confmon.clock import Clock

    Ask = Callable[[Mapping[str, str]], Awaitable[Reply]]

CAP: Final = 100_000
"""Records read of one list. A note says that there are more."""
MAX_PAGES: Final = 400
OVERLAP: Final = 20
_LOOK_BACK: Final = 500
_UNCHECKED: Final = "this server ignores offset: nothing shows whether these are all {}"
OWN_LIMITS: Final = frozenset({10, 20, 25, 50, 100, 200, 250, 500})
"""What a server may send at most, whatever `limit` says; 10 is the documented default."""


@dataclass(slots=True)
class PagingProfile:
    """What has been seen of the way a server pages."""

    longest: int = 0
    """Items of the longest page ever sent: a shorter one was not cut short."""

    def more(self, taken: PageSummary, reached: int) -> bool:
        """Tell whether to ask for another page. `reached`: items up to the end of this one."""
        size, total = taken.size, taken.total
        cut_short = size >= self.longest
        self.longest = max(self.longest, size)
        if size in (0, PAGE):
            return size == PAGE
        if total is not None and total >= size:
            # ten of ten may be the server's own limit with a total that counts the page
            return reached < total or (size == self.longest and size in OWN_LIMITS)
        if size > PAGE:
            return True
        return cut_short if taken.has_more is None else taken.has_more


class KeysetUnsupported(Exception):
    """The server does not honour `filter` or `order`: reading by key would miss calls."""


class ListReader(Generic[R]):
    """One reading of one list. `ask` fetches a page with some parameters added."""

    def __init__(
        self,
        kind: Kind[R],
        reading: Reading[R],
        ask: Ask,
        profile: PagingProfile,
        clock: Clock,
    ) -> None:
        """`clock` tells when reading a page has to pause for the keys."""
        self._key = kind.key
        self._plural = kind.plural
        self.reading: Reading[R] = reading
        self._ask = ask
        self._profile = profile
        self._clock = clock
        self._pages = 0
        self._items = 0
        self.requests = 0
        self._latency_s = 0.0
        self._server_time_s: float | None = None
        self._total: int | None = None
        self._first: PageSummary | None = None
        self.clean = True
        self.short = False
        self.whole_to: int | None = None
        """Cut short, but nothing up to this key was missed."""
        self.notes: list[str] = []

    async def _page(self, **extra: str) -> PageSummary:
        reply = await self._ask(extra)
        self.requests += reply.requests
        self._latency_s = max(self._latency_s, reply.latency_s)
        self._server_time_s = reply.date_s
        taken = await run_in_slices(self.reading.adding(reply.body), self._clock)
        if self._first is None:
            self._first, self._total = taken, taken.total
        self._pages += 1
        self._items += taken.size
        await asyncio.sleep(0)  # keys and timers get their turn
        return taken

    def _note_gap(self, note: str) -> None:
        self.clean = False
        self.notes.append(note)

    def _has_enough(self) -> bool:
        """Tell whether enough has been read, and say so."""
        if len(self.reading.seen) >= CAP:
            known = self._total
            of = f" of {known:,}" if known is not None and known > CAP else ""
            self._note_gap(f"only the first {CAP:,}{of} {self._plural} are read")
            return True
        if self._pages >= MAX_PAGES:
            self._note_gap(f"stopped after {MAX_PAGES} pages of {self._plural}")
            return True
        return False

    async def read_by_key(self, only: Filter | None = None) -> None:
        """Read pages of ascending keys. KeysetUnsupported: the server ignores that."""
        last: int | None = None
        while True:
            keyed = where(self._key).gt(last) if last is not None else None
            wanted = only & keyed if only and keyed else keyed or only
            try:
                taken = await self._page(**({"filter": str(wanted)} if wanted else {}))
            except Rejected:
                if keyed is None:
                    raise
                raise KeysetUnsupported from None
            apart = last is not None and taken.total != self._total
            more = self._profile.more(taken, taken.size if apart else self._items)
            if more or last is not None:
                self._check_order(taken, last)
            if not more:
                break
            if self._has_enough():
                self.whole_to = list(self.reading.seen)[:CAP][-1]
                return
            last = taken.keys[-1]
        if last is not None:
            await self._check_end()
        expected = self._total or 0
        if last is not None and self._items < expected - max(10, expected // 20):
            self.short = True
            self._note_gap(
                f"the server counts {expected:,} {self._plural} and sent {self._items:,}"
            )

    async def _check_end(self) -> None:
        """Raise KeysetUnsupported if a page by offset shows that the pages by key missed somebody.

        It begins a little before the end of what was read. Whoever joined since has a greater key
        than all that were read. A total that was reached needs no such page.
        """
        first = self._first
        read, total = self._items, self._total
        if first is None or (total is not None and first.size < total <= read):
            return
        offset = read - min(first.size // 2, _LOOK_BACK)
        known, greatest = len(self.reading.seen), max(self.reading.seen, default=0)
        unreadable = len(self.reading.unreadable)
        try:
            taken = await self._page(offset=str(offset))
        except Rejected:
            self.notes.append(_UNCHECKED.format(self._plural))
            return
        self._items = read
        del self.reading.unreadable[unreadable:]  # they have been counted once
        if offset and taken.keys and taken.keys[:1] == first.keys[:1]:
            self.notes.append(_UNCHECKED.format(self._plural))
            return
        later = [key for key in taken.keys if key > greatest]
        missed = len(self.reading.seen) - known > len(set(later))
        if missed or len(taken.keys) - len(later) > read - offset:
            raise KeysetUnsupported

    def _check_order(self, taken: PageSummary, last: int | None) -> None:
        """Raise KeysetUnsupported unless this page's keys ascend from beyond the last one."""
        keys = taken.keys
        if taken.size and not keys:
            raise KeysetUnsupported
        if keys != sorted(keys):
            raise KeysetUnsupported
        if last is not None and keys and keys[0] <= last:
            raise KeysetUnsupported

    async def read_by_offset(self, *, start: int = 0, at_most: int = CAP) -> None:
        """Read the list in overlapping pages; marks the scan torn where it moved."""
        offset = reached = start
        tail: list[int] = []
        while True:
            before = len(self.reading.seen)
            taken = await self._page(**({"offset": str(offset)} if offset else {}))
            if self._pages > 1 and (taken.total != self._total or taken.keys[: len(tail)] != tail):
                self.clean = False
            if self._pages > 1 and len(self.reading.seen) == before:
                if taken.size > len(tail):
                    self._note_gap(f"the server repeats its pages of {self._plural}")
                break
            reached = offset + taken.size
            if len(self.reading.seen) >= at_most or not self._profile.more(taken, reached):
                break
            if self._has_enough():
                return
            overlap = min(OVERLAP, taken.size // 4)
            tail = taken.keys[-overlap:] if overlap else []
            offset = reached - overlap
        # torn pages may repeat some and leave out others, and reach the end all the same
        found = reached if self.clean else len(self.reading.seen) + len(self.reading.unreadable)
        if self._total is not None and at_most == CAP and min(reached, found) < self._total:
            self._note_gap(f"the server counts {self._total:,} {self._plural} and sends fewer")

    @property
    def paged(self) -> bool:
        """Whether one page was not enough."""
        return self._pages > 1

    def scan(self, *, at_most: int | None = None) -> Scan[R]:
        """Return what was read, or the first part of it."""
        return Scan(
            records=self.reading.records()[: CAP if at_most is None else at_most],
            clean=self.clean,
            total=self._total,
            unreadable=tuple(self.reading.unreadable),
            notes=tuple(self.notes),
            requests=self.requests,
            latency_s=self._latency_s,
            server_time_s=self._server_time_s,
            whole_to=self.whole_to,
        )
