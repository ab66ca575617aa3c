"""Which fields of a record are shared, and how those that changed are written as columns.

For each record a mask has a bit for each field that differs from the record known before; of one
that is new, for each field that is not None. The values of a field are a column. `duration` runs
by itself, and `access_code` is a secret: neither leaves the collector, and followers have None.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import compress
from operator import attrgetter, itemgetter, ne
from typing import TYPE_CHECKING, Any, Final, Generic

from confmon.models.live_records import Call, Meeting, R
from confmon.sharing.frames.columns import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from confmon.clock import Steps
    from confmon.sharing.frames.columns import LineWriter
    from confmon.sharing.frames.places import Places

STEP_RECORDS: Final = 100
"""So many records are taken apart or made in one step: about 1 ms."""

LEFT_OUT: Final = frozenset({"access_code", "duration"})
MARKS: Final = {"caller": "\1", "callee": "\2", "node_name": "\3"}
"""What an address has for the value of another field. Cleaned text has no such character."""
MARKED: Final = frozenset({"address_from", "address_to"})
COUNTED: Final = frozenset({"participant_count"})
"""Written as how much they are above what they were."""


class Layout(Generic[R]):
    """The shared fields of one kind of record: name and type, in the order of their bits.

    What changes often comes first, for a small mask. `key_of` returns a record's key,
    `values_of` the values of these fields; `places` says which is which.
    """

    def __init__(self, kind: type[R], key: str, types: Mapping[str, type]) -> None:
        self.key, self.types = key, types
        self.names = tuple(types)
        self.key_of: Callable[[R], int] = attrgetter(key)
        self.values_of: Callable[[R], tuple[Any, ...]] = attrgetter(*self.names)
        self.blank = (None,) * len(self.names)
        self.places = {name: at for at, name in enumerate(self.names)}
        self._wire_key = kind.spell(key)
        self._wire_names = tuple(map(kind.spell, self.names))

    def values_before(self, known: Mapping[int, R], key: int) -> tuple[Any, ...]:
        """Return the values of a record that is known; of one that is not, None for each."""
        record = known.get(key)
        return self.blank if record is None else self.values_of(record)

    def mask(self, values: Sequence[Any], before: Sequence[Any]) -> int:
        """Return the bits of the fields that differ."""
        return 0 if values == before else _bits(tuple(map(ne, values, before)))

    def to_wire(self, key: int, values: Iterable[Any]) -> dict[str, Any]:
        """Return a record as the readers of records take it."""
        raw = dict(zip(self._wire_names, values, strict=True))
        raw[self._wire_key] = key
        return raw


@lru_cache(maxsize=1024)
def _bits(differing: tuple[bool, ...]) -> int:
    """Return a mask. Most records that change do so alike."""
    return sum(1 << at for at, differs in enumerate(differing) if differs)


CALL: Final = Layout(
    Call,
    "id",
    {
        "mute_mode": int, "qa_mode": int, "hold_mode": int, "operator_mode": int,
        "connection_status": int, "state": int, "role": int, "gain_level": int,
        "presenter_media": int, "custom_name": str, "meeting_number": int, "joined": int,
        "created": int, "caller": str, "callee": str, "node_name": str, "address_from": str,
        "address_to": str, "bridge_name": str, "codec": str,
    },
)  # fmt: skip
MEETING: Final = Layout(
    Meeting,
    "meeting_number",
    {
        "participant_count": int, "mute_mode": int, "hold_mode": int, "qa_mode": int,
        "state": int, "is_recording": bool, "is_secured": bool, "type": int, "id": int,
        "created": int, "subscriber_name": str,
    },
)  # fmt: skip
LAYOUTS: Final[Mapping[str, Layout[Any]]] = {"calls": CALL, "meetings": MEETING}


Changed = tuple[int, int, tuple[Any, ...]]
"""Key, mask and all values of a record that changed."""


def writing_records(
    layout: Layout[Any],
    changes: Sequence[Changed],
    known: Mapping[int, Any],
    places: Places,
    lines: LineWriter,
) -> Steps[None]:
    """Write records against those known."""
    if not changes:
        return
    numbers = places.numbers([key for key, _, _ in changes])
    in_order = sorted(zip(numbers, changes, strict=True), key=itemgetter(0))
    yield
    yield from lines.adding(differences([number for number, _ in in_order]))
    keys, masks, rows = map(list, zip(*[change for _, change in in_order], strict=True))
    yield from lines.adding(masks)
    for at, name in enumerate(layout.names):
        bits = list(map((1 << at).__and__, masks))
        put = list(compress(rows, bits))
        yield
        if put and name in COUNTED:
            olds = [layout.values_before(known, key)[at] for key in compress(keys, bits)]
            yield from lines.adding(_above(list(map(itemgetter(at), put)), olds))
        elif put:
            yield from lines.adding(_as_written(layout, name, at, put))


def _above(numbers: Sequence[int | None], olds: Sequence[int | None]) -> list[int | None]:
    """Return how much each is above what it was, where both are known."""
    return [
        new if new is None or old is None else new - old
        for new, old in zip(numbers, olds, strict=True)
    ]


def _as_written(
    layout: Layout[Any], name: str, at: int, rows: Sequence[tuple[Any, ...]]
) -> list[Any]:
    """Return the column of a field."""
    column = list(map(itemgetter(at), rows))
    if name in MARKED:
        marks = [(mark, layout.places[field]) for field, mark in MARKS.items()]
        return [_with_marks(values[at], values, marks) for values in rows]
    if name == "created":
        later = iter(differences([moment for moment in column if moment is not None]))
        return [None if moment is None else next(later) for moment in column]
    if name == "joined":
        created = map(itemgetter(layout.places["created"]), rows)
        return [
            moment if None in (moment, since) else moment - since
            for moment, since in zip(column, created, strict=True)
        ]
    return column


def _with_marks(
    text: str | None, values: Sequence[Any], marks: Iterable[tuple[str, int]]
) -> str | None:
    if text:
        for mark, at in marks:
            if values[at]:
                text = text.replace(values[at], mark)
    return text
