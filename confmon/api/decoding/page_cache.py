"""What was in a list last time, so that only what changed is read again.

An item with the bytes of last time is not parsed; any other is parsed, cleaned and
validated. A record that did not change stays the same object throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic

from confmon.api.decoding.item_bytes import ItemBytes, cut_items
from confmon.api.decoding.json_body import counts, load, open_page
from confmon.clock import run_at_once
from confmon.models.errors import Garbled
from confmon.models.live_records import R

if TYPE_CHECKING:
    from confmon.api.decoding.live_records import Kind
    from confmon.clock import Steps

PIECE_KEPT_BYTES: Final = 4096
"""Items longer than this are read again each time rather than kept."""

STEP_ITEMS: Final = 100
"""So many new items are read in one step: about 1 ms."""


@dataclass(frozen=True, slots=True)
class PageSummary:
    """A page in short: the keys of its readable items in order, and the counts of its envelope."""

    keys: list[int]
    size: int
    total: int | None
    has_more: bool | None


class PageCache(Generic[R]):
    """What one feed saw last: each item's bytes, and each key's record.

    With `whole_items` nothing is left out of the records.
    """

    def __init__(self, kind: Kind[R], *, whole_items: bool = False) -> None:
        self.kind: Kind[R] = kind
        self.left_out = () if whole_items else kind.left_out
        self.pieces: dict[bytes, tuple[int, R]] = {}
        self.seen: dict[int, R] = {}

    def reading(self) -> Reading[R]:
        """Begin a scan."""
        return Reading(self)

    def keep(self, reading: Reading[R], *, whole: bool) -> None:
        """End a scan. After a torn one, records it missed are remembered for a while."""
        self.pieces = reading.pieces_kept()
        if whole or len(self.seen) > 2 * len(reading.seen) + 1000:
            self.seen = reading.seen
        else:
            self.seen = self.seen | reading.seen


class Reading(Generic[R]):
    """One scan under way: pages go in, one record per key comes out, in the order met."""

    def __init__(self, cache: PageCache[R]) -> None:
        self._kind: Kind[R] = cache.kind
        self._left_out = cache.left_out
        self._before: dict[int, R] = cache.seen
        self._pieces_before: dict[bytes, tuple[int, R]] = cache.pieces
        self._made: dict[int, R] = {}
        """The records that were read again; one key may come twice, in two spellings."""
        self.seen: dict[int, R] = {}
        self.pieces: dict[bytes, tuple[int, R]] = {}
        self._rows = 0
        self.unreadable: list[str] = []

    def add(self, body: bytes) -> PageSummary:
        """Take the next page in at once; see `adding`."""
        return run_at_once(self.adding(body))

    def adding(self, body: bytes) -> Steps[PageSummary]:
        """Take the next page in, step by step. Garbled: it cannot be read at all."""
        plain = cut_items(self._kind.plural, body, drop_duration="duration" in self._left_out)
        yield
        taken = (yield from self._by_bytes(plain)) if plain is not None else None
        return taken or (yield from self._parsed(body))

    def _by_bytes(self, page: ItemBytes) -> Steps[PageSummary | None]:
        """Read the pieces that are new; None: they are no objects, the cut was wrong."""
        found = list(map(self._pieces_before.get, page.pieces))
        new = [at for at, entry in enumerate(found) if entry is None] if None in found else []
        raws = []
        for count, at in enumerate(new, 1):
            try:
                raws.append(load(b"{%b}" % page.pieces[at]))
            except Garbled:
                return None
            if not count % STEP_ITEMS:
                yield
        for count, (at, raw) in enumerate(zip(new, raws, strict=True), 1):
            found[at] = self._record(raw, at)
            if not count % STEP_ITEMS:
                yield
        entries = [entry for entry in found if entry is not None]
        self._take(entries)
        if len(entries) == len(found):
            self.pieces.update(zip(page.pieces, entries, strict=True))
        else:
            kept = zip(page.pieces, found, strict=True)
            self.pieces.update((piece, entry) for piece, entry in kept if entry is not None)
        for at in new:
            if len(page.pieces[at]) > PIECE_KEPT_BYTES:
                self.pieces.pop(page.pieces[at], None)
        keys = [entry[0] for entry in entries]
        return PageSummary(keys, len(found), *counts(page.envelope))

    def _parsed(self, body: bytes) -> Steps[PageSummary]:
        page = open_page(self._kind.plural, load(body))
        found = []
        for count, raw in enumerate(page.items, 1):
            found.append(self._record(raw, count - 1))
            if not count % STEP_ITEMS:
                yield
        entries = [entry for entry in found if entry is not None]
        self._take(entries)
        return PageSummary([entry[0] for entry in entries], len(found), *counts(page.envelope))

    def _record(self, raw: Any, at: int) -> tuple[int, R] | None:
        """Return the key and record of a new or changed item; None: it is unreadable, and noted."""
        if isinstance(raw, dict):
            for name in self._left_out:  # asked to be left out, and sent all the same
                raw.pop(name, None)
        try:
            record = self._kind.read(raw)
        except ValueError as error:
            self.unreadable.append(f"{self._kind.plural} item {at}: {error}")
            return None
        key = self._kind.key_of(record)
        for old in (self._made.get(key), self._before.get(key)):
            if old is not None and old == record:
                record = old
        self._made[key] = record
        return key, record

    def _take(self, entries: list[tuple[int, R]]) -> None:
        self._rows += len(entries)
        self.seen.update(entries)

    def pieces_kept(self) -> dict[bytes, tuple[int, R]]:
        """Return the pieces with records that were shown.

        Where a key came more than once, its other records would later be taken for an equal one.
        """
        if self._rows == len(self.seen):
            return self.pieces
        return {
            piece: (key, record)
            for piece, (key, record) in self.pieces.items()
            if self.seen[key] is record
        }

    def records(self) -> tuple[R, ...]:
        """Return one record per key, in the order met."""
        return tuple(self.seen.values())
