"""A share that a test drives: it becomes what the test says, and gives the frames of the test."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from confmon.sharing.records import Fact, Member, Operator, Scope, ShareState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.models.live_records import Scan
    from confmon.sharing.records import FactKind

ME = Operator("ann", "ops-1")


class FakeShare:
    """As much of `confmon.sharing.share.Share` as the screen and the bridge use."""

    def __init__(self, **state: Any) -> None:
        self.state = ShareState(**state)
        self.who, self.member = ME, "me"
        self.published: list[tuple[Scope, float, float, Scan[Any]]] = []
        self.requested: list[int] = []
        self.asked: frozenset[int] = frozenset()
        self.is_refused = False
        self._requests: set[int] = set()
        self.interval_s = 0.0
        self.started = self.closed = False
        self._listeners: list[Callable[[], None]] = []
        self._scans: dict[Scope, Scan[Any]] = {}
        self.waiting: dict[Scope, list[asyncio.Future[Scan[Any] | None]]] = {}

    # What a test does.

    def become(self, **changes: Any) -> None:
        """Let the state be another one."""
        if changes.keys() & {"mode", "collector"}:
            changes = {"is_read": False, **changes}
        self.state = replace(self.state, **changes)
        if "mode" in changes:
            for waiting in self.waiting.values():
                for future in waiting:
                    if not future.done():
                        future.set_result(None)
        for listener in self._listeners:
            listener()

    def follow(self, collector: str = "ops-3", **more: Any) -> None:
        """Follow a collector."""
        state = {"collector": collector, "is_read": bool(collector), "interval_s": 2.0, **more}
        self.become(mode="following", **state)

    def give(self, scope: Scope, scan: Scan[Any], asked_at: float, answered_at: float) -> None:
        """Let a frame come."""
        scan = replace(scan, asked_at=asked_at, answered_at=answered_at)
        waiting = [one for one in self.waiting.pop(scope, ()) if not one.done()]
        for future in waiting:
            future.set_result(scan)
        if not waiting:
            self._scans[scope] = scan

    def ask(self, *meetings: int) -> None:
        """Let others want reads."""
        self.asked = frozenset(meetings)
        self._requests |= self.asked
        self.become()

    def set_facts(self, kind: FactKind, facts: Mapping[str, Fact]) -> None:
        """Let others have put facts."""
        self.become(facts=MappingProxyType({**self.state.facts, kind: dict(facts)}))

    # What the program asks.

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def start(self) -> None:
        self.started = True

    async def next_scan(self, scope: Scope) -> Scan[Any] | None:
        if self.state.mode != "following":
            return None
        if scope in self._scans:
            return self._scans.pop(scope)
        coming: asyncio.Future[Scan[Any] | None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(scope, []).append(coming)
        return await coming

    def publish(self, scope: Scope, asked_at: float, answered_at: float, scan: Scan[Any]) -> None:
        if self.state.mode == "leading":
            self.published.append((scope, asked_at, answered_at, scan))
            kinds = {of.kind for of, *_ in self.published if of.meeting is None}
            if len(kinds) == 2 and not self.state.is_read:
                self.become(is_read=True)

    def request_read(self, meeting: int) -> None:
        self.requested.append(meeting)

    def wanted(self) -> frozenset[int]:
        return self.asked if self.state.mode == "leading" else frozenset()

    def take_requests(self) -> frozenset[int]:
        taken = frozenset(self._requests)
        self._requests.clear()
        return taken

    def set_refused(self, is_refused: bool) -> None:
        self.is_refused = is_refused

    def set_interval(self, interval_s: float) -> None:
        self.interval_s = interval_s

    def look_at(self, meeting: int | None) -> None:
        pass

    def put_fact(
        self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0
    ) -> None:
        fact = Fact(kind, key, ME, "me", 0, int(lasts_s), data)
        self.set_facts(kind, {**self.state.facts.get(kind, {}), key: fact})

    def drop_fact(self, kind: FactKind, key: str) -> None:
        kept = {k: fact for k, fact in self.state.facts.get(kind, {}).items() if k != key}
        self.set_facts(kind, kept)

    async def close(self, waited_s: float = 0.0) -> None:
        self.closed = True


def members(count: int) -> tuple[Member, ...]:
    """So many screens."""
    return tuple(
        Member(f"m{nth}", Operator("op", f"ops-{nth}"), "screen", None, 0, 0)
        for nth in range(count)
    )
