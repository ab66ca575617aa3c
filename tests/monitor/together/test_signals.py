"""Acknowledged or snoozed by one operator: quiet for all, as long as it is the same signal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.attention.signal import Signal
from confmon.monitor.needs import toggle_acknowledged, toggle_snoozed
from confmon.monitor.together.facts import ON_ITS_WAY_S, Facts
from confmon.monitor.together.signals import SharedSignals
from confmon.monitor.views.need_columns import quiet_words
from tests.clock import HandClock
from tests.monitor.together.hub import Hub

if TYPE_CHECKING:
    from tests.monitor.together.conftest import Desk, Room


def asks(desk: Desk, key: int = 1) -> Signal:
    found = [one for one in desk.session.attention.signals if one.rule == "help"]
    [signal] = [one for one in found if one.target == ("call", key)]
    return signal


def acknowledge(desk: Desk, key: int = 1) -> bool:
    return toggle_acknowledged(desk.session.attention, (asks(desk, key),), desk.share.who.name)


async def help_asked(room: Room, key: int = 1, seconds: int = 20) -> None:
    room.change(key, operator_mode=1)
    await room.wait(seconds)


async def test_who_takes_care_is_shown_to_all_and_anybody_wakes_it(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    assert acknowledge(alice)
    assert [quiet_words(asks(desk)) for desk in (alice, bob)] == ["ack alice", "ack alice"]
    assert not acknowledge(bob), "again: it is taken back"
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False]
    await room.wait(30)
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False]
    assert toggle_snoozed(bob.session.attention, (asks(bob),))
    assert asks(alice).snoozed_until == asks(bob).snoozed_until > 0
    await room.wait(700)
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False], "the snooze is over"


async def test_following_another_says_nothing_oneself(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    before = len(bob.share.puts)
    acknowledge(alice)
    await room.wait(60)
    assert bob.share.puts[before:] == []
    assert [kind for kind, _ in alice.share.puts].count("signal") == 1


async def test_one_who_comes_later_finds_it_quiet(room: Room) -> None:
    alice = await room.sit("alice")
    await help_asked(room)
    acknowledge(alice)
    await room.wait(30)
    bob = await room.sit("bob")
    await room.wait(30)
    assert asks(bob).acknowledged_by == "alice"
    assert asks(bob).since > asks(alice).since, "bob can't know since when"


async def test_the_next_one_of_its_kind_is_loud_again(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    acknowledge(alice)
    room.change(1, operator_mode=0)
    await room.wait(10)
    assert not [signal for signal in bob.session.attention.signals if signal.rule == "help"]
    assert room.hub.rows["signal"] == {}
    await help_asked(room)
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False]


async def test_the_fact_of_one_who_has_left_is_dropped_by_those_who_stay(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    acknowledge(alice)
    await room.leave(alice)
    await room.wait(2)
    assert asks(bob).acknowledged_by == "alice"
    room.change(1, operator_mode=0)
    await room.wait(10)
    assert room.hub.rows["signal"] == {}
    await help_asked(room)
    assert not asks(bob).is_quiet


async def test_turned_red_it_is_loud_for_all_until_somebody_takes_care(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    acknowledge(alice)
    assert [asks(desk).severity for desk in (alice, bob)] == ["amber", "amber"]
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [True, True]
    await room.wait(120)
    assert [asks(desk).severity for desk in (alice, bob)] == ["red", "red"]
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False]
    acknowledge(bob)
    assert [asks(desk).acknowledged_by for desk in (alice, bob)] == ["bob", "bob"]


async def test_what_was_done_to_an_amber_one_is_not_for_the_red_one(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room, seconds=140)
    data = {"at": alice.session.store.wall(), "acknowledged": True, "severity": "amber",
            "target": "call", "id": 1, "snoozed_until": 0}  # fmt: skip
    key = "help/call/1"
    assert asks(alice).severity == "red"
    room.hub.put(alice.share, "signal", key, data, 0)
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [False, False]
    room.hub.put(alice.share, "signal", key, {**data, "severity": "red"}, 0)
    assert [asks(desk).is_quiet for desk in (alice, bob)] == [True, True]


async def test_what_nobody_can_understand_is_left_alone(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    await help_asked(room)
    good = {"at": 9e9, "acknowledged": True, "severity": "red", "target": "call", "id": 1}
    for wrong in (
        {}, {"at": "now"}, {"at": True}, {"at": 10**400}, {"target": 1}, {"id": "1"},
        {"acknowledged": "yes"}, {"id": None},
    ):  # fmt: skip
        data = {**good, **wrong} if wrong else wrong
        room.hub.put(alice.share, "signal", "help/call/1", data, 0)
        assert not asks(bob).is_quiet


class Listed:
    """Signals as a list shows them, without rules."""

    def __init__(self) -> None:
        self.by_target = {("call", 1): [a_signal()]}
        self.on_quieted = lambda _signal: None

    @property
    def signal(self) -> Signal:
        return self.by_target["call", 1][0]

    def put_quiet(self, wanted: Signal) -> None:
        self.by_target["call", 1] = [wanted]

    def do(self, what: str, who: str) -> None:
        by = who if what == "acknowledge" else ""
        until = 9e9 if what == "snooze" else 0.0
        wanted = replace(self.signal, acknowledged_by=by, snoozed_until=until)
        self.put_quiet(wanted)
        self.on_quieted(wanted)  # type: ignore[no-untyped-call]


def a_signal() -> Signal:
    return Signal(rule="x", severity="amber", target=("call", 1), text="x", since=0.0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["acknowledge", "snooze", "wake"]), st.integers(0, 2)),
        st.tuples(st.just("see"), st.integers(0, 2)),
        st.tuples(st.just("look"), st.integers(0, 2)),
    ),
    max_size=25,
)


class Store:
    seen: dict[object, object] = {}  # noqa: RUF012

    @staticmethod
    def wall() -> float:
        return 1000.0


@given(STEPS)
def test_whatever_is_done_in_which_order_all_end_alike(steps: list[tuple[str, int]]) -> None:
    clock = HandClock()
    hub = Hub(clock, is_quick=False)
    desks = []
    for name in ("alice", "bob", "carol"):
        share, listed = hub.join(name), Listed()
        facts = Facts(share, clock)
        shared = SharedSignals(facts, listed, Store())  # type: ignore[arg-type]
        desks.append((share, listed, facts, shared))
    hub.deliver()
    last = ""
    for what, nth in steps:
        share, listed, facts, shared = desks[nth]
        if what == "see":
            hub.deliver(share)
        if what in ("see", "look"):
            facts.settle()
            shared.look()
        else:
            listed.do(what, share.who.name)
            last = "" if what == "wake" else share.who.name if what == "acknowledge" else "snoozed"
    hub.deliver()
    before = sum(len(share.puts) for share, *_ in desks)
    for _ in range(2):
        clock.time_s += ON_ITS_WAY_S + 1
        for _, _, facts, shared in desks:
            facts.settle()
            shared.look()
    found = {
        desk.signal.acknowledged_by or ("snoozed" if desk.signal.snoozed_until else "")
        for _, desk, *_ in desks
    }
    assert found == {last}
    assert sum(len(share.puts) for share, *_ in desks) == before, "nobody repeats another"
