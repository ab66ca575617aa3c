"""Who takes over from a collector that ends without a word."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.frames.packing import Encoder
from confmon.sharing.members.collector import Publication
from confmon.sharing.members.giving_way import SCREEN_TAKES_S
from confmon.sharing.members.lease import LEASE_MS
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import Operator
from tests.sharing.process import NotingDecoder, Process, ProcessClock
from tests.sharing.world import CALLS, World, prepare

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.clock import Steps
    from confmon.models.live_records import Scan
    from confmon.sharing.records import Scope


class SlowEncoder(Encoder):
    """On a busy machine: each step of a frame takes a second."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def encoding(self, scope: Scope, scan: Scan[Any]) -> Steps[tuple[bytes, bool]]:
        for _ in range(10):
            self._world.advance(1.0)
            yield
        return (yield from super().encoding(scope, scan))


def test_a_frame_that_takes_longer_than_a_lease_is_written(tmp_path: Path) -> None:
    path = tmp_path / "share.db"
    prepare(path)
    world = World(path)
    clock = ProcessClock(world, 0.0, 1.0)
    member = Member(
        lambda: FileConnection(path, world.clock_ms),
        Who("one", Operator("one", "box"), "collect"),
        may_lead=True,
        clock=clock,
        random=Random(0),  # noqa: S311
        encoder=SlowEncoder(world),
        decoder=NotingDecoder(world),
        interval_s=2.0,
        hand_on=lambda _scope, _scan: None,
    )
    member.step()
    member.publish(Publication(CALLS, clock.now(), clock.now(), world.read(CALLS)))
    member.step()
    assert world.look.query("SELECT epoch, seq, is_key FROM live_frame") == [(1, 1, 1)]
    assert member.leads
    member.leave()
    world.close()


@pytest.mark.parametrize("seed", range(5))
def test_nobody_waits_for_a_collector_that_was_killed(tmp_path: Path, seed: int) -> None:
    prepare(tmp_path / "share.db")
    world = World(tmp_path / "share.db")
    service = Process(world, "service", kind="collect", seed=seed)
    screen = Process(world, "screen", seed=seed + 100)

    def go_on(seconds: float, *processes: Process) -> list[str]:
        modes = []
        for _ in range(round(seconds * 10)):
            world.advance(0.1)
            for process in processes:
                process.step()
                if process.mode == "leading":
                    process.poll()
            modes.append(screen.mode)
        return modes

    go_on(20, service, screen)
    assert (service.mode, screen.mode) == ("leading", "following")
    modes = go_on(60, screen)
    first = modes.index("leading") / 10
    assert first <= LEASE_MS / 1000 + SCREEN_TAKES_S[1] + 0.1 < 7  # it steps every 0.1 s
    assert set(modes[modes.index("leading") :]) == {"leading"}  # it gives it to no dead one
    assert [member.member for member in screen.member.state.members] == ["screen"]

    go_on(20, service, screen)  # it only slept: its beat makes it known again
    go_on(60, service, screen)
    assert (service.mode, screen.mode) == ("leading", "following")
    assert len(screen.member.state.members) == 2
    world.close()


def test_followers_know_the_interval_of_a_collector_that_changes_it(tmp_path: Path) -> None:
    prepare(tmp_path / "share.db")
    world = World(tmp_path / "share.db")
    first, second = Process(world, "one", seed=1), Process(world, "two", may_lead=False, seed=2)

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            world.advance(0.1)
            first.step()
            second.step()

    go_on(5)
    assert second.member.state.interval_s == 2.0
    first.member.set_interval(5.0)
    second.member.set_interval(9.0)
    go_on(2)
    assert first.mode == "leading"
    assert first.member.state.interval_s == second.member.state.interval_s == 5.0
    world.close()
