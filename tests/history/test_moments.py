"""The state at a moment is what the reads showed, and what the stays say."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.history.history import open_history
from confmon.models.codes import Codes
from tests.history.town import NOON, Town
from tests.history.worlds import STEPS, STEPS_FORWARD, build

if TYPE_CHECKING:
    from random import Random

    from confmon.history.records import PastState
    from tests.history.town import Seen

CODES = Codes()
IN_A_MEETING = """
SELECT stay.leg FROM stay WHERE stay.session = :session AND stay.joined_to <= :at
AND (stay.left_to IS NULL OR stay.left_to > :at) ORDER BY stay.leg
"""


def last_seen(seen: list[Seen], at: int) -> Seen | None:
    """Say it plainly: the later stretch of time wins, in it the newest read."""
    stretches: list[list[Seen]] = [[]]
    for one in seen:
        if stretches[-1] and one.at < stretches[-1][-1].at:
            stretches.append([])
        stretches[-1].append(one)
    begun = [one for one in stretches if one[0].at <= at]
    over = [one for one in begun if at <= one[-1].at or one is stretches[-1]]
    stretch = (over or begun or [[]])[-1]
    return next((one for one in reversed(stretch) if one.at <= at), None)


def as_seen(state: PastState | None, seen: Seen | None) -> bool:
    if state is None or seen is None:
        return state is None and seen is None
    calls = {call.leg: (call.session, call.state) for call in state.calls}
    meetings = {meeting.session: meeting.state for meeting in state.meetings}
    return (state.at, calls, meetings) == (seen.at, seen.calls, seen.meetings)


@given(STEPS, st.integers(0, 6), st.randoms(use_true_random=False))
def test_the_state_at_any_moment_is_what_was_read(
    steps: list[tuple[str, int, int]], keep: int, random: Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder) / "history.db", steps, keep)
        history = open_history(world.town.path)
        moments = [at for seen in world.town.seen for at in (seen.at - 1, seen.at, seen.at + 700)]
        random.shuffle(moments)
        for at in moments:
            assert as_seen(history.state_at(at), last_seen(world.town.seen, at)), at - NOON
        history.close()


@given(STEPS_FORWARD, st.integers(0, 6))
def test_a_moment_has_its_gap(steps: list[tuple[str, int, int]], keep: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder) / "history.db", steps, keep)
        history = open_history(world.town.path)
        for seen in world.town.seen:
            for at in (seen.at - 1, seen.at, seen.at + 700):
                state = history.state_at(at)
                inside = [gap for gap in world.gaps if gap[0] < at < gap[1]]
                assert (
                    [(state.gap.from_at, state.gap.to_at)] if state and state.gap else []
                ) == inside
        history.close()


@given(STEPS_FORWARD, st.integers(0, 6))
def test_stays_say_the_same_as_frames(steps: list[tuple[str, int, int]], keep: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder) / "history.db", steps, keep)
        history, oracle = open_history(world.town.path), sqlite3.connect(world.town.path)
        sessions = [0, *world.sessions]
        attended = {session: history.attendance(session, CODES) for session in world.sessions}
        for seen in world.town.seen:
            state = history.state_at(seen.at)
            assert state is not None
            for session in sessions:
                calls = {call.leg: call.state for call in state.calls if call.session == session}
                rows = oracle.execute(IN_A_MEETING, {"session": session, "at": seen.at})
                assert [leg for (leg,) in rows] == sorted(calls)
                found = history.present(session, seen.at)
                assert sorted(leg.leg for _, leg in found) == sorted(calls)
                if (whole := attended.get(session)) is not None:
                    states = {
                        stay.leg: [now for at, now in stay.changes if at <= seen.at][-1]
                        for attendee in whole.attendees
                        for stay, _ in attendee.stays
                        if stay.leg in calls
                        and stay.joined_to <= seen.at < (stay.left_to or seen.at + 1)
                    }
                    assert states == {leg: calls[leg] for leg in states}
        oracle.close()
        history.close()


def test_the_later_run_wins_where_the_clock_was_set_back(tmp_path: Path) -> None:
    town = Town(tmp_path / "history.db", keep=100)
    board = town.meets(309001, created=NOON)
    town.read()
    anna = town.joins(board, "+493012345601", role=2)
    town.reads(100)
    town.sets_back(60_000)
    town.leaves(anna)
    town.reads(10)
    town.close()
    history = open_history(town.path)

    def there(at: int) -> int:
        state = history.state_at(at)
        assert state is not None
        return len(state.calls)

    assert there(NOON + 139_000) == 1
    assert there(NOON + 141_000) == 1
    assert there(NOON + 143_000) == 0  # the first run saw her there
    assert there(NOON + 163_000) == 0  # now
    assert there(NOON + 190_000) == 0
    found = history.attendance(board, CODES)
    assert found is not None
    (attendee,) = found.attendees
    assert (attendee.total_s, attendee.reconnects) == (198.0 + 2.0, 0)
    history.close()
