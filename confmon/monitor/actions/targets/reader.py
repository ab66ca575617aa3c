"""Reads the targets of actions alone, where no feed is quick enough to judge them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from confmon.models.errors import BridgeError, NotFound, Unauthorized
from confmon.monitor.actions.targets import live_target
from confmon.monitor.actions.turns import Rest
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from confmon.clock import Clock
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.poller import Poller
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge

_READ_AFTER_S: Final = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 10.0)
"""When an action's target is read alone, counted from the answer and then from each read."""

PARALLEL: Final = 8
"""So many targets of bulks are written to at the same time, so many of single key presses, and so
many are read alone."""


class TargetReader:
    """Reads single targets, `PARALLEL` at the same time, and hands them to the pending actions."""

    def __init__(
        self,
        bridge: Bridge,
        store: LiveStore,
        pending_actions: PendingActions,
        *,
        poller: Poller[Feed],
        clock: Clock,
        start: Callable[[Coroutine[object, object, None]], object],
    ) -> None:
        """`start` runs a coroutine in the background."""
        self.bridge = bridge
        self.store = store
        self.pending_actions = pending_actions
        self.clock = clock
        self._poller = poller
        self._slots = asyncio.Semaphore(PARALLEL)
        self._start = start
        self._rest = Rest(clock)
        self._being_read: set[str] = set()
        """Actions with targets to be read alone soon, because a scan has missed them."""

    @property
    def rests_s(self) -> float:
        """How long bulks still wait because of a 429."""
        return max(self._rest.left_s, self._poller.rests_s)

    def note_error(self, error: BridgeError) -> None:
        """Note what an error says about later requests."""
        self._rest.note_error(error)
        if isinstance(error, Unauthorized):
            self._poller.wake(MEETINGS)  # are reads refused as well?

    async def read(self, action: Action) -> Call | Meeting | None:
        """Read an action's target; None: it is gone. Raises BridgeError."""
        try:
            return await live_target.read(action, self.bridge)
        except NotFound:
            return None
        except Unauthorized as error:
            self._poller.stop(error)
            raise

    async def read_back(self, action: Action) -> None:
        """Read the target alone until the pending actions have judged the action.

        Only where no fast feed covers it: an open meeting's own feed proves a whole bulk at once.
        """
        feed = MEETINGS if action.resource == "meeting" else calls_of(action.meeting or 0)
        for pause_s in _READ_AFTER_S:
            if pause_s:
                await self.clock.sleep(pause_s)
            if not self.pending_actions.is_open(action):
                return
            if not self._poller.is_fast(feed):
                await self._read_alone(action)

    def read_missed(self, actions: Sequence[Action]) -> None:
        """Read those alone that only their own meeting has missed: have they left, or moved?"""
        for action in actions:
            if action.id not in self._being_read:
                self._being_read.add(action.id)
                self._start(self._read_alone_once(action))
        if len(actions) > PARALLEL:
            self._poller.wake(ALL_CALLS)  # one read settles all that still wait for a turn

    async def _read_alone_once(self, action: Action) -> None:
        try:
            await self._read_alone(action)
        finally:
            self._being_read.discard(action.id)

    async def _read_alone(self, action: Action) -> None:
        """Read an action's target alone, unless it is settled before its turn comes."""
        async with self._slots:
            if not self.pending_actions.is_open(action) or self._poller.unauthorized is not None:
                return
            if self._poller.rests_s:
                return
            asked_at = self.clock.now()
            try:
                record = await self.read(action)
            except BridgeError as error:
                self.note_error(error)
                return
            except Exception as error:  # noqa: BLE001 - the feeds go on looking
                report_bug(error)
                return
        self.store.take_single(action.target, record, asked_at)
        self.pending_actions.judge_by_read(action, record, asked_at)
