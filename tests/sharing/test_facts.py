"""What operators say lives as long as they, and is said by nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.sharing.process import Process, run
from tests.sharing.world import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sharing.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as world:
        yield world


def test_a_claim_lives_as_long_as_its_owner(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    owner = Process(world, "two", may_lead=False)
    run(world, 2, leader, owner)
    owner.member.facts.put("claim", "7", json.dumps({"by": "\x1b[31mme"}), 30)
    owner.member.presence.meeting = 7
    run(world, 50, owner, leader)
    fact = leader.member.state.fact("claim", "7")
    assert fact is not None
    assert "\x1b" not in fact.data["by"]
    assert [member.meeting for member in leader.member.state.members] == [None, 7]
    run(world, 45, leader)
    assert leader.member.state.fact("claim", "7") is None
    assert len(leader.member.state.members) == 1
    run(world, 15, owner, leader)  # it only slept
    assert leader.member.state.fact("claim", "7") is not None
    owner.member.leave()
    run(world, 11, leader)
    assert leader.member.state.fact("claim", "7") is None


def test_what_another_one_took_back_is_not_said_again(world: World) -> None:
    first, second = Process(world, "one", kind="collect"), Process(world, "two", may_lead=False)
    run(world, 2, first, second)
    second.put("claim", "7", 30)
    run(world, 2, first, second)
    first.drop("claim", "7")
    run(world, 40, first, second)
    assert first.member.state.fact("claim", "7") is None


@pytest.mark.parametrize("seconds", [45, -90])
def test_what_is_said_lasts_when_the_clock_is_set(world: World, seconds: int) -> None:
    leader, owner = Process(world, "one", kind="collect"), Process(world, "two", may_lead=False)
    run(world, 2, leader, owner)
    owner.put("standing_order", "7 lock")
    owner.put("claim", "7", 30)
    run(world, 5, leader, owner)
    world.set_clock(seconds)  # now all seem to be gone
    run(world, 30, leader, owner)
    assert leader.member.state.fact("standing_order", "7 lock") is not None
    assert leader.member.state.fact("claim", "7") is not None
