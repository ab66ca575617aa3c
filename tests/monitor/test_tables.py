"""Columns, commands and freshness: tables and small functions the whole screen reads."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from itertools import combinations
from string import ascii_letters
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.commands import BY_ID, COMMANDS, Danger, keys_of
from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting
from confmon.models.people.phone_numbers import masked
from confmon.models.privacy import CALL_PHONES
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import VERBS
from confmon.monitor.attention.signal import Signal
from confmon.monitor.memory.asking import AskingQueue
from confmon.monitor.polling.feed import FeedState
from confmon.monitor.polling.freshness import LEAST_S, MOST_S, age_s, ago, is_stale, limit_s
from confmon.monitor.polling.live_state import Change, LiveState, Note
from confmon.monitor.views import graphs, live_columns
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.live_columns import RenderContext, duration
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.commands import Command
    from confmon.models.identity import Target
    from confmon.monitor.attention.signal import Severity

RAW = st.one_of(st.none(), st.integers(-5, 50), st.integers(-(2**63), 2**63 - 1))
TEXT = st.one_of(st.none(), st.text(max_size=30))
CALLS = st.builds(
    Call,
    id=st.integers(),
    meeting_number=RAW,
    caller=TEXT,
    custom_name=TEXT,
    codec=TEXT,
    node_name=TEXT,
    callee=TEXT,
    created=RAW,
    joined=RAW,
    gain_level=RAW,
    hold_mode=RAW,
    mute_mode=RAW,
    operator_mode=RAW,
    qa_mode=RAW,
    role=RAW,
    state=RAW,
)
MEETINGS = st.builds(
    Meeting,
    meeting_number=st.integers(),
    created=RAW,
    mute_mode=RAW,
    qa_mode=RAW,
    state=RAW,
    participant_count=RAW,
    subscriber_name=TEXT,
    is_recording=st.sampled_from([None, True, False]),
    is_secured=st.sampled_from([None, True, False]),
)


def look(live_state: LiveState | None = None) -> RenderContext:
    return RenderContext(live_state or LiveState(Codes()), 1_700_000_000.0)


@given(CALLS, CALLS)
def test_any_two_calls_can_be_drawn_and_sorted(one: Call, other: Call) -> None:
    for column in ALL_CALL_COLUMNS:
        text, tone = column.cell(one, look())
        assert isinstance(text, str)
        assert isinstance(tone, str)
        sorted([one, other], key=lambda call, sort=column.sort: sort(call, look()))  # type: ignore[misc]


@given(MEETINGS, MEETINGS)
def test_any_two_meetings_can_be_drawn_and_sorted(one: Meeting, other: Meeting) -> None:
    for column in MEETING_COLUMNS:
        assert isinstance(column.cell(one, look())[0], str)
        sorted([one, other], key=lambda meeting, sort=column.sort: sort(meeting, look()))  # type: ignore[misc]


def cell(call: Call, column_id: str, live_state: LiveState | None = None) -> str:
    [column] = [column for column in CALL_COLUMNS if column.id == column_id]
    return column.cell(call, look(live_state))[0]


@pytest.mark.parametrize(
    ("mute", "text"),
    [(0, ""), (1, "soft mute"), (2, "muted"), (3, "muted+soft"), (7, "mode 7?"), (None, "?")],
)
def test_a_mute_is_named_and_an_unknown_code_is_shown_raw(mute: int | None, text: str) -> None:
    assert cell(a_call(1, mute_mode=mute), "mute") == text


@pytest.mark.parametrize(
    ("hold", "text"), [(0, ""), (1, "held"), (40, "held 40"), (9, "held 9"), (None, "?")]
)
def test_any_hold_is_a_hold(hold: int | None, text: str) -> None:
    assert cell(a_call(1, hold_mode=hold), "hold") == text


@pytest.mark.parametrize(("gain", "text"), [(0, ""), (2, "+2"), (-1, "-1"), (None, "?")])
def test_a_gain_that_cannot_be_read_is_no_zero(gain: int | None, text: str) -> None:
    assert cell(a_call(1, gain_level=gain), "gain") == text


def test_roles_and_holds_read_as_the_config_says() -> None:
    live_state = LiveState(
        Codes({"call.role": {1: "participant", 5: "host"}, "call.holdMode": {1: "not on hold"}})
    )
    assert [cell(a_call(1, role=role), "role", live_state) for role in (1, 5)] == ["part", "host"]
    assert [cell(a_call(1, hold_mode=hold), "hold", live_state) for hold in (0, 1, 2)] == [
        "", "", "held 2"
    ]  # fmt: skip


@pytest.mark.parametrize(("role", "text"), [(1, "host"), (0, "rec"), (9, "9?"), (None, "")])
def test_roles(role: int | None, text: str) -> None:
    assert cell(a_call(1, role=role), "role") == text


def test_an_intent_is_where_its_result_will_be_and_a_failure_in_the_cell_for_words() -> None:
    live_state = LiveState(Codes())
    live_state.notes["call", 1] = Note("mute", "muting…", under_way=True, at=0.0)
    assert cell(a_call(1), "mute", live_state) == "muting…"
    assert cell(a_call(1), "asks", live_state) == ""
    live_state.notes["call", 1] = Note("mute", "not applied", under_way=False, at=0.0)
    assert cell(a_call(1, mute_mode=2), "mute", live_state) == "muted"
    assert cell(a_call(1, qa_mode=1), "asks", live_state) == "not applied"
    live_state.notes["call", 1] = Note("drop", "dropping…", under_way=True, at=0.0)
    assert cell(a_call(1), "asks", live_state) == "dropping…"


@pytest.mark.parametrize("outcome", Outcome)
def test_the_cell_for_words_is_wide_enough_for_every_outcome(outcome: Outcome) -> None:
    meetings = {column.id: column.width for column in MEETING_COLUMNS}
    doing = {
        verb.doing for verb in VERBS.values() if verb.id not in ("mute", "unmute", "hold", "gain")
    }
    for text in (outcome.value, *doing):
        assert len(text) <= meetings["now"]
    calls = {column.id: column.width for column in CALL_COLUMNS}
    for text in (outcome.value, "dropping…", "restoring…", "naming…", "promoting…", "demoting…"):
        assert len(text) <= calls["asks"]


@pytest.mark.parametrize(
    ("what", "glyph"), [("joined", "+"), ("left", "−"), ("changed", "~"), (None, "")]
)
def test_a_change_is_one_glyph(what: Any, glyph: str) -> None:
    live_state = LiveState(Codes())
    if what is not None:
        live_state.changes["call", 1] = Change(what, 0.0)
        live_state.changes["meeting", 100] = Change(what, 0.0)
    assert cell(a_call(1), "change", live_state) == glyph
    assert meeting_cell("change", live_state) == glyph
    assert meeting_cell("now", live_state) == ("ended" if what == "left" else "")


def meeting_cell(column_id: str, live_state: LiveState | None = None, **given: Any) -> str:
    [column] = [column for column in MEETING_COLUMNS if column.id == column_id]
    flags = {"is_recording": False, "is_secured": False}
    return column.cell(Meeting(meeting_number=100, **flags | given), look(live_state))[0]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ""),
        ({"is_secured": True, "is_recording": True, "qa_mode": 1}, "●REC LOCK Q&A"),
        ({"is_secured": None, "is_recording": None}, "●REC? LOCK?"),
        ({"state": 2}, ""),
        ({"state": 1}, "state 1?"),
    ],
)
def test_what_goes_on_in_a_meeting_is_shown_and_its_state_only_where_it_does_not_run(
    given: dict[str, Any], text: str
) -> None:
    assert meeting_cell("now", **given) == text


def test_who_asks_has_a_place_and_a_time_and_the_oldest_is_first() -> None:
    [column] = [column for column in CALL_COLUMNS if column.id == "asks"]
    queue = AskingQueue()
    for key, since in ((7, 1000.0), (3, 1200.0), (4, 1238.0), (8, 1239.0)):
        queue.put_in(a_call(key, qa_mode=1), asked_at=since, wall=since)
    queue.answer(8)
    context = RenderContext(LiveState(Codes()), 1240.0, asking=queue)
    calls = [a_call(3, qa_mode=1), a_call(7, qa_mode=1), a_call(4, operator_mode=1), a_call(9)]
    assert [column.cell(call, context)[0] for call in calls] == [
        "✋2 40s",
        "✋1 4m",
        "help3 2s",
        "",
    ]
    ordered = sorted(calls, key=lambda call: column.sort(call, context))
    assert [call.id for call in ordered] == [4, 7, 3, 9]
    by_hand = a_call(7)
    assert column.cell(by_hand, context) == ("✋1 4m", "asks")
    assert column.cell(a_call(8, qa_mode=1), context) == ("answered", "dim")
    speaking = replace(context, speaks=lambda call: call == 7)
    assert column.cell(calls[1], speaking) == ("on podium", "good")
    assert (context.hands(100), context.hands(200)) == (3, 0)
    unread = a_call(5, qa_mode=1)  # before the queue has heard of it
    assert column.cell(unread, context) == ("hand", "asks")
    assert column.cell(a_call(5, operator_mode=1), look()) == ("help", "asks")


def test_why_somebody_is_needed_is_shown_with_the_worst_first() -> None:
    def signal(severity: Severity, title: str, since: float, by: str = "") -> Signal:
        return Signal(rule=title, title=title, severity=severity, target=("meeting", 100),
                      text="with figures", since=since, acknowledged_by=by)  # fmt: skip

    needs: dict[Target, Sequence[Signal]] = {
        ("meeting", 100): (
            signal("amber", "alone", 700.0),
            signal("red", "no host", 640.0),
            signal("red", "not recording", 0.0, by="anna"),
        ),
        ("call", 1): (signal("amber", "held", 820.0),),
    }
    context = RenderContext(LiveState(Codes()), 1000.0, needs=lambda target: needs.get(target, ()))
    [now] = [column for column in MEETING_COLUMNS if column.id == "now"]
    meeting = Meeting(meeting_number=100, is_secured=True, is_recording=False)
    assert now.cell(meeting, context) == ("no host 6m alone 5m LOCK", "bad")
    [asks] = [column for column in CALL_COLUMNS if column.id == "asks"]
    assert asks.cell(a_call(1), context) == ("held 3m", "asks")


def test_the_size_of_a_meeting_is_a_bar_on_one_scale_and_its_trend_a_line() -> None:
    live_state = LiveState(Codes())
    live_state.meetings = {
        number: Meeting(meeting_number=number, participant_count=count)
        for number, count in ((100, 51), (200, 9), (300, 0))
    }
    context = RenderContext(live_state, 0.0, history=lambda number: [0.0] * 3 + [number / 10])
    columns = {column.id: column for column in MEETING_COLUMNS}
    bars = [columns["size"].cell(meeting, context)[0] for meeting in live_state.meetings.values()]
    assert bars == ["█████▌", "█", ""]
    assert columns["trend"].cell(live_state.meetings[100], context) == ("    ▁▁▁█", "graph")
    assert columns["trend"].cell(live_state.meetings[100], look()) == ("", "graph")


@given(st.lists(st.floats(0, 1e6), max_size=40), st.integers(0, 12))
def test_a_picture_has_never_more_cells_than_there_are(values: list[float], cells: int) -> None:
    assert len(graphs.sparkline(values, cells)) == cells
    scale = graphs.scale_for(max(values, default=0))
    assert all(value <= scale for value in values)
    assert all(len(graphs.bar(value, scale, cells)) <= max(cells, 1) for value in values)
    assert all(bool(graphs.bar(value, scale, 8)) == (value > 0) for value in values)


def test_no_cell_of_a_call_has_a_whole_number_where_they_are_masked() -> None:
    numbers: dict[str, Any] = {name: f"1516206{nth:04d}" for nth, name in enumerate(CALL_PHONES)}
    call = a_call(1, **numbers)
    context = RenderContext(LiveState(Codes()), wall=0.0, mask_numbers=True)
    for column in ALL_CALL_COLUMNS:
        assert not re.search(r"\d{7}", column.cell(call, context)[0]), column.id


def test_every_phone_field_of_a_call_is_one_to_be_masked() -> None:
    named = {name for name in Call.__dataclass_fields__ if re.search("caller|callee|address", name)}
    assert named <= set(CALL_PHONES)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_shown_under_way_in_some_column(verb: str) -> None:
    rule, live_state = VERBS[verb], LiveState(Codes())
    note = Note(verb, rule.doing, under_way=True, at=0.0)
    live_state.notes["call", 1] = live_state.notes["meeting", 100] = note
    look = RenderContext(live_state, wall=0.0)
    meeting = Meeting(meeting_number=100)
    calls = [column.cell(a_call(1), look) for column in CALL_COLUMNS]
    cells = (
        calls
        if rule.resource == "call"
        else [column.cell(meeting, look) for column in MEETING_COLUMNS]
    )
    assert [(text, tone) for text, tone in cells if rule.doing in text] == [(rule.doing, "pending")]


def test_who_left_is_shown_as_gone_whatever_else_is_noted() -> None:
    live_state = LiveState(Codes())
    live_state.notes["call", 1] = Note("drop", "dropping…", under_way=True, at=0.0)
    live_state.changes["call", 1] = Change("left", 0.0)
    assert cell(a_call(1), "asks", live_state) == "left"


@pytest.mark.parametrize("table", [CALL_COLUMNS, ALL_CALL_COLUMNS, MEETING_COLUMNS])
def test_columns_have_ids_of_their_own_and_room_for_their_titles(
    table: tuple[live_columns.Column[Call], ...],
) -> None:
    assert len({column.id for column in table}) == len(table)
    for column in table:
        assert len(column.title) <= column.width


@given(st.floats(-1e12, 1e12))
def test_running_times_are_never_negative(seconds: float) -> None:
    assert "-" not in duration(seconds)


@given(st.one_of(st.none(), st.text("0123456789+-() ./", max_size=20)), st.booleans())
def test_a_masked_number_shows_four_characters_at_most(number: str | None, mask: bool) -> None:
    text = masked(number, mask=mask)
    assert len(text) == len(number or "")
    if mask and number and len(number) > 4 and any(map(str.isdigit, number)):
        assert text[:-4] == "•" * (len(number) - 4)


@given(st.text(max_size=40))
def test_no_long_number_is_left_in_a_masked_text(text: str) -> None:
    shown = masked(text, mask=True)
    assert len(shown) == len(text)
    assert not re.search(r"\d{7,}", shown)


@pytest.mark.parametrize("name", ["anonymous", "Restricted", "Unavailable", "sip:ann@bridge.test",
                                  "Ann 4711", "+", "+++++", "Анна"])  # fmt: skip
def test_what_is_no_number_is_not_masked(name: str) -> None:
    assert masked(name, mask=True) == name


# Commands.


def test_no_two_commands_of_a_screen_share_a_default_key() -> None:
    for command, other in combinations(COMMANDS, 2):
        if not set(command.where) & set(other.where) or command.in_past is not other.in_past:
            continue
        shared = set(keys_of(command)) & set(keys_of(other))
        assert not shared, (
            f"{command.id} and {other.id} share {shared}; free: {free_letters(command)}"
        )


def free_letters(command: Command) -> str:
    """Return the letters that no other command has on a screen of this one."""
    others = [other for other in COMMANDS if set(command.where) & set(other.where)]
    taken = {key for other in others for key in keys_of(other)}
    return " ".join(letter for letter in ascii_letters if letter not in taken)


def test_a_key_that_takes_away_does_so_in_every_section_and_asks() -> None:
    for command, other in combinations(COMMANDS, 2):
        if "past" in (command.scope, other.scope):
            continue  # in the past nothing is sent
        if set(keys_of(command)) & set(keys_of(other)):
            assert keys_of(command) == keys_of(other)
            assert (command.label, other.label) in {
                ("Drop", "Delete"), ("Delete", "Delete"), ("Name", "New"), ("New", "New"),
                ("Room", "Edit"), ("Edit", "Edit"), ("Attributes", "Attributes"),
            }  # fmt: skip
    for command in COMMANDS:
        if command.label in ("Delete", "Drop", "End"):
            assert command.danger is not Danger.NONE


def test_no_command_is_on_a_key_that_terminals_and_multiplexers_take() -> None:
    for command in COMMANDS:
        for key in keys_of(command):
            assert key not in ("ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q"), command.id
            assert "alt" not in key.split("+"), command.id
            assert key not in ("ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j"), "enter, tab, backspace"


def test_the_keys_fingers_expect() -> None:
    expected = {
        "mute": "m", "hold": "h", "drop": "d", "name": "n", "undo": "u", "mute_all": "M",
        "hold_all": "H", "lock": "L", "record": "R", "end": "E", "mark": "space", "quit": "q",
        "refresh": "r", "pause": "p", "filter": "slash", "palette": "ctrl+p", "open": "enter",
        "gain_down": "left_square_bracket", "gain_up": "right_square_bracket", "back": "escape",
    }  # fmt: skip
    for id_, key in expected.items():
        assert keys_of(BY_ID[id_])[0] == key
    assert "f1" in keys_of(BY_ID["help"])


def test_what_writes_is_marked_so_and_says_what_it_does() -> None:
    assert len(BY_ID) == len(COMMANDS)
    for command in COMMANDS:
        assert command.help.endswith(".")
        if command.where != ("live",):
            assert not command.writes or command.scope in ("rooms", "forwarding")
            continue
        shows_only = command.id in ("attributes", "room", "dialled_number", "claim")
        verb_of_live = command.scope in ("caller", "meeting") and not shows_only
        assert command.writes == (verb_of_live or command.id in ("undo", "redo"))
        for verb in filter_words(command.cli):
            assert verb in VERBS


def filter_words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def test_keys_can_be_remapped_and_taken_away() -> None:
    mute = BY_ID["mute"]
    assert keys_of(mute, {"mute": "x, f5"}) == ["x", "f5"]
    assert keys_of(mute, {"mute": ""}) == []
    assert keys_of(mute, {"hold": "x"}) == ["m"]


# Freshness.


def test_data_is_stale_after_three_missed_reads_but_not_within_five_seconds() -> None:
    state = FeedState(ok_asked_at=100.0)
    assert not is_stale(state, 104.9, 0.5)
    assert is_stale(state, 105.1, 0.5)
    assert not is_stale(state, 105.9, 2.0)
    assert is_stale(state, 106.1, 2.0)
    assert not is_stale(FeedState(factor=5.0, ok_asked_at=100.0), 129.0, 2.0)
    assert is_stale(FeedState(), 100.0, 2.0)
    assert age_s(FeedState(), 100.0) is None


def test_the_limit_follows_the_pace_of_the_bridge_and_is_bounded() -> None:
    def slow(*took_s: float, factor: float = 1.0) -> FeedState:
        return FeedState(factor, ok_asked_at=100.0, took_s=deque(took_s))

    assert limit_s(slow(0.01), 0.5) == LEAST_S
    assert limit_s(slow(16.0), 2.0) == 16.0 + 3 * 16.0
    assert not is_stale(slow(16.0), 100.0 + 16.0 + 18.0, 2.0)  # as the next read arrives
    assert is_stale(slow(16.0), 100.0 + 64.1, 2.0)
    assert limit_s(slow(2.0, 16.0, 3.0), 2.0) == 64.0  # one quick read is no quick bridge
    assert limit_s(slow(8.0), 10.0) == 38.0
    assert limit_s(slow(1000.0), 2.0) == MOST_S
    assert limit_s(slow(1.0, factor=5.0), 60.0) == 900.0  # the settings ask for so long an interval
    assert age_s(FeedState(ok_asked_at=101.0), 100.0) == 0.0


@given(st.floats(0, 1e6))
def test_an_age_is_short(seconds: float) -> None:
    assert len(ago(seconds)) <= 7
