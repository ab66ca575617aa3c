"""Which events are shown: by meeting and by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.monitor.memory.events import Kind
    from confmon.monitor.memory.feed import FeedLine


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Events pass that meet all of it. `kinds`: any of these; empty: all."""

    meeting: int | None = None
    kinds: frozenset[Kind] = frozenset()

    def __bool__(self) -> bool:
        return self.meeting is not None or bool(self.kinds)

    def passes(self, line: FeedLine) -> bool:
        """Tell whether a line of the feed passes: its events have all of that in common."""
        event = line.events[0]
        if self.kinds and event.kind not in self.kinds:
            return False
        if self.meeting is None or event.meeting == self.meeting:
            return True
        # Who moved has left one meeting and joined another.
        return event.was is not None and event.was.meeting_number == self.meeting
