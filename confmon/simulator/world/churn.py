"""Random events: callers join, leave, return, mute and ask; meetings start and end.

Each kind of event is a random process with a constant rate, so that the cost of a stretch of time
depends on its events and not on the number of calls.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.entities import HOST, JOINED, RECORDER, Call, Meeting
from confmon.simulator.sample.names import OWNERS
from confmon.simulator.sample.network import CODECS
from confmon.simulator.world import admission, population, rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from confmon.simulator.world.world import World

SHARE_WITH_ROOM = 0.75
"""The share of new meetings that have a room; the rest are made on the fly."""

AWAY_S = (125, 300)
"""Who drops at random returns after so long: only scenarios make redials."""


def start_churn(world: World, churn: float, unrest: float = 1.0) -> None:
    """Start every process; `churn` is the share of callers that leave per minute.

    `unrest` scales what makes somebody look: raised hands, calls for the operator, what hosts do,
    recordings.
    """
    per_call = churn * world.wanted_calls / 60
    per_meeting = churn * world.wanted_meetings / 60
    for rate, act in (
        (2.0 * per_call, join_or_leave),
        (1.2 * per_call, mute_self),
        (unrest * 0.25 * per_call, raise_hand),
        (unrest * 0.06 * per_call, call_operator),
        (unrest * 0.25 * per_call, act_as_host),
        (0.15 * per_call, change_codec),
        (0.5 * per_meeting, start_or_end_meeting),
        (unrest * 0.15 * per_meeting, toggle_recording),
    ):
        _schedule(world, world.rng, rate, act)
    _schedule(world, world.mediator.rng, churn / 3, call_forwarded_number)


def _schedule(world: World, rng: Random, rate: float, act: Callable[[World], None]) -> None:
    if rate > 0:
        world.after(rng.expovariate(rate), partial(_run, world, rng, rate, act))


def _run(world: World, rng: Random, rate: float, act: Callable[[World], None]) -> None:
    act(world)
    _schedule(world, rng, rate, act)


def pick_call(world: World) -> Call | None:
    """Draw a call; None if it is no joined person, or is staged."""
    if not world.call_ids:
        return None
    call = world.calls[world.call_ids[world.rng.randrange(len(world.call_ids))]]
    return None if call.staged or call.role == RECORDER or call.state != JOINED else call


def pick_meeting(world: World) -> Meeting | None:
    """Draw a meeting; None if it is about to end, or is staged."""
    if not world.meeting_numbers:
        return None
    numbers = world.meeting_numbers
    meeting = world.meetings[numbers[world.rng.randrange(len(numbers))]]
    return None if meeting.ending or meeting.staged else meeting


def join_or_leave(world: World) -> None:
    """Let a caller join or leave, whichever is likelier to reach the wanted number."""
    lack = (world.wanted_calls - len(world.calls)) / max(world.wanted_calls, 1)
    if world.rng.random() < min(0.98, max(0.02, 0.5 + 2.5 * lack)):
        add_caller(world)
    elif (call := pick_call(world)) and not call.meeting.ending:
        if world.rng.random() < 0.25:
            drop_and_return(world, call, world.rng.uniform(*AWAY_S))
        else:
            world.leave(call)


def add_caller(world: World) -> None:
    """Let a caller join the meeting that lacks most callers, of three drawn ones."""
    rng = world.rng
    found: list[Meeting] = []
    for _ in range(3):
        call = pick_call(world) if rng.random() < 0.8 else None
        meeting = call.meeting if call else pick_meeting(world)
        if meeting and not meeting.ending:
            found.append(meeting)
    if found:
        meeting = min(found, key=lambda place: place.participant_count / place.wanted)
        count = meeting.participant_count
        role = HOST if not meeting.heads[HOST] and rng.random() < 0.3 else 0
        join_meeting(world, meeting, role or population.draw_role(rng, count + 1, count))


def join_meeting(world: World, meeting: Meeting, role: int, **details: Any) -> Call | None:
    """Let a new caller join; three in ten ring first."""
    connecting_s = world.rng.uniform(1, 4) if world.rng.random() < 0.3 else 0.0
    persona = population.draw_caller(world) | details
    return world.enter(meeting, role, connecting_s=connecting_s, **persona)


def drop_and_return(world: World, call: Call, away_s: float) -> None:
    """Drop a call; the same number returns after `away_s` seconds with a new id."""
    again = {
        "caller": call.caller,
        "callee": call.callee,
        "custom_name": call.custom_name,
        "codec": call.codec,
        "access_code": call.access_code,
    }
    meeting, role = call.meeting, call.role
    world.leave(call)
    world.happened["dropped"] += 1
    world.after(away_s, partial(_return, world, meeting, role, again))


def _return(world: World, meeting: Meeting, role: int, again: dict[str, Any]) -> None:
    if world.enter(meeting, role, **again):
        world.happened["came back"] += 1


def mute_self(world: World) -> None:
    """Let a caller press the mute keys of the telephone."""
    if call := pick_call(world):
        world.change(call, mute_mode=call.mute_mode ^ 1)


def raise_hand(world: World) -> None:
    """Let a caller raise a hand, for up to two minutes."""
    if (call := pick_call(world)) and call.role != HOST and not call.qa_mode:
        world.change(call, qa_mode=1)
        world.after(world.rng.uniform(15, 120), partial(world.change, call, qa_mode=0))


def call_operator(world: World) -> None:
    """Let a caller ask for the operator, on a bridge that shows it."""
    if (call := pick_call(world)) and call.operator_mode == 0:
        world.change(call, operator_mode=1)
        world.after(world.rng.uniform(20, 90), partial(world.change, call, operator_mode=0))


def act_as_host(world: World) -> None:
    """Let a host mute, unmute, hold for a while, name, or set the gain of a caller."""
    call = pick_call(world)
    if not call or call.role == HOST or not call.meeting.heads[HOST]:
        return
    draw = world.rng.random()
    if draw < 0.4:
        world.change(call, mute_mode=call.mute_mode ^ 2)
    elif draw < 0.65 and not call.hold_mode:
        world.change(call, hold_mode=1)
        world.after(world.rng.uniform(8, 150), partial(_release, world, call))
    elif draw < 0.8 and not call.custom_name:
        world.change(call, custom_name=population.draw_caller(world)["custom_name"])
    else:
        world.change(call, gain_level=max(-5, min(5, call.gain_level + world.rng.choice((-1, 1)))))


def _release(world: World, call: Call) -> None:
    if not call.waiting:
        world.change(call, hold_mode=0)


def change_codec(world: World) -> None:
    """Change the codec of a call."""
    if call := pick_call(world):
        world.change(call, codec=world.rng.choice(CODECS))


def start_or_end_meeting(world: World) -> None:
    """Start or end a meeting, whichever is likelier to reach the wanted number."""
    lack = (world.wanted_meetings - len(world.meetings)) / max(world.wanted_meetings, 1)
    if world.rng.random() < min(0.95, max(0.05, 0.5 + 2 * lack)):
        start_meeting(world, min(60, 2 + int(world.rng.lognormvariate(1.6, 0.8))))
        return
    meeting = pick_meeting(world) if len(world.meetings) > 1 else None
    if meeting is None or any(call.staged for call in meeting.calls.values()):
        return
    if meeting.participant_count <= max(20, world.wanted_calls // 10):
        wind_up_meeting(world, meeting, world.rng.uniform(5, 25))


def start_meeting(world: World, expected: int, *, number: int = 0) -> Meeting:
    """Start a meeting, half of the time with an earlier number, and let callers join it."""
    rng = world.rng
    earlier = [old for old in world.retired if old.number not in world.meetings]
    if number or (earlier and rng.random() < 0.5):
        old = next((old for old in earlier if old.number == number), None)
        old = old or (None if number else rng.choice(earlier))
    else:
        old = None
    details = population.draw_meeting(world, rng.randrange(len(OWNERS), 1000), expected)
    if old:
        details.update(owner=old.owner, codes=old.codes)
    number = number or (old.number if old else population.draw_meeting_number(world))
    room = world.directory.rooms.get(number)
    if room and room.edited:
        details["attributes"] |= room.attributes
        details["mute_mode"] = rules.level_bits(room.attributes.get("conference_mute_policy", ""))
    meeting = world.open(number, **details)
    housed = world.directory.rng.random() < SHARE_WITH_ROOM
    if not room and housed and len(world.directory.rooms) < 2 * world.wanted_meetings + 50:
        world.directory.add_room_of(meeting, meeting.created)
    for place in range(expected):
        role = population.draw_role(rng, place, expected)
        delay_s = 0.0 if place == 0 else rng.expovariate(1 / 18)
        world.after(delay_s, partial(join_meeting, world, meeting, role))
    return meeting


def wind_up_meeting(world: World, meeting: Meeting, over_s: float) -> None:
    """Let all people of a meeting hang up within `over_s` seconds, then end it."""
    meeting.ending = True
    for call in meeting.calls.values():
        if call.role != RECORDER:
            world.after(world.rng.uniform(0, over_s), partial(world.leave, call))
    world.after(over_s + world.rng.uniform(3, 8), partial(world.end, meeting))


def toggle_recording(world: World) -> None:
    """Start or stop the recording of a meeting that is recorded on request only."""
    meeting = pick_meeting(world)
    if meeting and meeting.attributes.get("conference_recording") == "off":
        world.record(meeting, on=not meeting.is_recording)


def call_forwarded_number(world: World) -> None:
    """Let an outside caller dial a number that the Mediator forwards."""
    rng, bindings = world.mediator.rng, world.mediator.list_bindings()
    if bindings:
        binding = rng.choice(bindings)
        stranger = f"1{rng.randrange(201, 990)}555{rng.randrange(10_000):04d}"
        admission.dial(world, binding.redirect_did, "", binding.origination_did or stranger)
