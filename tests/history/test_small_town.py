"""A small town of known facts: what the history answers about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.history.answers import CallQuery, SessionQuery
from confmon.history.database import HistoryUnavailable
from confmon.history.history import History, open_history
from confmon.history.records import Gap
from confmon.models.codes import Codes
from tests.history.town import ANNA, BELA, CLEO, NOON, Town, small_town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODES = Codes()
BOARD, OTHER = 309001, 309002


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    small_town(tmp_path / "history.db").close()
    opened = open_history(tmp_path / "history.db")
    yield opened
    opened.close()


def board(history: History) -> int:
    return history.find_sessions(SessionQuery(number=BOARD))[0].session


def test_attendance_of_the_board(history: History) -> None:
    found = history.attendance(board(history), CODES)
    assert found is not None
    anna, bela, cleo = found.attendees
    assert (anna.number, anna.name, anna.role) == (ANNA, "Anna Berg-Ek", 1)
    assert (anna.joined, anna.joined_uncertainty_s, anna.left) == (NOON, 0.0, None)
    assert (anna.total_s, anna.reconnects) == (292.0 - 120.0, 0)
    assert (bela.number, bela.reconnects, bela.muted_s) == (BELA, 1, 60.0)
    assert (bela.joined - NOON, bela.joined_uncertainty_s) == (2_000, 2.0)
    assert bela.total_s == (92 - 2) + (292 - 132) - 120
    assert (cleo.number, cleo.muted_s, cleo.held_s) == (CLEO, 34.0, 28.0)
    assert found.until == NOON + 292_000
    assert found.gaps == (Gap(NOON + 136_000, NOON + 256_000, "unreachable"),)


def test_attendance_between_two_moments(history: History) -> None:
    found = history.attendance(board(history), CODES, NOON + 90_000, NOON + 100_000)
    assert found is not None
    assert [(attendee.number, attendee.total_s) for attendee in found.attendees] == [
        (ANNA, 10.0),
        (BELA, 2.0),
    ]


def test_attendance_of_a_meeting_that_has_ended(history: History) -> None:
    (session,) = history.find_sessions(SessionQuery(number=OTHER))
    found = history.attendance(session.session, CODES)
    assert found is not None
    (attendee,) = found.attendees
    assert (attendee.number, attendee.name, attendee.total_s) == (None, None, 82.0)
    assert (attendee.left, attendee.left_uncertainty_s) == (NOON + 82_000, 2.0)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("bela",), [BOARD]),
        (("BÉLA", "cleo o"), [BOARD]),
        (("309",), [OTHER, BOARD]),
        (("sales",), [OTHER]),
        (("board anna",), [BOARD]),
        (("sales", "anna"), []),
        (("+49 (30) 12345602",), [BOARD]),
        (("5602",), [BOARD]),
        ((), [OTHER, BOARD]),
    ],
)
def test_words_find_sessions(history: History, words: tuple[str, ...], found: list[int]) -> None:
    assert [
        meeting_session.number
        for meeting_session in history.find_sessions(SessionQuery(words=words))
    ] == found
    one = history.find_sessions(SessionQuery(words=words, limit=1))
    assert [session.number for session in one] == found[:1]


def test_sessions_by_time(history: History) -> None:
    def numbers(query: SessionQuery) -> list[int]:
        return [session.number for session in history.find_sessions(query)]

    assert numbers(SessionQuery(live=True)) == [BOARD]
    assert numbers(SessionQuery(live=False)) == [OTHER]
    assert numbers(SessionQuery(since=NOON + 100_000)) == [BOARD]
    assert numbers(SessionQuery(until=NOON - 1)) == []
    assert history.session_at(OTHER, NOON + 81_999) is not None
    assert history.session_at(OTHER, NOON + 82_000) is None


def test_a_caller_is_found_by_the_number(history: History) -> None:
    for phone in (BELA, "03012345602", "(0)30 1234-5602", "12345602"):
        calls = history.find_calls(CallQuery(phone=phone))
        assert [call.leg.caller for call in calls] == [BELA, BELA]
        assert calls[0].leg.first_seen > calls[1].leg.first_seen
        assert calls[1].stays[0][1] is not None
        assert calls[1].stays[0][1].number == BOARD
    assert history.find_calls(CallQuery(phone="5602")) == []
    assert len(history.find_calls(CallQuery(number=BOARD))) == 4
    assert len(history.find_calls(CallQuery(number=BOARD, limit=2))) == 2
    assert len(history.find_calls(CallQuery(until=NOON))) == 2
    assert len(history.find_calls(CallQuery(since=NOON + 100_000))) == 3


def test_the_tape_has_notes_and_actions(history: History) -> None:
    tape = history.tape(board(history), CODES)
    assert tape is not None
    assert [marker.text for marker in tape.markers] == ["sound was bad"]
    assert [action.verb for action in tape.actions] == ["hold"]
    assert tape.attendance == history.attendance(board(history), CODES)


def test_what_happened(history: History) -> None:
    span = history.span()
    assert span == (NOON, NOON + 292_000)
    events = list(history.events(*span, CODES))
    assert [event.kind for event in events] == [
        "joined", "muted", "unmuted", "left", "ended", "left", "joined", "joined", "held",
        "renamed",
    ]  # fmt: skip
    assert events[-1].text == "Anna Berg-Ek"
    assert list(history.events(NOON + 2_000, NOON + 82_000, CODES)) == events[1:5]
    other = history.find_sessions(SessionQuery(number=OTHER))[0].session
    assert [past_event.kind for past_event in history.events(*span, CODES, other)] == [
        "left",
        "ended",
    ]


def test_how_many_there_were(history: History) -> None:
    counts = history.counts(NOON, NOON + 300_000, 20_000, CODES)
    assert counts == [3, 3, 3, 3, 1, 1, 2, None, None, None, None, None, 3, 3, 3]
    other = history.find_sessions(SessionQuery(number=OTHER))[0].session
    assert history.counts(NOON, NOON + 100_000, 20_000, CODES, other) == [1, 1, 1, 1, None]


def test_a_moment_in_a_gap_has_the_state_before_it(history: History) -> None:
    state = history.state_at(NOON + 200_000)
    assert state is not None
    assert state.at == NOON + 136_000
    assert state.gap == Gap(NOON + 136_000, NOON + 256_000, "unreachable")
    assert history.state_at(NOON - 1) is None
    after = history.state_at(NOON + 256_000)
    assert after is not None
    assert after.gap is None
    later = history.state_at(NOON + 900_000)
    assert later is not None
    assert later.gap == Gap(NOON + 292_000, None, "not running")


def test_neighbours(history: History) -> None:
    assert history.moment_before(NOON) is None
    assert history.moment_after(NOON) == NOON + 2_000
    assert history.moment_before(NOON + 256_000) == NOON + 136_000
    assert history.moment_after(NOON + 292_000) is None


def test_where_nothing_was_recorded(tmp_path: Path) -> None:
    with pytest.raises(HistoryUnavailable):
        open_history(tmp_path / "none.db")
    (tmp_path / "broken.db").write_bytes(b"not a database" * 999)
    with pytest.raises(HistoryUnavailable):
        open_history(tmp_path / "broken.db")
    Town(tmp_path / "empty.db").close()
    empty = open_history(tmp_path / "empty.db")
    assert empty.span() is None
    assert empty.state_at(NOON) is None
    assert empty.attendance(1, CODES) is None
    assert empty.tape(1, CODES) is None
    assert empty.find_sessions(SessionQuery(words=("a",))) == []
    assert empty.find_calls(CallQuery()) == []
    assert list(empty.events(0, NOON * 2, CODES)) == []
    assert empty.counts(NOON, NOON + 100, 50, CODES) == [None, None]
    empty.close()
