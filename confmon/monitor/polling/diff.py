"""What differs between two states of a keyed set of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Diff:
    """Keys that came, differ and went, each in the order met."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def diff_records(old: Mapping[int, V], new: Mapping[int, V]) -> Diff:
    """Compare by identity first: an unchanged record is the same object, so this is cheap."""
    added: list[int] = []
    changed: list[int] = []
    known = old.get
    others = [pair for pair in new.items() if known(pair[0]) is not pair[1]]
    for key, record in others:
        before = known(key)
        if before is None:
            added.append(key)
        elif before != record:
            changed.append(key)
    gone = tuple(key for key in old if key not in new) if _may_shrink(old, new, added) else ()
    return Diff(tuple(added), tuple(changed), gone)


def _may_shrink(old: Mapping[int, V], new: Mapping[int, V], added: list[int]) -> bool:
    return len(old) + len(added) != len(new)


def patch_records(old: Mapping[int, V], change: Diff, new: Mapping[int, V]) -> dict[int, V]:
    """Apply a diff, taking what came or changed from `new`."""
    gone = set(change.gone)
    patched = {key: record for key, record in old.items() if key not in gone}
    for key in (*change.changed, *change.added):
        patched[key] = new[key]
    return patched
