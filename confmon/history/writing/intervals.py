"""Between which moments something happened that a read shows for the first time.

A caller joined between the clean read before, which did not show the call, and the one that does;
exactly at the wire's `joined` where that is between the two. Who is in at the very first read
joined at the wire's `joined`; without one somewhere since the wire's `created`, or, without that
too, at the read, as nobody knows better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.identity import TOLERANCE_MS, in_ms

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting


def joined_between(call: Call, since: int | None, at: int) -> tuple[int, int]:
    """Return between which moments a call joined that a read shows for the first time."""
    if (moment := plausible(call.joined, since, at)) is not None:
        return moment, moment
    if since is not None:
        return since, at
    created = in_ms(call.created) if call.created is not None else None
    return (created, at) if created is not None and created <= at else (at, at)


def started_between(meeting: Meeting, since: int | None, at: int) -> tuple[int, int]:
    """Return between which moments a meeting began that a read shows for the first time."""
    if (moment := plausible(meeting.created, since, at)) is not None:
        return moment, moment
    return known_or(since, at), at


def plausible(moment: int | None, since: int | None, at: int) -> int | None:
    """Return a moment of the wire, if it is not later than the read nor before the one before."""
    if moment is None:
        return None
    wire = in_ms(moment)
    is_late = wire > at + TOLERANCE_MS
    is_early = since is not None and wire < since - TOLERANCE_MS
    return None if is_late or is_early else min(wire, at)


def at_most(moment: int | None, at: int) -> int | None:
    """Return a moment that is not later than another; None stays None."""
    return None if moment is None else min(moment, at)


def known_or(moment: int | None, at: int) -> int:
    """Return a moment, or another where it is not known."""
    return at if moment is None else moment
