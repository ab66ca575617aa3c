"""The demo: a lively bridge, and within three minutes something for each rule of attention.

What happens is spread over the three minutes, most of it ends again, and several meetings stay
quiet. Times are seconds after the start. All other events are the world's own churn.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import HOST, JOINED, PARTICIPANT
from confmon.simulator.scenarios import bridge, callers, meetings
from confmon.simulator.scenarios.stage import (
    guests,
    keep,
    largest,
    start_recording,
    to_guest,
)
from confmon.simulator.world import churn

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting
    from confmon.simulator.world.world import World

NODE_LOST_S = 20.0
LAST_SECONDS_S = 75.0
BACK_S = (125.0, 170.0)
"""Who was on the lost node comes back so late: this is no crowd that dials again."""
HOLD_ALL, LECTURE = 40, 32
FULL_MEETINGS, FULL_CALLS = 18, 200
"""A bridge of this size has room for the meetings that need somebody."""
FAITHFUL = 8
"""So many of the first callers of the largest meeting stay: a cursor there keeps its row."""
TROUBLED = 9
"""So many meetings give way to those that need somebody."""


def set_the_scene(world: World) -> None:
    """Give each meeting, largest first, something to show, and plan the first minutes."""
    if not world.calls:
        return
    full = world.wanted_meetings >= FULL_MEETINGS and world.wanted_calls >= FULL_CALLS
    if full:
        make_room(world)
    count = len(world.meetings)
    order = [largest(world, place) for place in range(count)]

    def nth(place: int) -> Meeting:
        return order[place % count]

    make_assembly(world, nth(0))
    mute_in_every_way(world, nth(1))
    callers.raise_hands(world, nth(2), for_s=70)
    callers.forget_one_on_hold(world, nth(3), at_s=0, for_s=145)
    nth(4).is_secured = True
    meetings.end_by_duration(world, nth(5), LAST_SECONDS_S)
    if full:
        for meeting in order:
            keep_host(world, meeting)
    if count > 6:
        hold_until_host(world, nth(6))
    for meeting in order:
        world.directory.add_room_of(meeting, meeting.created)
    plan_first_seconds(world, nth(0), nth(1))
    callers.ask_for_help(world, nth(1), at_s=9.2, for_s=50)
    world.after(8, partial(start_recording, world, nth(1)))
    world.after(10.5, partial(churn.start_meeting, world, 7))
    callers.drop_in_and_out(world, nth(0), (12, 34, 58, 83))
    if count > 7:
        world.after(14, partial(churn.wind_up_meeting, world, nth(7), 8.0))
        world.after(40, partial(reuse_number, world, nth(7).number))
    if full:
        need_somebody(world, nth(0), nth(1))
    enough = bridge.ON_NODE if full else 0
    bridge.lose_node(world, NODE_LOST_S, enough=enough, back_s=BACK_S)


def make_room(world: World) -> None:
    """Close the smallest meetings before anybody sees them."""
    order = sorted(world.meetings.values(), key=lambda meeting: meeting.participant_count)
    for meeting in order[:TROUBLED]:
        world.wanted_meetings -= 1
        world.wanted_calls -= meeting.participant_count
        world.directory.rooms.pop(meeting.number, None)
        world.end(meeting)
    world.retired.clear()


def need_somebody(world: World, big: Meeting, second: Meeting) -> None:
    """Open the meetings that need somebody.

    The comment is when that shows, and when it is over, in seconds. What has no end stays.
    """
    callers.mute_by_another(world, second, at_s=28)  # 28
    meetings.stay_empty(world, left_s=37, for_s=240)  # 37, or 60 by what was seen, to 240
    # 45: 80 %, 110: 90 %, 160: full, 175: over
    seats = meetings.fill_up(world, 10, (45, 110, 160), for_s=15)
    meetings.lose_recording(world, at_s=52, for_s=45)  # 52-97
    meetings.stay_alone(world, left_s=70)  # 70
    standing = meetings.run_too_long(world, left_s=80)  # 80
    callers.stay_too_long(world, standing, left_s=88, for_s=100)  # 88-188
    meetings.mute_everybody(world, at_s=33, for_s=95)  # 93-128
    callers.share_a_number(world, big, at_s=100, for_s=50)  # 100-150
    callers.guess_codes(world, second, at_s=66)  # 104
    meetings.wait_for_host(world, left_s=107)  # 107
    meetings.lose_recording_leg(world, seats, at_s=112)  # 112-175
    meetings.miscount(world, standing, at_s=116, for_s=45)  # 116-161
    meetings.hold_everybody(world, at_s=0, for_s=145)  # 120-145
    meetings.lose_host(world, at_s=18, for_s=152)  # 138-170


def make_assembly(world: World, meeting: Meeting) -> None:
    """Make this meeting a recorded lecture with one caller that rings for ever."""
    meeting.owner = "Weekly all-hands"
    meeting.mute_mode = LECTURE
    meeting.attributes |= {"conference_recording": "on", "conference_mute_policy": "l"}
    for call in guests(meeting):
        if call.role > PARTICIPANT:
            world.change(call, mute_mode=call.mute_mode | 2)
    start_recording(world, meeting)
    for call in guests(meeting)[:FAITHFUL]:
        keep(world, call)
    callers.wait_at_the_door(world, meeting)


def mute_in_every_way(world: World, meeting: Meeting) -> None:
    """Mute three callers: by themselves, by the host, by both."""
    for mode, call in enumerate(guests(meeting)[:3], start=1):
        world.change(call, mute_mode=mode, state=JOINED)


def keep_host(world: World, meeting: Meeting) -> None:
    """Let the meeting have a host who is heard and stays, so that it needs nobody."""
    hosts = [call for call in meeting.calls.values() if call.role == HOST and call.joined]
    others = [call for call in reversed(guests(meeting)) if not call.staged]
    for call in (hosts or others)[:1]:
        world.change(call, role=HOST, access_code=meeting.codes[0], mute_mode=0, hold_mode=0)
        keep(world, call)


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
    for at_s, happen in (
        (1.0, partial(churn.join_meeting, world, big, PARTICIPANT, custom_name="Ada Lovelace")),
        (1.7, to_guest(world, second, world.leave)),
        (2.3, to_guest(world, big, partial(world.change, mute_mode=0))),
        (3.1, to_guest(world, big, partial(callers.raise_hand_a_while, world, seconds=90))),
        (4.0, partial(churn.join_meeting, world, second, PARTICIPANT, custom_name="田中 美咲")),
        (
            4.6,
            to_guest(
                world, second, lambda guest: world.change(guest, mute_mode=guest.mute_mode ^ 1)
            ),
        ),
        (5.3, partial(churn.join_meeting, world, second, PARTICIPANT)),
        (
            7.0,
            to_guest(world, big, lambda guest: world.change(guest, mute_mode=guest.mute_mode ^ 1)),
        ),
        (7.6, to_guest(world, big, world.leave)),
    ):
        world.after(at_s, happen)


def reuse_number(world: World, number: int) -> None:
    """Start a meeting with a number that was in use a minute ago, and a new id."""
    if number not in world.meetings:
        churn.start_meeting(world, 6, number=number)
