"""One read of one feed, frozen, with the moment it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from confmon.models.live_records import Call, Meeting

if TYPE_CHECKING:
    from confmon.models.live_records import Scan

R = TypeVar("R", Call, Meeting)


class Feed(NamedTuple):
    """What is polled: all meetings, all calls, or the calls of one meeting."""

    kind: str
    meeting: int | None = None

    def __str__(self) -> str:
        return self.kind if self.meeting is None else f"{self.kind} of {self.meeting}"


MEETINGS = Feed("meetings")
ALL_CALLS = Feed("calls")


def calls_of(meeting: int) -> Feed:
    """Return the feed of one meeting's calls."""
    return Feed("calls", meeting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(Generic[R]):
    """`asked_at` and `answered_at` are on the monotonic clock.

    `asked_at` is taken before the request is sent: it orders snapshots, because a reply can show
    nothing that is older than its question.
    """

    feed: Feed
    asked_at: float
    answered_at: float
    scan: Scan[R]
