"""Whatever is asked for while a moment is read, the moment that is shown in the end is right."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from confmon.clock import run_at_once
from confmon.history.database import HistoryUnavailable
from confmon.history.history import History, open_history
from confmon.models.codes import Codes
from confmon.monitor.past.reader import HistoryReader
from confmon.monitor.past.records import PastRecords
from confmon.monitor.past.travel import NOTHING_YET, PastMoment, Travel
from tests.clock import HandClock, InlineExecutor, rest
from tests.history.town import NOON, SCAN, Town, small_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CODES = Codes({})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two meetings over some minutes, with a gap of two."""
    town = small_town(tmp_path_factory.mktemp("town") / "history.db")
    yield town
    town.close()


class Trip:
    """Travels in a town, and keeps what is shown and the messages."""

    def __init__(self, open_: Callable[[], History], now_ms: int) -> None:
        asyncio.get_running_loop().set_default_executor(InlineExecutor())
        self.shown: list[PastMoment | None] = []
        self.messages: list[str] = []
        self.reader = HistoryReader(open_)
        self.travel = Travel(
            self.reader,
            PastRecords(CODES),
            CODES,
            HandClock(),
            wall=lambda: now_ms / 1000,
            show=self.shown.append,
            say=self.messages.append,
        )

    async def rest(self) -> PastMoment:
        """Return what is shown when all has been read."""
        await rest()
        found = self.shown[-1]
        assert found is not None
        return found


def trip(town: Town) -> Trip:
    return Trip(lambda: open_history(town.path), town.at + 500)


async def test_a_step_back_from_now_is_the_read_before_the_newest(town: Town) -> None:
    going = trip(town)
    going.travel.step(-1)
    assert (await going.rest()).at == town.seen[-2].at
    going.travel.step(-2)
    assert (await going.rest()).at == town.seen[-4].at
    going.travel.step(3)
    found = await going.rest()
    assert (found.at, found.is_newest) == (town.seen[-1].at, True)
    going.travel.step(1)
    assert (await going.rest()).at == town.seen[-1].at
    await going.reader.close()


async def test_steps_pressed_while_a_moment_is_read_add_up(town: Town) -> None:
    going = trip(town)
    for _ in range(5):
        going.travel.step(-1)
    going.travel.step(1)
    assert (await going.rest()).at == town.seen[-5].at
    going.travel.step(-1)
    going.travel.go_to((NOON + 7 * SCAN) / 1000)
    going.travel.step(1)
    assert (await going.rest()).at == NOON + 8 * SCAN
    await going.reader.close()


async def test_a_time_is_the_read_before_it_and_steps_go_on_from_there(town: Town) -> None:
    going = trip(town)
    going.travel.go_to((NOON + 3 * SCAN + 700) / 1000)
    found = await going.rest()
    assert (found.at, found.read_at) == (NOON + 3 * SCAN + 700, NOON + 3 * SCAN)
    going.travel.step(-1)
    assert (await going.rest()).at == NOON + 2 * SCAN
    going.travel.shift(60)
    assert (await going.rest()).at == NOON + 2 * SCAN + 60_000
    await going.reader.close()


async def test_before_the_first_record_is_the_first(town: Town) -> None:
    going = trip(town)
    going.travel.go_to(NOON / 1000 - 3600)
    found = await going.rest()
    assert (found.at, found.first) == (NOON, NOON)
    going.travel.step(-1)
    found = await going.rest()
    assert (found.at, found.first) == (NOON, NOON)
    going.travel.step(1)
    found = await going.rest()
    assert (found.at, found.first) == (NOON + SCAN, None)
    await going.reader.close()


async def test_a_moment_in_a_gap_says_so(town: Town) -> None:
    gap = town.db.execute("SELECT from_at, to_at FROM gap").fetchone()
    going = trip(town)
    going.travel.go_to((gap[0] + 1000) / 1000)
    found = await going.rest()
    assert found.gap is not None
    assert (found.gap.from_at, found.gap.to_at) == gap
    assert found.read_at == gap[0]
    await going.reader.close()


