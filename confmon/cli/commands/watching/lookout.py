"""What goes on without a screen: a bridge polled into a live store, until it has to stop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.clock import timers_on
from confmon.models.codes import Codes
from confmon.monitor.polling.live_feeds import live_feeds
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.monitor.polling.feed import FeedSource, FeedState
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge


async def at_once() -> None:
    """Let a read begin without waiting for anything."""


class Lookout:
    """Polls feeds by the rules of the screen, and tells how each read went."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        clock: Clock,
        *,
        on_read: Callable[[Feed, FeedState], None],
        before_read: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        """`on_read` is called after every reply or failure; a read begins after `before_read`."""
        self.bridge, self.settings, self.clock = bridge, settings, clock
        self.store = LiveStore(clock, Codes(settings.codes))
        self._open_feed = live_feeds(bridge, self.store)
        self._on_read, self._before_read = on_read, before_read
        self.poller: Poller[Feed] = Poller(
            self._open,
            clock,
            call_later=timers_on(clock),
            interval_s=settings.interval_s,
            on_change=self._heard,
            on_bug=self.end,
        )
        self._over = asyncio.Event()
        self._error: Exception | None = None

    def _open(self, feed: Feed) -> FeedSource:
        source = self._open_feed(feed)

        async def fetch() -> Any:
            await self._before_read()
            return await source.fetch()

        return replace(source, fetch=fetch)

    def _heard(self, feed: Feed) -> None:
        if self.poller.unauthorized is not None:
            self.end(self.poller.unauthorized)
        self.store.expire()
        self._on_read(feed, self.poller.state(feed))

    def wall_of(self, at: float) -> float:
        """Return a moment of the monotonic clock in epoch seconds by the server's clock."""
        return self.store.wall() - (self.clock.now() - at)

    def end(self, error: Exception | None = None) -> None:
        """Let `run` end, with this error if there is one."""
        if not self._over.is_set():
            self._error = error
        self._over.set()

    async def run(self, feeds: Mapping[Feed, float], for_s: float | None = None) -> None:
        """Poll these feeds, each at its factor of the interval, until `end`, or for so long.

        BridgeError: 401, or what `end` was given. Any other error is a fault of our own.
        """
        self.poller.watch(feeds)
        timer = None if for_s is None else timers_on(self.clock)(for_s, self.end)
        try:
            await self._over.wait()
        finally:
            if timer is not None:
                timer.stop()
            await self.poller.close()
        if self._error is not None:
            raise self._error
