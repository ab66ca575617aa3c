"""The raw situation behind each rule of attention, found in what a client sees.

Each function takes the looks and returns when a situation shows, in seconds, and the number of the
meeting where it does (0: the bridge).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from statistics import mean, pstdev
from typing import TYPE_CHECKING

from tests.simulator.looks import EVERY_S, lasting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulator.looks import Look, Record

Found = list[tuple[float, int]]
HOUR_S = 3600.0
NOBODY = ("anonymous", "recorder")


def _by_call(looks: list[Look], test: Callable[[Look, Record], object], for_s: float) -> Found:
    """Return the meetings of the calls that pass the test for so long."""
    meeting_of = {id_: call["meetingNumber"] for look in looks for id_, call in look.calls.items()}
    found = lasting(looks, lambda look: [i for i, c in look.calls.items() if test(look, c)], for_s)
    return [(at, meeting_of[id_]) for at, id_ in found]


def _by_meeting(looks: list[Look], test: Callable[[Look, int], object], for_s: float) -> Found:
    return lasting(looks, lambda look: [n for n in look.meetings if test(look, n)], for_s)


def _joins(looks: list[Look]) -> Iterator[tuple[float, Record]]:
    for before, after in pairwise(looks):
        for id_, call in after.calls.items():
            if id_ not in before.calls and call["caller"] not in NOBODY:
                yield after.at, call


def _leaves(looks: list[Look]) -> Iterator[tuple[float, Record]]:
    for before, after in pairwise(looks):
        for id_, call in before.calls.items():
            if id_ not in after.calls and call["role"]:
                yield after.at, call


def question(looks: list[Look]) -> Found:
    """Return where two hands are up, one seen before the other."""
    first: dict[int, float] = {}
    found: Found = []
    for look in looks:
        hands = defaultdict(set)
        for id_, call in look.calls.items():
            if call["qaMode"]:
                hands[call["meetingNumber"]].add(first.setdefault(id_, look.at))
        found += [(look.at, number) for number, times in hands.items() if len(times) > 1]
    return found


def asks_for_help(looks: list[Look]) -> Found:
    return _by_call(looks, lambda _, call: call.get("operatorMode"), 0)


def at_the_door(looks: list[Look]) -> Found:
    return _by_call(
        looks, lambda look, c: "joined" not in c and look.now - c["created"] / 1000 >= 20, 0
    )


def _has_host(look: Look, number: int) -> bool:
    return any(call["role"] == 1 for call in look.people(number))


def no_host(looks: list[Look]) -> Found:
    had = {number for look in looks for number in look.meetings if _has_host(look, number)}
    return _by_meeting(
        looks, lambda look, n: n in had and look.people(n) and not _has_host(look, n), 120
    )


def no_host_came(looks: list[Look]) -> Found:
    had = {number for look in looks for number in look.meetings if _has_host(look, number)}
    return _by_meeting(
        looks,
        lambda look, n: (
            n not in had and look.people(n) and look.now - look.meetings[n]["created"] / 1000 >= 300
        ),
        0,
    )


def all_held(looks: list[Look]) -> Found:
    return _by_meeting(
        looks, lambda look, n: len(look.people(n)) > 1 and all(_is_held(look, n)), 120
    )


def _is_held(look: Look, number: int) -> list[bool]:
    return [bool(call["holdMode"]) for call in look.people(number)]


def long_hold(looks: list[Look]) -> Found:
    return _by_call(
        looks, lambda look, c: c["holdMode"] and not all(_is_held(look, c["meetingNumber"])), 120
    )


def dead_air(looks: list[Look]) -> Found:
    """Only muted callers: where everybody is held, that shows as something else."""
    return _by_meeting(
        looks,
        lambda look, n: (
            len(look.people(n)) > 1
            and all(call["muteMode"] and not call["holdMode"] for call in look.people(n))
        ),
        60,
    )


def alone(looks: list[Look]) -> Found:
    def test(look: Look, number: int) -> bool:
        there = look.people(number)
        return len(there) == 1 and look.now - there[0]["created"] / 1000 >= 300

    return _by_meeting(looks, test, 0)


def empty(looks: list[Look]) -> Found:
    return _by_meeting(
        looks,
        lambda look, n: not look.people(n) and look.now - look.meetings[n]["created"] / 1000 >= 60,
        30,
    )


def long_meeting(looks: list[Look]) -> Found:
    return _by_meeting(
        looks, lambda look, n: look.now - look.meetings[n]["created"] / 1000 >= 12 * HOUR_S, 0
    )


def long_leg(looks: list[Look]) -> Found:
    return _by_call(
        looks, lambda look, c: "joined" in c and look.now - c["joined"] / 1000 >= 6 * HOUR_S, 0
    )


def recording_off(looks: list[Look]) -> Found:
    return _by_meeting(
        looks,
        lambda look, n: (
            look.attributes[n]["conference_recording"] != "off"
            and not look.meetings[n]["isRecording"]
        ),
        EVERY_S,
    )


def recording_leg(looks: list[Look]) -> Found:
    def test(look: Look, number: int) -> object:
        legs = [c for c in look.calls.values() if c["meetingNumber"] == number and not c["role"]]
        return bool(legs) != look.meetings[number]["isRecording"]

    return _by_meeting(looks, test, EVERY_S)


def _is_full_to(share: float) -> Callable[[list[Look]], Found]:
    def find(looks: list[Look]) -> Found:
        return _by_meeting(
            looks,
            lambda look, n: (
                look.meetings[n]["participantCount"]
                >= share * int(look.attributes[n]["conference_maxcalls"])
            ),
            0,
        )

    return find


def fills_up(looks: list[Look]) -> Found:
    """80, 90 and 100 %, each after the one before."""
    steps = [_is_full_to(share)(looks) for share in (0.8, 0.9, 1.0)]
    if not all(steps):
        return []
    times = [min(found)[0] for found in steps]
    return steps[0] if times[0] < times[1] < times[2] else []


def full_bridge(looks: list[Look]) -> Found:
    return [
        (at, number)
        for at, number in fills_up(looks)
        if looks[-1].meetings[number]["participantCount"] == 1000
    ]


def _ends_within(seconds: float) -> Callable[[list[Look]], Found]:
    def test(look: Look, number: int) -> bool:
        longest = int(look.attributes[number]["conference_maxduration"])
        return longest > 0 and look.meetings[number]["duration"] >= longest - seconds

    return lambda looks: _by_meeting(looks, test, 0)


def ends_soon(looks: list[Look]) -> Found:
    return _ends_within(120)(looks)


def ends_in_ten_and_in_two_minutes(looks: list[Look]) -> Found:
    soon, later = _ends_within(120)(looks), _ends_within(600)(looks)
    return soon if {n for _, n in later} > {n for _, n in soon} else []


def flapping(looks: list[Look]) -> Found:
    seen: dict[str, list[float]] = defaultdict(list)
    found: Found = []
    for at, call in _joins(looks):
        times = seen[call["caller"]]
        times.append(at)
        if "joined" in call and sum(at - time <= 600 for time in times) >= 3:
            found.append((at, call["meetingNumber"]))
    return found


def mass_drop(looks: list[Look]) -> Found:
    gone = Counter(at for at, _ in _leaves(looks))
    return [(at, 0) for at, count in gone.items() if count >= 10]


def number_drops(looks: list[Look]) -> Found:
    """Return when all callers of one dialled number leave together, at least ten."""
    found: Found = []
    for before, after in pairwise(looks):
        was = Counter(call["callee"] for call in before.calls.values() if call["role"])
        gone = Counter(call["callee"] for at, call in _leaves([before, after]))
        found += [(after.at, 0) for callee, n in gone.items() if n >= 10 and n == was[callee]]
    return found


def node_lost(looks: list[Look]) -> Found:
    found: Found = []
    for before, after in pairwise(looks):
        was = Counter(call["nodeName"] for call in before.calls.values())
        left = Counter(call["nodeName"] for call in after.calls.values())
        found += [(after.at, 0) for node, count in was.items() if count >= 20 and not left[node]]
    return found


def node_silent(looks: list[Look]) -> Found:
    joined = Counter(call["nodeName"] for at, call in _joins(looks) if at <= 600)
    nodes = {call["nodeName"] for look in looks for call in look.calls.values()}
    silent = [node for node in nodes if not joined[node]]
    busy = [node for node in nodes if joined[node] >= 10]
    return [(600.0, 0)] if len(silent) == 1 and len(busy) == len(nodes) - 1 else []


def join_spike(looks: list[Look]) -> Found:
    minutes = Counter(int(at // 60) for at, _ in _joins(looks))
    found: Found = []
    for minute in range(2, int(looks[-1].at // 60) + 1):
        earlier = [minutes[one] for one in range(minute)]
        if minutes[minute] >= 20 and minutes[minute] > mean(earlier) + 4 * pstdev(earlier):
            found.append((minute * 60.0, 0))
    return found


def short_calls(looks: list[Look]) -> Found:
    lengths = [at - looks[0].at - _begun(looks, call) for at, call in _leaves(looks)]
    short = sum(length < 30 for length in lengths)
    enough = len(lengths) >= 20 and short >= 0.4 * len(lengths)
    return [(looks[-1].at, 0)] if enough else []


def _begun(looks: list[Look], call: Record) -> float:
    return float(call["created"] / 1000 - looks[0].now)


def redials(looks: list[Look]) -> Found:
    left: dict[str, float] = {}
    events = [(at, 0, call) for at, call in _leaves(looks)]
    events += [(at, 1, call) for at, call in _joins(looks)]
    joins = again = 0
    for at, joined, call in sorted(events, key=lambda one: one[:2]):
        if not joined:
            left[call["caller"]] = at
            continue
        joins += 1
        again += at - left.get(call["caller"], -999.0) <= 120
    return [(looks[-1].at, 0)] if joins >= 20 and again >= 0.15 * joins else []


def code_guessing(looks: list[Look]) -> Found:
    joined = {id_ for look in looks for id_, call in look.calls.items() if "joined" in call}
    unjoined: dict[str, set[int]] = defaultdict(set)
    found: Found = []
    for at, call in _joins(looks):
        if call["id"] not in joined:
            unjoined[call["caller"]].add(call["id"])
            if len(unjoined[call["caller"]]) >= 5:
                found.append((at, call["meetingNumber"]))
    return found


def same_number(looks: list[Look]) -> Found:
    found: Found = []
    for look in looks:
        callers = Counter(c["caller"] for c in look.calls.values() if c["caller"] not in NOBODY)
        found += [
            (look.at, call["meetingNumber"])
            for call in look.calls.values()
            if callers[call["caller"]] >= 3
        ]
    return found


def pumping(looks: list[Look]) -> Found:
    found: Found = []
    for look in looks:
        legs = [call for call in look.calls.values() if call["role"]]
        dialled = Counter(call["callee"] for call in legs)
        blocks = Counter(
            (call["caller"][:8], call["callee"])
            for call in legs
            if "joined" in call and look.now - call["joined"] / 1000 >= 2 * HOUR_S
        )
        found += [
            (look.at, 0)
            for (_, callee), count in blocks.items()
            if count >= 20 and count >= 0.3 * dialled[callee]
        ]
    return found


def outbound(looks: list[Look]) -> Found:
    return _by_call(
        looks,
        lambda _, call: call["connectionStatus"] == 1 and call["callee"][:2] in ("25", "37", "88"),
        0,
    )


def changed_by_another(looks: list[Look]) -> Found:
    return [
        (after.at, call["meetingNumber"])
        for before, after in pairwise(looks)
        for id_, call in after.calls.items()
        if id_ in before.calls and call["muteMode"] & ~before.calls[id_]["muteMode"] & 2
    ]


def counts_disagree(looks: list[Look]) -> Found:
    return _by_meeting(
        looks,
        lambda look, n: look.meetings[n]["participantCount"] != len(look.people(n)),
        2 * EVERY_S,
    )
