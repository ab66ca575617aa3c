"""Lists that are read slowly: what a shelf believes, and when the reader reads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from confmon.clock import timers_on
from confmon.models.codes import Codes
from confmon.models.errors import (
    Forbidden,
    NotFound,
    ServerTrouble,
    Throttled,
    Unauthorized,
    Unreachable,
)
from confmon.models.lists import ListResult
from confmon.models.rooms import AttributeValue, Room
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.list_reader import (
    BRIEF_S,
    INTERVAL_S,
    SOON_S,
    CachedList,
    CachedLists,
    ListSource,
)
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.directory_columns import COLUMNS
from confmon.monitor.views.list_view import ListView
from confmon.monitor.views.wording import DirectoryContext
from tests.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = (1, 2, 3)


def room(number: int, version: int) -> Room:
    return Room(meeting_number=number, description=f"v{version}")


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, Any]]:
    """A server that changes with every question, and answers that come in any order."""
    truth: dict[int, Room] = {}
    answers: list[tuple[str, int, Any]] = []
    for at in range(draw(st.integers(1, 12))):
        number = draw(st.sampled_from(KEYS))
        if draw(st.booleans()) or number not in truth:
            truth[number] = room(number, at)
        else:
            del truth[number]
        if draw(st.booleans()):
            answers.append(("list", at, tuple(truth.values())))
        else:
            asked = draw(st.sampled_from(KEYS))
            answers.append(("one", at, (asked, truth.get(asked))))
    # One list is asked for at a time; reads of single records overtake anything.
    lists = [answer for answer in answers if answer[0] == "list"]
    alone = draw(st.permutations([one for one in answers if one[0] == "one"]))
    merged: list[tuple[str, int, Any]] = []
    while lists or alone:
        listed_next = draw(st.booleans()) if lists and alone else bool(lists)
        take = lists if listed_next else alone
        merged.append(take.pop(0))
    return merged


@given(histories())
def test_any_order_of_answers_ends_in_the_latest_question(
    history: list[tuple[str, int, Any]],
) -> None:
    shelf = CachedList("meeting_number")
    for what, at, answer in history:
        if what == "list":
            shelf.take(at, ListResult(records=answer))
        elif answer[1] is None:
            shelf.drop(at, answer[0])
        else:
            shelf.take_one(at, answer[1])
    expected: dict[int, tuple[int, Room | None]] = {}
    for what, at, answer in history:
        answered = (
            {one.meeting_number: one for one in answer} if what == "list"
            else {answer[0]: answer[1]}
        )  # fmt: skip
        for key in KEYS if what == "list" else (answer[0],):
            if at >= expected.get(key, (-1, None))[0]:
                expected[key] = (at, answered.get(key))
    assert shelf.records == {key: one for key, (_, one) in expected.items() if one is not None}


def test_a_list_renews_what_was_read_alone_and_keeps_what_it_leaves_out() -> None:
    shelf = CachedList("meeting_number", ("attributes",))
    setting = AttributeValue(name="conference_maxcalls", value="4")
    shelf.take(1.0, ListResult(records=(room(1, 0),)))
    shelf.take_one(2.0, replace(room(1, 0), attributes=(setting,)))
    shelf.take(3.0, ListResult(records=(room(1, 1),)))
    assert shelf.full[1] == replace(room(1, 1), attributes=(setting,))
    shelf.take(4.0, ListResult(records=()))
    assert shelf.full == {}


def test_a_list_that_is_not_whole_takes_nobody_away() -> None:
    shelf = CachedList("meeting_number")
    shelf.take(1.0, ListResult(records=(room(1, 0), room(2, 0))))
    shelf.take(2.0, ListResult(records=(room(2, 1),), whole=False))
    assert sorted(shelf.records) == [1, 2]
    assert "not all of them were read" in shelf.notes


class Api:
    """An API of one list, with answers set by the test."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.asked: list[str] = []
        self.takes_s = 0.0
        self.under_way = self.most = 0
        self.fails: Mapping[str, Exception] = {}
        self.reader = CachedLists(
            {
                name: ListSource("meeting_number", self._read(name), self._one)
                for name in ("a", "b")
            },
            clock, lambda: None, call_later=timers_on(clock),
            new_backoff=lambda: Backoff(jitter=0.0),
        )  # fmt: skip

    def _read(self, name: str) -> Any:
        async def read() -> ListResult[Room]:
            self.asked.append(name)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            try:
                if self.takes_s:
                    await self.clock.sleep(self.takes_s)
                if name in self.fails:
                    raise self.fails[name]
            finally:
                self.under_way -= 1
            return ListResult(records=(room(1, len(self.asked)),))

        return read

    async def _one(self, key: int) -> Room:
        if key != 1:
            raise NotFound("no such room", status=404)
        return room(1, -1)


