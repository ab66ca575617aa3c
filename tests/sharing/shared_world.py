"""A world of the monitor with a shared bridge."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

from confmon.sharing.bridge import SharedBridge
from confmon.sharing.records import Scope
from tests.monitor.conftest import MemoryBridge, World
from tests.sharing.fake_share import FakeShare

if TYPE_CHECKING:
    from confmon.sharing.share import Share

CALLS = Scope("calls")


class SharedWorld(World):
    """A world with a shared bridge."""

    def __init__(self, bridge: type[MemoryBridge] = MemoryBridge) -> None:
        super().__init__(bridge)
        self.share = FakeShare()
        self.shared = SharedBridge(
            self.bridge,
            cast("Share", self.share),
            self.clock,
            interval_s=2.0,
            rng=random.Random(1),  # noqa: S311
        )
        self.connect(self.shared)

    async def frame(self, *, asked_s_ago: float = 0.3, scope: Scope = CALLS) -> None:
        """Let the collector's read of now come."""
        now = self.clock.now()
        scan = self.bridge._scan_calls(scope.meeting)
        self.share.give(scope, scan, now - asked_s_ago, now - asked_s_ago / 2)
        await self.clock.advance(0.05)

    @property
    def requests(self) -> int:
        return sum(1 for kind, (name, _) in self.reads if name.startswith("scan"))

    @property
    def reads(self) -> list[tuple[str, tuple[str, int | None]]]:
        return [entry for entry in self.journal if entry[0] == "request"]
