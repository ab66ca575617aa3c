"""In which fields two records of one call or meeting differ."""

from __future__ import annotations

from dataclasses import fields
from itertools import compress
from operator import attrgetter, ne
from typing import Any, Final

from confmon.models.live_records import Call, Meeting

Names = tuple[str, ...]
Pair = tuple[Any, Any]
"""A record before and after a read."""


class Differing:
    """Finds the fields in which two records of one kind differ, but for those that run."""

    def __init__(self, kind: type[Call | Meeting], first: Names = ()) -> None:
        """The names of fields that differ are returned in this order: `first`, then the others."""
        names = [field.name for field in fields(kind) if field.compare]
        self.names: Names = (*first, *(name for name in names if name not in first))
        self._values = attrgetter(*self.names)

    def __call__(self, was: Call | Meeting, now: Call | Meeting) -> Names:
        """Return their names; none, if the records are equal."""
        before, after = self._values(was), self._values(now)
        return () if before == after else tuple(compress(self.names, map(ne, before, after)))


differing_calls: Final = Differing(
    Call,
    first=(
        "meeting_number", "operator_mode", "qa_mode", "mute_mode", "hold_mode", "custom_name",
        "role", "gain_level",
    ),
)  # fmt: skip
"""First what happens to a call, in the order in which it is shown."""
differing_meetings: Final = Differing(Meeting)
