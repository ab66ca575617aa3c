"""A frame or a snapshot as bytes: what one read changed, or everything.

It is lines of JSON, deflated with what such lines often contain (`dictionary.py`):

    [version, form, kind, meeting, [counts of what follows], [facts about the read]]
    sentences about what could not be read, and notes
    keys that are gone · keys that were not found although they may be live · keys that were found
    in the read of a meeting although they are known to be in another one
    the records that changed: see `confmon.sharing.frames.record_columns`

Keys are written as `places.py` numbers them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from confmon.models.live_records import Scan
from confmon.models.records import LONG
from confmon.models.text import clean
from confmon.sharing.frames.columns import LineReader, LineWriter, differences
from confmon.sharing.frames.dictionary import dictionary
from confmon.sharing.frames.places import Places
from confmon.sharing.frames.record_columns import LAYOUTS, writing_records
from confmon.sharing.frames.record_reader import reading_keys, reading_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.clock import Steps
    from confmon.sharing.frames.record_columns import Changed
    from confmon.sharing.frames.record_reader import Read
    from confmon.sharing.records import Scope

Form = Literal["change", "key", "snapshot"]
"""`change`: against the frames before. `key`: everything a read found. `snapshot`: all known."""
Keys = Sequence[int]

VERSION: Final = 2
"""Of the lines. Records with another field are another version."""
MOST: Final = 1_000_000
"""More records of a kind than any bridge has."""
_FACTS: Final = ("clean", "total", "whole_to", "requests", "latency_s", "server_time_s")
_NONE: Final = type(None)


class Frame(NamedTuple):
    """What is written, but for the records.

    `scan` has none of its records here; `found` is how many it has. `gone`, `absent` and `also` are
    keys, in order: of records that have left, that were not found although they may be live, and
    that were found in the read of another meeting than theirs.
    """

    form: Form
    scope: Scope
    scan: Scan[Any]
    found: int
    gone: Keys = ()
    absent: Keys = ()
    also: Keys = ()


def writing_frame(
    frame: Frame, changes: Sequence[Changed], known: Mapping[int, Any]
) -> Steps[bytes]:
    """Write a frame and the records that changed, against those known."""
    layout, scan, places = LAYOUTS[frame.scope.kind], frame.scan, Places(known)
    lines = LineWriter(dictionary(layout, known, places.keys))
    texts, keys = (scan.unreadable, scan.notes), (frame.gone, frame.absent, frame.also)
    counts = [*map(len, texts), *map(len, keys), len(changes), frame.found]
    facts = [getattr(scan, name) for name in _FACTS]
    lines.add([VERSION, frame.form, *frame.scope, counts, facts])
    for column in texts:
        yield from lines.adding(column)
    for column_of_keys in keys:
        yield from lines.adding(differences(places.numbers(column_of_keys)))
    yield from writing_records(layout, changes, known, places, lines)
    return lines.end()


def reading_frame(
    form: Form, scope: Scope, known: Mapping[int, Any], data: bytes
) -> Steps[tuple[Frame, list[Read]]]:
    """Read a frame, and the records that changed against those known. ValueError: it is none."""
    layout, places = LAYOUTS[scope.kind], Places(known)
    lines = LineReader(data, dictionary(layout, known, places.keys))
    head = lines.line()
    if head[:1] != [VERSION]:
        raise ValueError("another version of confmon has written it")
    if head[1:-2] != [form, *scope]:
        raise ValueError("it is another frame")
    counts, facts = head[-2:]
    unreadable, notes, *of_keys, changed, found = _checked_counts(counts)
    texts = []
    for count in (unreadable, notes):
        column = yield from lines.column(count, str)
        texts.append(tuple([clean(text, LONG) for text in column]))
    keys = []
    for count in of_keys:
        keys.append((yield from reading_keys(count, places, lines)))
    read = yield from reading_records(layout, changed, known, places, lines)
    lines.end()
    scan = replace(_scan_of(facts), unreadable=texts[0], notes=texts[1])
    return Frame(form, scope, scan, found, *keys), read


def _checked_counts(counts: Any) -> list[int]:
    if type(counts) is not list or len(counts) != 7:
        raise ValueError("not a frame")
    if not all(type(count) is int and 0 <= count <= MOST for count in counts):
        raise ValueError("a count is out of range")
    return counts


def _scan_of(facts: Any) -> Scan[Any]:
    """Return a read without its records and texts."""
    if type(facts) is not list or len(facts) != len(_FACTS):
        raise ValueError("not a frame")
    clean_, total, whole_to, requests, latency_s, server_time_s = facts
    if type(clean_) is not bool or {type(total), type(whole_to)} - {int, _NONE}:
        raise ValueError("not a read")
    if type(requests) is not int or not 0 <= requests <= MOST:
        raise ValueError("a count is out of range")
    return Scan(
        records=(),
        clean=clean_,
        total=total,
        whole_to=whole_to,
        requests=requests,
        latency_s=_seconds(latency_s),
        server_time_s=None if server_time_s is None else _seconds(server_time_s),
    )


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not -1e12 < value < 1e12 or math.isnan(value):
        raise ValueError("a time is out of range")
    return float(value)
