"""How long questions to a history of 10,000 calls take, beside the plain ways to answer them."""

from __future__ import annotations

import random
import sqlite3
from statistics import median
from time import thread_time
from typing import TYPE_CHECKING

from confmon.history.packing import unpack_changes, unpack_frame
from tests.benchmarks.kept import CODES, EVERY_MS, IN_LARGE, LARGE, SMALL, kept
from tests.benchmarks.report import Row, ms, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.kept import Kept

_KEY = "SELECT max(seq) FROM frame WHERE is_key = 1 AND at <= ?"
_FRAMES = "SELECT data FROM frame WHERE seq >= ? AND at <= ?"
_THERE = (
    "SELECT leg, session, changes FROM stay"
    " WHERE joined_to <= ? AND (left_to IS NULL OR left_to > ?)"
)
_ROWS = "SELECT * FROM stay JOIN leg USING (leg) WHERE session = ?"


class Plain:
    """Answers from the tables by hand, for the time that takes."""

    def __init__(self, given: Kept) -> None:
        self.db = sqlite3.connect(f"file:{given.path}?mode=ro", uri=True)

    def unpack(self, at: int) -> int:
        """Unpack the frames that a moment is made of, and do nothing with them."""
        (key,) = self.db.execute(_KEY, (at,)).fetchone()
        rows = self.db.execute(_FRAMES, (key, at)).fetchall()
        return sum(unpack_frame(data).events for (data,) in rows)

    def reconstruct(self, at: int) -> dict[int, tuple[int, int]]:
        """Return the session and state of every call, from rows alone."""
        found = {}
        for leg, session, changes in self.db.execute(_THERE, (at, at)):
            state = [state for moment, state in unpack_changes(changes) if moment <= at]
            found[leg] = session, state[-1] if state else 0
        return found


def took(ask: Callable[[int], object], moments: list[int]) -> float:
    """Return the median CPU seconds of a question."""
    spent = []
    for at in moments:
        began_s = thread_time()
        assert ask(at)
        spent.append(thread_time() - began_s)
    return median(spent)


def rows(*, quick: bool) -> list[Row]:
    """Ask about random moments of 300 reads, which have three keyframes."""
    polls, count = (40, 3) if quick else (300, 60)
    pick = random.Random(9)  # noqa: S311
    with kept(polls) as given:
        history, plain = given.history, Plain(given)
        span = history.span()
        assert span is not None
        moments = [pick.randrange(span[0] + EVERY_MS, span[1]) for _ in range(count)]

        def present(number: int, at: int) -> object:
            session = history.session_at(number, at)
            return session and history.present(session.session, at)

        state_s = took(history.state_at, moments)
        unpacked_s, by_rows_s = took(plain.unpack, moments), took(plain.reconstruct, moments)
        there_s = took(lambda at: present(SMALL, at), moments)
        many_s = took(lambda at: present(LARGE, at), moments)
        large = history.session_at(LARGE, span[1])
        small = history.session_at(SMALL, span[1])
        assert large is not None
        assert small is not None

        def from_state(at: int) -> object:
            state = history.state_at(at)
            return state and [call for call in state.calls if call.session == small.session]

        by_state_s = took(from_state, moments)
        few = moments[: max(2, count // 6)]
        attended_s = took(lambda _: history.attendance(large.session, CODES), few)
        fetched_s = took(lambda _: plain.db.execute(_ROWS, (large.session,)).fetchall(), few)
        people = history.attendance(large.session, CODES)
        assert people is not None
        assert len(people.attendees) >= IN_LARGE
        plain.db.close()
    return [
        Row(
            "history of 10,000 calls: everything at a moment, p50",
            ms(state_s),
            f"its frames unpacked {ms(unpacked_s)}",
            f"from rows by SQL {ms(by_rows_s)}",
            times(state_s / unpacked_s),
            "≤ 30 ms",
            state_s <= 0.030,
        ),
        Row(
            "who was in a meeting at a moment: 25 callers, p50",
            f"{ms(there_s)} ({IN_LARGE} callers {ms(many_s)})",
            "",
            f"out of everything at the moment {ms(by_state_s)}",
            times(there_s / by_state_s),
            "≤ 2 ms",
            there_s <= 0.002,
        ),
        Row(
            f"attendance of {len(people.attendees):,} callers",
            ms(attended_s),
            f"the rows alone, fetched {ms(fetched_s)}",
            "",
            times(attended_s / fetched_s),
            "≤ 100 ms",
            attended_s <= 0.100,
        ),
    ]
