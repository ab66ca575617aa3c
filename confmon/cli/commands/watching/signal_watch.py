"""The rules over what a lookout reads, without a screen, and those who get their signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.commands.watching.attention import NoActions
from confmon.clock import timers_on
from confmon.monitor.alerts.alerts import Alerts
from confmon.monitor.attention.engine import Attention
from confmon.monitor.attribute_reader import AttributeReader
from confmon.monitor.needs import oldest_age_s

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.cli.commands.watching.lookout import Lookout
    from confmon.models.errors import Unauthorized
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import AlertReceiver, Bridge
    from confmon.sharing.share import Share


class SignalWatch:
    """Asks the rules after each read, and reads the attributes that they need.

    Fulfils `confmon.monitor.attribute_reader.WatchedSession`.
    """

    is_paused = False

    def __init__(
        self,
        lookout: Lookout,
        rules: Sequence[Rule],
        *,
        say: Callable[[str], None],
        on_change: Callable[[], None] = lambda: None,
        share: Share | None = None,
        open_receivers: Callable[[], Sequence[AlertReceiver]] | None = None,
    ) -> None:
        """`on_change` is called after attributes that changed a signal.

        `open_receivers` opens those who get signals, and `say` gets news of them; None: nobody
        does. With `share`, attributes are read and signals sent by the collector alone.
        """
        self._lookout, self._share = lookout, share
        self.settings, self.clock, self.store = lookout.settings, lookout.clock, lookout.store
        self.interval_s = lookout.settings.interval_s
        self.bridge: Bridge | None = lookout.bridge
        self.poller: Poller[Feed] | None = lookout.poller
        self.call_later = timers_on(self.clock)
        self.attention = Attention(
            self.store, self.settings.attention, self.clock, rules=rules, ours=NoActions()
        )
        self._attributes = AttributeReader(self, on_change, share=share)
        self.alerts: Alerts | None = None
        """Tells others of signals, where the configuration names any."""
        if open_receivers is not None:
            self.alerts = Alerts(
                self.attention, self.store, self.settings, self.clock,
                open_receivers=open_receivers, say=say, age_s=self._age_s, may_send=self._reads,
            )  # fmt: skip

    def start(self) -> None:
        """Begin. Needs a running event loop."""
        self._attributes.start()
        if self.alerts is not None:
            self.alerts.start()

    async def close(self) -> None:
        """Stop, and close the connections."""
        await self._attributes.close()
        if self.alerts is not None:
            await self.alerts.close()

    def look(self) -> None:
        """Let signals age, and take what others have read: every second, and after each read."""
        self.attention.tick()
        self._attributes.take_shared()

    def under_way(self) -> int:
        """Return how many changes are not settled: this only looks."""
        return 0

    def stop_reading(self, refused: Unauthorized) -> None:
        """End with a refused login."""
        self._lookout.poller.stop(refused)
        self._lookout.end(refused)

    def _reads(self) -> bool:
        return self._share is None or self._share.state.reads_here

    def _age_s(self) -> float | None:
        return oldest_age_s(self._lookout.poller, self.clock.now())
