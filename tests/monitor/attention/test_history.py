"""Any history of calls and reads: signals come after their threshold, and leave with their cause.

A model that knows nothing of diffs looks at the server's truth at every read. The steps come from a
seeded generator, as in the live store's own histories.
"""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.attention.desk import ALL_CALLS, MEETINGS, POLL_S, Desk, calls_of

if TYPE_CHECKING:
    from confmon.monitor.attention.signal import SignalTarget
    from confmon.monitor.polling.snapshot import Feed

ROOMS = (100, 200)
STAYS = "16055550199"
"""The number of two callers that nothing happens to: a read without anybody is doubted."""
LIMITS = {
    "lost_at_door_s": 6.0, "lost_at_door_red_s": 12.0, "help_red_s": 8.0, "question_red_s": 10.0,
    "long_hold_s": 6.0, "all_held_s": 8.0, "dead_air_s": 8.0, "alone_s": 10.0, "empty_s": 4.0,
    "no_host_left_s": 6.0, "no_host_came_s": 10.0,
}  # fmt: skip
STEADY = ("help", "question", "long_hold", "all_held", "dead_air", "alone", "empty",
          "no_host_left", "no_host_came")  # fmt: skip


def _seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - repeatable, not secret


def begin(random: Random, *rules: str) -> Desk:
    """Return a desk with two meetings and some callers, in some state."""
    desk = Desk(*rules, **LIMITS)
    for number in ROOMS:
        desk.open(number)
        for _ in range(random.randrange(4)):
            join(desk, random, number)
    return desk


def join(desk: Desk, random: Random, number: int) -> None:
    fields: dict[str, Any] = {
        "role": random.choice((0, 1, 2, 2, 3)), "mute_mode": random.choice((0, 0, 2)),
        "hold_mode": random.choice((0, 0, 1)), "qa_mode": random.choice((0, 0, 1)),
        "node_name": random.choice(("n1", "n2")), "caller": f"1404555{random.randrange(4):04}",
    }  # fmt: skip
    desk.join(number=number, **fields)


def change(desk: Desk, random: Random, *, moves: bool = True) -> None:
    """Let something happen on the server."""
    ids = [key for key, call in desk.calls.items() if call.caller != STAYS]
    match random.randrange(8):
        case 0 | 1:
            join(desk, random, random.choice(ROOMS))
        case 2 if ids:
            desk.leave([random.choice(ids)])
        case 3 if ids:
            desk.change(random.choice(ids), hold_mode=random.randrange(2))
        case 4 if ids:
            desk.change(random.choice(ids), mute_mode=random.choice((0, 2)))
        case 5 if ids:
            field = random.choice(("qa_mode", "operator_mode"))
            desk.change(random.choice(ids), **{field: random.randrange(2)})
        case 6 if ids and moves:
            desk.change(random.choice(ids), meeting_number=random.choice(ROOMS))
        case 7 if ids:
            desk.change(random.choice(ids), role=random.choice((1, 2)))


def causes(desk: Desk, hosted: set[int]) -> dict[tuple[str, SignalTarget], tuple[float, float]]:
    """Return what is so now, with the seconds after which it is amber and red."""
    never = float("inf")
    found: dict[tuple[str, SignalTarget], tuple[float, float]] = {}
    for number in ROOMS:
        people = [c for c in desk.calls.values() if c.meeting_number == number and c.role]
        held = [call for call in people if call.hold_mode]
        if any(call.role == 1 for call in people):
            hosted.add(number)
        elif people:
            rule = "no_host_left" if number in hosted else "no_host_came"
            found[rule, ("meeting", number)] = (never, LIMITS[f"{rule}_s"])
        if people and len(held) == len(people):
            found["all_held", ("meeting", number)] = (never, LIMITS["all_held_s"])
        elif len(people) > 1 and all(call.mute_mode or call.hold_mode for call in people):
            found["dead_air", ("meeting", number)] = (LIMITS["dead_air_s"], never)
        if len(people) == 1:
            found["alone", ("meeting", number)] = (LIMITS["alone_s"], never)
        if not people:
            found["empty", ("meeting", number)] = (LIMITS["empty_s"], never)
        for call in held if len(held) < len(people) else ():
            found["long_hold", ("call", call.id)] = (LIMITS["long_hold_s"], never)
    for call in desk.calls.values():
        if call.operator_mode:
            found["help", ("call", call.id)] = (0.0, LIMITS["help_red_s"])
        if call.qa_mode:
            found["question", ("call", call.id)] = (0.0, LIMITS["question_red_s"])
    return found


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), polls=st.integers(1, 40))
def test_signals_come_after_their_threshold_and_leave_with_their_cause(
    seed: int, polls: int
) -> None:
    random = _seeded(seed)
    desk = begin(random, *STEADY)
    since: dict[tuple[str, SignalTarget], float] = {}
    where: dict[SignalTarget, int | None] = {}
    hosted: set[int] = set()
    desk.open(300)
    desk.join(2, number=300, role=1, caller=STAYS)
    for _ in range(polls):
        for _ in range(random.choice((0, 0, 0, 1, 3))):
            change(desk, random)
        desk.clock.time_s += POLL_S
        desk.read()
        now = causes(desk, hosted)
        for call in desk.calls.values():  # who moves to another meeting is on hold anew
            target: SignalTarget = ("call", call.id)
            if where.get(target) != call.meeting_number:
                since.pop(("long_hold", target), None)
            where[target] = call.meeting_number
        since = {cause: since.get(cause, desk.clock.time_s) for cause in now}
        expected = set()
        for cause, (amber_s, red_s) in now.items():
            lasted_s = desk.clock.time_s - since[cause]
            if lasted_s >= min(amber_s, red_s):
                expected.add((cause[0], "red" if lasted_s >= red_s else "amber", cause[1]))
        assert set(desk.found) == expected
        assert list(desk.signals) == sorted(desk.signals, key=lambda signal: signal.order)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), polls=st.integers(1, 40))
