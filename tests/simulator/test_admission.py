"""A caller gets what the room's settings say: a role, a wait, or a refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.simulator.entities import HOST, LISTENER, PARTICIPANT, RECORDER, Call, Meeting
from confmon.simulator.simulation import build_world
from confmon.simulator.world.admission import EXPLICIT_S, dial
from confmon.simulator.world.schedule import read_window
from tests.simulator.test_world import assert_books_balance

if TYPE_CHECKING:
    from confmon.simulator.directory.records import Room
    from confmon.simulator.world.world import World

START = 1_700_000_000.0
US, MEMBERS = "15162065318", "18005550142"
HOSTS, GUESTS, LISTENERS = "900001", "90002", "9000003"


def room(world: World, group_id: int = 219, **settings: str) -> Room:
    """Add a room without a live meeting, with one code for each role."""
    found = world.directory.add_room(777_001, "Tried out", settings, group_id)
    for key, code in zip(found.keychain, (HOSTS, GUESTS, LISTENERS), strict=True):
        key.access_code = code
    return found


def format_window(begin_s: float, end_s: float) -> str:
    """Return a schedule as `read_window` reads it."""
    begin, end = (
        datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for moment_s in (begin_s, end_s)
    )
    return f"{begin}/{end}"


def meeting_of(world: World) -> Meeting:
    return world.meetings[777_001]


def call_in(world: World, code: str, number: str = US) -> Call | None:
    return dial(world, number, code, "+15555550100")


def let_in(world: World, code: str, number: str = US) -> Call:
    call = call_in(world, code, number)
    assert call is not None
    return call


def test_the_code_decides_room_and_role(still: World) -> None:
    room(still)
    roles = [let_in(still, code).role for code in (HOSTS, GUESTS, LISTENERS)]
    assert roles == [HOST, PARTICIPANT, LISTENER]
    call = let_in(still, GUESTS, f"+{US}")
    assert (call.meeting.number, call.callee, call.access_code) == (777_001, US, GUESTS)
    assert call.meeting.owner == "John Smith"


def test_conf_makes_a_meeting_of_an_unknown_code_and_spectel_does_not(still: World) -> None:
    first, second = let_in(still, "4242"), let_in(still, "4242")
    assert first.meeting is second.meeting
    assert first.meeting.number not in still.directory.rooms
    assert (first.role, second.role) == (HOST, PARTICIPANT)
    assert call_in(still, "4242", MEMBERS) is None
    assert call_in(still, "no digits") is None
    assert call_in(still, "4242", "19995550000") is None
    assert (still.happened["wrong code"], still.happened["no such number"]) == (2, 1)


def test_a_room_is_reached_by_the_numbers_of_its_groups_only(still: World) -> None:
    room(still, 303)
    assert let_in(still, GUESTS, MEMBERS).meeting.number == 777_001
    elsewhere = let_in(still, GUESTS)
    assert elsewhere.meeting.number != 777_001, "there the code makes a meeting of its own"


def test_seeded_meetings_are_reached_by_the_codes_of_their_rooms(still: World) -> None:
    for number, meeting in list(still.meetings.items()):
        housed = still.directory.rooms[number]
        assert {key.access_code: key.role for key in housed.keychain} == {
            code: role for role, code in enumerate(meeting.codes, start=1)
        }
    meeting = next(iter(still.meetings.values()))
    assert let_in(still, meeting.codes[1]).meeting is meeting


def test_a_full_room_turns_away_until_somebody_leaves(still: World) -> None:
    room(still, conference_maxcalls="2")
    first, _ = let_in(still, GUESTS), let_in(still, HOSTS)
    assert call_in(still, HOSTS) is None
    still.leave(first)
    assert call_in(still, LISTENERS) is not None
    assert still.happened["turned away: full"] == 1


def test_each_role_has_its_own_limit(still: World) -> None:
    room(still, conference_maxcallsperrole="1:-1:0")
    assert call_in(still, HOSTS) is not None
    assert call_in(still, HOSTS) is None
    assert call_in(still, LISTENERS) is None
    assert all(call_in(still, GUESTS) for _ in range(5))
    assert still.happened["turned away: role full"] == 2


def test_a_changed_attribute_counts_for_the_next_caller(still: World) -> None:
    meeting = next(iter(still.meetings.values()))
    meeting.attributes["conference_maxcalls"] = str(meeting.participant_count)
    assert still.enter(meeting, PARTICIPANT) is None
    meeting.attributes["conference_maxcalls"] = "-1"
    assert still.enter(meeting, PARTICIPANT) is not None


def test_a_lock_lets_hosts_in(still: World) -> None:
    room(still)
    let_in(still, GUESTS).meeting.is_secured = True
    assert call_in(still, GUESTS) is None
    assert call_in(still, HOSTS) is not None


def test_first_begins_with_anybody_and_moderator_with_a_host(still: World) -> None:
    room(still)
    guest = let_in(still, GUESTS)
    assert (guest.hold_mode, meeting_of(still).begun) == (0, True)
    still.end(meeting_of(still))
    still.directory.rooms[777_001].attributes["conference_start_how"] = "moderator"
    guest, listener = let_in(still, GUESTS), let_in(still, LISTENERS)
    assert (guest.hold_mode, listener.hold_mode, meeting_of(still).begun) == (1, 1, False)
    host = call_in(still, HOSTS)
    assert host is not None
    assert (guest.hold_mode, listener.hold_mode, host.hold_mode) == (0, 0, 0)
    assert let_in(still, GUESTS).hold_mode == 0


def test_after_the_wait_it_begins_without_a_host(still: World) -> None:
    room(still, conference_start_how="moderator", conference_start_wait="30")
    guest = let_in(still, GUESTS)
    still.advance(START + 29)
    assert guest.hold_mode == 1
    still.advance(START + 31)
    assert guest.hold_mode == 0


def test_explicit_waits_for_the_hosts_keys(still: World) -> None:
    room(still, conference_start_how="explicit")
    guest, host = let_in(still, GUESTS), let_in(still, HOSTS)
    assert (guest.hold_mode, host.hold_mode) == (1, 0)
    still.advance(START + EXPLICIT_S - 1)
    assert guest.hold_mode == 1
    still.advance(START + EXPLICIT_S + 1)
    assert guest.hold_mode == 0


def test_it_stops_when_the_last_host_stays_away(still: World) -> None:
    room(still, conference_stop_how="moderator", conference_stop_wait="10")
    let_in(still, GUESTS)
    still.leave(let_in(still, HOSTS))
    still.advance(START + 5)
    again = let_in(still, HOSTS)
    still.advance(START + 20)
    assert 777_001 in still.meetings, "a host came back in time"
    still.leave(again)
    still.advance(START + 29)
    assert 777_001 in still.meetings
    still.advance(START + 31)
    assert 777_001 not in still.meetings


def test_last_ends_with_the_last(still: World) -> None:
    room(still)
    guest = let_in(still, GUESTS)
    still.leave(let_in(still, HOSTS))
    still.advance(START + 60)
    assert 777_001 in still.meetings
    still.leave(guest)
    still.advance(START + 120)
    assert 777_001 not in still.meetings


def test_policies_mute_and_hold_by_role(still: World) -> None:
    room(still, conference_mute_policy="l", conference_hold_policy="pl")
    guest, listener = let_in(still, GUESTS), let_in(still, LISTENERS)
    assert (guest.mute_mode, listener.mute_mode) == (0, 2)
    assert (guest.hold_mode, listener.hold_mode) == (1, 1)
    meeting = meeting_of(still)
    assert (meeting.mute_mode, meeting.hold_mode) == (32, 40)
    assert let_in(still, HOSTS).mute_mode == 0
    assert (guest.hold_mode, listener.hold_mode, meeting.hold_mode) == (0, 0, 40)


@pytest.mark.parametrize(("how", "after_s"), [("auto", 0.0), ("on", 2.0)])
def test_recording_begins_with_the_meeting(still: World, how: str, after_s: float) -> None:
    room(still, conference_recording=how, conference_start_how="moderator")
    let_in(still, GUESTS)
    still.advance(START + 10)
    assert not meeting_of(still).is_recording
    let_in(still, HOSTS)
    still.advance(START + 10 + after_s)
    meeting = meeting_of(still)
    assert meeting.is_recording
    assert [call.role for call in meeting.calls.values()].count(RECORDER) == 1


def test_recording_stops_after_the_host(still: World) -> None:
    room(
        still, conference_recording="auto", recording_stop_how="moderator", recording_stop_wait="5"
    )
    let_in(still, GUESTS)
    still.leave(let_in(still, HOSTS))
    assert meeting_of(still).is_recording
    still.advance(START + 6)
    assert not meeting_of(still).is_recording


def test_nothing_lasts_longer_than_its_room_says(still: World) -> None:
    room(still, conference_maxduration="60", call_maxduration="20")
    first = let_in(still, GUESTS)
    still.advance(START + 15)
    let_in(still, HOSTS)
    still.advance(START + 21)
    assert not still.is_live(first)
    assert 777_001 in still.meetings
    still.advance(START + 61)
    assert 777_001 not in still.meetings


def test_who_comes_before_the_time_waits_on_hold(still: World) -> None:
    room(
        still,
        conference_scheduled="on",
        conference_schedule=format_window(START + 600, START + 900),
        conference_schedule_hold="300",
    )
    assert call_in(still, GUESTS) is None, "more than five minutes early"
    assert 777_001 not in still.meetings
    still.advance(START + 400)
    guest, host = let_in(still, GUESTS), let_in(still, HOSTS)
    assert (guest.hold_mode, host.hold_mode) == (1, 1)
    still.advance(START + 601)
    assert (guest.hold_mode, host.hold_mode) == (0, 0)
    still.advance(START + 901)
    assert 777_001 not in still.meetings
    assert call_in(still, GUESTS) is None
    reasons = [still.happened[f"turned away: {why}"] for why in ("too early", "over")]
    assert reasons == [1, 1]


def test_a_schedule_that_cannot_be_read_is_none() -> None:
    on = {"conference_scheduled": "on"}
    assert read_window(on | {"conference_schedule": "every Tuesday"}) is None
    assert read_window({"conference_schedule": "2026-11-22T09:00Z/"}) is None
    assert read_window(on | {"conference_schedule": "2023-11-14T22:13:20Z/"}) == (
        START,
        float("inf"),
    )
    assert read_window(on | {"conference_schedule": format_window(START, START + 60)}) == (
        START,
        START + 60,
    )


def test_the_dids_delay_is_rung_out(still: World) -> None:
    room(still)
    did = still.directory.find_did(US)
    assert did is not None
    did.attributes["call_delay"] = "4"
    call = let_in(still, GUESTS)
    assert call.joined is None
    still.advance(START + 5)
    assert call.joined == (START + 4) * 1000


def test_a_guest_who_is_made_host_begins_the_meeting(still: World) -> None:
    room(still, conference_start_how="moderator")
    guest, other = let_in(still, GUESTS), let_in(still, GUESTS)
    still.change(guest, role=HOST)
    assert (guest.hold_mode, other.hold_mode) == (0, 0)


LIVES = st.lists(
    st.one_of(
        st.sampled_from([HOSTS, GUESTS, LISTENERS]),
        st.integers(0, 5),
        st.floats(1, 90),
    ),
    max_size=25,
)


@settings(max_examples=120, deadline=None)
@given(
    how=st.sampled_from(["first", "moderator", "explicit"]),
    wait=st.sampled_from(["-1", "0", "40"]),
    stop=st.sampled_from(["last", "moderator"]),
    hold=st.sampled_from(["", "p", "pl"]),
    most=st.integers(1, 5),
    recording=st.sampled_from(["off", "on", "auto"]),
    scheduled=st.booleans(),
    life=LIVES,
)
def test_whatever_happens_a_room_is_kept_to(  # noqa: PLR0917 - one argument a setting
    how: str,
    wait: str,
    stop: str,
    hold: str,
    most: int,
    recording: str,
    scheduled: bool,
    life: list[str | int | float],
) -> None:
    now = [START]
    world = build_world(3, 2, 6, lambda: now[0], churn=0.0)
    room(
        world,
        conference_start_how=how,
        conference_start_wait=wait,
        conference_stop_how=stop,
        conference_hold_policy=hold,
        conference_maxcalls=str(most),
        conference_maxcallsperrole="2:-1:1",
        conference_recording=recording,
        conference_scheduled="on" if scheduled else "off",
        conference_schedule=format_window(START + 100, START + 600),
    )
    for event in life:
        if isinstance(event, str):
            call_in(world, event)
        elif isinstance(event, float):
            now[0] += event
            world.advance()
        elif (meeting := world.meetings.get(777_001)) and meeting.calls:
            calls = list(meeting.calls.values())
            world.leave(calls[event % len(calls)])
        assert_books_balance(world)
        meeting = world.meetings.get(777_001)
        if meeting is not None:
            assert meeting.participant_count <= most
            assert meeting.heads[HOST] <= 2
            assert meeting.heads[LISTENER] <= 1
            assert_waits_are_right(world, meeting)


def assert_waits_are_right(world: World, meeting: Meeting) -> None:
    """Nobody waits without a reason, and nobody gets around one."""
    joined = [call for call in meeting.calls.values() if call.role != RECORDER]
    on_time = schedule_begun(world, meeting)
    if meeting.begun and meeting.heads[HOST]:
        assert not any(call.waiting for call in joined)
    if not meeting.begun:
        assert not meeting.is_recording
        assert all(call.hold_mode for call in joined if call.role != HOST or not on_time)
    if meeting.attributes["conference_start_how"] == "moderator" and meeting.heads[HOST]:
        assert meeting.begun or not on_time


def schedule_begun(world: World, meeting: Meeting) -> bool:
    found = read_window(meeting.attributes)
    return found is None or world.now >= found[0]
