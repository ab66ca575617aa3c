"""A replay shows what the history knows, at its time; and a broken file is refused."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.api.decoding.records import RecordDecoder
from confmon.clock import run_at_once
from confmon.history.history import History, open_history
from confmon.models.codes import Codes
from confmon.models.errors import Guarded, NotFound, Unreachable
from confmon.models.live_records import Call, Meeting
from confmon.models.resources.directory import ROOMS
from confmon.monitor.exports.numbers import NumberVisibility
from confmon.monitor.past.records import PastRecords
from confmon.monitor.replay import file as replay_file
from confmon.monitor.replay.bridge import OVER, ReplayBridge
from confmon.monitor.replay.clock import ReplayClock
from confmon.monitor.replay.file import BrokenReplay, Replay, ReplayReader
from confmon.monitor.replay.lines import Line, ReplayLines
from tests.clock import HandClock
from tests.history.town import ANNA, NOON, small_town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = {"format": "confmon-replay", "version": 1, "began_ms": NOON, "endpoint": "https://a"}
CALL = {"id": 1, "caller": ANNA, "meetingNumber": 7}


def read(*lines: Any, header: Any = HEADER) -> Replay:
    text = "\n".join(json.dumps(line) for line in (header, *lines))
    return read_bytes(text.encode())


def read_bytes(raw: bytes) -> Replay:
    reader = ReplayReader(RecordDecoder(Call).read, RecordDecoder(Meeting).read)
    return reader.read(io.BytesIO(raw))


def playing(replay: Replay, speed: float = 1.0) -> tuple[ReplayBridge, HandClock, ReplayClock]:
    hand = HandClock()
    clock = ReplayClock(hand, replay=replay, speed=speed)
    return ReplayBridge(replay, clock), hand, clock


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    small_town(tmp_path / "history.db").close()
    opened = open_history(tmp_path / "history.db")
    yield opened
    opened.close()


def lines_of(history: History, number: int | None = None) -> Iterator[Line]:
    since, until = NOON, NOON + 292_000
    lines = ReplayLines(
        history, PastRecords(Codes()), since=since, until=until, number=number,
        visible=NumberVisibility.ALL, run=run_at_once,
    )  # fmt: skip
    return lines.lines(history.markers(since, until), {})


def exported(history: History, number: int | None = None) -> Replay:
    return read(*lines_of(history, number))


def ends_of_gaps(path: Path) -> list[int]:
    opened = open_history(path)
    found = [gap.to_at for gap in opened.gaps(NOON, NOON + 292_000) if gap.to_at is not None]
    opened.close()
    return found


@pytest.mark.parametrize("number", [None, 309001, 309002])
async def test_each_moment_is_that_of_the_history(history: History, number: int | None) -> None:
    bridge, hand, clock = playing(exported(history, number))
    records = PastRecords(Codes())
    for second in range(0, 293):
        past = history.state_at(NOON + second * 1000)
        assert past is not None
        state = run_at_once(records.state(past, history))
        try:
            scan = await bridge.scan_calls()
        except Unreachable:
            assert past.gap is not None
        else:
            assert past.gap is None
            calls = state.calls if number is None else state.by_meeting.get(number, {})
            # A name is that of the whole call: the history keeps the last one.
            assert {call.id for call in scan.records} == set(calls)
            assert {call.mute_mode for call in scan.records} == {
                call.mute_mode for call in calls.values()
            }
            meetings = {record.meeting_number for record in (await bridge.scan_meetings()).records}
            assert meetings == {meeting for meeting in state.meetings if number in (None, meeting)}
        await hand.advance(1)
    assert clock.wall() == NOON / 1000 + 292
    assert (await bridge.scan_calls()).notes == (OVER,)


def test_everything_is_written_again_after_each_gap_also_where_two_overlap(tmp_path: Path) -> None:
    town = small_town(tmp_path / "history.db")
    first_end = max(ends_of_gaps(tmp_path / "history.db"))
    town.sets_back(170_000)
    town.misses(140_000)  # it begins before the first one, and ends after it
    town.close()
    opened = open_history(tmp_path / "history.db")
    keys = [line[0] for line in lines_of(opened) if line[1] == "key"]
    opened.close()
    ends = [(end - NOON) / 1000 for end in (first_end, town.at)]
    assert [key for key in keys if key >= ends[0]] == ends


async def test_it_plays_faster_and_begins_with_the_first_read() -> None:
    replay = read(
        [0, "key", {"calls": [CALL]}], [100, "change", {"gone": [1]}], [200, "change", {}]
    )
    bridge, hand, clock = playing(replay, speed=50)
    await hand.advance(1000)
    assert clock.wall() == NOON / 1000
    assert len((await bridge.scan_calls()).records) == 1
    await hand.advance(1.9)
    assert len((await bridge.scan_calls(7)).records) == 1
    await hand.advance(0.1)
    assert (await bridge.scan_calls(7)).records == ()
    assert clock.wall() == NOON / 1000 + 100
    assert playing(read([5, "change", {}], [7, "key", {}]))[2].wall() == NOON / 1000 + 7
    with pytest.raises(NotFound):
        await bridge.get_call(1)


async def test_unchanged_records_are_the_same_objects_over_a_keyframe() -> None:
    replay = read([0, "key", {"calls": [CALL]}], [1, "key", {"calls": [CALL, {"id": 2}]}])
    bridge, hand, _ = playing(replay)
    [before] = (await bridge.scan_calls()).records
    await hand.advance(1)
    assert (await bridge.scan_calls()).records[0] is before
    assert await bridge.get_call(1) is before


async def test_nothing_can_be_changed() -> None:
    bridge, *_ = playing(read([0, "key", {"meetings": [{"meetingNumber": 7}]}]))
    for request in (
        bridge.put_call(1, {"muteMode": 2}), bridge.put_meeting(7, {}), bridge.delete_call(1),
        bridge.delete_meeting(7),
    ):  # fmt: skip
        with pytest.raises(Guarded):
            await request
    assert (await bridge.get_meeting(7)).meeting_number == 7
    with pytest.raises(Guarded, match="attributes are not recorded"):
        await bridge.get_attributes(7)
    with pytest.raises(Guarded, match="rooms are not recorded"):
        await bridge.directory.list(ROOMS)


async def test_a_gap_that_lasts_goes_on_to_the_end() -> None:
    replay = read(
        [0, "key", {"calls": [CALL]}], [1, "gap", {"seconds": None, "reason": "torn"}],
        [9, "change", {}],
    )  # fmt: skip
    bridge, hand, _ = playing(replay)
    await bridge.scan_calls()
    await hand.advance(50)
    with pytest.raises(Unreachable, match="torn"):
        await bridge.scan_calls()


def test_texts_are_cleaned_as_from_the_wire() -> None:
    hostile = "\x1b[31mA\u202e\n" + "x" * 5000
    replay = read(
        [0, "key", {"calls": [CALL | {"customName": hostile}]}],
        [0, "marker", {"text": hostile}], [0, "gap", {"reason": hostile, "seconds": 1}],
        header=HEADER | {"endpoint": hostile},
    )  # fmt: skip
    steps = replay.steps
    for text in (steps[0].calls[0].custom_name, steps[1].marker, steps[2].reason, replay.endpoint):
        assert text is not None
        assert text.isprintable()
        assert len(text) <= 256


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "line 3: not JSON"),
        ("[1]", "line 3: not [seconds, kind, data]"),
        ('[0, "key", {}]', "line 3: its time is before"),
        ('[NaN, "key", {}]', "line 3: not a number"),
        ('[1e400, "key", {}]', "line 3: seconds is out of range"),
        ('[true, "key", {}]', "line 3: seconds is not a number"),
        ('[9, "what", {}]', "line 3: of an unknown kind"),
        ('[9, "key", []]', "line 3: its data is not an object"),
        ('[9, "key", {"calls": {}}]', "line 3: calls is not a list"),
        ('[9, "change", {"put": [{"caller": "x"}]}]', "line 3: has no id"),
        ('[9, "change", {"put": [7]}]', "line 3: a record is not an object"),
        ('[9, "change", {"gone": ["x"]}]', "line 3: gone has what is no whole number"),
        ('[9, "gap", {"seconds": -1}]', "line 3: seconds is out of range"),
        ('[9, "marker", {"text": 5}]', "line 3: text is not a text"),
        ("[" * 5000, "line 3: "),
    ],
)
def test_a_broken_line_is_refused_with_its_number(line: str, why: str) -> None:
    good = '[5, "key", {"calls": []}]'
    with pytest.raises(BrokenReplay) as broken:
        read_bytes(f"{json.dumps(HEADER)}\n{good}\n{line}\n".encode())
    assert str(broken.value).startswith(why)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"{}", b"\xff\xfe", b"[0,1,2]", json.dumps(HEADER | {"version": 2}).encode(),
     json.dumps(HEADER | {"began_ms": "x"}).encode(), json.dumps(HEADER).encode()],
)  # fmt: skip
def test_what_is_no_replay_is_refused(raw: bytes) -> None:
    with pytest.raises(BrokenReplay):
        read_bytes(raw)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINE_BYTES", "FILE_BYTES", "LINES", "RECORDS"):
        with monkeypatch.context() as patched:
            patched.setattr(replay_file, name, 1)
            with pytest.raises(BrokenReplay, match=r"too large|more than"):
                read([0, "key", {"calls": [CALL, CALL]}])


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["calls", "put", "gone", "meetings", "over", "seconds", "text", "id"]),
        inner, max_size=4,
    ), max_leaves=12,
), st.sampled_from(["key", "change", "gap", "marker"]))  # fmt: skip
def test_any_line_is_read_or_refused(data: Any, kind: str) -> None:
    for line in (data, [1, kind, data]):
        with contextlib.suppress(BrokenReplay):  # nothing else is raised
            read([0, "key", {}], line)
