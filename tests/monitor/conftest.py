"""A clock, a bridge and an audit log that a test drives: no waiting, no network, no disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from confmon.clock import timers_on
from confmon.models.codes import Codes
from confmon.models.errors import BridgeError, NotFound
from confmon.models.live_records import Answer, Attribute, Call, Meeting, Scan
from confmon.monitor.actions.dispatcher import Dispatcher
from confmon.monitor.actions.pending import PendingActions
from confmon.monitor.actions.verbs import build
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.live_feeds import live_feeds
from confmon.monitor.polling.live_store import LiveStore
from confmon.monitor.polling.poller import Poller
from tests.bugs import Bugs
from tests.clock import HandClock, InlineExecutor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from confmon.clock import CallLater
    from confmon.models.live_records import Value
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.polling.snapshot import Feed
    from confmon.ports import Bridge


T = TypeVar("T")


@dataclass
class MemoryBridge:
    """A bridge in memory, in the shape of `confmon.ports.Bridge`.

    `calls` and `meetings` are the server's truth. Requests are named ``scan_calls``, ``put_call``
    and so on: `delay_s` makes the answers of one slow, `errors` makes them fail one after another
    (a function decides instead, if it returns an error), `ignored` are wire fields that are
    answered 200 and left alone, `applied_after_s` when a change shows. `hidden` calls are missing
    from scans, which are then torn.
    """

    clock: HandClock
    journal: list[tuple[str, Any]] = field(default_factory=list)
    calls: dict[int, Call] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    attributes: tuple[Attribute, ...] = ()
    delay_s: dict[str, float] = field(default_factory=dict)
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    decide: Callable[[str, int | None], Exception | None] = lambda _name, _target: None
    ignored: set[str] = field(default_factory=set)
    applied_after_s: float = 0.0
    hidden: set[int] = field(default_factory=set)
    in_flight: dict[tuple[str, int | None], int] = field(default_factory=dict)
    most_writes: int = 0
    closed: bool = False

    def asked(self, name: str) -> list[int | None]:
        """The targets of every request of one name, in order."""
        return [entry[1] for kind, entry in self.journal if kind == "request" and entry[0] == name]

    def writes(self) -> list[tuple[str, int | None]]:
        """Every request that was not a GET."""
        return [
            entry
            for kind, entry in self.journal
            if kind == "request" and entry[0].startswith(("put", "delete"))
        ]

    async def _answer(
        self, name: str, target: int | None, body: Callable[[], T], *, writes: bool = False
    ) -> T:
        self.journal.append(("request", (name, target)))
        key = (name, target)
        self.in_flight[key] = self.in_flight.get(key, 0) + 1
        # Two actions may each read the caller back that they share.
        assert self.in_flight[key] == 1 or name == "get_call", f"{key} is in flight twice"
        if writes:
            same = [k for k, n in self.in_flight.items() if n and k[0][:3] in ("put", "del")]
            self.most_writes = max(self.most_writes, len(same))
        try:
            queue = self.errors.get(name)
            error = queue.pop(0) if queue else self.decide(name, target)
            lost = isinstance(error, BridgeError) and error.lost
            answer: T | None = None
            if error is None or (lost and writes):
                answer = body()
            if delay := self.delay_s.get(name, 0.0):
                await self.clock.sleep(delay)
            else:
                await asyncio.sleep(0)
            if error is not None:
                raise error
            return answer  # type: ignore[return-value]
        finally:
            self.in_flight[key] -= 1

    async def scan_meetings(self) -> Scan[Meeting]:
        return await self._answer(
            "scan_meetings", None, lambda: Scan(records=tuple(self.meetings.values()))
        )

    async def scan_calls(self, meeting_number: int | None = None) -> Scan[Call]:
        return await self._answer(
            "scan_calls", meeting_number, lambda: self._scan_calls(meeting_number)
        )

    def _scan_calls(self, number: int | None) -> Scan[Call]:
        found = [c for c in self.calls.values() if number in (None, c.meeting_number)]
        seen = tuple(c for c in found if c.id not in self.hidden)
        return Scan(records=seen, clean=len(seen) == len(found))

    async def get_call(self, call_id: int) -> Call:
        return await self._answer("get_call", call_id, lambda: self._found(self.calls, call_id))

    async def get_meeting(self, meeting_number: int) -> Meeting:
        return await self._answer(
            "get_meeting", meeting_number, lambda: self._found(self.meetings, meeting_number)
        )

    async def get_attributes(self, meeting_number: int) -> tuple[Attribute, ...]:
        return await self._answer("get_attributes", meeting_number, lambda: self.attributes)

    async def put_call(self, call_id: int, change: Mapping[str, Value]) -> Answer:
        def put() -> None:
            self._found(self.calls, call_id)
            self._later(lambda: self._change(self.calls, call_id, change))

        await self._answer("put_call", call_id, put, writes=True)
        return Answer(202, self.delay_s.get("put_call", 0.0))

    async def put_meeting(self, meeting_number: int, change: Mapping[str, object]) -> Answer:
        def put() -> None:
            self._found(self.meetings, meeting_number)
            self._later(lambda: self._change(self.meetings, meeting_number, change))

        await self._answer("put_meeting", meeting_number, put, writes=True)
        return Answer(200, self.delay_s.get("put_meeting", 0.0))

    async def delete_call(self, call_id: int) -> Answer:
        def delete() -> None:
            self._found(self.calls, call_id)
            if "DELETE" not in self.ignored:
                self._later(lambda: self.calls.pop(call_id, None))

        await self._answer("delete_call", call_id, delete, writes=True)
        return Answer(204, self.delay_s.get("delete_call", 0.0))

    async def delete_meeting(self, meeting_number: int) -> Answer:
        def delete() -> None:
            self._found(self.meetings, meeting_number)
            self.meetings.pop(meeting_number)
            for call in list(self.calls.values()):
                if call.meeting_number == meeting_number:
                    del self.calls[call.id]

        await self._answer("delete_meeting", meeting_number, delete, writes=True)
        return Answer(204, self.delay_s.get("delete_meeting", 0.0))

    def requests_per_minute(self) -> int:
        return len(self.journal)

    async def aclose(self) -> None:
        self.closed = True

    @staticmethod
    def _found(records: Mapping[int, T], key: int) -> T:
        if key not in records:
            raise NotFound("404 not found", status=404)
        return records[key]

    def _change(self, records: dict[int, Any], key: int, change: Mapping[str, object]) -> None:
        kept = {name: value for name, value in change.items() if name not in self.ignored}
        if key in records and kept:
            records[key] = replace(records[key], **{_snake(n): v for n, v in kept.items()})

    def _later(self, change: Callable[[], object]) -> None:
        if not self.applied_after_s:
            change()
            return

        async def wait() -> None:
            await self.clock.sleep(self.applied_after_s)
            change()

        self._waiting = asyncio.create_task(wait())


def _snake(wire: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in wire)


@dataclass
class MemoryAudit:
    """An audit log in memory, in the same journal as the bridge's requests."""

    journal: list[tuple[str, Any]]
    broken: bool = False

    def intent(self, action: Action) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.journal.append(("intent", action))

    def outcome(self, action: Action, result: Result) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.journal.append(("outcome", (action, result)))


