"""What several confmon share, in memory: a database that tells all of them when a test says so."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from confmon.sharing.records import Fact, Member, Operator, ShareState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.sharing.records import FactKind

AHEAD_MS = 1_700_000_000_000
"""How far the database's clock is ahead of the monotonic one."""


class HubShare:
    """One confmon's end of it, in the shape of `confmon.sharing.share.Share`."""

    def __init__(self, hub: Hub, who: Operator, member: str, kind: str) -> None:
        self._hub = hub
        self.who, self.member, self.kind = who, member, kind
        self.state = ShareState()
        self.meeting: int | None = None
        self.since = hub.now_ms()
        self.is_here = True
        self.puts: list[tuple[FactKind, str]] = []
        """What was put from here, in order."""
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def start(self) -> None:
        """Nothing is to be started."""

    def wanted(self) -> frozenset[int]:
        return frozenset()

    def take_requests(self) -> frozenset[int]:
        return frozenset()

    def set_refused(self, is_refused: bool) -> None:
        """Nobody is refused."""

    def request_read(self, meeting: int) -> None:
        """Everybody reads for themselves here."""

    async def close(self, waited_s: float = 0.0) -> None:
        self._hub.leave(self)

    def look_at(self, meeting: int | None) -> None:
        self.meeting = meeting
        self._hub.changed()

    def put_fact(
        self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0
    ) -> None:
        self.puts.append((kind, key))
        self._hub.put(self, kind, key, data, lasts_s)

    def drop_fact(self, kind: FactKind, key: str) -> None:
        self._hub.drop(kind, key)

    def take(self, state: ShareState) -> None:
        self.state = state
        for listener in self._listeners:
            listener()


class Hub:
    """The shared tables. What is written holds at once; it is seen after `deliver`.

    `is_quick`: everybody sees it at once.
    """

    def __init__(self, clock: Clock, *, is_quick: bool = True) -> None:
        self.clock = clock
        self.is_quick = is_quick
        self.rows: dict[FactKind, dict[str, Fact]] = {}
        self.shares: list[HubShare] = []
        self._is_delivering = False

    def now_ms(self) -> int:
        return int(1000 * self.clock.now()) + AHEAD_MS

    def join(self, name: str, box: str = "", *, kind: str = "screen") -> HubShare:
        nth = len(self.shares) + 1
        share = HubShare(self, Operator(name, box or f"ops-{nth}"), f"m{nth}", kind)
        self.shares.append(share)
        self.changed()
        return share

    def leave(self, share: HubShare) -> None:
        """End one: what lasts with it is gone."""
        share.is_here = False
        for kind in ("claim", "standing_order"):
            rows = self.rows.get(kind, {})
            for key in [key for key, fact in rows.items() if fact.member == share.member]:
                del rows[key]
        self.changed()

    def put(
        self, share: HubShare, kind: FactKind, key: str, data: Mapping[str, Any], lasts_s: float
    ) -> None:
        now = self.now_ms()
        expires = now + int(1000 * lasts_s) if lasts_s else 0
        fact = Fact(kind, key, share.who, share.member, now, expires, MappingProxyType({**data}))
        self.rows.setdefault(kind, {})[key] = fact
        self.changed()

    def drop(self, kind: FactKind, key: str) -> None:
        if self.rows.get(kind, {}).pop(key, None) is not None:
            self.changed()

    def renew(self) -> None:
        """Let everything last that is put by those who are here, as their heartbeat does."""
        here = {share.member for share in self.shares if share.is_here}
        for rows in self.rows.values():
            for key, fact in rows.items():
                if fact.expires and fact.member in here:
                    rows[key] = fact._replace(expires=self.now_ms() + 30_000)
        self.changed()

    def changed(self) -> None:
        if self.is_quick and not self._is_delivering:
            self.deliver()

    def deliver(self, share: HubShare | None = None) -> None:
        """Let one, or everybody, see what is in the tables, and what they put because of it."""
        self._is_delivering = True
        try:
            for _ in range(20):
                is_changed = False
                for hub_share in [share] if share is not None else self.shares:
                    if hub_share.is_here and hub_share.state != (state := self._state(hub_share)):
                        hub_share.take(state)
                        is_changed = True
                if not is_changed:
                    return
            raise AssertionError("they never come to rest")
        finally:
            self._is_delivering = False

    def part(self, share: HubShare) -> None:
        """Take the database away from one."""
        share.take(replace(share.state, mode="alone", trouble="the database does not answer"))

    def _state(self, share: HubShare) -> ShareState:
        leads = share is self.shares[0]
        members = tuple(
            Member(
                hub_share.member,
                hub_share.who,
                hub_share.kind,
                hub_share.meeting,
                hub_share.since,
                self.now_ms() + 30_000,
            )
            for hub_share in self.shares
            if hub_share.is_here
        )
        now = self.now_ms()
        return ShareState(
            mode="leading" if leads else "following",
            collector=self.shares[0].who.box,
            epoch=1,
            interval_s=None,
            ahead_ms=AHEAD_MS,
            members=tuple(member._replace(expires=0) for member in members),
            facts={
                kind: {
                    # A renewal is not read: it is no other fact.
                    key: fact._replace(expires=min(fact.expires, fact.at + 30_000))
                    for key, fact in rows.items()
                    if not 0 < fact.expires <= now
                }
                for kind, rows in self.rows.items()
            },
        )
