"""The filter an operator types."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.codes import Codes
from confmon.models.live_records import Call, Meeting
from confmon.models.people.folding import Word
from confmon.monitor.polling.live_state import Change, LiveState, Note
from confmon.monitor.views.filter import (
    FIELD_WORDS,
    STATE_WORDS,
    Filter,
    Term,
    complete,
    completions,
    parse_filter,
)
from tests.monitor.conftest import a_call

ANN = a_call(
    1, custom_name="Ann Élan", caller="15551234567", node_name="10.2.0.7", role=1, codec="OPUS"
)
BOB = a_call(2, custom_name="Bob", caller="15559999999", callee="18005550000", mute_mode=1)
CEM = a_call(3, caller="442012345678", meeting_number=4420, mute_mode=2, hold_mode=40, role=3)
LEG = a_call(4, role=0, meeting_number=4420, mute_mode=7, bridge_name="muted-east")


def live_state() -> LiveState:
    made = LiveState(Codes(), calls_known=True)
    for call in (ANN, BOB, CEM, LEG):
        made.calls[call.id] = call
        made.by_meeting.setdefault(call.meeting_number or 0, {})[call.id] = call
    made.meetings[100] = Meeting(meeting_number=100, id=1, subscriber_name="Acme", is_secured=True)
    made.meetings[4420] = Meeting(meeting_number=4420, id=2, subscriber_name="Zeta")
    made.meetings[5] = Meeting(meeting_number=5, id=3, is_recording=True)
    made.notes["call", 1] = Note("mute", "muting…", under_way=True, at=0.0)
    made.notes["call", 2] = Note("mute", "not applied", under_way=False, at=0.0)
    made.changes["call", 3] = Change("joined", 0.0)
    return made


def found(text: str, *, meetings: bool = False) -> list[int]:
    chosen, shown = Filter(), live_state()
    chosen.set(text)
    records: list[Call | Meeting] = (
        list(shown.meetings.values()) if meetings else list(shown.calls.values())
    )
    return chosen.select(records, shown)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", [1, 2, 3, 4]),
        ("   ", [1, 2, 3, 4]),
        ("ann", [1]),
        ("ÉLAN", [1]),
        ("ann bob", []),
        ("1555", [1, 2, 4]),
        ("4420", [3, 4]),
        ("acme", [1, 2]),
        ("10.2.", [1]),
        ("18005", [2]),
        ("opus", [1]),
        ("host", [1]),
        ("listener", [3]),
        ("recording", [4]),
        ("muted", [2, 3]),
        ("unmuted", [1]),
        ("soft-muted", [2]),
        ("self-muted", [2]),
        ("muted -self-muted", [3]),
        ("held", [3]),
        ("named", [1, 2]),
        ("pending", [1]),
        ("joined", [3]),
        ("left", []),
        ("-muted", [1, 4]),
        ("!muted", [1, 4]),
        ("muted -held", [2]),
        ("node:10.2", [1]),
        ("name:1555", []),
        ("number:4420", [3]),
        ("meeting:4420", [3, 4]),
        ("did:1800", [2]),
        ("owner:zeta", [3, 4]),
        ("-owner:zeta", [1, 2]),
        ("bridge:muted", [4]),
        ("id:3", [3]),
        ("node:", [1, 2, 3, 4]),
        ("10.2.0.7:", []),
        ("-", [4]),
        ("[@click=app.quit]x[/]", []),
        ("empty", []),
    ],
)
def test_what_is_found(text: str, keys: list[int]) -> None:
    assert found(text) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("acme", [100]),
        ("44", [4420]),
        ("locked", [100]),
        ("recording", [5]),
        ("empty", [5]),
        ("nohost", [4420, 5]),
        ("muted", [100, 4420]),
        ("held", [4420]),
        ("-empty", [100, 4420]),
        ("number:5", [5]),
        ("owner:acme", [100]),
        ("caller:1", []),
        ("host", []),
    ],
)
def test_meetings_that_are_found(text: str, keys: list[int]) -> None:
    assert found(text, meetings=True) == keys


def found_in(call: Call, text: str, *, mask: bool = False) -> bool:
    chosen, shown = Filter(), LiveState(Codes(), calls_known=True)
    shown.calls[call.id] = call
    chosen.set(text)
    return chosen.select([call], shown, mask=mask) == [call.id]


ZOE = a_call(
    7, custom_name="Zoë O'Brien", caller="+15162065319", callee="18005550123", codec="PCMU"
)


@pytest.mark.parametrize(
    "text",
    [
        "zoe", "obrien", "o’brien", "516-206-5319", "(516) 206 5319", "number:516-206-5319",
        "number:(516) 206-5319", "caller:5162065319", "name:zoe", "name:obrien", "did:800-555-0123",
    ],
)  # fmt: skip
def test_accents_punctuation_and_the_form_of_numbers_do_not_matter(text: str) -> None:
    assert found_in(ZOE, text)
    assert not found_in(ZOE, f"-{text}")


@pytest.mark.parametrize("text", ["number:516-206-5318", "number:zoe", "codec:pc-mu", "id:7-"])
def test_a_field_is_exact_where_it_matters(text: str) -> None:
    assert not found_in(ZOE, text)


@pytest.mark.parametrize("text", ["5162065319", "516-206-5319", "number:516", "did:1800", "6531"])
def test_no_digits_that_are_not_shown_find_a_caller(text: str) -> None:
    assert found_in(ZOE, text)
    assert not found_in(ZOE, text, mask=True)


@pytest.mark.parametrize("text", ["5319", "number:5319", "did:0123", "zoe", "obrien"])
def test_what_is_shown_of_a_number_finds_a_caller(text: str) -> None:
    assert found_in(ZOE, text, mask=True)


def test_a_number_in_a_name_is_found_as_it_is_shown() -> None:
    call = a_call(8, custom_name="Ann (404) 555-0002, room 4711")
    assert found_in(call, "4045550002")
    assert not found_in(call, "4045550002", mask=True)
    assert not found_in(call, "404", mask=True)
    assert found_in(call, "0002 4711", mask=True)


def test_a_filter_follows_what_changes() -> None:
    chosen, shown = Filter(), live_state()
    chosen.set("zed")
    assert chosen.select([BOB], shown) == []
    assert chosen.select([replace(BOB, custom_name="Zed")], shown) == [2]
    chosen.set("newowner")
    assert chosen.select([BOB], shown) == []
    shown.meetings[100] = Meeting(meeting_number=100, subscriber_name="NewOwner")
    assert chosen.select([BOB], shown) == [2]


def test_what_left_is_let_go() -> None:
    chosen, shown = Filter(), live_state()
    chosen.set("1555")
    for key in range(20_000):
        chosen.select([a_call(key)], shown)
    assert len(chosen._texts) < 2000


@given(st.text(st.sampled_from("adehlmnotu:- "), max_size=12))
def test_completing_only_adds(text: str) -> None:
    words = (*FIELD_WORDS, *STATE_WORDS)
    once = complete(text, completions(text, words))
    assert once.startswith(text)
    assert complete(once, completions(once, words)) == once


def test_is_true_while_it_hides_anything() -> None:
    chosen = Filter()
    assert not chosen
    chosen.set("x")
    assert chosen
    chosen.set(" ")
    assert not chosen


def test_terms() -> None:
    assert parse_filter("-node:10 x:y held") == (
        Term(Word("10"), "node", negated=True),
        Term(Word("x:y")),
        Term(Word("held"), state="held"),
    )


@given(st.text(max_size=40))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    both = found(text), found(text, meetings=True)
    assert set(both[0]) <= {1, 2, 3, 4}


@given(st.sampled_from(STATE_WORDS))
def test_a_state_and_its_negation_share_nobody_and_miss_nobody(word: str) -> None:
    assert sorted(found(word) + found(f"-{word}")) == [1, 2, 3, 4]