def test_the_places_to_go_to_are_those_of_the_signals_whatever_comes_and_is_put_off(
    seed: int, polls: int
) -> None:
    random = _seeded(seed)
    desk = begin(random)
    for _ in range(polls):
        change(desk, random)
        desk.clock.time_s += POLL_S
        desk.read()
        if desk.signals:
            signal = random.choice(desk.signals)
            match random.randrange(3):
                case 0:
                    desk.attention.acknowledge(signal, by="anna")
                case 1:
                    desk.attention.wake(signal)
        stops = {one.stop for one in desk.signals}
        loud = [one for one in desk.signals if not one.is_quiet]
        red = {one.stop for one in loud if one.severity == "red"}
        amber = {one.stop for one in loud} - red
        assert desk.attention.counts() == (len(red), len(amber), len(stops - red - amber))


def identities(desk: Desk) -> set[tuple[str, str | SignalTarget]]:
    """Return what the signals are about; a number may be that of one caller or of another."""
    return {(signal.rule, signal.subject or signal.target) for signal in desk.signals}


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), polls=st.integers(2, 40))
def test_no_signal_flickers_or_comes_early_whatever_reads_are_worth(seed: int, polls: int) -> None:
    random, other = _seeded(seed), _seeded(seed)
    shaky, steady = begin(random), begin(other)
    seen: set[tuple[str, str | SignalTarget]] = set()
    torn: set[Feed] = set()
    for _ in range(polls):
        for desk in (shaky, steady):
            desk.clock.time_s += POLL_S
        steady.read()
        for feed in (MEETINGS, ALL_CALLS):
            match random.randrange(4):
                case 0 if feed not in torn:
                    torn.add(feed)
                    keys = list(shaky.meetings if feed == MEETINGS else shaky.calls)
                    lost = random.sample(keys, random.randint(0, len(keys)))
                    shaky.read(feed, clean=False, lost=lost)
                case 1:
                    shaky.attention.tick()  # the read failed
                case _:
                    torn.discard(feed)
                    shaky.read(feed)
        now = identities(shaky)
        assert seen <= now, "one went, and its cause had not"
        assert now <= identities(steady), "one came early"
        seen = now
    for _ in range(2):
        for desk in (shaky, steady):
            desk.poll(20)
    assert identities(shaky) == identities(steady)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), polls=st.integers(1, 25))
def test_the_order_of_the_feeds_does_not_matter(seed: int, polls: int) -> None:
    feeds: tuple[Feed, ...] = (MEETINGS, ALL_CALLS, calls_of(100))
    orders = list(permutations(feeds))
    worlds = [(_seeded(seed), _seeded(seed + 1)), (_seeded(seed), _seeded(seed + 2))]
    desks = [begin(random) for random, _ in worlds]
    for desk in desks:
        desk.join(2, number=100, caller=STAYS)
    for _ in range(polls):
        for desk, (random, order) in zip(desks, worlds, strict=True):
            for _ in range(random.choice((0, 0, 1, 4))):
                # For the feed of one meeting, a caller who moves to another one has left.
                change(desk, random, moves=False)
            desk.clock.time_s += POLL_S
            desk.read(*order.choice(orders))
        first, second = (
            {(s.rule, s.severity, s.target, s.text, s.since) for s in desk.signals}
            for desk in desks
        )
        assert first == second


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_empty_answer_that_is_doubted_changes_nothing(seed: int) -> None:
    random = _seeded(seed)
    desk = begin(random)
    for _ in range(2):
        join(desk, random, 100)
    desk.poll(random.choice((4, 12, 20)))
    before = desk.signals
    desk.clock.time_s += POLL_S
    desk.read(ALL_CALLS, lost=desk.calls)
    assert desk.signals == before
    desk.poll()
    assert {one[::2] for one in desk.found} >= {(signal.rule, signal.target) for signal in before}
