"""Tells all receivers of the signals of one session, or of a command that watches.

alerts = Alerts(attention, store, settings, clock, open_receivers=open_, say=say)
alerts.start()
await alerts.close()
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from confmon.clock import run_in_slices
from confmon.models.errors import BridgeError
from confmon.monitor.alerts.outgoing import Outgoing
from confmon.monitor.alerts.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.clock import Clock
    from confmon.config.settings.model import Settings
    from confmon.monitor.attention.signals import Signals
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.ports import AlertReceiver

LOOK_S: Final = 1.0
"""How often it looks for what is to be sent."""


class Alerts:
    """The receivers of one run.

    `open_receivers` is called on a thread: it loads HTTP and prepares TLS. `say` is called once
    when a receiver fails, and once when it works again. `age_s` is how old the reads are that the
    signals rest on; None: not everything was read. `may_send` tells whether it is this run that
    sends: of several on one bridge one does.
    """

    def __init__(
        self,
        attention: Signals,
        store: LiveStore,
        settings: Settings,
        clock: Clock,
        *,
        open_receivers: Callable[[], Sequence[AlertReceiver]],
        say: Callable[[str], None],
        age_s: Callable[[], float | None],
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._attention, self._store, self._may_send = attention, store, may_send
        self._clock, self._say, self._age_s = clock, say, age_s
        self._outgoing = Outgoing(settings.alerts, mask=settings.mask_numbers)
        self._open_receivers = open_receivers
        self._senders: list[Sender] = []
        self._version = -1
        self._running: asyncio.Task[None] | None = None
        self._why_closed = ""

    @property
    def trouble(self) -> str:
        """Which receiver does not hear of alerts, why and since when, or an empty string."""
        return self._why_closed or next(
            filter(None, (sender.trouble for sender in self._senders)), ""
        )

    def start(self) -> None:
        """Begin to send. Needs a running event loop."""
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Stop, and close the connections."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await asyncio.gather(*(sender.close() for sender in self._senders), return_exceptions=True)

    async def _run(self) -> None:
        try:
            receivers = await asyncio.to_thread(self._open_receivers)
        except Exception as error:  # noqa: BLE001 - whatever it is, watching goes on
            # not the words of an unexpected error: it may quote what it was given
            why = str(error) if isinstance(error, BridgeError) else type(error).__name__
            self._why_closed = f"alerts are not sent: {why}"
            self._say(self._why_closed)
            return
        self._senders = [
            Sender(receiver, self._clock, self._say, self._age_s) for receiver in receivers
        ]
        while True:
            await self._follow()
            may_send = self._may_send()
            for sender in self._senders:
                sender.look() if may_send else sender.stand_by()
            await self._clock.sleep(LOOK_S)

    async def _follow(self) -> None:
        """Take in what changed, in slices: keys come first."""
        if self._version == self._attention.version:
            return
        self._version = self._attention.version
        steps = self._outgoing.follow(self._attention.signals, self._store.skew_s or 0.0)
        await run_in_slices(steps, self._clock)
        for sender in self._senders:
            sender.follow(self._outgoing.alerts)
