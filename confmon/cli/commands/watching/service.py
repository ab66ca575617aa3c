"""What runs without a screen until a signal: it tells systemd and stderr how it goes."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from confmon.cli.commands.watching.lookout import Lookout
from confmon.models.errors import Forbidden, Guarded, NotFound, Redirected
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.past.recording import Recording
from confmon.monitor.polling.coverage import Coverage
from confmon.monitor.polling.freshness import limit_s
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.process import exits
from confmon.process.service_manager import ServiceManager

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from confmon.cli.commands.watching.signal_watch import SignalWatch
    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace
    from confmon.models.errors import BridgeError
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge

LOOK_S: Final = 1.0
"""How often it is asked how it goes."""
FEEDS: Final = {MEETINGS: 1.0, ALL_CALLS: 1.0}
HOPELESS: Final = (Forbidden, NotFound, Guarded, Redirected)
"""Where nothing was ever read, these are no outage."""


class Service(ABC):
    """Reads meetings and calls, asks the rules, keeps the history, and tells how that goes.

    A subclass says which of it, and how it goes.
    """

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        clock: Clock,
        tell: Callable[[str], None],
        manager: ServiceManager | None,
    ) -> None:
        """`tell` gets a line whenever the state has changed."""
        self._clock, self._tell = clock, tell
        self._lookout = Lookout(bridge, settings, clock, on_read=self._heard)
        self._coverage = Coverage()
        self._manager = manager or ServiceManager()
        self._state = ""
        self._error: BridgeError | None = None
        """Of the newest read of the calls."""
        self.signals: SignalWatch | None = None
        self.recording: Recording | None = None

    def end(self) -> None:
        """Let `run` end."""
        self._lookout.end()

    def look(self) -> None:
        """Note a gap of the history that has begun, and tell the state if it is another one."""
        if self.signals is not None:
            self.signals.look()
        if self.recording is not None and (words := self.recording.look()):
            self._tell(words)
        state = self.describe()
        if state and state != self._state:
            self._tell(state)
            self._manager.status(state)
        self._state = state or self._state

    @abstractmethod
    def describe(self) -> str:
        """Return the state; an empty one is not known."""

    @abstractmethod
    def has_read(self) -> bool:
        """Tell whether anything was ever read."""

    def _record(self, place: HistoryPlace) -> Recording:
        """Return what keeps what is read, when it is started."""
        store, poller = self._lookout.store, self._lookout.poller
        store.on_applied(self._coverage.note)
        return Recording(
            place, store, self._coverage, PendingActions(store, self._clock), self._clock,
            gap_from_s=lambda: limit_s(poller.state(ALL_CALLS), self._lookout.settings.interval_s),
        )  # fmt: skip

    async def _read(self, for_s: float | None) -> None:
        """Read until it is cancelled, or for so long, and look on meanwhile. Raises BridgeError."""
        if self.signals is not None:
            self.signals.start()
        self._manager.ready()
        looking = asyncio.create_task(self._look_on())
        try:
            await self._lookout.run(FEEDS, for_s)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            self._manager.stopping()
            if self.signals is not None:
                await self.signals.close()

    async def _look_on(self) -> None:
        wait_s = min(LOOK_S, self._manager.watchdog_s or LOOK_S)
        while True:
            await self._clock.sleep(wait_s)
            self.look()
            if self._manager.watchdog_s is not None:
                self._manager.alive()

    def _heard(self, feed: Feed, state: FeedState) -> None:
        if feed == ALL_CALLS:
            self._error = state.error
        if isinstance(state.error, HOPELESS) and not self.has_read():
            self._lookout.end(state.error)
        self.look()


async def run_until_stopped(work: Awaitable[None]) -> int:
    """Run a service until its time is over or a signal comes, which is no failure.

    CliExit: 78, there is no such list at the base URL.
    """
    try:
        await work
    except asyncio.CancelledError:
        return exits.OK
    except NotFound as error:
        raise exits.exit_for_missing_list(error) from None
    return exits.OK
