"""Time travel by key press: the screens show a moment of the past, nothing of now as if then."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from confmon.config.settings.attention import AttentionSettings
from confmon.history.lock import WriterLock
from confmon.history.place import HistoryPlace
from tests.history.town import SCAN, Town
from tests.screens.test_attention import raise_in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.screens.conftest import Bridge, HandClock, Stage, Staging

HOST, TALKER = 1, 2
MINUTES = 10
"""The town has been watched for so long."""


@pytest.fixture
def place(tmp_path: Path) -> HistoryPlace:
    """Where the history is."""
    return HistoryPlace(path=tmp_path / "history.db", endpoint="op at lab")


@pytest.fixture
def town(place: HistoryPlace, clock: HandClock) -> Iterator[Town]:
    """What another confmon has recorded up to now, and goes on to record.

    Meeting 100 has had Ada and Ben, who left 6 minutes ago; 200 ended 5 minutes ago, with Cem in
    it; nothing was seen from 4 to 3 minutes ago; Dora came a minute ago.
    """
    lock = WriterLock(place.path)
    assert lock.take()
    began = round(clock.wall() * 1000) - MINUTES * 60_000
    town = Town(place.path, began=began)
    main = town.meets(100, "Grace Hopper", created=began)
    other = town.meets(200, "Alan Turing", created=began)
    town.joins(main, "+15165550001", "Ada", joined=began, leg={"call": 1, "created": began},
               role=TALKER, mute_mode=0, hold_mode=0, state=2)  # fmt: skip
    ben = town.joins(main, "+15165550002", "Ben", joined=began, leg={"call": 2, "created": began},
                     role=TALKER, mute_mode=0, hold_mode=0, state=2)  # fmt: skip
    town.joins(other, "+15165550003", "Cem", joined=began, leg={"call": 3, "created": began},
               role=TALKER, mute_mode=2, hold_mode=0, state=2)  # fmt: skip
    town.read()
    _until(town, began + 4 * 60_000)
    town.leaves(ben)
    _until(town, began + 5 * 60_000)
    town.ends(other)
    _until(town, began + 6 * 60_000)
    town.misses(60_000)
    _until(town, began + 9 * 60_000)
    town.joins(main, "+15165550004", "Dora", joined=town.at, leg={"call": 4, "created": town.at},
               role=TALKER, mute_mode=0, hold_mode=0, state=2)  # fmt: skip
    _until(town, began + MINUTES * 60_000)
    yield town
    town.close()
    lock.release()


def _until(town: Town, at: int) -> None:
    while town.at < at:
        town.read(SCAN)


@pytest.fixture
def live(bridge: Bridge, town: Town) -> Bridge:
    """The same bridge as it is now."""
    bridge.meeting(100, created=town.began)
    for call_id, name in ((1, "Ada"), (4, "Dora")):
        bridge.call(100, call_id, name, created=town.began, joined=town.began)
    bridge.meeting(300, "Edsger Dijkstra")
    bridge.call(300, 5, "Emil")
    return bridge


def clock_of(ms: int) -> str:
    """A moment as the header says it."""
    return f"{datetime.fromtimestamp(ms / 1000):%H:%M:%S}"


async def ask(stage: Stage, text: str) -> None:
    """Ask for a time."""
    await stage.press("semicolon")
    assert stage.dialog == "MomentDialog"
    await stage.type(text)
    await stage.press("enter")
    await stage.settle()


async def test_a_time_that_is_asked_for_shows_who_was_there(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        assert stage.rows == [100, 300]
        await ask(stage, "-7m")
        assert stage.rows == [100, 200]
        assert f"PAST {clock_of(town.at - 7 * 60_000)[:5]}" in stage.lines[0]
        assert "7m ago" in stage.lines[0]
        assert "age" not in stage.lines[0]
        assert "The past: verbs are off, collection goes on" in stage.text
        await stage.press("escape")
        assert stage.rows == [100, 300]
        assert "PAST" not in stage.text
        assert "age" in stage.lines[0]


async def test_the_counts_in_the_tabs_are_those_of_the_moment_inside_a_meeting_too(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await ask(stage, "-5m")
        assert "2 Calls 2 " in stage.lines[1]
        await stage.go_in(100)
        assert "2 Calls 2 " in stage.lines[1]
        await stage.press("escape", "escape")
        assert "2 Calls 3 " in stage.lines[1]


async def test_what_is_typed_is_shown_as_a_moment_before_it_is_taken(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.press("semicolon")
        await stage.type("25:00")
        assert "there is no 25:00" in stage.text
        await stage.press("enter")
        assert stage.dialog == "MomentDialog"
        await stage.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await stage.type("-5m")
        assert "5m ago" in stage.text
        await stage.press("escape")
        assert stage.dialog == ""
        assert not stage.session.is_past


async def test_a_step_back_from_now_and_steps_in_the_past(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.press(",")
        assert f"PAST {clock_of(town.seen[-2].at)}" in stage.lines[0]
        await stage.press(",", ",", ".")
        assert f"PAST {clock_of(town.seen[-3].at)}" in stage.lines[0]
        await stage.press("<")
        back = town.seen[-3].at - 60_000
        assert f"PAST {clock_of(back)}" in stage.lines[0]
        await stage.press(">")
        assert f"PAST {clock_of(town.seen[-3].at)}" in stage.lines[0]
        assert live.writes == []


async def test_steps_pressed_fast_or_held_all_count(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.press(",")
        await stage.burst(*",,,.", gap_s=0.03, rests=False)
        assert f"PAST {clock_of(town.seen[-4].at)}" in stage.lines[0]


async def test_nothing_is_sent_in_the_past_and_what_is_live_goes_on(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.go_in(100)
        await ask(stage, "-8m")
        assert [stage.row("Ben") is not None, len(stage.rows)] == [True, 2]
        for key in "mhdn[u":
            await stage.press(key)
            assert stage.dialog == ""
            assert "this is the past" in stage.notice
        assert "this is the past" in stage.footer
        await stage.press("M")
        assert stage.dialog == ""
        reads = live.reads
        shown = stage.table_lines
        live.call(100, 6, "Fay")
        await stage.next_poll()
        await stage.next_poll()
        assert live.reads > reads
        assert stage.table_lines == shown
        assert live.writes == []
        await stage.press("escape")
        assert "Fay" in stage.text
        await stage.press("escape")
        assert stage.subject == "meetings"


async def test_a_verb_acts_again_after_escape_but_not_the_step_pressed_too_often(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.go_in(100)
        await stage.press(",", ".", "escape")
        await stage.burst(".", after_s=0.9)
        assert "just stepped through the past" in stage.notice
        await stage.press("m")
        await stage.advance(1)
        assert len(live.writes) == 1


@pytest.mark.parametrize("is_off", [True, False])
async def test_a_step_on_is_no_verb_where_there_is_no_past_to_step_in(
    live: Bridge, staged: Staging, tmp_path: Path, is_off: bool
) -> None:
    live.call(300, 6, "Fay", mute_mode=2)
    nothing_in = HistoryPlace(path=tmp_path / "none" / "history.db", endpoint="op at lab")
    lock = WriterLock(nothing_in.path)
    assert lock.take()
    async with staged(history=None if is_off else nothing_in) as stage:
        await raise_in_turn(stage, 6)
        await stage.go_in(300)
        await stage.press(",")
        await stage.settle()
        assert "recorded" in stage.notice
        await stage.burst(".", after_s=0.9 if is_off else 5.0)
        await stage.advance(1)
        assert not live.writes
        assert "just stepped through the past" in stage.notice
        await stage.burst(".", after_s=5.0)
        await stage.advance(1)
        assert len(live.writes) == 1
    lock.release()


async def test_a_meeting_that_has_ended_is_gone_into(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await ask(stage, "-8m")
        stage.table.move_to(200)
        await stage.press("enter")
        await stage.settle()
        assert stage.session.view.meeting == 200
        assert "Cem" in stage.row("Cem")
        assert "mut" in stage.row("Cem")
        assert "2:00" in stage.row("Cem")  # he had been in for two minutes
        await stage.press("escape")
        assert "This meeting has ended" in stage.text


async def test_what_leads_to_a_moment_of_a_meeting_shows_it_there(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.press("3")
        stage.app.show_past(200, town.began / 1000 + 90)
        await stage.settle()
        assert "Cem" in stage.row("Cem")
        assert f"PAST {clock_of(town.began + 90_000)}" in stage.lines[0]
        asked = len(live.asked)
        await stage.advance(10)
        assert not any("200" in path for path in live.asked[asked:])
        await stage.press("escape")
        assert "This meeting has ended" in stage.text
        await stage.press("escape")
        assert stage.section == "rooms"


async def test_a_gap_and_the_time_before_the_first_record_are_shown(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    gap = town.began + 6 * 60_000
    async with staged(history=place) as stage:
        await ask(stage, "-3m30s")
        words = f"Not seen from {clock_of(gap)} to {clock_of(gap + 60_000)}"
        assert f"{words}: the bridge could not be reached" in stage.text
        await ask(stage, "-2h")
        assert f"Nothing was recorded before {clock_of(town.began)}" in stage.text
        assert f"PAST {clock_of(town.began)}" in stage.lines[0]
        await stage.press(".")
        assert "Nothing was recorded before" not in stage.text


async def test_what_needs_somebody_is_that_of_now(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    live.world.calls[5].operator_mode = 1
    async with staged(history=place) as stage:
        await stage.advance(30)
        await stage.next_poll()
        await ask(stage, "-8m")
        assert "Needs you now" in stage.lines[1]
        assert "needs you now" in stage.text
        assert stage.row("200")
        await stage.press("t")
        assert not stage.session.is_past
        assert stage.session.view.meeting == 300


async def test_what_is_about_now_is_not_done_to_then(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.go_in(100)
        await ask(stage, "-8m")
        for key in "QKZa":
            await stage.quiet()
            await stage.press(key)
            assert "esc goes back to now" in stage.notice, key
            assert stage.dialog == ""
        assert len(stage.session.memory.asking) == 0


async def test_the_past_is_told_apart_on_a_small_terminal(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(size=(80, 24), history=place) as stage:
        await ask(stage, "-8m")
        assert f"PAST {clock_of(town.at - 8 * 60_000)[:5]}" in stage.lines[0]
        assert all(line.startswith("║") for line in stage.table_lines)
        assert "esc Now" in stage.footer
        await stage.press("escape")
        assert not any(line.startswith("║") for line in stage.table_lines)


async def test_escape_on_a_tape_that_was_opened_in_the_past_goes_back_there(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.go_in(100)
        await ask(stage, "-8m")
        await stage.press("V")
        await stage.advance(0.1)
        assert "esc Back" in stage.footer
        await stage.press("escape")
        await stage.advance(0.1)
        assert "PAST" in stage.lines[0]
        assert "esc Now" in stage.footer


async def test_yesterday_is_shown_with_its_date(
    bridge: Bridge, place: HistoryPlace, staged: Staging, clock: HandClock
) -> None:
    lock = WriterLock(place.path)
    assert lock.take()
    yesterday = Town(place.path, began=round(clock.wall() * 1000) - 26 * 3_600_000)
    yesterday.meets(700, "Kurt Gödel", created=yesterday.began)
    yesterday.reads(3)
    async with staged(history=place) as stage:
        await ask(stage, "-26h")
        assert f"PAST {datetime.fromtimestamp(yesterday.began / 1000)}" in stage.lines[0]
        assert stage.rows == [700]
        await ask(stage, "-1h")
        assert "Not seen since" in stage.text
    yesterday.close()
    lock.release()


async def test_filter_sort_and_columns_work_on_the_past(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await ask(stage, "-8m")
        await stage.press("2")
        assert len(stage.rows) == 3
        await stage.press("/")
        await stage.type("muted")
        await stage.press("enter")
        assert stage.rows == [3]
        await stage.press("<")
        assert stage.rows == [3]
        await stage.press("escape")
        assert not stage.session.is_past
        assert stage.session.view.filter_text == "muted"


async def test_marks_of_now_are_kept_and_those_of_then_are_not(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.go_in(100)
        stage.table.move_to(4)
        await stage.press("space")
        assert set(stage.session.view.marks) == {4}
        await ask(stage, "-8m")
        assert stage.session.view.marks == {}
        stage.table.move_to(2)
        await stage.press("space")
        assert set(stage.session.view.marks) == {2}
        await stage.press("escape")
        assert set(stage.session.view.marks) == {4}


async def test_pause_does_nothing_in_the_past_and_the_past_leads_from_a_pause_to_now(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await stage.press("p")
        assert "PAUSED" in stage.lines[0]
        await stage.press(",")
        assert "PAUSED" not in stage.lines[0]
        assert "PAST" in stage.lines[0]
        await stage.press("p")
        assert stage.session.is_past
        await stage.press("escape")
        assert "PAUSED" not in stage.lines[0]
        assert "PAST" not in stage.lines[0]


async def test_an_export_names_the_moment(
    live: Bridge, place: HistoryPlace, staged: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.path.parent)
    async with staged(history=place) as stage:
        await ask(stage, "-8m")
        past = stage.session.past
        assert past is not None
        await stage.press("X")
        stamp = f"{datetime.fromtimestamp(past.at / 1000):%Y%m%d-%H%M%S}"
        assert f"meetings-past-{stamp}.csv" in stage.text
        assert f"as of {clock_of(past.at)}" in stage.text
        await stage.press("enter", "enter", "enter", "enter")
        await stage.settle()
    rows = written_in(place.path.parent)
    assert [row["meetingNumber"] for row in rows] == ["100", "200"]
    as_of = datetime.fromisoformat(rows[0]["asOf"])
    assert abs(as_of.timestamp() * 1000 - past.at) < 1000


def written_in(folder: Path) -> list[dict[str, str]]:
    """The rows of the one file that was written."""
    (written,) = folder.glob("*.csv")
    return list(csv.DictReader(written.read_text().splitlines()))


async def test_the_events_are_those_before_the_moment(
    live: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    async with staged(history=place) as stage:
        await ask(stage, "-5m30s")
        assert "events before" in stage.text
        assert "Ben" in stage.line("left")
        assert "ended" not in "".join(stage.lines[20:])


async def test_without_a_history_the_keys_say_so(bridge: Bridge, staged: Staging) -> None:
    async with staged() as stage:
        await stage.press(",")
        assert "history is off" in stage.notice
        assert not stage.session.is_past


async def test_before_anything_is_recorded_the_keys_say_so(
    bridge: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    lock = WriterLock(place.path)
    assert lock.take()
    async with staged(history=place) as stage:
        await stage.press(",")
        assert "nothing has been recorded yet" in stage.notice
        assert not stage.session.is_past
        assert "PAST" not in stage.lines[0]
    lock.release()


async def test_what_this_run_writes_is_its_past(
    bridge: Bridge, place: HistoryPlace, staged: Staging
) -> None:
    bridge.meeting(100)
    bridge.people(100, "Ada", "Ben")
    async with staged(history=place) as stage:
        history = stage.session.history
        assert history is not None
        await stage.advance(4)
        await stage.go_in(100)
        await stage.advance(4)
        before = stage.clock.wall()
        bridge.world.leave(bridge.of(2))
        await stage.advance(10)
        assert "Ben" not in "".join(stage.table_lines)
        writer = history.writer
        await stage.until(lambda: (writer.acknowledged or 0) >= before * 1000)
        await stage.press(",")
        assert "Ben" in stage.text
        await stage.press("escape")
        assert "Ben" not in "".join(stage.table_lines)


async def test_who_begins_beside_a_recorder_knows_the_minutes_before(
    live: Bridge, town: Town, place: HistoryPlace, staged: Staging
) -> None:
    live.meeting(400, created=town.began)
    live.call(400, 9, "Ida", created=town.began, joined=town.began)
    lone = town.meets(400, created=town.began)
    town.joins(lone, "+15165550009", "Ida", joined=town.at, leg={"call": 9, "created": town.began},
               role=TALKER, mute_mode=0, hold_mode=0, state=2)  # fmt: skip
    alone_from = town.read(0)
    async with staged(history=place, attention=AttentionSettings(alone_s=5.0)) as stage:
        history = stage.session.history
        assert history is not None
        series = stage.session.memory.series
        await stage.until(lambda: history.writer.is_following)
        await stage.next_poll()
        await stage.next_poll()
        await stage.settle()
        assert series.values("calls")[-11:-6] == (3, 3, 3, 3, 2)
        assert series.callers_in(100)[-9:-1] == (2, 2, 1, 1, 1, 1, 1, 2)
        await stage.advance(10)
        alone = [signal for signal in stage.session.attention.signals if signal.rule == "alone"]
        assert [round(signal.since * 1000) for signal in alone if signal.meeting == 400] == [
            alone_from
        ]
