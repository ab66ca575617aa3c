"""A bridge on which only happens what a test makes happen, and the records kept beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.app import make_app
from confmon.simulator.http.faults.spec import Fault, Faults
from confmon.simulator.sample.network import NODES
from confmon.simulator.simulation import build_world

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action, Result
    from confmon.simulator.entities import Call, Meeting
    from tests.clock import HandClock


class Bridge:
    """A bridge in memory on which nothing happens by itself, and its HTTP side."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.world = build_world(1, 0, 0, clock.wall, churn=0.0)
        self.quirks = self.world.quirks
        self.faults = Faults()
        self._app = make_app(self.world, login="op", password="secret", faults=self.faults)
        self.writes: list[tuple[str, str, Any]] = []
        """Every PUT and DELETE that reached it: method, path below the base, body."""
        self.reads = 0
        self.asked: list[str] = []
        """The path of every GET, below the base of its API."""

    def meeting(self, number: int, owner: str | None = "Grace Hopper", **details: Any) -> Meeting:
        """Begin a meeting."""
        details.setdefault("created", int((self.clock.wall() - 600) * 1000))
        return self.world.open(
            number,
            owner=owner,
            codes=("111111", "22222", "3333333"),
            attributes={"conference_maxduration": "-1"},
            wanted=10,
            **details,
        )

    def call(
        self, number: int, call_id: int, name: str = "", *, role: int = 2, **details: Any
    ) -> Call:
        """Put a call into a meeting; the later its id, the later it came."""
        details.setdefault("created", int((self.clock.wall() - 500) * 1000) + call_id * 1000)
        details.setdefault("caller", f"+1516555{call_id:04d}")
        details.setdefault("callee", "15162065318")
        details.setdefault("codec", "PCMU")
        details.setdefault("node", NODES[0])
        return self.world.place(
            self.world.meetings[number], role, id=call_id, custom_name=name, **details
        )

    def people(self, number: int, *names: str, first: int = 1) -> list[Call]:
        """Fill a meeting with participants, ids from `first` on."""
        return [self.call(number, first + nth, name) for nth, name in enumerate(names)]

    def of(self, call_id: int) -> Call:
        """The call as the bridge has it now."""
        self.world.advance()
        return self.world.calls[call_id]

    def fail(self, **rule: Any) -> None:
        """Let requests go wrong from now on."""
        self.faults.add(Fault(**rule))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as an ASGI application, and note what was asked."""
        if scope["method"] in ("GET", "HEAD"):
            self.reads += 1
            self.asked.append(scope["path"].split("/v1", 1)[-1])
            await self._app(scope, receive, send)
            return
        body = bytearray()

        async def heard() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        path = scope["path"].removeprefix("/conference/v1")
        try:
            await self._app(scope, heard, send)
        finally:
            self.writes.append((scope["method"], path, json.loads(body) if body else None))


class MemoryAudit:
    """An audit log in memory; `broken` as when the disk is full."""

    def __init__(self) -> None:
        self.intents: list[Action] = []
        self.outcomes: list[tuple[Action, Result]] = []
        self.broken = False

    def intent(self, action: Action) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self.intents.append(action)

    def outcome(self, action: Action, result: Result) -> None:
        self.outcomes.append((action, result))


class MemoryIgnoredFields:
    """What the endpoint was seen to ignore."""

    def __init__(self) -> None:
        self.fields: set[str] = set()

    def known(self) -> frozenset[str]:
        return frozenset(self.fields)

    def add(self, field: str) -> None:
        self.fields.add(field)

    def forget(self, field: str) -> None:
        self.fields.discard(field)