async def test_to_leave_is_to_see_nothing_that_was_on_its_way(town: Town) -> None:
    going = trip(town)
    going.travel.step(-1)
    await asyncio.sleep(0)
    going.travel.leave()
    for _ in range(20):
        await asyncio.sleep(0)
    assert going.shown == [None]
    going.travel.step(-1)
    assert (await going.rest()).at == town.seen[-2].at
    await going.reader.close()


async def test_where_nothing_was_recorded_that_is_shown(tmp_path: Path) -> None:
    town = Town(tmp_path / "history.db")
    going = trip(town)
    going.travel.step(-1)
    await rest()
    assert (going.messages, going.shown) == ([NOTHING_YET], [None])
    await going.reader.close()
    town.close()


async def test_a_history_that_cannot_be_read_is_opened_again(town: Town) -> None:
    tries = [0]

    def opened() -> History:
        tries[0] += 1
        if tries[0] < 2:
            raise HistoryUnavailable("the disk fails")
        return open_history(town.path)

    going = Trip(opened, town.at + 500)
    going.travel.step(-1)
    await rest()
    assert (going.messages, going.shown) == (["the disk fails"], [None])
    going.travel.step(-1)
    assert (await going.rest()).at == town.seen[-2].at
    await going.reader.close()


async def test_the_events_are_those_up_to_the_moment(town: Town) -> None:
    going = trip(town)
    going.travel.go_to((NOON + 12 * SCAN) / 1000)
    shown = (await going.rest()).events
    assert shown is not None
    events = [event for line in shown for event in line.events]
    assert events
    assert all(event.at * 1000 <= NOON + 12 * SCAN for event in events)
    assert any(event.kind == "muted" and event.meeting == 309001 for event in events)
    await going.reader.close()


STEPS = st.one_of(
    st.tuples(st.just("step"), st.integers(-5, 5).filter(bool)),
    st.tuples(st.just("shift"), st.sampled_from([-60, 60, -7])),
    st.tuples(st.just("go_to"), st.integers(-5, 200).map(lambda at: NOON / 1000 + at)),
    st.tuples(st.just("wait"), st.integers(0, 4)),
)


@rules(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_any_order_of_steps_leads_where_they_lead_one_by_one(
    town: Town, steps: list[tuple[str, Any]]
) -> None:
    assert asyncio.run(_end_of(town, steps, each=False)) == asyncio.run(
        _end_of(town, steps, each=True)
    )


async def _end_of(town: Town, steps: list[tuple[str, Any]], *, each: bool) -> int | None:
    """Return the moment that is shown in the end; `each`: all is read after each."""
    going = trip(town)
    for what, value in steps:
        if what == "wait":
            for _ in range(value):
                await asyncio.sleep(0)
            continue
        getattr(going.travel, what)(value)
        if each:
            await rest()
    await rest()
    await going.reader.close()
    last = going.shown[-1] if going.shown else None
    return None if last is None else last.at


@rules(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 40), max_size=10), forgets=st.booleans())
def test_the_state_of_a_moment_is_what_its_read_showed(
    town: Town, order: list[int], *, forgets: bool
) -> None:
    history, records = open_history(town.path), PastRecords(CODES)
    for at in order:
        seen = town.seen[at]
        past = history.state_at(seen.at)
        assert past is not None
        if forgets:
            records.forget_live()
        state = run_at_once(records.state(past, history))
        legs = history.legs(seen.calls)
        sessions = history.meeting_sessions(seen.meetings)
        assert {call.id for call in state.calls.values()} == {one.call for one in legs.values()}
        for leg, (session, raw) in seen.calls.items():
            call = state.calls[legs[leg].call]
            assert call.meeting_number == sessions[session].number
            assert (call.role, call.mute_mode, call.hold_mode) == (
                raw.role, raw.mute_mode, raw.hold_mode,
            )  # fmt: skip
            assert call is state.by_meeting[sessions[session].number][call.id]
        assert set(state.meetings) == {
            meeting_session.number for meeting_session in sessions.values()
        }
    history.close()


def test_no_past_state_has_the_revision_of_another(town: Town) -> None:
    history, records = open_history(town.path), PastRecords(CODES)
    past = history.state_at(town.at)
    assert past is not None
    states = [run_at_once(records.state(past, history)) for _ in range(3)]
    for state in states:
        for other in states:
            assert (state.touched_since(other.revision) is None) is (state is not other)
        assert state.touched_since(0) is None
    history.close()