async def api() -> Api:
    return Api(HandClock())


async def test_a_list_that_is_looked_at_again_after_a_moment_is_read_at_once() -> None:
    one = await api()
    one.reader.look(["a", "b"])
    await one.clock.advance(SOON_S + 0.1)
    assert one.asked == ["a", "b"]
    one.reader.look(["b", "a"])
    await one.clock.advance(0.1)
    assert one.asked == ["a", "b", "b", "a"]
    one.reader.look(["a", "b"])
    await one.clock.advance(0.1)
    assert len(one.asked) == 4
    await one.reader.close()


async def test_one_read_at_a_time_however_slow() -> None:
    one = await api()
    one.takes_s = 40.0
    one.reader.look(("a", "b"))
    for _ in range(20):
        await one.clock.advance(13)
        one.reader.retry()
    assert one.most == 1
    await one.reader.close()


async def test_it_reads_every_interval_and_ends_when_nobody_looks() -> None:
    one = await api()
    one.reader.look(("a", "b"))
    await one.clock.advance(10 * INTERVAL_S + 1)
    assert one.asked == ["a", "b"] * 11
    one.reader.look(())
    await one.clock.advance(1000)
    assert len(one.asked) == 22
    one.reader.look(("b",))
    await one.clock.settle()
    assert one.asked[22:] == ["b"]
    await one.reader.close()


async def test_what_lasts_for_seconds_is_read_often_while_there_is_any() -> None:
    clock = HandClock()
    asked: list[str] = []
    there: tuple[Room, ...] = (room(1, 1),)

    def source(name: str, *, brief: bool = False) -> ListSource:
        async def read() -> ListResult[Room]:
            asked.append(name)
            return ListResult(records=there)

        return ListSource("meeting_number", read, brief=brief)

    reader = CachedLists(
        {"slow": source("slow"), "quick": source("quick", brief=True)},
        clock, lambda: None, call_later=timers_on(clock),
            new_backoff=lambda: Backoff(jitter=0.0),
    )  # fmt: skip
    reader.look(("slow", "quick"))
    await clock.advance(2 * BRIEF_S + 1)
    assert asked == ["slow", "quick", "quick", "quick"]
    there = ()
    await clock.advance(BRIEF_S)
    assert asked[4:] == ["quick"]
    assert reader.shelves["quick"].records == {}
    await clock.advance(2 * BRIEF_S)
    assert len(asked) == 5, "there is none"
    await clock.advance(INTERVAL_S)
    assert asked[5:] == ["slow", "quick"]
    await reader.close()


async def test_coming_and_going_asks_no_more_often() -> None:
    one = await api()
    for _ in range(50):
        one.reader.look(("a",))
        await one.clock.advance(0.01)
        one.reader.look(())
        await one.clock.advance(0.01)
    assert one.asked == ["a"]
    await one.reader.close()


async def test_a_failing_api_is_asked_less_and_less_and_never_given_up() -> None:
    one = await api()
    one.fails = {"a": ServerTrouble("503", status=503), "b": ServerTrouble("503", status=503)}
    one.reader.look(("a", "b"))
    await one.clock.advance(300)
    assert 2 * 9 <= len(one.asked) <= 2 * 15
    one.fails = {}
    one.reader.retry()
    await one.clock.advance(1)
    assert one.reader.shelves["a"].state.error is None
    await one.reader.close()


async def test_one_refused_list_does_not_stop_the_others() -> None:
    one = await api()
    one.fails = {"a": Forbidden("403", status=403)}
    one.reader.look(("a", "b"))
    await one.clock.settle()
    assert one.reader.shelves["b"].records
    assert isinstance(one.reader.shelves["a"].state.error, Forbidden)
    await one.reader.close()


async def test_where_nobody_answers_one_list_the_others_wait_as_long() -> None:
    one = await api()
    one.fails = {"a": Unreachable("no route")}
    one.reader.look(("a", "b"))
    await one.clock.advance(0.9)
    assert one.asked == ["a"]
    one.fails = {}
    await one.clock.advance(0.2)
    assert one.asked == ["a", "a", "b"]
    await one.reader.close()


