"""How a call is admitted: by the number dialled, the code entered, and the settings of the room.

A meeting copies its room's settings when it opens. From then on the meeting's attributes count, so
that a change by `PUT …/attributes/…` applies to the next caller.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.records import CONF
from confmon.simulator.entities import HOST, PARTICIPANT
from confmon.simulator.world import rules, schedule

if TYPE_CHECKING:
    from confmon.simulator.directory.records import Did, Room
    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world.world import World

EXPLICIT_S = 20.0
"""How long a host takes to press the start keys where `conference_start_how` is explicit."""
MAX_FORWARDS = 4


def dial(
    world: World, number: str, access_code: str, caller: str = "", **details: Any
) -> Call | None:
    """Let a caller dial `number` and enter `access_code`; None if no meeting admits the call.

    The Mediator's numbers are forwarded first; there the binding's own digits are entered.
    `world.happened` counts why calls are not admitted.
    """
    for _ in range(MAX_FORWARDS):
        did = world.directory.find_did(number)
        if did is not None:
            return _answer(world, did, access_code, caller, details)
        onward = world.mediator.forward(number, caller)
        if onward is None:
            break
        number, access_code = onward.destination_did, onward.digits or access_code
    else:
        world.happened["forwarded in a circle"] += 1
        return None
    if number not in world.mediator.phones:
        world.happened["no such number"] += 1
    return None


def _answer(
    world: World, did: Did, access_code: str, caller: str, details: dict[str, Any]
) -> Call | None:
    directory = world.directory
    found = directory.find_room(did.group_id, access_code)
    group = directory.groups.get(did.group_id)
    if found is not None:
        room, key = found
        role = key.role
        meeting = world.meetings.get(room.number) or _open(world, did, room, access_code)
    elif group and group.call_flow_id == CONF and access_code.isascii() and access_code.isdigit():
        meeting = _find_open_by_code(world, access_code) or _open(world, did, None, access_code)
        role = _role_without_room(meeting, access_code)
    else:
        world.happened["wrong code"] += 1
        return None
    settings = directory.resolve_settings(did, found[0] if found else None)
    details.setdefault("connecting_s", max(0, rules.read_number(settings.get("call_delay"), 0)))
    call = world.enter(
        meeting,
        role,
        callee=did.phone_number,
        caller=caller,
        access_code=access_code,
        **details,
    )
    if call is None and not meeting.calls:
        world.end(meeting)
    longest_s = rules.read_number(meeting.attributes.get("call_maxduration"), -1)
    if call is not None and longest_s > 0:
        world.after(longest_s, partial(world.leave, call))
    return call


def _find_open_by_code(world: World, access_code: str) -> Meeting | None:
    for meeting in world.meetings.values():
        if access_code in meeting.codes and meeting.number not in world.directory.rooms:
            return meeting
    return None


def _role_without_room(meeting: Meeting, access_code: str) -> int:
    """Return a role where no room gives one: the first caller is the host."""
    if len(set(meeting.codes)) == 1:
        return PARTICIPANT if meeting.participant_count else HOST
    return meeting.codes.index(access_code) + 1


def _open(world: World, did: Did, room: Room | None, access_code: str) -> Meeting:
    settings = world.directory.resolve_settings(did, room)
    owner = world.directory.subscribers.get(room.subscriber_sid) if room else None
    meeting = world.open(
        room.number if room else world.directory.next_room_number(world.meetings),
        owner=f"{owner.first_name} {owner.last_name}" if owner else None,
        codes=first_codes(room) if room else (access_code,) * 3,
        wanted=1,
        attributes=settings,
        mute_mode=rules.level_bits(settings["conference_mute_policy"]),
        hold_mode=rules.level_bits(settings["conference_hold_policy"]),
        type=int(settings["conference_distributed"] == "on"),
        begun=False,
    )
    wait_s = rules.read_number(settings["conference_start_wait"], -1)
    window = schedule.read_window(settings)
    early_s = max(0.0, window[0] - world.now) if window else 0.0
    if window:
        world.after(early_s, partial(try_to_begin, world, meeting))
        if window[1] - world.now < 10**9:
            world.after(max(0.0, window[1] - world.now), partial(world.end, meeting))
    if wait_s >= 0:
        world.after(early_s + wait_s, partial(begin_meeting, world, meeting))
    return meeting


def first_codes(room: Room) -> tuple[str, str, str]:
    """Return the first code of each role; empty where the room has none."""
    first = {key.role: key.access_code for key in reversed(room.keychain)}
    return first.get(1, ""), first.get(2, ""), first.get(3, "")


def on_joined(world: World, call: Call) -> None:
    """Begin the meeting, or end its wait for a host, if this call was missing for it."""
    if not call.meeting.begun or call.role == HOST:
        try_to_begin(world, call.meeting)


def try_to_begin(world: World, meeting: Meeting) -> None:
    """Begin the meeting if its rules now allow it, and release callers if a host is there."""
    if world.meetings.get(meeting.number) is not meeting:
        return
    present = [call for call in meeting.calls.values() if call.joined is not None]
    host = any(call.role == HOST for call in present)
    if not meeting.begun and not rules.is_early(meeting, world.now):
        how = meeting.attributes.get("conference_start_how", "first")
        if how == "explicit":
            if host and not meeting.starting:
                meeting.starting = True
                world.after(EXPLICIT_S, partial(_press_start_keys, world, meeting))
        elif host or (how == "first" and present):
            begin_meeting(world, meeting)
    if host:
        release_waiting(world, meeting)


def _press_start_keys(world: World, meeting: Meeting) -> None:
    meeting.starting = False
    if meeting.heads[HOST]:
        begin_meeting(world, meeting)


def begin_meeting(world: World, meeting: Meeting) -> None:
    """Begin the meeting: record it if its settings ask for that, and release waiting callers."""
    if meeting.begun or world.meetings.get(meeting.number) is not meeting:
        return
    meeting.begun = True
    world.happened["meeting begun"] += 1
    recording = meeting.attributes.get("conference_recording")
    if recording == "auto":
        world.record(meeting, on=True)
    elif recording == "on":
        world.after(world.quirks.recording_delay_s, partial(world.record, meeting, on=True))
    release_waiting(world, meeting)


def release_waiting(world: World, meeting: Meeting) -> None:
    """Take callers off hold that need not wait any longer."""
    for call in meeting.calls.values():
        if call.waiting and not rules.must_wait(meeting, call.role, world.now):
            world.change(call, hold_mode=0, waiting=False)


def on_host_left(world: World, meeting: Meeting) -> None:
    """Plan the end of what stops with the last host: the meeting, or its recording."""
    settings = meeting.attributes
    if settings.get("conference_stop_how") == "moderator":
        wait_s = max(0, rules.read_number(settings.get("conference_stop_wait"), 0))
        world.after(wait_s, partial(_stop_without_host, world, meeting, whole=True))
    if settings.get("recording_stop_how") == "moderator" and meeting.is_recording:
        wait_s = max(0, rules.read_number(settings.get("recording_stop_wait"), 0))
        world.after(wait_s, partial(_stop_without_host, world, meeting, whole=False))


def _stop_without_host(world: World, meeting: Meeting, *, whole: bool) -> None:
    if meeting.heads[HOST]:
        return
    if whole:
        world.end(meeting)
    else:
        world.record(meeting, on=False)
