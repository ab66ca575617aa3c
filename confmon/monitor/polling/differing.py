"""In which fields two records of one call or meeting differ."""

from __future__ import annotations

from itertools import compress
from operator import attrgetter, ne
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Names = tuple[str, ...]
Pair = tuple[Any, Any]
"""A record before and after a read."""


class Differing:
    """Finds the fields in which two records differ, of those that somebody reads."""

    def __init__(self, names: Iterable[str]) -> None:
        """At least two names; those that differ are returned in this order."""
        self.names: Names = tuple(names)
        self._values = attrgetter(*self.names)

    def __call__(self, was: Any, now: Any) -> Names:
        """Return their names."""
        return tuple(compress(self.names, map(ne, self._values(was), self._values(now))))
