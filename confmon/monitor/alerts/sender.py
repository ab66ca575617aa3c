"""Tells one receiver of alerts, again and again while they last, until it has heard of their end.

Nothing waits for it. What it must not forget is bounded. While the receiver fails it is asked again
after growing waits, and gets then what is so at that time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from confmon.models.errors import BridgeError
from confmon.monitor.polling.backoff import Backoff
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.models.alert import Alert
    from confmon.ports import AlertReceiver

RESEND_S: Final = 60.0
"""How often a receiver gets everything that lasts."""
LEAST_S: Final = 2.0
"""Seconds between two requests to it."""
ENDS_KEPT_S: Final = 60.0
"""A standby remembers ends so long: the sender may have gone before it sent them."""
MOST: Final = 1000
"""So many alerts it gets at the same time, and so many ends it may miss."""
_CLOSING_S: Final = 0.2

_Identity = tuple[object, ...]


class Sender:
    """What one receiver has got, and is to get.

    `say` gets news of its failing. `age_s` is how old the reads are that signals rest on.
    """

    def __init__(
        self,
        receiver: AlertReceiver,
        clock: Clock,
        say: Callable[[str], None],
        age_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._receiver, self._clock, self._say, self._age_s = receiver, clock, say, age_s
        self._firing: dict[_Identity, Alert] = {}
        self._gone: dict[_Identity, Alert] = {}
        """Ends that it has not heard of."""
        self._tried: set[_Identity] = set()
        """Those among what fires that it may have heard of."""
        self._sent: dict[_Identity, tuple[str, float]] = {}
        """Those that it has heard of, and how quiet they were then."""
        self._next_at = self._all_at = float("-inf")
        self._backoff = Backoff(cap_s=RESEND_S)
        self._sending: asyncio.Task[None] | None = None
        self._why = ""
        self._failing_since = 0.0

    @property
    def trouble(self) -> str:
        """Why it does not hear of alerts and for how long, or an empty string.

        In whole minutes: a notice must not flicker.
        """
        if not self._why:
            return ""
        minutes = int(self._clock.now() - self._failing_since) // 60
        return f"{self._why}, for {minutes} min" if minutes else self._why

    def follow(self, alerts: Mapping[_Identity, Alert]) -> None:
        """Take in what is so now. A request is made by `look`."""
        for identity in self._firing.keys() - alerts.keys():
            alert = self._firing.pop(identity)
            self._sent.pop(identity, None)
            if identity in self._tried:
                self._tried.discard(identity)
                self._gone[identity] = alert._replace(ended=self._clock.wall())
        while len(self._gone) > MOST:
            del self._gone[next(iter(self._gone))]
        for identity, alert in alerts.items():
            if identity in self._firing or len(self._firing) < MOST:
                self._firing[identity] = alert
                if self._gone.pop(identity, None):  # it may have heard of it before
                    self._tried.add(identity)

    def look(self) -> None:
        """Send what is due. Needs a running event loop."""
        now = self._clock.now()
        if self._sending is not None or now < self._next_at:
            return
        everything = now >= self._all_at
        firing = [
            alert
            for identity, alert in self._firing.items()
            if everything or self._sent.get(identity) != _quiet(alert)
        ]
        gone = list(self._gone.values())
        if firing or gone:
            self._tried.update(alert.identity for alert in firing)
            sending = self._send(firing, gone, everything=everything)
            self._sending = asyncio.get_running_loop().create_task(sending)

    def stand_by(self) -> None:
        """Send nothing: another confmon does, and tells the receiver of all that is so.

        When this one is to send, it begins with everything, and with the ends of the last minute.
        """
        self._why = ""
        self._sent.clear()
        self._all_at = float("-inf")
        self._tried.update(self._firing)
        oldest = self._clock.wall() - ENDS_KEPT_S
        for identity, alert in list(self._gone.items()):
            if alert.ended is None or alert.ended < oldest:
                del self._gone[identity]

    async def _send(
        self, firing: Sequence[Alert], gone: Sequence[Alert], *, everything: bool
    ) -> None:
        began = self._clock.now()
        try:
            at, age_s = self._clock.wall(), self._age_s()
            await self._receiver.send(firing, gone, at, None if age_s is None else at - age_s)
        except BridgeError as error:
            self._fail(error, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, watching goes on
            report_bug(error)
            self._fail(error, f"internal error: {type(error).__name__}")
        else:
            self._succeed(firing, gone)
            if everything:
                self._all_at = began + RESEND_S
        finally:
            self._sending = None

    def _succeed(self, firing: Sequence[Alert], gone: Sequence[Alert]) -> None:
        self._backoff.after_success(LEAST_S, 0.0)
        self._next_at = self._clock.now() + LEAST_S
        for alert in firing:
            if alert.identity in self._firing:
                self._sent[alert.identity] = _quiet(alert)
        for alert in gone:
            if self._gone.get(alert.identity) is alert:
                del self._gone[alert.identity]
        if self._why:
            self._why = ""
            self._say(f"alerts reach {self._receiver.name} again")

    def _fail(self, error: Exception, why: str) -> None:
        now = self._clock.now()
        self._next_at = now + self._backoff.after_failure(LEAST_S, error)
        if not self._why:
            self._failing_since = now
            self._say(f"alerts do not reach {self._receiver.name}: {why}")
        self._why = f"alerts do not reach {self._receiver.name}: {why}"

    async def close(self) -> None:
        """Wait a moment for what is under way, and close the connections.

        What lasts is not called resolved: nobody watches it any more, that is all.
        """
        if self._sending is not None:
            _, late = await asyncio.wait({self._sending}, timeout=_CLOSING_S)
            for task in late:
                task.cancel()
        await self._receiver.aclose()


def _quiet(alert: Alert) -> tuple[str, float]:
    """Return what operators did about it: a change of that is sent at once."""
    return (alert.acknowledged_by, alert.snoozed_until)