class World:
    """A bridge with calls, and live store, pending actions, poller and dispatcher that watch it."""

    def __init__(
        self, bridge: type[MemoryBridge] = MemoryBridge, call_later: CallLater | None = None
    ) -> None:
        self.clock = HandClock()
        self.bridge = bridge(self.clock)
        self.journal = self.bridge.journal
        self.audit = MemoryAudit(self.journal)
        self.store = LiveStore(self.clock, Codes())
        self.pending_actions = PendingActions(self.store, self.clock)
        self.results: dict[str, Result] = {}
        self.settled: list[str] = []
        self.disarmed = ""
        self.changes: list[Feed] = []
        self.bugs = Bugs()
        self.connect(self.bridge, call_later)
        self.pending_actions.on_settled(self._note)

    def connect(self, bridge: Bridge, call_later: CallLater | None = None) -> None:
        """Poll a bridge, and send to it."""
        self.poller = Poller(
            live_feeds(bridge, self.store),
            self.clock,
            call_later=call_later or timers_on(self.clock),
            interval_s=2.0,
            on_change=self.changes.append,
            new_backoff=lambda: Backoff(jitter=0.0),
        )
        self.dispatch = Dispatcher(
            bridge,
            self.store,
            self.pending_actions,
            poller=self.poller,
            audit=self.audit,
            clock=self.clock,
            disarmed=lambda: self.disarmed,
        )

    def _note(self, action: Action, result: Result) -> None:
        self.results[action.id] = result
        self.settled.append(action.id)

    def populate(self, count: int, *, meeting: int = 100) -> None:
        """Put one meeting with calls 1 to `count` on the bridge."""
        self.bridge.meetings[meeting] = Meeting(meeting_number=meeting, id=9000, is_secured=False)
        for key in range(1, count + 1):
            self.bridge.calls[key] = a_call(key, meeting_number=meeting)

    async def watch(self, *feeds: Feed) -> None:
        """Poll these feeds every interval and wait for the first answers."""
        self.poller.watch(dict.fromkeys(feeds, 1.0))
        await self.clock.settle()

    def action(self, verb: str, call_id: int, **more: Any) -> Action:
        """An action on a call as the live store shows it now."""
        return build(verb, self.store.live_state.calls[call_id], f"call {call_id}", **more)

    def change(self, call_id: int, **fields: Any) -> None:
        """Somebody else changes a call."""
        self.bridge.calls[call_id] = replace(self.bridge.calls[call_id], **fields)

    def lines(self, kind: str) -> list[Any]:
        """The audit lines of one kind."""
        return [entry for what, entry in self.journal if what == kind]


def a_call(key: int, **fields: Any) -> Call:
    """A participant who can be heard."""
    standing: dict[str, Any] = {
        "meeting_number": 100,
        "role": 2,
        "mute_mode": 0,
        "hold_mode": 0,
        "gain_level": 0,
        "created": key * 1000,
        "joined": key * 1000 + 500,
        "caller": f"1555000{key:04d}",
        "state": 2,
    }
    return Call(id=key, **(standing | fields))


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A world that is closed after the test."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    made = World()
    yield made
    await made.poller.close()


@pytest.fixture
def clock() -> HandClock:
    """A clock alone."""
    return HandClock()
