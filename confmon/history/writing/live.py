"""What is live, as the store numbers it: kept in memory between two reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from confmon.history.records import CallState, MeetingState
from confmon.models.people import numbers

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting

state_of_call: Final = attrgetter(*CallState._fields)
state_of_meeting: Final = attrgetter(*MeetingState._fields)

about_meeting: Final = attrgetter("id", "subscriber_name", "created")
"""What is kept of a meeting's session beside its states."""

TEXTS_OF_CALL: Final = (
    "joined", "caller", "callee", "address_from", "custom_name", "node_name", "bridge_name", "codec"
)  # fmt: skip
"""What is kept of a leg beside its states."""
texts_of_call: Final = attrgetter(*TEXTS_OF_CALL)


def line_of(call: Call) -> str | None:
    """Return the last seven digits of the person's number: earlier calls are found by them."""
    about = call.connection_status, call.caller, call.callee, call.address_from
    return numbers.line_of(numbers.number_of(*about)) or None


@dataclass(slots=True)
class LiveLeg:
    """A call that is live, and the stay it is in.

    `changes` are those of the stay; `is_dirty`: not all of them are in its row.
    """

    leg: int
    call: Call
    first_seen: int
    stay: int
    session: int
    joined_from: int
    joined_to: int
    changes: list[tuple[int, int]]
    is_caller: bool
    known_at: int
    """When the newest read was asked for that is known to have shown it here."""
    is_dirty: bool = False

    @property
    def state(self) -> int:
        """The number of the state it is in."""
        return self.changes[-1][1]


@dataclass(slots=True)
class LiveSession:
    """A meeting session that is live, or that has ended and still has callers.

    `meeting` is None as long as the list of meetings has not shown it. `state` is the number of
    its state, `legs` are the call ids in it.
    """

    session: int
    number: int
    started_from: int
    started_to: int
    meeting: Meeting | None = None
    state: int | None = None
    ended_from: int | None = None
    ended_to: int | None = None
    peak: int = 0
    stays: int = 0
    counted: tuple[int, int] = (0, 0)
    """Peak and stays as they are in its row."""
    callers: int = 0
    legs: set[int] = field(default_factory=set)
    emptied_from: int | None = None
    """Since when nobody may have been in it any more."""

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.ended_to is not None
