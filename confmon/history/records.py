"""What the history keeps and answers with.

All moments are epoch milliseconds by the server's clock. A moment that no read has shown exactly is
an interval: it happened between two reads, `_from` and `_to`. Codes are the wire's raw integers;
`confmon.models.codes` gives them meaning when they are read. A record that has a table has fields
named as its columns: `Leg(*row)` makes one of a row of `columns_of(Leg, "leg")`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, NamedTuple


def columns_of(kind: type, table: str) -> str:
    """Return the columns of a table that are the fields of a record, in their order."""
    return ", ".join(f"{table}.{field.name}" for field in fields(kind))


Ended = Literal["left", "moved", "ended", "unseen"]
"""How a stay ended: the call left, went to another meeting, the meeting ended, or it ended while
nobody watched."""

Reason = Literal["not running", "unreachable", "torn", "paused", "clock set back"]
"""Why there is a gap. `paused`: the disk was full or the database locked or broken."""


class CallState(NamedTuple):
    """What of a call changes while it lasts, as raw codes; None: the server did not send it."""

    role: int | None = None
    mute_mode: int | None = None
    hold_mode: int | None = None
    state: int | None = None
    connection_status: int | None = None
    qa_mode: int | None = None
    operator_mode: int | None = None
    gain_level: int | None = None
    presenter_media: int | None = None


class MeetingState(NamedTuple):
    """What of a meeting changes while it lasts, as raw codes."""

    mute_mode: int | None = None
    hold_mode: int | None = None
    qa_mode: int | None = None
    state: int | None = None
    type: int | None = None
    is_recording: bool | None = None
    is_secured: bool | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One call, whatever meetings it was in. Ids are reused: `call` and `created` identify it.

    `leg` is the store's own number. `name` is the last one that was seen. An access code is never
    kept. `last_seen` is None while the call is live.
    """

    leg: int
    call: int
    created: int | None = None
    joined: int | None = None
    caller: str | None = None
    callee: str | None = None
    address_from: str | None = None
    name: str | None = None
    node_name: str | None = None
    bridge_name: str | None = None
    codec: str | None = None
    first_seen: int = 0
    last_seen: int | None = None


@dataclass(frozen=True, slots=True)
class MeetingSession:
    """One session of a meeting number. `session` is the store's own number, `id` the server's.

    `ended_to` is None while it is live; `peak` is the most callers (without recording legs) that
    one read showed, `stays` how many came.
    """

    session: int
    number: int
    id: int | None = None
    owner: str | None = None
    created: int | None = None
    started_from: int = 0
    started_to: int = 0
    ended_from: int | None = None
    ended_to: int | None = None
    peak: int = 0
    stays: int = 0


@dataclass(frozen=True, slots=True)
class Stay:
    """One leg in one meeting session, from when to when. `session` 0: in no meeting.

    `joined_from` and `joined_to` are equal where the server gave the moment. `left_to` is None
    while it lasts. `changes` are pairs of a moment and the state from then on; the first is that
    of the joining.
    """

    stay: int
    leg: int
    session: int
    joined_from: int
    joined_to: int
    left_from: int | None = None
    left_to: int | None = None
    how: Ended | None = None
    changes: tuple[tuple[int, CallState], ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nothing was seen. `to_at` None: it lasts."""

    from_at: int
    to_at: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Marker:
    """A note of an operator, at a moment of a meeting session (0: of the whole bridge)."""

    marker: int
    at: int
    session: int
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class PastAction:
    """An action of confmon and how it ended. `audit_id` is its id in the audit log.

    `session` and `leg` are 0 where it was done to none that is known.
    """

    action: int
    at: int
    verb: str
    session: int
    leg: int
    outcome: str
    author: str
    audit_id: str


class PastCall(NamedTuple):
    """A call at a moment: the leg, the session it was in (0: none) and its state."""

    leg: int
    session: int
    state: CallState


class PastMeeting(NamedTuple):
    """A meeting session at a moment, and its state."""

    session: int
    state: MeetingState


@dataclass(frozen=True, slots=True)
class PastState:
    """Everything at a moment: as the read of `at` showed it, which is the last before the moment.

    `gap` is the gap that the moment lies in: then the state is that before the gap, and nobody
    knows what was true.
    """

    at: int
    calls: tuple[PastCall, ...]
    meetings: tuple[PastMeeting, ...]
    gap: Gap | None = None
