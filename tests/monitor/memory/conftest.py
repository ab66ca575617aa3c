"""A live store with a memory, and reads in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting, Scan
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.memory.memory import Memory
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.snapshot import Feed, Snapshot
from tests.clock import HandClock
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.monitor.memory.events import Event


class Desk:
    """A live store, a memory and their clock: two seconds between two reads."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = LiveStore(self.clock, Codes())
        self.live_state = self.store.live_state
        self.pending_actions = PendingActions(self.store, self.clock)
        self.memory = Memory(self.store, self.pending_actions, self.clock)
        self.events: list[Event] = []
        self.memory.events.on_events(self.events.extend)

    def show(
        self,
        feed: Feed,
        records: Iterable[Call] | Iterable[Meeting],
        *,
        asked_at: float | None = None,
        **scan: Any,
    ) -> list[Event]:
        """Take in a read and return the events that it made."""
        if asked_at is None:
            self.clock.time_s += 2
            asked_at = self.clock.now()
        begin = len(self.events)
        self.store.apply(
            Snapshot(
                feed=feed,
                asked_at=asked_at,
                answered_at=self.clock.now(),
                scan=Scan(records=tuple(records), **scan),
            )
        )
        return self.events[begin:]


def kinds(events: Iterable[Event]) -> list[tuple[str, int | None]]:
    """The kind of each event, and the call or meeting that it is about."""
    return [(event.kind, event.call or event.meeting) for event in events]


def calls(*keys: int, **fields: Any) -> list[Call]:
    """Participants of meeting 100."""
    return [a_call(key, **fields) for key in keys]


@pytest.fixture
def desk() -> Desk:
    """A desk alone."""
    return Desk()
