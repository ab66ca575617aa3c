"""When a member has something to do by itself, whatever others say. Moments are monotonic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.sharing.members import lease
from confmon.sharing.members.presence import BEAT_S

if TYPE_CHECKING:
    from collections.abc import Collection

    from confmon.sharing.records import Lease

POLL_S: Final = 1.0
"""So often the lease and the members are looked at, whatever is notified."""
HEARING_POLL_S: Final = 10.0
"""So often does a follower that hears words, which say all but that somebody was killed."""
LATE_S: Final = 0.5
"""So much later than the collector's pace a word may come before the database is asked."""


class Timetable:
    """The moments of one member. `take_at`: when it may take the lease; None: it may not."""

    def __init__(self, now: float) -> None:
        self.connect_at = self.poll_at = self.beat_at = self.renew_at = now
        self.take_at: float | None = None
        self._polled_at = now
        self._heard_at = now
        """When a word came, or the database was asked for one."""
        self._members_at = now
        self._have_members_changed = False

    def due_at(self, known: Lease | None, *, is_connected: bool, leads: bool) -> float:
        """Return when there is something to do next."""
        if not is_connected:
            return self.connect_at
        due = min(self.poll_at, self.beat_at, self._silent_at(known))
        if leads:
            return min(due, self.renew_at)
        return due if self.take_at is None else min(due, self.take_at)

    def is_poll_due(self, now: float, known: Lease | None) -> bool:
        """Tell whether it is time to look at the lease."""
        may_take = self.take_at is not None and now >= self.take_at
        return may_take or now >= min(self.poll_at, self._silent_at(known))

    def are_members_due(self, now: float, words: Collection[str]) -> bool:
        """Tell whether to look who is here: fifty who move about are one look a second."""
        self._have_members_changed = self._have_members_changed or "member" in words
        if not self._have_members_changed or now < self._members_at:
            return False
        self._have_members_changed, self._members_at = False, now + POLL_S
        return True

    def note_connection(self, now: float) -> None:
        """Look at once, and beat for the next time in a while."""
        self.poll_at, self.beat_at = now, now + BEAT_S

    def note_poll(self, now: float, *, is_hearing: bool) -> None:
        """Plan the next look at the lease."""
        self._polled_at = self._heard_at = now
        self.poll_at = now + (HEARING_POLL_S if is_hearing else POLL_S)

    def note_lease(self, now: float, left_s: float) -> None:
        """Look again at the very moment at which a lease ends that nobody makes last."""
        self.poll_at = min(self.poll_at, now + left_s)

    def note_frame(self, now: float) -> None:
        """Look later: whoever wrote a frame just now had the lease."""
        later = min(self._polled_at + HEARING_POLL_S, now + lease.LEASE_MS / 1000)
        self.poll_at = max(self.poll_at, later)

    def note_word(self, now: float) -> None:
        """Somebody is there."""
        self._heard_at = now

    def _silent_at(self, known: Lease | None) -> float:
        """Return when no word has come for longer than the collector's pace: is anybody there?"""
        pace_s = lease.pace_s(known) if known is not None else None
        return self._heard_at + (pace_s or POLL_S) + LATE_S
