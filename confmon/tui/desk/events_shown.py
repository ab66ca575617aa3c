"""Which events the pane shows: of which meeting, and of which kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.monitor.memory.event_filter import EventFilter

if TYPE_CHECKING:
    from confmon.monitor.memory.events import Kind


class Group(NamedTuple):
    """Kinds of events that are looked at together, and their name in the title."""

    name: str
    kinds: frozenset[Kind]


GROUPS: Final = (
    Group("", frozenset()),
    Group("who comes and goes", frozenset({"joined", "left", "dropped", "moved", "arrived"})),
    Group("who asks", frozenset({"asked", "answered"})),
    Group(
        "what is done to callers",
        frozenset({"dropped", "muted", "unmuted", "held", "released", "renamed", "role", "gain"}),
    ),
    Group(
        "meetings",
        frozenset({
            "host_left", "host_joined", "recording_on", "recording_off", "locked", "unlocked",
            "started", "ended",
        }),
    ),
)  # fmt: skip
"""In the order in which the key goes through them; the first is everything."""


@dataclass(slots=True)
class EventsShown:
    """What the operator chose to see. Inside a meeting it is that meeting's events at first."""

    of_meeting: bool | None = None
    """Only the meeting that is looked at, or under the cursor; None: only inside a meeting."""
    group: int = 0

    def next_group(self) -> None:
        """Go on to the next kinds."""
        self.group = (self.group + 1) % len(GROUPS)

    def filter(self, here: int | None, *, inside: bool) -> EventFilter:
        """Return the filter; `here` is the meeting looked at (`inside`) or under the cursor."""
        only = inside if self.of_meeting is None else self.of_meeting
        return EventFilter(meeting=here if only else None, kinds=GROUPS[self.group].kinds)

    def title(self, shown: EventFilter) -> str:
        """Return in words what is shown, to be put behind the pane's name; nothing: all."""
        parts = [f"of {shown.meeting}"] if shown.meeting is not None else []
        parts += [GROUPS[self.group].name] if self.group else []
        return "".join(f" · {part}" for part in parts)
