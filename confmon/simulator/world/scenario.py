"""The scenario of the demo, with something to see from the first seconds.

Times are seconds after the start. All other events are the world's own churn.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import CONNECTING, HOST, JOINED, PARTICIPANT, RECORDER
from confmon.simulator.world import churn

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world.world import World

MASS_DROP_S = 20.0
HOLD_ALL = 40
LECTURE = 32
LAST_SECONDS_S = 75.0


def set_the_scene(world: World) -> None:
    """Give each meeting, largest first, something to show, and plan the first minutes."""
    if not world.calls:
        return
    order = sorted(world.meetings.values(), key=lambda one: -one.participant_count)

    def nth(place: int) -> Meeting:
        return order[place % len(order)]

    make_assembly(world, nth(0))
    mute_in_every_way(world, nth(1))
    raise_hands(world, nth(2))
    hold_one_caller(world, nth(3))
    nth(4 if len(order) < 12 else 11).is_secured = True
    bring_near_end(world, nth(5))
    if len(order) > 6:
        hold_until_host(world, nth(6))
    nth(7).attributes["conference_recording"] = "auto"
    for meeting in order:
        world.directory.add_room_of(meeting, meeting.created)
    plan_first_seconds(world, nth(0), nth(1))
    world.after(8, partial(world.record, nth(1), on=True))
    world.after(10.5, partial(churn.start_meeting, world, 7))
    world.after(MASS_DROP_S, partial(drop_busiest_node, world))
    for at in (12, 34, 58, 83):
        world.after(at, partial(drop_bad_line, world, nth(0)))
    if len(order) > 9:
        world.after(14, partial(churn.wind_up_meeting, world, nth(9), 8.0))
        world.after(40, partial(reuse_number, world, nth(9).number))


def joined_guests(meeting: Meeting) -> list[Call]:
    """Return the joined callers that are not hosts."""
    return [c for c in meeting.calls.values() if c.role not in (HOST, RECORDER) and c.joined]


def make_assembly(world: World, meeting: Meeting) -> None:
    """Make this meeting a recorded lecture with one caller that rings for ever."""
    meeting.owner = "Weekly all-hands"
    meeting.mute_mode = LECTURE
    meeting.attributes |= {"conference_recording": "on", "conference_mute_policy": "l"}
    for call in joined_guests(meeting):
        if call.role > PARTICIPANT:
            world.change(call, mute_mode=call.mute_mode | 2)
    world.record(meeting, on=True)
    for call in joined_guests(meeting)[-1:]:
        created = world.now_ms - 95_000
        world.change(call, state=CONNECTING, joined=None, created=created)


def mute_in_every_way(world: World, meeting: Meeting) -> None:
    """Mute three callers: by themselves, by the host, by both."""
    for mode, call in enumerate(joined_guests(meeting)[:3], start=1):
        world.change(call, mute_mode=mode, state=JOINED)


def raise_hands(world: World, meeting: Meeting) -> None:
    """Open the questions, with two hands already raised."""
    meeting.qa_mode = 1
    for call in joined_guests(meeting)[:2]:
        world.change(call, qa_mode=1)


def hold_one_caller(world: World, meeting: Meeting) -> None:
    """Put one caller on hold for good."""
    for call in joined_guests(meeting)[:1]:
        world.change(call, hold_mode=1)


def bring_near_end(world: World, meeting: Meeting) -> None:
    """Let a meeting reach its longest duration in a minute."""
    begun = world.now_ms - int((3600 - LAST_SECONDS_S) * 1000)
    meeting.created = begun
    meeting.attributes["conference_maxduration"] = "3600"
    for call in meeting.calls.values():
        if call.created < begun:
            world.change(call, created=begun, joined=begun + 1500)
    world.after(LAST_SECONDS_S - 10, partial(churn.wind_up_meeting, world, meeting, 8.0))


def hold_until_host(world: World, meeting: Meeting) -> None:
    """Hold everyone until the host joins, after six seconds."""
    meeting.hold_mode = HOLD_ALL
    meeting.attributes["conference_start_how"] = "moderator"
    meeting.attributes["conference_hold_policy"] = "pl"
    for call in meeting.calls.values():
        if call.role == HOST:
            world.change(call, role=PARTICIPANT, access_code=meeting.codes[1])
        world.change(call, hold_mode=1, waiting=True)
    host = partial(world.enter, meeting, HOST, custom_name=meeting.owner or "Grace Hopper")
    world.after(6, host)


def plan_first_seconds(world: World, big: Meeting, second: Meeting) -> None:
    """Plan something to see in each of the first seconds."""

    def to_somebody(meeting: Meeting, act: Callable[[Call], object]) -> Callable[[], None]:
        def happen() -> None:
            found = joined_guests(meeting)
            if found:
                act(found[world.rng.randrange(len(found))])

        return happen

    for at, happen in (
        (1.0, partial(churn.join_meeting, world, big, PARTICIPANT, custom_name="Ada Lovelace")),
        (1.7, to_somebody(second, world.leave)),
        (2.3, to_somebody(big, lambda call: world.change(call, mute_mode=0))),
        (3.1, to_somebody(big, lambda call: world.change(call, qa_mode=1))),
        (4.0, partial(churn.join_meeting, world, second, PARTICIPANT, custom_name="田中 美咲")),
        (4.6, to_somebody(second, lambda call: world.change(call, mute_mode=call.mute_mode ^ 1))),
        (5.3, to_somebody(big, lambda call: world.change(call, hold_mode=1))),
        (7.0, to_somebody(big, lambda call: world.change(call, gain_level=2))),
        (7.6, to_somebody(big, world.leave)),
        (9.2, partial(ask_for_operator, world)),
    ):
        world.after(at, happen)


def ask_for_operator(world: World) -> None:
    """Let the first caller on a bridge that shows it ask for the operator."""
    for call in world.calls.values():
        if call.operator_mode == 0 and call.role not in (HOST, RECORDER):
            world.change(call, operator_mode=1)
            return


def drop_busiest_node(world: World) -> None:
    """Drop all callers of the busiest node within a second; most of them dial in again."""
    people_on = Counter(call.node_name for call in world.calls.values() if call.role != RECORDER)
    if not people_on:
        return
    node_name = people_on.most_common(1)[0][0]
    for call in [one for one in world.calls.values() if one.node_name == node_name]:
        if call.role == RECORDER or call.meeting.ending:
            continue
        at = world.rng.uniform(0, 0.9)
        if world.rng.random() < 0.95:
            world.after(at, partial(_drop, world, call, world.rng.uniform(5, 24)))
        else:
            world.after(at, partial(world.leave, call))


def _drop(world: World, call: Call, away_s: float) -> None:
    if world.is_live(call):
        churn.drop_and_return(world, call, away_s)


def drop_bad_line(world: World, meeting: Meeting) -> None:
    """Drop the caller with the bad line; it returns."""
    call = next((one for one in joined_guests(meeting) if one.caller == FLAPPER), None)
    if call is None:
        found = joined_guests(meeting)
        if not found:
            return
        call = found[0]
        world.change(call, caller=FLAPPER, custom_name="Tariq Haddad (train)")
    churn.drop_and_return(world, call, world.rng.uniform(4, 9))


FLAPPER = "+14155550137"


def reuse_number(world: World, number: int) -> None:
    """Start a meeting with a number that was in use a minute ago, and a new id."""
    if number not in world.meetings:
        churn.start_meeting(world, 6, number=number)
