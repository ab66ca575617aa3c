"""Notices who reads the bridge for whom, and says so once when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.monitor.polling.snapshot import MEETINGS, Feed, calls_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.monitor.polling.poller import Poller
    from confmon.sharing.records import Mode, ShareState
    from confmon.sharing.share import Share

TOGETHER: Final[tuple[Mode, ...]] = ("following", "leading")
"""The modes in which the bridge is read once for all."""
AWAY: Final = "the shared database does not answer"


class ShareWatch:
    """Compares the state of a share with what it was when it was last looked at."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._before = share.state
        self._collector = share.state.collector
        """The last one there was."""

    def look(self) -> tuple[bool, str]:
        """Return whether the reads come from elsewhere now, and what to say of it."""
        before, now = self._before, self._share.state
        self._before = now
        words = self._describe(before, now)
        self._collector = now.collector or self._collector
        moved = (before.mode, before.collector, before.epoch) != (
            now.mode, now.collector, now.epoch,
        )  # fmt: skip
        return moved, words

    def _describe(self, before: ShareState, now: ShareState) -> str:
        if now.mode == "alone":
            return f"alone: {now.trouble or AWAY}" if before.mode != "alone" else ""
        if before.mode == "alone" and now.mode in TOGETHER:
            return "together again"
        if now.mode == "leading" and before.mode == "following":
            return "this confmon collects now"
        if self._collector and now.collector not in ("", self._collector):
            return f"{now.collector} collects now"
        return now.trouble if now.trouble != before.trouble else ""


def with_asked(feeds: Mapping[Feed, float], share: Share) -> dict[Feed, float]:
    """Return the feeds, and those that the others want to be read now."""
    return {**feeds, **{calls_of(one): 1.0 for one in share.wanted() if one}}


def wake_asked(share: Share, poller: Poller[Feed]) -> None:
    """Read soon what the others want to be read now, as far as it is watched."""
    for one in share.wanted():
        poller.wake(calls_of(one) if one else MEETINGS)
