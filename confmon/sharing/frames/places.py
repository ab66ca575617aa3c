"""Keys as small numbers: that of a record that is known is its place among them."""

from __future__ import annotations

from bisect import bisect_left
from operator import ge
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Places:
    """The order of the keys that are known. Numbers above theirs are those of other keys."""

    def __init__(self, known: Iterable[int]) -> None:
        self.keys = sorted(known)

    def numbers(self, keys: Sequence[int]) -> list[int]:
        """Return the numbers of keys."""
        return list(map(self._number, keys)) if self.keys else list(keys)

    def keys_of(self, numbers: Sequence[int]) -> list[int]:
        """Return the keys again. ValueError: they are out of order, or come twice."""
        if any(map(ge, numbers, numbers[1:])):
            raise ValueError("keys are out of order")
        return list(map(self._key, numbers)) if self.keys else list(numbers)

    def _number(self, key: int) -> int:
        at = self._place(key)
        if at is not None:
            return at
        return key if key < 0 else key + len(self.keys)

    def _key(self, number: int) -> int:
        if 0 <= number < len(self.keys):
            return self.keys[number]
        key = number if number < 0 else number - len(self.keys)
        if self._place(key) is not None:
            raise ValueError("a key comes twice")
        return key

    def _place(self, key: int) -> int | None:
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None
