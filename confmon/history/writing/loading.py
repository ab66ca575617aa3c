"""What a database knows to be live: where the writing of it goes on.

The rows of stays have their changes up to the last keyframe; the frames after it have the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from confmon.history.backends.bulk import parts_of
from confmon.history.packing import unpack_changes, unpack_frame
from confmon.history.records import MeetingSession, columns_of
from confmon.history.writing.live import TEXTS_OF_CALL, LiveLeg, LiveSession
from confmon.models.identity import same_call
from confmon.models.live_records import Call, Meeting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from confmon.history.backends.connection import Connection
    from confmon.history.packing import Frame
    from confmon.history.writing.states import States

PUT_META: Final = (
    "INSERT INTO meta (name, value) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_RUN = "SELECT run, seen_to FROM run ORDER BY run DESC LIMIT 1"
_META = "SELECT value FROM meta WHERE name = ?"
_SESSIONS = f"SELECT {columns_of(MeetingSession, 'meeting_session')} FROM meeting_session WHERE "  # noqa: S608
_LEG_FIELDS = (
    "call, created, joined, caller, callee, address_from, name, node_name, bridge_name, codec"
)
_LEGS = (
    f"SELECT leg, first_seen, stay, session, joined_from, joined_to, changes, {_LEG_FIELDS}"  # noqa: S608
    " FROM stay JOIN leg USING (leg) WHERE left_to IS NULL AND leg IN "
)
_FOUND = (
    f"SELECT leg, first_seen, {_LEG_FIELDS} FROM leg"  # noqa: S608 - our own names
    " WHERE last_seen IS NOT NULL AND call IN "
)
_FRAMES = (
    "SELECT at, is_key, data FROM frame WHERE seq >= coalesce("
    "(SELECT max(seq) FROM frame WHERE is_key = 1), 0) ORDER BY seq"
)
_LEFT = (
    "SELECT leg, session FROM leg JOIN stay USING (leg) WHERE call = ? AND first_seen <= ?"
    " AND last_seen >= ? ORDER BY stay DESC LIMIT 1"
)
LATELY_MS: Final = 60_000
"""An action may be noted so long after the read that showed what it did."""
_GAP = "SELECT gap, from_at FROM gap WHERE to_at IS NULL ORDER BY gap DESC LIMIT 1"


@dataclass(slots=True)
class Known:
    """What is live by the database. `seen_to` is the newest read, the others the newest whole."""

    run: int = 0
    seen_to: int | None = None
    whole_to: int | None = None
    meetings_to: int | None = None
    sessions: dict[int, LiveSession] = field(default_factory=dict)
    legs: dict[int, LiveLeg] = field(default_factory=dict)
    next_leg: int = 1
    next_stay: int = 1
    next_session: int = 1
    gap: tuple[int, int] | None = None


def load(
    connection: Connection,
    states: States,
    is_recording: Callable[[int | None], bool],
) -> Known:
    """Read what is live. sqlite3.Error; ValueError: a frame is damaged."""
    known = Known()
    if row := connection.execute(_RUN).fetchone():
        known.run, known.seen_to = row
    known.whole_to = _moment(connection, "whole_to")
    known.meetings_to = _moment(connection, "meetings_to")
    if known.whole_to is None and known.meetings_to is None:
        known.seen_to = None
    frames = [
        (at, bool(is_key), unpack_frame(data)) for at, is_key, data in connection.execute(_FRAMES)
    ]
    # Who is live is in the frames, so no index has to have it.
    legs = dict.fromkeys(leg for _, _, frame in frames for leg, _, _ in frame.put)
    for row in _rows_of(connection, _LEGS, legs):
        live = _leg(row)
        known.legs[live.call.id] = live
    for row in connection.execute(_SESSIONS + "ended_to IS NULL").fetchall():
        known.sessions[row[0]] = _session(row)
    left = dict.fromkeys(live.session for live in known.legs.values())
    wanted = [session for session in left if session not in known.sessions]
    for row in _rows_of(connection, _SESSIONS + "session IN ", wanted):
        known.sessions[row[0]] = _session(row)
    _replay(frames, known)
    for live in known.legs.values():
        role = (states.values_of(live.state) or (None,))[0]
        live.is_caller = not is_recording(role)
        if live.session in known.sessions:
            known.sessions[live.session].legs.add(live.call.id)
            known.sessions[live.session].callers += live.is_caller
    known.next_leg = _next(connection, "leg", "leg")
    known.next_stay = _next(connection, "stay", "stay")
    known.next_session = _next(connection, "session", "meeting_session")
    known.gap = connection.execute(_GAP).fetchone()
    return known


def find_legs(connection: Connection, calls: Sequence[Call]) -> dict[int, tuple[int, int]]:
    """Return the legs that have left and are one of these calls: number, and when first seen.

    They are by the call's id. Ids are reused: the newest leg of an id counts, and both must say
    when the call was created.
    """
    of_id: dict[int, Any] = {}
    for row in _rows_of(connection, _FOUND, [call.id for call in calls]):
        newest = of_id.get(row[2])
        if newest is None or row[0] > newest[0]:
            of_id[row[2]] = row
    known: dict[int, tuple[int, int]] = {}
    for call in calls:
        row = of_id.get(call.id)
        if row is None or call.created is None:
            continue
        found = _call(row[2:])
        if found.created is not None and same_call(found, call):
            known[call.id] = row[0], row[1]
    return known


def find_left(connection: Connection, call: int, at: int) -> tuple[int, int] | None:
    """Return the leg and session of a call that has left about the time of a moment."""
    row = connection.execute(_LEFT, (call, at, at - LATELY_MS)).fetchone()
    return None if row is None else (row[0], row[1])


def _rows_of(connection: Connection, sql: str, ids: Iterable[int]) -> Iterator[Any]:
    for marks, part in parts_of(ids):
        yield from connection.execute(sql + marks, part).fetchall()


def _replay(frames: Iterable[tuple[int, bool, Frame]], known: Known) -> None:
    """Add what frames since the last keyframe changed."""
    by_leg = {live.leg: live for live in known.legs.values()}
    for at, is_key, frame in frames:
        for number, of_meeting in frame.meetings:
            if number in known.sessions:
                known.sessions[number].state = of_meeting
        if is_key:
            continue
        for leg, session, state in frame.put:
            live = by_leg.get(leg)
            if live is None or live.session != session or at <= live.changes[-1][0]:
                continue
            if state != live.state:
                live.changes.append((at, state))
                live.is_dirty = True


def _session(row: tuple[Any, ...]) -> LiveSession:
    session, number, id_, owner, created, started_from, started_to, *rest = row
    meeting = None
    if id_ is not None or created is not None or owner is not None:
        meeting = Meeting(meeting_number=number, id=id_, created=created, subscriber_name=owner)
    ended_from, ended_to, peak, stays = rest
    return LiveSession(
        session, number, started_from, started_to, meeting,
        ended_from=ended_from, ended_to=ended_to, peak=peak, stays=stays, counted=(peak, stays),
    )  # fmt: skip


def _leg(row: tuple[Any, ...]) -> LiveLeg:
    leg, first_seen, stay, session, joined_from, joined_to, changes, *fields = row
    pairs = unpack_changes(changes)
    if not pairs:
        raise ValueError("a stay without a state")
    return LiveLeg(
        leg, _call(fields), first_seen, stay, session, joined_from, joined_to, pairs,
        is_caller=True, known_at=joined_from,
    )  # fmt: skip


def _call(fields: Any) -> Call:
    return Call(**dict(zip(("id", "created", *TEXTS_OF_CALL), fields, strict=True)))


def _moment(connection: Connection, name: str) -> int | None:
    row = connection.execute(_META, (name,)).fetchone()
    return int(row[0]) if row is not None else None


def _next(connection: Connection, key: str, table: str) -> int:
    newest = connection.execute(f"SELECT max({key}) FROM {table}").fetchone()[0]  # noqa: S608
    return (newest or 0) + 1
