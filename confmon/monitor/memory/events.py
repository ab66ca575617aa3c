"""What happened: one event for each difference of the confirmed state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from confmon.models.calls import Call, Meeting

Kind = Literal[
    "joined", "left", "dropped", "moved", "arrived",
    "asked", "answered", "muted", "unmuted", "held", "released", "renamed", "role", "gain",
    "host_left", "host_joined", "recording_on", "recording_off", "locked", "unlocked",
    "started", "ended",
]  # fmt: skip
"""`arrived`: connected, and in no meeting yet. `moved`: from one meeting to another.

`answered`: no longer asks. `host_left`: the last host left, and callers are still there.
`host_joined`: there was no host before.
"""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

By = Literal["us", "caller", "other"]


class Event(NamedTuple):
    """One thing that happened to a call or a meeting.

    `at` is epoch seconds by the server's clock: when the read was asked for that showed it. `by`:
    an action of ours, the caller itself, or another; None: nobody knows. `record` is the call or
    meeting afterwards, or as it was last seen; `was` is the record before a change.
    """

    at: float
    kind: Kind
    meeting: int | None
    call: int | None
    by: By | None
    record: Call | Meeting
    was: Call | Meeting | None = None
