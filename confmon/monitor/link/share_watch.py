"""Notices who reads the bridge, and reports it once when that changes."""

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
        self._reader = _reader(share.state)
        """Who was the last to read: the box, and whether it was this confmon."""

    def look(self) -> tuple[bool, str]:
        """Return whether the reads come from elsewhere now, and what to say of it."""
        before, now = self._before, self._share.state
        self._before = now
        words = self._describe(before, now)
        moved = (before.mode, before.collector, before.epoch) != (
            now.mode, now.collector, now.epoch,
        )  # fmt: skip
        return moved, words

    def _describe(self, before: ShareState, now: ShareState) -> str:
        if now.mode == "alone":
            return f"alone: {now.trouble or AWAY}" if before.mode != "alone" else ""
        if before.mode == "alone" and now.mode in TOGETHER:
            return "together again"
        was, reader = self._reader, _reader(now)
        if reader is None or reader == was:
            # Who has read nothing does not count as the collector: the next one may try soon.
            return _new_trouble(before, now)
        self._reader = reader
        if now.mode == "leading":
            return "this confmon collects now"
        words = f"{now.collector} collects now" if was is not None else ""
        return words or _new_trouble(before, now)


def _reader(state: ShareState) -> tuple[str, bool] | None:
    return (state.collector, state.mode == "leading") if state.is_read else None


def _new_trouble(before: ShareState, now: ShareState) -> str:
    return now.trouble if now.trouble != before.trouble else ""


def with_asked(feeds: Mapping[Feed, float], share: Share) -> dict[Feed, float]:
    """Return the feeds, and those that the others want to be read now."""
    return {**feeds, **{calls_of(number): 1.0 for number in share.wanted() if number}}


def wake_asked(share: Share, poller: Poller[Feed]) -> None:
    """Read soon what the others have just asked for, as far as it is watched.

    What is not watched yet is read when it is: call this before.
    """
    for request in share.take_requests():
        poller.wake(calls_of(request) if request else MEETINGS)
