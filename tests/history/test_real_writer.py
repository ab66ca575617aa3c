"""What the writer has written is answered as it was on the bridge."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.history.answers import CallQuery, SessionQuery
from confmon.history.history import History, open_history
from confmon.history.place import HistoryPlace
from confmon.history.read import Read
from confmon.history.store import Store
from confmon.models.codes import Codes
from confmon.models.live_records import Call
from tests.history.town import NOON
from tests.history.world import World

if TYPE_CHECKING:
    from confmon.history.records import PastState

CODES = Codes()


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 120))
def test_answers_are_the_world(seed: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        world = World(Random(seed), path)  # noqa: S311 - a world that comes again
        for _ in range(steps):
            world.step()
        world.read_all()
        world.store.close()
        history = open_history(path)
        span = history.span()
        assert span is not None
        end = history.state_at(span[1])
        assert end is not None
        truth = {(call.id, call.created, call.meeting_number) for call in world.calls.values()}
        assert placed(history, end) == truth
        check_moments(history, span)
        check_events(history, span, end)
        check_attendance(history, world)
        history.close()


def placed(history: History, state: PastState) -> set[tuple[int, int | None, int | None]]:
    """Return the calls of a state by what the bridge calls them."""
    legs = history.legs([call.leg for call in state.calls])
    sessions = history.meeting_sessions({call.session for call in state.calls if call.session})
    found = set()
    for call in state.calls:
        number = sessions[call.session].number if call.session else None
        found.add((legs[call.leg].call, legs[call.leg].created, number))
    return found


def check_moments(history: History, span: tuple[int, int]) -> None:
    """At each frame, who is in a meeting by the frames is so by the stays.

    By the meeting's number: the store may learn later that a session had already begun again.
    Who moved is left out: stays have the moment that the server gave, frames the read's.
    """
    moved = {
        past.leg.leg
        for past in history.find_calls(CallQuery())
        if any(stay.how == "moved" for stay, _ in past.stays)
    }
    sessions = {
        meeting_session.session: meeting_session.number
        for meeting_session in history.find_sessions(SessionQuery())
    }
    at: int | None = span[0]
    while at is not None:
        state = history.state_at(at)
        by_stays = {
            (leg.leg, number)
            for session, number in sessions.items()
            for _, leg in history.present(session, at)
        }
        for call in state.calls if state is not None else ():
            if call.leg in moved or not call.session:
                continue
            assert (call.leg, sessions[call.session]) in by_stays
        at = history.moment_after(at)


def check_events(history: History, span: tuple[int, int], end: PastState) -> None:
    """Who came and has not left is there at the end, and nobody leaves who is still there."""
    at: int | None = span[0]
    while at is not None and history.state_at(at) is None:
        at = history.moment_after(at)
    first = history.state_at(at) if at is not None else None
    assert at is not None
    assert first is not None
    there = {call.leg for call in first.calls}
    came, gone = set(), set()
    for event in history.events(at, span[1], CODES):
        assert event.from_at <= event.to_at
        if event.kind in {"joined", "arrived"}:
            came.add(event.leg)
        elif event.kind in {"left", "dropped"}:
            gone.add(event.leg)
    final = {call.leg for call in end.calls}
    assert final <= there | came
    out = {call.leg for call in end.calls if not call.session}
    assert not gone & (final - out) - came


def check_attendance(history: History, world: World) -> None:
    """A person was there as long as it says, within what it says of the joining and leaving."""
    for session in history.find_sessions(SessionQuery()):
        found = history.attendance(session.session, CODES)
        assert found is not None
        if found.gaps:
            continue
        for attendee in found.attendees:
            if len(attendee.stays) != 1:
                continue
            _, leg = attendee.stays[0]
            own = [
                each
                for each in world.presences
                if (each.call, each.created) == (leg.call, leg.created)
            ]
            if len(own) != 1:
                continue  # who moves there and back between two reads is not seen to do so
            end = attendee.left if attendee.left is not None else found.until
            true_s = ((own[0].ended or end) - own[0].began) / 1000
            slack = max(attendee.joined_uncertainty_s, attendee.left_uncertainty_s) + 2.0
            assert abs(attendee.total_s - true_s) <= slack


def test_a_first_read_tells_of_nobody_who_came_and_a_clock_set_back_invents_nothing(
    tmp_path: Path,
) -> None:
    place = HistoryPlace(path=tmp_path / "history.db", endpoint="test")
    store = Store(place, is_recording=lambda role: role == 0)
    assert store.open()
    first, second = (
        Call(id=number, meeting_number=5, created=NOON - number, caller=f"4930000000{number}")
        for number in (1, 2)
    )
    store.take(Read(at=NOON, put=[first], whole=True, everything=True))
    store.take(Read(at=NOON + 2_000, since=NOON, put=[second], whole=True))
    for at in range(NOON + 4_000, NOON + 120_000, 2_000):
        store.take(Read(at=at, since=at - 2_000, whole=True))
    store.take(Read(at=NOON + 58_000, since=NOON + 118_000, gone=[first], whole=True))
    for at in range(NOON + 60_000, NOON + 100_000, 2_000):
        store.take(Read(at=at, since=at - 2_000, whole=True))
    store.close()
    history = open_history(place.path)
    there = [history.state_at(NOON + at) for at in (0, 57_000, 59_000, 90_000)]
    assert [len(state.calls) for state in there if state is not None] == [1, 2, 1, 1]
    events = list(history.events(NOON - 1, NOON + 200_000, CODES))
    assert [event.kind for event in events] == ["joined", "left"]
    (session,) = history.find_sessions(SessionQuery())
    found = history.attendance(session.session, CODES)
    assert found is not None
    times = [
        (attendee.total_s, attendee.left is None, attendee.reconnects)
        for attendee in found.attendees
    ]
    assert times == [(118.0, False, 0), (116.0 + 40.0, True, 0)]
    history.close()
