"""`collect`: reads a bridge for all who share it, without a screen, until a signal stops it.

Where `[alerts]` names receivers, it tells them what needs somebody, while it collects.
"""

from __future__ import annotations

import asyncio
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from confmon.cli import composition, outlets
from confmon.cli.commands.watching.attention import choose_rules
from confmon.cli.commands.watching.service import FEEDS, Service, run_until_stopped
from confmon.cli.commands.watching.signal_watch import SignalWatch
from confmon.cli.history_place import history_place
from confmon.cli.share import exit_for, share_place
from confmon.cli.shared_bridge import shared_opener
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.monitor.link.share_watch import AWAY, wake_asked, with_asked
from confmon.monitor.polling.snapshot import ALL_CALLS
from confmon.process.streams import print_notice
from confmon.sharing.engine import Denied, NoDriver
from confmon.sharing.tables.preparation import COLLECTOR

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import AlertReceiver
    from confmon.process.service_manager import ServiceManager
    from confmon.sharing.bridge import SharedBridge


def run(arguments: Namespace) -> int:
    """Collect until a signal comes, which is no failure, or for so long.

    CliExit: 78, nothing is shared, or its library is missing; 77, the login was refused, or the
    role in the database may not collect.
    """
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    place = share_place(settings)
    if place.kind == "postgres" and find_spec("psycopg") is None:
        raise exit_for(NoDriver(), place)
    open_inner = composition.bridge_opener(settings, configuration.obtain_password())
    tell: Callable[[str], None] = (lambda _: None) if arguments.quiet else print_notice
    history = history_place(settings)
    open_receivers = outlets.receivers_opener(settings)

    async def work(bridge: SharedBridge) -> int:
        collector = HeadlessCollector(
            bridge, settings, SystemClock(),
            tell=tell, history=history, open_receivers=open_receivers,
        )  # fmt: skip
        try:
            return await run_until_stopped(collector.run(arguments.for_s))
        except Denied as error:
            raise exit_for(error, place) from None

    return composition.with_client(shared_opener(settings, open_inner, kind="collect"), work)


class HeadlessCollector(Service):
    """Reads meetings and calls for all, or stands by while another one does."""

    def __init__(
        self,
        bridge: SharedBridge,
        settings: Settings,
        clock: Clock,
        *,
        tell: Callable[[str], None],
        manager: ServiceManager | None = None,
        history: HistoryPlace | None = None,
        open_receivers: Callable[[], Sequence[AlertReceiver]] | None = None,
    ) -> None:
        """`tell` gets a line whenever its role has changed.

        `history` is written where it is shared; one of its own is for `confmon record` to keep.
        `open_receivers` opens those who get signals; without it only those rules are asked that
        need attributes: the others take these from here.
        """
        super().__init__(bridge, settings, clock, tell, manager)
        self._share = bridge.share
        rules = [
            rule
            for rule in choose_rules(None, settings.attention)
            if rule.attributes or open_receivers is not None
        ]
        self.signals = SignalWatch(
            self._lookout, rules, say=tell, share=self._share, open_receivers=open_receivers
        )
        if history is not None and history.shared is not None:
            self.recording = self._record(history)
        self._is_denied = False
        self._share.on_change(self._share_changed)

    async def run(self, for_s: float | None = None) -> None:
        """Collect until it is cancelled, or for so long.

        BridgeError: this is no outage. Denied: the role in the database may not collect.
        """
        self._share.start()
        if self.recording is not None:
            self.recording.start(self._share)
        try:
            await self._read(for_s)
        finally:
            began = self._clock.now()
            if self.recording is not None:
                await asyncio.to_thread(self.recording.close)
            await self._share.close(self._clock.now() - began)
        if self._is_denied:
            raise Denied(f"the role in the database may not collect: grant it {COLLECTOR}")

    def describe(self) -> str:
        """Return its role, and what is in the way of it."""
        state = self._share.state
        if state.mode == "starting":
            return ""
        if state.mode == "alone":
            return f"alone: {state.trouble or AWAY}"
        if state.mode == "following":
            return f"standing by: {state.collector or 'nobody'} collects"
        if self._error is not None:
            return f"nothing is seen: {self._error}"
        if self.recording is not None and (trouble := self.recording.trouble):
            return f"collecting, and the history is not kept: {trouble}"
        return "collecting" if state.is_read else ""

    def has_read(self) -> bool:
        """Tell whether calls were ever read."""
        return self._lookout.poller.state(ALL_CALLS).ok_asked_at is not None

    def _share_changed(self) -> None:
        if not self._share.state.may_collect:
            self._is_denied = True
            self.end()
            return
        poller = self._lookout.poller
        wake_asked(self._share, poller)
        poller.watch(with_asked(FEEDS, self._share))
        poller.retry_failed()
        self.look()

    def _heard(self, feed: Feed, state: FeedState) -> None:
        if feed == ALL_CALLS:
            self._lookout.poller.watch(with_asked(FEEDS, self._share))
        super()._heard(feed, state)
