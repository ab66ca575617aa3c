"""What a list said last time, so that only what changed is looked at again.

Three cases, luckiest first: a page has the same bytes as last time; an item equals the raw item
of last time; it does not, and is cleaned and validated. A record that did not change stays the
same object throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq, itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, cast

from confmon.api.decode import Page, read_page, read_record
from confmon.api.errors import Garbled
from confmon.api.records import R

if TYPE_CHECKING:
    from confmon.api.decode import Kind

PAGES_KEPT_BYTES: Final = 8 * 1024 * 1024

Entry = tuple[Any, R]
"""A raw item (None when it was too heavy to keep) and its record."""


@dataclass(frozen=True, slots=True)
class _Old(Generic[R]):
    """A page as it came last time, for the luckiest case: the same bytes again."""

    body: bytes
    taken: Taken
    entries: list[Entry[R]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a page: the keys of its readable items in order, and its envelope's counts."""

    keys: list[int]
    size: int
    total: int | None
    has_more: bool | None


class Memory(Generic[R]):
    """What one feed saw last: key to raw item and record, and the pages themselves.

    With `whole_items` nothing is left out of the records.
    """

    def __init__(self, kind: Kind[R], *, whole_items: bool = False) -> None:
        self.kind: Kind[R] = kind
        self.left_out = () if whole_items else kind.left_out
        self.seen: dict[int, Entry[R]] = {}
        self.pages: list[_Old[R] | None] = []

    def reading(self) -> Reading[R]:
        """Begin a scan."""
        return Reading(self)

    def keep(self, reading: Reading[R], *, whole: bool) -> None:
        """End a scan. After a torn one, records it missed are remembered for a while."""
        seen = reading.seen
        if not whole and len(self.seen) <= 2 * len(seen) + 1000:
            seen = self.seen | seen
        self.seen, self.pages = seen, reading.pages


class Reading(Generic[R]):
    """One scan under way: pages go in, one record per key comes out, in the order met."""

    def __init__(self, memory: Memory[R]) -> None:
        self._kind: Kind[R] = memory.kind
        self._before: dict[int, Entry[R]] = memory.seen
        self._pages_before: list[_Old[R] | None] = memory.pages
        self._left_out = memory.left_out
        self._room = PAGES_KEPT_BYTES
        self.seen: dict[int, Entry[R]] = {}
        self.pages: list[_Old[R] | None] = []
        self.unreadable: list[str] = []

    def add(self, body: bytes) -> Taken:
        """Take the next page in. Garbled: it cannot be read at all."""
        at = len(self.pages)
        old: _Old[R] | None = self._pages_before[at] if at < len(self._pages_before) else None
        if old is not None and old.body == body:
            self.seen.update(zip(old.taken.keys, old.entries, strict=True))
        else:
            old = self._read(body)
        self._room -= len(body)
        self.pages.append(old if self._room >= 0 else None)
        return old.taken

    def _read(self, body: bytes) -> _Old[R]:
        page = read_page(self._kind.plural, body)
        self._lighten(page.items)
        bad_before = len(self.unreadable)
        try:
            keys = self._unchanged(page) or self._one_by_one(page)
        except RecursionError:
            raise Garbled("the reply is nested too deep") from None
        taken = Taken(keys, len(page.items), page.total, page.has_more)
        sound = page.light and len(self.unreadable) == bad_before
        entries = [self.seen[key] for key in keys]
        return _Old(body if sound else b"", taken, entries)

    def _unchanged(self, page: Page) -> list[int] | None:
        """Compare a page with what was seen, in bulk; None: it must be taken one by one."""
        items = page.items
        try:
            keys: list[int] = list(map(itemgetter(self._kind.key), items))
            entries = list(map(self._before.get, keys))
        except (KeyError, TypeError, IndexError):
            return None
        # 1 == True, and a key decides what a verb hits; of two with one key the last counts
        if set(map(type, keys)) != {int} or len(set(keys)) < len(keys):
            return None
        olds = [entry and entry[0] for entry in entries]
        # a new item stands as None until the loop below has read it
        self.seen.update(zip(keys, cast("list[Entry[R]]", entries), strict=True))
        if olds == items:
            return keys
        readable: list[int] = []
        for key, raw, same in zip(keys, items, map(eq, olds, items), strict=True):
            if same:
                readable.append(key)
            elif not self._take(raw, readable, light=page.light):
                self.seen.pop(key, None)
        return readable

    def _one_by_one(self, page: Page) -> list[int]:
        keys: list[int] = []
        for raw in page.items:
            self._take(raw, keys, light=page.light)
        return keys

    def _take(self, raw: object, keys: list[int], *, light: bool) -> bool:
        """Validate one new or changed item."""
        try:
            record = read_record(self._kind, raw)
        except ValueError as error:
            at = len(keys) + len(self.unreadable)
            self.unreadable.append(f"{self._kind.plural} item {at}: {error}")
            return False
        key = self._kind.key_of(record)
        old = self._before.get(key)
        if old is not None and old[1] == record:
            record = old[1]
        self.seen[key] = (raw if light else None, record)
        keys.append(key)
        return True

    def _lighten(self, items: list[Any]) -> None:
        """Take out what the server was asked to leave out and sent all the same."""
        for name in self._left_out:
            if items and isinstance(items[0], dict) and name in items[0]:
                for raw in items:
                    if isinstance(raw, dict):
                        raw.pop(name, None)

    def records(self) -> tuple[R, ...]:
        """Return one record per key, in the order met."""
        return tuple([entry[1] for entry in self.seen.values()])
