"""Who takes over from a collector that ends without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.sharing.members.lease import LEASE_MS
from confmon.sharing.members.member import SCREEN_TAKES_S
from tests.sharing.world import Process, World, prepare

if TYPE_CHECKING:
    from pathlib import Path


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
    assert [one.member for one in screen.member.state.members] == ["screen"]

    go_on(20, service, screen)  # it only slept: its beat makes it known again
    go_on(60, service, screen)
    assert (service.mode, screen.mode) == ("leading", "following")
    assert len(screen.member.state.members) == 2
    world.close()


def test_followers_know_the_interval_of_a_collector_that_changes_it(tmp_path: Path) -> None:
    prepare(tmp_path / "share.db")
    world = World(tmp_path / "share.db")
    one, two = Process(world, "one", seed=1), Process(world, "two", may_lead=False, seed=2)

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            world.advance(0.1)
            one.step()
            two.step()

    go_on(5)
    assert two.member.state.interval_s == 2.0
    one.member.set_interval(5.0)
    two.member.set_interval(9.0)
    go_on(2)
    assert one.mode == "leading"
    assert one.member.state.interval_s == two.member.state.interval_s == 5.0
    world.close()
