"""`record`: keeps the history of a bridge without a screen, until a signal stops it.

Where `[alerts]` names receivers, it tells them what needs somebody, as the screen does.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from confmon.cli import composition, outlets
from confmon.cli.commands.watching.attention import choose_rules
from confmon.cli.commands.watching.service import Service, run_until_stopped
from confmon.cli.commands.watching.signal_watch import SignalWatch
from confmon.cli.history_place import history_place
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.history.database import DamagedHistory, HistoryUnavailable, open_to_write
from confmon.monitor.polling.coverage import NEVER
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace
    from confmon.monitor.past.recording import Recording
    from confmon.ports import AlertReceiver, Bridge
    from confmon.process.service_manager import ServiceManager


def run(arguments: Namespace) -> int:
    """Record until a signal comes, which is no failure, or for so long.

    CliExit: 78, there is no history to be kept, or it can't be written; 77, the login was refused.
    """
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    place = history_place(settings, shared=False)
    if place is None or place.trouble:
        why = "history = false" if place is None else place.trouble
        raise exits.config_error(f"nothing can be recorded: {why}")
    _check(place)
    open_receivers = outlets.receivers_opener(settings)
    tell: Callable[[str], None] = (lambda _: None) if arguments.quiet else print_notice

    async def work(bridge: Bridge) -> int:
        recorder = HeadlessRecorder(
            bridge, settings, place, SystemClock(), tell=tell, open_receivers=open_receivers
        )
        return await run_until_stopped(recorder.run(arguments.for_s))

    return composition.with_api(configuration, work)


def _check(place: HistoryPlace) -> None:
    """Open the database once. CliExit: 78, nothing can be written."""
    try:
        open_to_write(place.path, place.endpoint).close()
    except DamagedHistory:
        pass  # the writer puts it aside
    except HistoryUnavailable as error:
        raise exits.config_error(
            f"nothing can be recorded: {error}", f"The file: {place.path}"
        ) from None


class HeadlessRecorder(Service):
    """Polls meetings and calls, and gives what changes to the writer of the history."""

    recording: Recording

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        place: HistoryPlace,
        clock: Clock,
        *,
        tell: Callable[[str], None],
        manager: ServiceManager | None = None,
        open_receivers: Callable[[], Sequence[AlertReceiver]] | None = None,
    ) -> None:
        """`tell` gets a line whenever the state has changed.

        `open_receivers` opens those who get signals; None: nobody does, and no rule is asked.
        """
        super().__init__(bridge, settings, clock, tell, manager)
        self.recording = self._record(place)
        if open_receivers is not None:
            rules = choose_rules(None, settings.attention)
            self.signals = SignalWatch(
                self._lookout, rules, say=tell, open_receivers=open_receivers
            )
        self._place = place

    async def run(self, for_s: float | None = None) -> None:
        """Record until it is cancelled, or for so long. BridgeError: this is no outage."""
        self.recording.start()
        try:
            await self._read(for_s)
        finally:
            await asyncio.to_thread(self.recording.close)
            self.look()

    def describe(self) -> str:
        """Return whether it is recorded; if not, why."""
        writer = self.recording.writer
        if writer.trouble:
            return f"nothing is recorded: {writer.trouble}"
        if self._error is not None:
            return f"nothing is seen: {self._error}"
        if writer.is_following:
            return "another confmon records this bridge; this one does when that ends"
        if writer.acknowledged is not None and self.has_read():
            return f"recording to {self._place.path}"
        return ""

    def has_read(self) -> bool:
        """Tell whether all was ever read."""
        return self._coverage.whole_at > NEVER