async def test_a_401_stops_it_after_one_request() -> None:
    one = await api()
    one.fails = {"a": Unauthorized("401", status=401)}
    one.reader.look(("a", "b"))
    await one.clock.advance(1000)
    assert one.asked == ["a"]
    one.fails = {}
    one.reader.retry()
    await one.clock.settle()
    assert one.asked == ["a", "a", "b"]
    await one.reader.close()


async def test_what_a_429_asked_for_is_kept_even_for_r() -> None:
    one = await api()
    one.fails = {"a": Throttled("429", status=429, retry_after_s=60.0)}
    one.reader.look(("a",))
    await one.clock.settle()
    one.fails = {}
    for _ in range(5):
        one.reader.retry()
        await one.clock.advance(10)
    assert one.asked == ["a"]
    await one.clock.advance(11)
    assert one.asked[:2] == ["a", "a"]
    await one.reader.close()


async def test_a_cursor_that_runs_does_not_ask_for_every_row() -> None:
    one = await api()
    read: list[int] = []

    async def slow(key: int) -> Room:
        read.append(key)
        await one.clock.sleep(0.1)
        return room(key, 0)

    async def listed() -> ListResult[Room]:
        return ListResult(records=())

    reader = CachedLists(
        {"a": ListSource("meeting_number", listed, slow)},
        one.clock,
        lambda: None,
        call_later=timers_on(one.clock),
    )
    for key in range(1, 1000):
        reader.read_alone("a", key)
        await one.clock.advance(0.001)
    await one.clock.advance(1)
    assert read[0] == 1
    assert read[-1] == 999
    assert len(read) < 15
    await reader.close()


async def test_a_record_that_our_own_bug_keeps_from_being_read_is_not_gone() -> None:
    clock = HandClock()

    async def listed() -> ListResult[Room]:
        return ListResult(records=(room(1, 0),))

    async def broken(_key: int) -> Room:
        raise TypeError

    source = ListSource("meeting_number", listed, broken)
    reader = CachedLists({"a": source}, clock, lambda: None, call_later=timers_on(clock))
    assert await reader.read_now("a", 1) is None
    assert str(reader.shelves["a"].errors[1]) == "internal error: TypeError"
    await reader.close()


async def test_a_record_that_is_gone_leaves_its_list() -> None:
    one = await api()
    one.reader.look(("a",))
    await one.clock.advance(1)
    one.reader.shelves["a"].records[7] = room(7, 0)
    assert await one.reader.read_now("a", 7) is None
    assert 7 not in one.reader.shelves["a"].records
    assert (await one.reader.read_now("a", 1)).description == "v-1"
    assert one.reader.shelves["a"].full.keys() == {1}
    await one.reader.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


def test_a_view_has_words_without_and_an_order() -> None:
    from confmon.monitor.views.live_columns import Column

    columns: tuple[Column[Room], ...] = (
        Column(id="n", title="", width=1, cell=lambda one, _: (str(one.meeting_number), ""),
               sort=lambda one, _: one.meeting_number),
        Column(id="d", title="", width=1, cell=lambda one, _: (one.description or "", ""),
               sort=lambda one, _: one.description),
    )  # fmt: skip
    view = ListView(columns)
    records: dict[int | str, Room] = {
        n: room(n, version) for n, version in ((10, 3), (2, 5), (30, 3))
    }
    assert view.keys(records, None, 1) == [2, 10, 30]
    view.set_filter("v-3 -30")
    assert view.keys(records, None, 1) == []
    view.set_filter("V3 -30")
    assert view.keys(records, None, 1) == [10]
    assert view.total == 3
    view.set_filter("")
    view.sort_next(1)
    assert view.keys(records, None, 1) == [10, 30, 2]
    view.sort_by("d")
    assert view.keys(records, None, 1) == [2, 10, 30]
    del records[2]
    assert view.keys(records, None, 2) == [10, 30]


def test_a_view_finds_and_orders_names_as_people_write_them() -> None:
    view = ListView(COLUMNS["rooms"])
    names = {1: "Board 10", 2: "Zoë's room", 3: "board 9", 4: "Ángel"}
    records: dict[int | str, Room] = {
        key: replace(room(key, 1), description=name) for key, name in names.items()
    }
    look = DirectoryContext(LiveState(Codes()), 0.0)
    view.sort_by("description")
    assert view.keys(records, look, 1) == [4, 3, 1, 2]
    for text in ("zoe", "zoes", "zoë’s"):
        view.set_filter(text)
        assert view.keys(records, look, 1) == [2]
