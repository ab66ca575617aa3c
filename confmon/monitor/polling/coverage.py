"""Which clean reads covered a meeting: what they did not show was not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.monitor.polling.snapshot import MEETINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.monitor.polling.snapshot import Snapshot

NEVER: Final = float("-inf")


class Coverage:
    """The newest clean reads of what is live. Moments are when they were asked for (monotonic)."""

    def __init__(self) -> None:
        self.whole_at = NEVER
        """Of all calls; -inf: there was none yet."""
        self.meetings_at = NEVER
        """Of all meetings."""
        self._of: dict[int, float] = {}

    @property
    def newer(self) -> Mapping[int, float]:
        """Those of single meetings that are newer than that of all calls."""
        return self._of

    def of(self, meeting: int | None) -> float:
        """Return when a meeting's calls were last read clean; None: calls in no meeting."""
        if meeting is None:
            return self.whole_at
        return max(self.whole_at, self._of.get(meeting, NEVER))

    def note(self, snapshot: Snapshot[Any]) -> None:
        """Take in a read, once all that it changed was made of what was known before."""
        if not snapshot.scan.clean:
            return
        feed, asked_at = snapshot.feed, snapshot.asked_at
        if feed == MEETINGS:
            self.meetings_at = asked_at
        elif feed.meeting is not None:
            self._of[feed.meeting] = asked_at
        else:
            self.whole_at = asked_at
            # Meetings come and go for days: older reads of single ones tell nothing more.
            self._of = {one: at for one, at in self._of.items() if at > asked_at}
