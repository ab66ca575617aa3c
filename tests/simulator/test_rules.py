"""Who gets in, who waits, who is muted, and when a meeting is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.simulator.entities import HOST, LISTENER, PARTICIPANT, RECORDER, Meeting
from confmon.simulator.world.population import draw_meeting

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

START = 1_700_000_000.0


def fresh(world: World, number: int = 77, **details: object) -> Meeting:
    return world.open(number, **(draw_meeting(world, 0, 5) | {"mute_mode": 0} | details))


@pytest.mark.parametrize(
    ("mode", "host", "participant", "listener"),
    [(0, 0, 0, 0), (32, 0, 0, 2), (36, 0, 1, 2), (40, 0, 2, 2)],
)
def test_late_joiners_are_muted_as_the_meeting_says(
    still: World, mode: int, host: int, participant: int, listener: int
) -> None:
    meeting = fresh(still, mute_mode=mode)
    found = [still.enter(meeting, role) for role in (HOST, PARTICIPANT, LISTENER)]
    assert [call.mute_mode for call in found if call] == [host, participant, listener]


def test_a_locked_meeting_admits_hosts_only(still: World) -> None:
    meeting = fresh(still, is_secured=True)
    assert still.enter(meeting, PARTICIPANT) is None
    assert still.enter(meeting, LISTENER) is None
    assert still.enter(meeting, HOST) is not None
    assert meeting.participant_count == 1
    assert still.happened["turned away"] == 2


def test_callers_wait_on_hold_until_the_host_comes_and_the_meeting_does_not_say(
    still: World,
) -> None:
    meeting = fresh(still, hold_mode=40)
    guest = still.enter(meeting, PARTICIPANT)
    assert guest
    assert guest.hold_mode == 1
    host = still.enter(meeting, HOST, connecting_s=3)
    assert host
    assert (host.joined, host.state, guest.hold_mode) == (None, 1, 1)
    still.advance(START + 3)
    assert host.joined == (START + 3) * 1000
    assert guest.hold_mode == 0
    assert meeting.hold_mode == 40
    after = still.enter(meeting, PARTICIPANT)
    assert after
    assert after.hold_mode == 0


def test_the_recording_leg_is_nobody(still: World) -> None:
    meeting = fresh(still)
    guest = still.enter(meeting, PARTICIPANT)
    still.record(meeting, on=True)
    still.record(meeting, on=True)
    legs = [call for call in meeting.calls.values() if call.role == RECORDER]
    assert len(legs) == 1
    assert (meeting.is_recording, meeting.participant_count) == (True, 1)
    still.leave(legs[0])
    assert not meeting.is_recording
    still.record(meeting, on=True)
    assert guest
    still.leave(guest)
    still.advance(START + 20)
    assert 77 not in still.meetings, "a recording leg does not keep a meeting open"
    assert not meeting.calls


def test_the_last_person_out_ends_the_meeting_and_its_number_is_free_again(still: World) -> None:
    first = fresh(still)
    guest = still.enter(first, PARTICIPANT)
    assert guest
    still.leave(guest)
    still.leave(guest)
    assert 77 in still.meetings
    still.advance(START + 20)
    assert 77 not in still.meetings
    second = fresh(still)
    assert second.id > first.id
    assert still.enter(first, PARTICIPANT) is None, "the old session is over"
    still.end(first)
    assert still.meetings[77] is second


def test_a_meeting_with_a_longest_duration_ends_by_itself(still: World) -> None:
    attributes = draw_meeting(still, 0, 5)["attributes"] | {"conference_maxduration": "60"}
    meeting = fresh(still, attributes=attributes)
    still.enter(meeting, HOST)
    still.advance(START + 59)
    assert 77 in still.meetings
    still.advance(START + 60)
    assert 77 not in still.meetings


def test_ids_grow_and_are_never_used_twice(still: World) -> None:
    meeting = fresh(still)
    found = [still.enter(meeting, PARTICIPANT) for _ in range(50)]
    ids = [call.id for call in found if call]
    assert ids == sorted(set(ids))
    assert ids[0] > max(id_ for id_ in still.calls if id_ not in ids)


def test_a_change_of_role_moves_the_head_count(still: World) -> None:
    meeting = fresh(still)
    call = still.enter(meeting, PARTICIPANT)
    assert call
    still.change(call, role=HOST)
    assert meeting.heads == [0, 1, 0, 0]
    still.leave(call)
    still.change(call, role=LISTENER)
    assert (meeting.heads, call.role) == ([0, 0, 0, 0], HOST)
