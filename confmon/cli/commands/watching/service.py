"""What runs without a screen until a signal: it tells systemd and stderr how it goes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from confmon.models.errors import Forbidden, Guarded, NotFound, Redirected
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.past.recording import Recording
from confmon.monitor.polling.freshness import limit_s
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.process import exits
from confmon.process.service_manager import ServiceManager

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from confmon.cli.commands.watching.lookout import Lookout
    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace
    from confmon.monitor.polling.coverage import Coverage

LOOK_S: Final = 1.0
"""How often it is asked how it goes."""
FEEDS: Final = {MEETINGS: 1.0, ALL_CALLS: 1.0}
HOPELESS: Final = (Forbidden, NotFound, Guarded, Redirected)
"""Where nothing was ever read, these are no outage."""


class Service:
    """Asks a service again and again how it goes, and tells what has changed."""

    def __init__(
        self,
        clock: Clock,
        *,
        look: Callable[[], None],
        tell: Callable[[str], None],
        manager: ServiceManager | None = None,
    ) -> None:
        """`look` is called every second; it calls `tell_state`. `tell` gets a line."""
        self._clock, self._look, self._tell = clock, look, tell
        self._manager = manager or ServiceManager()
        self._state = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Be ready, and look on until the block ends."""
        self._manager.ready()
        looking = asyncio.create_task(self._look_on())
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            self._manager.stopping()

    def tell_state(self, state: str) -> None:
        """Tell the state if it is another one; an empty one is not known."""
        if state and state != self._state:
            self._tell(state)
            self._manager.status(state)
        self._state = state or self._state

    async def _look_on(self) -> None:
        wait_s = min(LOOK_S, self._manager.watchdog_s or LOOK_S)
        while True:
            await self._clock.sleep(wait_s)
            self._look()
            if self._manager.watchdog_s is not None:
                self._manager.alive()


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


def record_reads(
    place: HistoryPlace, lookout: Lookout, coverage: Coverage, settings: Settings, clock: Clock
) -> Recording:
    """Return what keeps what a lookout reads, when it is started. `coverage` is begun here."""
    store = lookout.store
    store.on_applied(coverage.note)
    return Recording(
        place, store, coverage, PendingActions(store, clock), clock,
        gap_from_s=lambda: limit_s(lookout.poller.state(ALL_CALLS), settings.interval_s),
    )  # fmt: skip
