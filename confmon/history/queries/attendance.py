"""Who was in a meeting session, from when to when, how long, and how long muted and on hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from confmon.history.answers import Attendance, Attendee
from confmon.history.queries import people
from confmon.history.queries.sessions import meeting_sessions, stays_of
from confmon.history.queries.tables import frame_of
from confmon.history.records import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confmon.history.queries.people import Person
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.history.records import CallState, Leg, MeetingSession, Stay
    from confmon.models.codes import Codes

Interval = tuple[int, int]


class Window(NamedTuple):
    """What is counted: from and to, and without these times, which do not overlap."""

    since: int
    until: int
    gaps: tuple[Interval, ...]


def attendance(
    tables: Tables,
    seen: Seen,
    session: int,
    codes: Codes,
    *,
    since: int | None = None,
    until: int | None = None,
) -> Attendance | None:
    """Return who was in a session; None: it is not kept.

    Between two moments: who was in at some time between them, with joined and left as they were;
    the figures count only what lies between.
    """
    with tables.at_once():
        found = meeting_sessions(tables, [session]).get(session)
        newest = seen.newest()
        if found is None or newest is None:
            return None
        stays = list(stays_of(tables, "stay.session = ?", (session,)))
        stays = with_latest_changes(tables, stays)
        first = min([found.started_from, *(stay.joined_from for stay, _ in stays)])
        last = newest if found.ended_to is None else found.ended_to
        last = max([last, *(stay.left_to for stay, _ in stays if stay.left_to is not None)])
        begin = first if since is None else max(since, first)
        end = last if until is None else min(until, last)
        gaps = _gaps(seen, begin, newest if until is None and found.ended_to is None else end)
    window = Window(begin, end, _merged(gaps))
    inside = [pair for pair in stays if _is_inside(pair[0], window, newest)]
    listened = [pair for pair in inside if not _is_recording(pair[0], codes)]
    attendees = [_attendee(person, codes, window, newest) for person in people.tell_apart(listened)]
    attendees.sort(key=lambda attendee: (attendee.joined, attendee.stays[0][0].stay))
    return Attendance(session=found, until=newest, attendees=tuple(attendees), gaps=tuple(gaps))


def with_latest_changes(
    tables: Tables, stays: Sequence[tuple[Stay, Leg]]
) -> list[tuple[Stay, Leg]]:
    """Return stays with the changes after the last keyframe, which only frames have."""
    live = {stay.leg for stay, _ in stays if stay.left_to is None}
    if not live:
        return list(stays)
    later: dict[int, list[tuple[int, int, int]]] = {}
    for at, data in tables.rows(
        "SELECT at, data FROM frame WHERE seq > (SELECT seq FROM frame WHERE is_key = 1"
        " ORDER BY seq DESC LIMIT 1) ORDER BY seq"
    ):
        for leg, session, state in frame_of(data).put:
            if leg in live:
                later.setdefault(leg, []).append((at, session, state))
    states = tables.call_states()
    return [
        (_continued(stay, later[stay.leg], states), leg)
        if stay.left_to is None and stay.leg in later
        else (stay, leg)
        for stay, leg in stays
    ]


def _continued(
    stay: Stay, later: Iterable[tuple[int, int, int]], states: dict[int, CallState]
) -> Stay:
    changes = list(stay.changes)
    for at, session, state in later:
        is_new = not changes or (at > changes[-1][0] and changes[-1][1] != states[state])
        if session == stay.session and is_new:
            changes.append((at, states[state]))
    return replace(stay, changes=tuple(changes))


def _gaps(seen: Seen, begin: int, end: int) -> list[Gap]:
    gaps = seen.gaps(begin, end)
    began = seen.began()
    if began is not None and began > begin:  # who was there before the first read was not seen
        gaps.insert(0, Gap(begin, began, "not running"))
    return gaps


def _merged(gaps: Iterable[Gap]) -> tuple[Interval, ...]:
    """Return gaps as intervals that do not overlap, the first one first."""
    merged: list[Interval] = []
    for begin, end in sorted((gap.from_at, gap.to_at or 2**62) for gap in gaps):
        if end <= begin:
            continue  # the clock was set back: no time that was not seen
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((begin, end))
    return tuple(merged)


def _is_inside(stay: Stay, window: Window, newest: int) -> bool:
    left = max(newest, stay.joined_to) if stay.left_to is None else stay.left_to
    return stay.joined_to <= window.until and left >= window.since


def _is_recording(stay: Stay, codes: Codes) -> bool:
    """Whether it never was anything but a recording leg."""
    roles = {state.role for _, state in stay.changes if state.role is not None}
    return bool(roles) and all(codes.role(role) == "recording" for role in roles)


def _attendee(person: Person, codes: Codes, window: Window, newest: int) -> Attendee:
    stays = person.stays
    first, last = stays[0][0], max((stay for stay, _ in stays), key=_by_leaving)
    total = muted = held = 0
    for stay, _ in stays:
        spent, silent, waiting = _measure(stay, codes, window, newest)
        total, muted, held = total + spent, muted + silent, held + waiting
    left_for = 0 if last.left_to is None else last.left_to - (last.left_from or last.left_to)
    return Attendee(
        number=person.number,
        name=person.name,
        role=_last_role(stays),
        joined=first.joined_to,
        joined_uncertainty_s=(first.joined_to - first.joined_from) / 1000,
        left=last.left_to,
        left_uncertainty_s=left_for / 1000,
        reconnects=people.count_reconnects(stays, window.gaps),
        total_s=total / 1000,
        muted_s=muted / 1000,
        held_s=held / 1000,
        stays=tuple(stays),
    )


def _by_leaving(stay: Stay) -> tuple[bool, int, int]:
    return stay.left_to is None, stay.left_to or 0, stay.stay


def _last_role(stays: Sequence[tuple[Stay, Leg]]) -> int | None:
    for stay, _ in reversed(stays):
        for _, state in reversed(stay.changes):
            if state.role is not None:
                return state.role
    return None


def _measure(stay: Stay, codes: Codes, window: Window, newest: int) -> tuple[int, int, int]:
    """Return how long a stay was seen, and how long muted and on hold, in milliseconds.

    It counts from the read that showed the joining to the one that showed the leaving: so what a
    read is late at one end, another is late at the other.
    """
    begin = max(stay.joined_to, window.since)
    end = min(newest if stay.left_to is None else stay.left_to, window.until)
    if begin >= end:
        return 0, 0, 0
    parts = _without(begin, end, [gap for gap in window.gaps if not _is_anothers(stay, gap)])
    total = sum(to - since for since, to in parts)
    muted = held = 0
    changes = stay.changes
    for number, (at, state) in enumerate(changes):
        is_muted, is_held = codes.is_muted(state.mute_mode), codes.is_held(state.hold_mode)
        if not is_muted and not is_held:
            continue
        since = begin if number == 0 else at
        to = changes[number + 1][0] if number + 1 < len(changes) else end
        spent = sum(max(0, min(to, part[1]) - max(since, part[0])) for part in parts)
        muted += spent if is_muted else 0
        held += spent if is_held else 0
    return total, muted, held


def _is_anothers(stay: Stay, gap: Interval) -> bool:
    """Whether a gap has a whole stay in it: then it is of other times, by a clock set back."""
    return gap[0] < stay.joined_from and stay.left_to is not None and stay.left_to < gap[1]


def _without(begin: int, end: int, gaps: Iterable[Interval]) -> list[Interval]:
    parts: list[Interval] = []
    for since, to in gaps:
        if to <= begin or since >= end:
            continue
        if since > begin:
            parts.append((begin, since))
        begin = max(begin, to)
    if begin < end:
        parts.append((begin, end))
    return parts


def session_span(session: MeetingSession, newest: int) -> Interval:
    """Return from when to when a session was live; to the newest read while it is."""
    return session.started_from, max(
        session.started_from, newest if session.ended_to is None else session.ended_to
    )
