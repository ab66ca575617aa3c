"""The feeds of what is live: all meetings, all calls, the calls of one meeting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.monitor.polling.feed import FeedSource
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, Snapshot, calls_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.models.live_records import Scan
    from confmon.monitor.polling.live_store import LiveStore, Steps
    from confmon.ports import Bridge


def live_feeds(bridge: Bridge, store: LiveStore) -> Callable[[Feed], FeedSource]:
    """Return what opens a feed that reads the bridge, and takes what it shows into the live store.

    A bridge that several confmon share tells by `paced_by_s` whether another one reads it now.
    """
    paced_by_s: Callable[[], float | None] | None = getattr(bridge, "paced_by_s", None)

    def open_feed(feed: Feed) -> FeedSource:
        def take(asked_at: float, answered_at: float, scan: Scan[Any]) -> Steps:
            return store.applying(
                Snapshot(feed=feed, asked_at=asked_at, answered_at=answered_at, scan=scan)
            )

        fetch: Callable[[], Awaitable[Scan[Any]]] = partial(bridge.scan_calls, feed.meeting)
        if feed == MEETINGS:
            fetch = bridge.scan_meetings
        return FeedSource(fetch=fetch, take=take, paced_by_s=paced_by_s)

    return open_feed


def feeds_for(view_meeting: int | None, *, all_calls: bool, calls_total: int) -> dict[Feed, float]:
    """Return what to poll for what is looked at: feed to factor of the interval.

    What is looked at is read every interval. All calls are read more slowly otherwise, so that
    counts and search cover every meeting: every second interval while they fit into one page.
    """
    slow = 2.0 if calls_total <= 1000 else 5.0
    feeds = {MEETINGS: 1.0, ALL_CALLS: 1.0 if all_calls else slow}
    if view_meeting is not None:
        feeds[calls_of(view_meeting)] = 1.0
    return feeds
