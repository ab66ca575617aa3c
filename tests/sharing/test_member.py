"""One member at a time: who leads, what a follower gets, what they say of themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.members.giving_way import IDLE_HOLDERS
from confmon.sharing.members.lease import LEASE_MS
from tests.sharing.process import Killed, Process, run
from tests.sharing.world import CALLS, MEETINGS, World, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as world:
        yield world


def test_a_screen_alone_leads_after_a_moment(world: World) -> None:
    screen = Process(world, "one")
    screen.step()
    assert screen.mode == "following"
    assert screen.member.state.collector == ""
    run(world, 2, screen)
    assert screen.mode == "leading"
    assert screen.member.state.collector == "box-one"


def test_collect_takes_the_lease_at_once_and_a_screen_gives_it_up(world: World) -> None:
    screen = Process(world, "one")
    run(world, 2, screen)
    collect = Process(world, "two", kind="collect")
    run(world, 3, collect, screen)
    assert (screen.mode, collect.mode) == ("following", "leading")
    assert screen.member.state.epoch == 2


def test_another_one_takes_over_within_the_lease(world: World) -> None:
    first, second = Process(world, "one", kind="collect"), Process(world, "two", seed=1)
    run(world, 10, first, second)
    assert (first.mode, second.mode) == ("leading", "following")
    run(world, 8 + 1 + 1.75, second)
    assert second.mode == "leading"
    run(world, 1, first, second)
    assert first.mode == "following"  # deposed while it slept


def test_every_read_is_handed_on_once(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 2, leader, follower)
    begin = len(follower.all_given)
    for _ in range(50):
        world.change()
        world.advance(0.1)
        leader.poll()
        leader.step()
    run(world, 1, follower)

    given = [
        scan.server_time_s or 0.0 for scope, scan in follower.all_given[begin:] if scope == CALLS
    ]
    assert len(given) >= 50
    assert given == sorted(set(given))


def test_after_the_word_of_a_frame_one_statement_fetches_it(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 2, leader, follower)
    for _ in range(3):
        world.change()
        leader.poll()
        leader.step()
        before = follower.statements
        follower.step({"frame"})
        assert follower.statements == before + 1
        assert follower.given[CALLS].records == world.read(CALLS).records


def test_whoever_misses_a_frame_attaches_at_once(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 2, leader, follower)
    missed = world.look.query("SELECT seq FROM lease")[0][0] + 1
    for _ in range(2):
        world.change()
        leader.poll()
        leader.step()
    world.look.execute("DELETE FROM live_frame WHERE seq <= ?", [missed])
    run(world, 31, leader)  # the next snapshots
    follower.step({"frame"})
    assert follower.given[CALLS].records == world.read(CALLS).records


def test_the_clock_that_was_set_is_noticed_with_the_frame(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 2, leader, follower)
    for seconds in (0.5, -0.5):
        world.set_clock(seconds)
        world.change()
        leader.poll()
        leader.step()
        follower.step({"frame"})  # `Process` refuses a read that seems newer than it is
        assert follower.given[CALLS].records == world.read(CALLS).records


def test_a_lease_is_looked_at_in_the_moment_it_expires(world: World) -> None:
    first, second = Process(world, "one", kind="collect"), Process(world, "two", seed=1)
    run(world, 3, first, second)
    left_s = world.look.query("SELECT expires - now_ms() FROM lease")[0][0] / 1000
    world.advance(left_s - 0.3)
    second.step()
    assert second.member.due_in() == pytest.approx(0.3, abs=0.01)


def test_who_comes_late_begins_with_the_snapshot(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    run(world, 45, leader)
    late = Process(world, "two", may_lead=False)
    late.step()
    assert late.given[CALLS].records == tuple(world.calls.values())
    assert len(late.all_given) < 20
    assert late.given.keys() == {CALLS, MEETINGS}


def test_a_frame_that_cannot_be_read_is_mended_by_the_next_snapshot(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 5, leader, follower)
    leader.poll()
    leader.step()
    world.is_garbled = True
    world.look.execute(
        "UPDATE live_frame SET data = 'rubbish' WHERE seq = (SELECT MAX(seq) FROM live_frame)"
    )
    run(world, 1, follower)
    assert "can't be read" in follower.member.state.trouble
    world.change()
    run(world, 31, leader, follower)
    assert follower.member.state.trouble == ""
    assert follower.given[CALLS].records == tuple(call for _, call in sorted(world.calls.items()))


def test_without_a_database_it_is_alone_and_tries_again(world: World) -> None:
    world.is_away = True
    process = Process(world, "one")
    process.step()
    assert (process.mode, process.member.state.trouble) == ("alone", "the database is away")
    waits = []
    for _ in range(8):
        waits.append(process.member.due_in())
        world.advance(waits[-1] + 0.001)
        process.step()
    assert 0.2 < waits[0] < waits[3] < waits[-1] <= 10
    world.is_away = False
    run(world, 12, process)
    assert process.mode == "leading"
    assert process.member.state.trouble == ""


def test_a_lost_connection_gives_the_lease_back_at_once(world: World) -> None:
    process = Process(world, "one", kind="collect")
    run(world, 2, process)
    process.member.fall_alone(ShareUnavailable("the line is cut"))
    assert process.mode == "alone"
    run(world, 1.5, process)
    assert (process.mode, process.member.state.epoch) == ("leading", 2)


def test_a_collector_that_reads_nothing_lets_another_one_try(world: World) -> None:
    first, second = Process(world, "one"), Process(world, "two", seed=1)
    run(world, 2, first)
    run(world, 2, first, second)
    for _ in range(100):  # its bridge does not answer: it never polls
        world.advance(0.25)
        first.step()
        second.step()
    assert (first.mode, second.mode) == ("following", "leading")


def test_a_request_is_wanted_for_three_seconds(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    follower = Process(world, "two", may_lead=False)
    run(world, 2, leader, follower)
    follower.member.request_read(7)
    run(world, 1.25, follower, leader)
    assert set(leader.member.wanted) == {7}
    asked_at = leader.member.wanted[7]
    run(world, 1, follower, leader)
    follower.member.request_read(7)
    run(world, 1.25, follower, leader)
    assert leader.member.wanted[7] > asked_at
    run(world, 4, follower, leader)
    assert leader.member.wanted == {}


def test_while_the_bridge_is_down_the_lease_does_not_go_round(world: World) -> None:
    screens = [Process(world, f"screen-{n}", seed=n) for n in range(5)]
    run(world, 4, *screens)
    epochs = []
    for _ in range(4 * 600):  # nobody reads
        world.advance(0.25)
        for screen in screens:
            screen.step()
        epochs.append(screens[0].member.state.epoch)
    assert epochs[-1] - epochs[0] == IDLE_HOLDERS
    assert epochs[-1] == epochs[len(epochs) // 4], "then it stays where it is"
    assert not screens[0].member.state.is_read
    [leader] = [process for process in screens if process.mode == "leading"]
    run(world, 10, *screens)  # the bridge is back
    assert leader.mode == "leading"
    assert all(process.member.state.is_read for process in screens)
    for _ in range(4 * 40):  # and fails again: that is another outage
        world.advance(0.25)
        for screen in screens:
            screen.step()
    assert leader.mode == "following"


def test_two_try_in_turn_and_the_first_stays(world: World) -> None:
    screens = [Process(world, f"screen-{n}", seed=n) for n in range(2)]
    run(world, 4, *screens)
    [first] = [screen for screen in screens if screen.mode == "leading"]
    for _ in range(4 * 300):
        world.advance(0.25)
        for process in screens:
            process.step()
    assert first.mode == "leading"
    assert first.member.state.epoch == 3


def test_who_is_refused_gives_the_lease_back_at_once_and_never_takes_it(world: World) -> None:
    refused, other = Process(world, "one"), Process(world, "two", seed=1, may_lead=False)
    run(world, 2, refused, other)
    assert refused.mode == "leading"
    refused.member.set_refused(is_refused=True)
    refused.step()
    assert refused.mode == "following"
    run(world, 60, refused, other)
    assert (refused.mode, refused.member.state.collector) == ("following", "")
    refused.member.set_refused(is_refused=False)
    run(world, 2, refused, other)
    assert refused.mode == "leading"


def test_what_others_wrote_reaches_nobody_uncleaned_and_stops_nothing(world: World) -> None:
    leader, reader = Process(world, "one", kind="collect"), Process(world, "two", may_lead=False)
    run(world, 2, leader, reader)
    bad = "\x1b]0;owned\x07\n\u202eevil" + "x" * 30
    execute = world.look.execute
    now = world.clock_ms()
    execute(
        "INSERT INTO member VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (bad, bad, bad, bad, 7, now, now + 30_000, now),
    )
    execute(
        "INSERT INTO member VALUES ('odd', x'00', 'b', 'screen', 'seven', ?, ?, ?)",
        (now, now + 30_000, now),
    )
    data = json.dumps({bad: [bad, {"a": bad}]})
    for kind in ("claim", "signal", "standing_order", "queue", "attributes"):
        insert = f"INSERT INTO {kind} (key, operator, box, member, at, expires, data) VALUES"
        execute(f"{insert} (?, ?, ?, ?, ?, ?, ?)", (bad, bad, bad, bad, now, now + 30_000, data))
        for key, who, text in (("1", b"\xff", "1"), ("2", "a", b"\xff"), ("3", "a", "[" * 9000)):
            values = (key, who, "b", "m", now, 0, text)
            execute(f"{insert} (?, ?, ?, ?, ?, ?, ?)", values)
    execute("UPDATE lease SET box = ?", (bad,))
    reader.step({"any"})
    run(world, 2, reader)
    state = reader.member.state
    assert (reader.mode, len(state.members)) == ("following", 3)
    facts = [fact for of in state.facts.values() for fact in of.values()]
    assert len(facts) == 5
    texts = [state.collector]
    operators = [member.operator for member in state.members] + [fact.operator for fact in facts]
    for operator in operators:
        texts += operator
    texts += [member.member for member in state.members] + [fact.member for fact in facts]
    for fact in facts:
        texts += [fact.key, *fact.data, fact.data[next(iter(fact.data))][0]]
    for text in texts:
        assert text.isprintable()
        assert len(text) <= 400
    assert all(len(operator.name) <= 64 for operator in operators)


def test_fifty_members_cost_a_follower_little(world: World) -> None:
    leader = Process(world, "one", kind="collect")
    many = [Process(world, f"member-{n}", may_lead=False, seed=n) for n in range(50)]
    run(world, 2, leader, *many)
    many[0].bytes_read = 0
    for number in range(30):
        many[number + 1].member.presence.meeting = number
        many[number + 1].step()
        world.advance(1.0)
        for process in (leader, *many):
            process.step({"any"})
    assert len(many[0].member.state.members) == 51
    assert many[0].bytes_read / 30 <= 2_000


@pytest.mark.parametrize("statement", range(12))
def test_who_is_paused_and_deposed_writes_no_more(world: World, statement: int) -> None:
    first, second = (
        Process(world, "one", kind="collect"),
        Process(world, "two", kind="collect", seed=1),
    )
    run(world, 5, first, second)
    at = first.statements + statement

    def pause(when: str) -> None:
        if first.statements >= at and when in ("before", "after"):
            first.trap = None
            world.advance(LEASE_MS / 1000 + 1)
            for _ in range(3):
                second.step()
                second.poll()

    first.trap = pause
    world.change()
    for _ in range(12):  # statements of one step or of several
        first.poll()
        first.step()  # `World.wrote` refuses a frame of who does not have the lease
        world.advance(0.1)
    assert (second.mode, first.mode) == ("leading", "following")
    run(world, 5, first, second)
    assert first.given[CALLS].records == second.world.read(CALLS).records


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("statement", range(12))
def test_wherever_the_collector_dies_the_next_one_goes_on(
    world: World, statement: int, is_after: bool
) -> None:
    first, second = Process(world, "one", kind="collect"), Process(world, "two", seed=1)
    run(world, 5, first, second)
    follower = Process(world, "three", may_lead=False, seed=2)
    run(world, 1, follower)
    at = first.statements + statement

    def kill(when: str) -> None:
        if first.statements >= at and when.startswith("after" if is_after else "before"):
            raise Killed

    first.trap = kill
    with pytest.raises(Killed):
        run(world, 12, first)
    world.change()
    run(world, LEASE_MS / 1000 + 5, second, follower)
    assert second.mode == "leading"
    assert follower.given[CALLS].records == world.read(CALLS).records
