"""A cursor that belongs to a key, and to no other key if that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_NEVER = object()
"""A key that no row has."""


@dataclass(slots=True)
class Cursor:
    """The key under the cursor and its row.

    `key` is None before there are rows, and once the key is gone. Then the cursor is hollow and
    before row `at`, until the operator moves it or the key in `lost` returns.
    """

    key: Hashable | None = None
    at: int = 0
    lost: Hashable | None = None

    def follow(self, old: Sequence[Hashable], new: Sequence[Hashable], reach: int) -> None:
        """Find the key in `new`, or its place between its nearest neighbours if it is gone.

        Only neighbours within `reach` rows (those on the screen) count.
        """
        if self.key is None and self.lost is None:  # it was never on a row
            if new:
                self.key, self.at = new[0], 0
            return
        wanted = self.lost if self.key is None else self.key
        found = _find(new, wanted, self.at)
        if found is not None:
            self.key, self.at, self.lost = wanted, found, None
            return
        below = self.at if self.key is None else self.at + 1
        self.key, self.lost = None, wanted
        if below < len(old) and below < len(new) and old[below] == new[below]:
            self.at = below
            return
        alive = set(new)
        for key in old[below : below + reach]:
            if key in alive:
                self.at = new.index(key)
                return
        for key in reversed(old[max(0, self.at - reach) : self.at]):
            if key in alive:
                self.at = new.index(key) + 1
                return
        self.at = min(self.at, len(new))

    def release(self) -> None:
        """Leave the key for good: it means another record now."""
        self.key, self.lost = None, _NEVER

    def to(self, row: int, keys: Sequence[Hashable]) -> None:
        """Move to a row, or the nearest one."""
        if keys:
            self.at = max(0, min(row, len(keys) - 1))
            self.key, self.lost = keys[self.at], None

    def step(self, by: int, keys: Sequence[Hashable]) -> None:
        """Move by some rows. A hollow cursor, between two rows, moves to one of them first."""
        self.to(self.at + by - (1 if self.key is None and by > 0 else 0), keys)


def _find(keys: Sequence[Hashable], key: Hashable, hint: int) -> int | None:
    if hint < len(keys) and keys[hint] == key:
        return hint
    try:
        return keys.index(key)
    except ValueError:
        return None
