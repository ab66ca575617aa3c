"""Reads the columns of records again. They may be anybody's: nothing but their types is sure."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from confmon.models.text import LIMIT
from confmon.sharing.frames.record_columns import COUNTED, MARKED, MARKS, STEP_RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from confmon.clock import Steps
    from confmon.sharing.frames.columns import LineReader
    from confmon.sharing.frames.places import Places
    from confmon.sharing.frames.record_columns import Layout

Read = tuple[int, tuple[Any, ...]]
"""Key and all values of a record, as they were written."""
_NONE: Final = type(None)


def reading_records(
    layout: Layout[Any],
    count: int,
    known: Mapping[int, Any],
    places: Places,
    lines: LineReader,
) -> Steps[list[Read]]:
    """Read so many records, with the values known before. ValueError: they can't be."""
    keys = yield from reading_keys(count, places, lines)
    masks = yield from lines.column(count, int)
    if count and not 0 <= min(masks) <= max(masks) < 1 << len(layout.names):
        raise ValueError("a field is unknown")
    earlier = [layout.values_before(known, key) for key in keys]
    counts = Counter(masks)
    takes: list[Callable[[], Any]] = []
    for at, name in enumerate(layout.names):
        length = sum(times for mask, times in counts.items() if mask & 1 << at)
        column = yield from lines.column(length, layout.types[name], _NONE)
        if layout.types[name] is str and max(map(len, filter(None, column)), default=0) > LIMIT:
            raise ValueError("a text is too long")
        yield
        if name in COUNTED:
            bit = 1 << at
            olds = [values[at] for values, mask in zip(earlier, masks, strict=True) if mask & bit]
            column = [
                new if None in (new, old) else new + old
                for new, old in zip(column, olds, strict=True)
            ]
        takes.append(iter(_as_read(name, column)).__next__)
    fields = {
        mask: [(at, take) for at, take in enumerate(takes) if mask & 1 << at] for mask in counts
    }
    completions = {mask: _completions(layout, mask) for mask in counts}
    read: list[Read] = []
    for done, (key, mask, before) in enumerate(zip(keys, masks, earlier, strict=True), 1):
        values = list(before)
        for at, take in fields[mask]:
            values[at] = take()
        for complete in completions[mask]:
            complete(values)
        read.append((key, tuple(values)))
        if not done % STEP_RECORDS:
            yield
    return read


def reading_keys(count: int, places: Places, lines: LineReader) -> Steps[list[int]]:
    """Read so many keys. ValueError: they are not in order."""
    return places.keys_of(list(accumulate((yield from lines.column(count, int)))))


def _as_read(name: str, column: list[Any]) -> list[Any]:
    if name == "created":
        moments = accumulate([later for later in column if later is not None])
        return [None if later is None else next(moments) for later in column]
    return column


def _completions(layout: Layout[Any], mask: int) -> list[Callable[[list[Any]], None]]:
    """Return what works out those fields of a mask that were written by means of another one."""
    places = {name: at for at, name in enumerate(layout.names) if mask & 1 << at}
    found: list[Callable[[list[Any]], None]] = []
    if "joined" in places:
        found.append(partial(_add, places["joined"], layout.places["created"]))
    marks = [
        (mark, layout.places[field]) for field, mark in MARKS.items() if field in layout.places
    ]
    found += [partial(_put_in, places[name], marks) for name in MARKED if name in places]
    return found


def _add(at: int, since: int, values: list[Any]) -> None:
    if values[at] is not None and values[since] is not None:
        values[at] += values[since]


def _put_in(at: int, marks: Iterable[tuple[str, int]], values: list[Any]) -> None:
    text = values[at]
    if text:
        for mark, other in marks:
            if mark in text:
                text = text.replace(mark, values[other] or "")
        if len(text) > LIMIT:
            raise ValueError("a text is too long")
        values[at] = text
