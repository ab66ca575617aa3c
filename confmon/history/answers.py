"""What the history answers with, made of its records.

Moments are epoch milliseconds by the server's clock, durations seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from confmon.history.records import Gap, Leg, Marker, MeetingSession, PastAction, Stay

RECONNECT_S: Final = 120
"""Who is back after at most this has reconnected: it is one presence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One person of a meeting session: a number and a name.

    `role` is the raw code. `left` is None while the person is in. The person joined within
    `joined_uncertainty_s` before `joined`, and left within `left_uncertainty_s` before `left`.
    `total_s`, `muted_s` and `held_s` count seen presence only: never what lies in a gap.
    `stays` are the presences, the first one first, each with its leg.
    """

    number: str | None
    name: str | None
    role: int | None
    joined: int
    joined_uncertainty_s: float
    left: int | None
    left_uncertainty_s: float
    reconnects: int
    total_s: float
    muted_s: float
    held_s: float
    stays: tuple[tuple[Stay, Leg], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was in a meeting session. `until` is the newest read that was kept."""

    session: MeetingSession
    until: int
    attendees: tuple[Attendee, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """What happened in a meeting session, to draw over time."""

    attendance: Attendance
    markers: tuple[Marker, ...]
    actions: tuple[PastAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """One thing that happened, between two reads: `from_at` and `to_at`.

    `kind` is one of `confmon.monitor.memory.events.KINDS`. `session` and `leg` are 0 where there is
    none. `text` is the new name of a caller who was renamed.
    """

    from_at: int
    to_at: int
    kind: str
    session: int
    leg: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQuery:
    """Which meeting sessions. `words` are looked for in number, owner, callers' numbers and names.

    `since` and `until`: those that were live at some moment between. `live`: None for both.
    """

    words: tuple[str, ...] = ()
    number: int | None = None
    since: int | None = None
    until: int | None = None
    live: bool | None = None
    limit: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery:
    """Which calls: of a telephone number, of a meeting, live at some moment between two."""

    phone: str | None = None
    number: int | None = None
    since: int | None = None
    until: int | None = None
    limit: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLeg:
    """A call, and the meeting sessions it was in, the first one first."""

    leg: Leg
    stays: tuple[tuple[Stay, MeetingSession | None], ...]
