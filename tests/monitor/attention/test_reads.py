"""A rule is asked only when something differs that it reads: nothing else decides what it finds."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields, replace
from itertools import repeat
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.config.settings.attention import AttentionSettings
from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting
from confmon.monitor.attention.past.foreign import CALL_FIELDS, MEETING_FIELDS, ForeignChange
from confmon.monitor.attention.past.past import FOLLOWED, Past
from confmon.monitor.attention.rule import Situation
from confmon.monitor.attention.rules import RULES
from confmon.monitor.polling.live_state import LiveState
from tests.monitor.attention.desk import ALL_CALLS, MEETINGS, POLL_S, Desk, Ours, calls_of
from tests.monitor.attention.test_history import LIMITS, change, join

if TYPE_CHECKING:
    from confmon.monitor.attention.rule import Condition, Rule

WALL = 1_700_000_000.0
NOT_COMPARED = {"duration", "access_code"}
"""The first runs by itself, and no two records differ by it. No rule may know the second."""
OF_CALLS = tuple(field.name for field in fields(Call) if field.name not in NOT_COMPARED)
OF_MEETINGS = tuple(field.name for field in fields(Meeting) if field.name not in NOT_COMPARED)
VALUES: dict[str, tuple[Any, ...]] = {
    "caller": ("14045550001", "14045550002", None),
    "address_from": ("sip:14045550003@h", None),
    "callee": ("16055550100", "16055550199", None),
    "created": (int(WALL - 90_000) * 1000, int(WALL - 5) * 1000, None),
    "joined": (int(WALL - 90_000) * 1000, int(WALL - 5) * 1000, None),
    "is_recording": (True, False, None),
    "is_secured": (True, False, None),
    "participant_count": (0, 1, 2, 3, None),
    "role": (0, 1, 2, 3, None),
    "connection_status": (0, 1, None),
    "meeting_number": (100, 200, None),
}
"""Values that matter to rules; of other fields, numbers or words."""
_FIGURES: dict[str, Any] = LIMITS | {
    "outbound_allowed": ("1999",), "recording_expected": ("100",), "capacity_calls": 3,
}  # fmt: skip
SETTINGS = AttentionSettings(**_FIGURES)
CONCERNED = [rule for rule in RULES if rule.scope != "bridge"]


def any_value(random: Random, kind: type[Call | Meeting], name: str) -> Any:
    values = VALUES.get(name)
    if values is None:
        kinds = {field.name: str(field.type) for field in fields(kind)}
        values = ("a", "b", None) if "Text" in kinds[name] else (0, 1, 2, None)
    return random.choice(values)


def a_past(random: Random) -> Past:
    """Return a past with some facts in it."""
    past = Past(SETTINGS, Codes(), Ours())
    past.facts.hosted = {number for number in (100, 200) if random.random() < 0.5}
    past.facts.has_recording_legs = random.random() < 0.5
    past.facts._did_roles = {"16055550100": [1000, random.randrange(2)]}
    for call in (None, 1):
        if random.random() < 0.3:
            past.facts.foreign._note(ForeignChange(WALL - 9, 100, call, ("mute", "hold")))
    return past


class Bridge:
    """Some callers of two meetings, and their past."""

    def __init__(self, random: Random) -> None:
        self.calls = {key: self._caller(random, key) for key in range(1, random.randrange(2, 6))}
        self.meetings = {
            number: Meeting(
                **{name: any_value(random, Meeting, name) for name in OF_MEETINGS}
                | {"meeting_number": number}
            )
            for number in (100, 200)
        }
        self.past = a_past(random)
        limits = {"conference_maxduration": "3600", "conference_recording": "on"}
        self.attributes = {100: limits if random.random() < 0.5 else {}}

    @staticmethod
    def _caller(random: Random, key: int) -> Call:
        values = {name: any_value(random, Call, name) for name in OF_CALLS}
        if random.random() < 0.5:  # else few meetings are all muted, or all held
            values |= {"mute_mode": 2, "hold_mode": random.choice((0, 1)), "role": 2}
        return Call(**values | {"id": key})

    def find(self, rule: Rule) -> list[Condition]:
        """Return what a rule finds of everybody."""
        state = LiveState(Codes(), dict(self.calls), dict(self.meetings))
        state.calls_known = True
        state.by_meeting = {
            number: {key: call for key, call in self.calls.items() if call.meeting_number == number}
            for number in self.meetings
        }
        situation = Situation(
            state=state,
            wall=WALL,
            past=self.past,
            calls=list(self.calls.values()),
            meetings=list(self.meetings.values()),
            attributes=self.attributes,
        )
        return list(rule.find(situation, SETTINGS))


@pytest.mark.parametrize("rule", CONCERNED, ids=lambda rule: rule.id)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_a_rule_does_not_read_changes_nothing(rule: Rule, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    bridge = Bridge(random)
    found = bridge.find(rule)
    moves = {"id", "meeting_number"} if rule.scope == "meeting" else {"id"}
    for name in OF_CALLS:
        if name not in moves.union(rule.of_calls):
            for key, call in bridge.calls.items():
                bridge.calls[key] = replace(call, **{name: any_value(random, Call, name)})
                assert bridge.find(rule) == found, name
    for name in OF_MEETINGS:
        if name not in ("meeting_number", *rule.of_meetings):
            for key, meeting in bridge.meetings.items():
                value = any_value(random, Meeting, name)
                bridge.meetings[key] = replace(meeting, **{name: value})
                assert bridge.find(rule) == found, name


@pytest.mark.parametrize("rule", CONCERNED, ids=lambda rule: rule.id)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_facts_that_a_rule_does_not_read_change_nothing(rule: Rule, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    bridge = Bridge(random)
    found, other = bridge.find(rule), a_past(random)
    facts: dict[str, tuple[str, ...]] = {
        "foreign": ("foreign",), "hosts": ("hosted",), "legs": ("has_recording_legs",),
        "dids": ("_did_roles",),
    }  # fmt: skip
    for fact, names in facts.items():
        for name in names if fact not in rule.of_past else ():
            setattr(bridge.past.facts, name, deepcopy(getattr(other.facts, name)))
            assert bridge.find(rule) == found, fact


@pytest.mark.parametrize("rule", CONCERNED, ids=lambda rule: rule.id)
def test_every_rule_finds_something_here(rule: Rule) -> None:
    seeds = map(Random, range(200))
    assert any(map(Bridge.find, map(Bridge, seeds), repeat(rule))), "add its figures or values"


@pytest.mark.parametrize("rule", CONCERNED, ids=lambda rule: rule.id)
def test_a_rule_says_what_it_reads(rule: Rule) -> None:
    assert set(rule.of_calls) <= set(OF_CALLS)
    assert set(rule.of_meetings) <= set(OF_MEETINGS)
    assert rule.scope == "meeting" or (rule.of_calls and not rule.of_meetings)


def test_facts_of_the_past_ask_only_rules_about_meetings() -> None:
    assert [rule.id for rule in RULES if rule.of_past and rule.scope != "meeting"] == []


# Asking fewer rules finds the same.


def everything(rule: Rule) -> Rule:
    """Return a rule that is asked whenever anything differs."""
    if rule.scope == "bridge":
        return rule
    return replace(
        rule,
        of_calls=tuple(sorted({*OF_CALLS, *FOLLOWED, *CALL_FIELDS})),
        of_meetings=tuple(sorted({*OF_MEETINGS, *MEETING_FIELDS}) if rule.scope != "call" else ()),
        of_past=("foreign", "hosts", "legs", "dids") if rule.scope == "meeting" else (),
    )


def happen(desk: Desk, random: Random) -> None:
    """Let anything happen on the server."""
    ids = list(desk.calls)
    match random.randrange(5):
        case 0 if ids:
            name = random.choice([one for one in OF_CALLS if one not in ("id", "created")])
            desk.change(random.choice(ids), **{name: any_value(random, Call, name)})
        case 1 if desk.meetings:
            name = random.choice([n for n in OF_MEETINGS if n not in ("id", "meeting_number")])
            number = random.choice(list(desk.meetings))
            desk.change_meeting(number, **{name: any_value(random, Meeting, name)})
        case 2:
            number = random.choice((100, 200, 300))
            if number in desk.meetings and random.random() < 0.5:
                del desk.meetings[number]
            else:
                desk.open(number, id=random.randrange(3), created=desk.ms(random.choice((0, 9e4))))
        case _:
            change(desk, random)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), polls=st.integers(1, 30))
def test_asking_only_those_rules_finds_what_asking_all_finds(seed: int, polls: int) -> None:
    # Reads are whole: what a torn one shows of a caller counts only where a rule looks at it.
    limits: dict[str, Any] = LIMITS | {"outbound_allowed": ("1999",), "no_host_learned_calls": 4}
    few, all_ = Desk(**limits), Desk(**limits)
    all_.attention = type(all_.attention)(
        all_.store,
        AttentionSettings(**limits),
        all_.clock,
        rules=[everything(rule) for rule in RULES],
        ours=all_.ours,
    )
    randoms = [Random(seed), Random(seed)]  # noqa: S311 - repeatable, not secret
    for desk, random in zip((few, all_), randoms, strict=True):
        for number in (100, 200):
            desk.open(number)
            for _ in range(random.randrange(4)):
                join(desk, random, number)
    for _ in range(polls):
        for desk, random in zip((few, all_), randoms, strict=True):
            for _ in range(random.choice((0, 1, 4))):
                happen(desk, random)
            desk.clock.time_s += random.choice((POLL_S, 61.0))
            for feed in random.sample((MEETINGS, ALL_CALLS, calls_of(100)), random.randint(1, 3)):
                desk.read(feed)
        assert few.signals == all_.signals
