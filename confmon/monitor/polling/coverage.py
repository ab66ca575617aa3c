"""Which clean reads covered a meeting: what they did not show was not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.monitor.polling.snapshot import MEETINGS

if TYPE_CHECKING:
    from confmon.monitor.polling.snapshot import Snapshot

NEVER: Final = float("-inf")


class Coverage:
    """The newest clean reads of what is live. Moments are when they were asked for (monotonic)."""

    def __init__(self) -> None:
        self.whole_at = NEVER
        """Of all calls; -inf: there was none yet."""
        self.meetings_at = NEVER
        """Of all meetings."""
        self.newer: dict[int, float] = {}
        """Those of single meetings that are newer than that of all calls."""

    def of(self, meeting: int | None) -> float:
        """Return when a meeting's calls were last read clean; None: calls in no meeting."""
        if meeting is None:
            return self.whole_at
        return max(self.whole_at, self.newer.get(meeting, NEVER))

    def note(self, snapshot: Snapshot[Any]) -> None:
        """Take in a read, once all that it changed was made of what was known before."""
        if not snapshot.scan.clean:
            return
        feed, asked_at = snapshot.feed, snapshot.asked_at
        if feed == MEETINGS:
            self.meetings_at = asked_at
        elif feed.meeting is not None:
            self.newer[feed.meeting] = asked_at
        else:
            self.whole_at = asked_at
            # Meetings come and go for days: older reads of single ones tell nothing more.
            self.newer = {meeting: at for meeting, at in self.newer.items() if at > asked_at}
