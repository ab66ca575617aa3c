"""What the rest of confmon knows of the others: one object, on the event loop.

The database is spoken to on a thread. Nothing here waits for it but `next_scan` and `close`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.records import ShareState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.models.live_records import Call, Meeting, Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import FactKind, Operator, Scope

T = TypeVar("T")


class Share:
    """One confmon among others on the same bridge.

    `state` is replaced as a whole, on the event loop. `kind` is ``screen``, ``collect`` or
    ``record``. `may_lead`: it has a login to the bridge, and may read for the others. `interval_s`
    is the time between two reads, if it leads. `read_call` and `read_meeting` make records of raw
    ones, by wire name; ValueError for what is none.
    """

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        who: Operator,
        *,
        kind: str,
        may_lead: bool,
        clock: Clock,
        read_call: Callable[[Any], Call],
        read_meeting: Callable[[Any], Meeting],
        interval_s: float,
    ) -> None:
        self.state = ShareState()
        self.who = who
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called on the event loop after `state` was replaced."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Begin, on the running event loop. Opens the connection on a thread of its own."""
        asyncio.get_running_loop().call_soon(self._set, ShareState(mode="alone"))

    async def next_scan(self, scope: Scope) -> Scan[Any] | None:
        """Wait for the newest scan of this scope that was not returned before.

        Its `asked_at` and `answered_at` are set. None: this confmon doesn't follow (any more), or
        whether it does was found out meanwhile: look at `state.mode`. Two callers at once for one
        scope each get it.
        """
        return None

    def publish(self, scope: Scope, asked_at: float, answered_at: float, scan: Scan[Any]) -> None:
        """Hand a read to the others, with its moments on the monotonic clock. It never waits.

        Call it after every read; unless this confmon leads, nothing happens.
        """

    def request_read(self, meeting: int) -> None:
        """Ask the collector to read a meeting at once; 0: the list of meetings."""

    def wanted(self) -> frozenset[int]:
        """Return the meetings somebody asked for in the last 3 s (0: the list), while leading.

        A listener of `on_change` is called as well when a new one comes.
        """
        return frozenset()

    def look_at(self, meeting: int | None) -> None:
        """Let the others see which meeting is looked at."""

    def put_fact(
        self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0
    ) -> None:
        """Say something, or say it anew. With `lasts_s` it is renewed while this confmon lives."""

    def drop_fact(self, kind: FactKind, key: str) -> None:
        """Take something back, whoever said it."""

    def run(self, job: Callable[[Connection], T]) -> concurrent.futures.Future[T]:
        """Run a job on the thread, between two steps. The future fails with what the job raises.

        ShareUnavailable: there is no connection now, or the database failed in the job.
        """
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        future.set_exception(ShareUnavailable("there is no connection now"))
        return future

    async def close(self) -> None:
        """Give the lease back, leave, and end. At most 2 s."""

    def _set(self, state: ShareState) -> None:
        self.state = state
        for listener in self._listeners:
            listener()
