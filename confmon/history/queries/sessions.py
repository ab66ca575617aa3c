"""Finds meeting sessions and calls, and who was in a session at a moment."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from confmon.history.answers import PastLeg
from confmon.history.queries.tables import LEG, SESSION, STAY, STAY_COLUMNS
from confmon.history.records import Leg, MeetingSession
from confmon.models.identity import same_number
from confmon.models.people.folding import Word, searchable, split_words, word_of
from confmon.models.people.numbers import digits_of, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confmon.history.answers import CallQuery, SessionQuery
    from confmon.history.queries.tables import Tables
    from confmon.history.records import Stay

_PART = 400
"""So many sessions are searched at once, the newest first."""


def legs(tables: Tables, ids: Iterable[int]) -> dict[int, Leg]:
    """Return legs by the store's numbers; who is not kept any more is missing."""
    rows = tables.rows_of(f"SELECT {LEG} FROM leg WHERE leg IN", ids)  # noqa: S608
    return {row[0]: Leg(*row) for row in rows}


def past_legs(tables: Tables, ids: Iterable[int]) -> dict[int, PastLeg]:
    """Return legs by the store's numbers, with the sessions they were in."""
    with tables.at_once():
        found = _with_sessions(tables, list(legs(tables, ids).values()))
    return {past_leg.leg.leg: past_leg for past_leg in found}


def meeting_sessions(tables: Tables, ids: Iterable[int]) -> dict[int, MeetingSession]:
    """Return meeting sessions by the store's numbers."""
    sql = f"SELECT {SESSION} FROM meeting_session WHERE session IN"  # noqa: S608
    return {row[0]: MeetingSession(*row) for row in tables.rows_of(sql, ids)}


def session_at(tables: Tables, number: int, at: int) -> MeetingSession | None:
    """Return the session of a meeting number that was live at a moment."""
    row = tables.row(
        f"SELECT {SESSION} FROM meeting_session WHERE number = ? AND started_to <= ?"  # noqa: S608
        " AND (ended_to IS NULL OR ended_to > ?) ORDER BY session DESC LIMIT 1",
        (number, at, at),
    )
    return None if row is None else MeetingSession(*row)


def find_sessions(tables: Tables, query: SessionQuery) -> list[MeetingSession]:
    """Return the meeting sessions that have every word, the newest first.

    A word is looked for in the number, the owner, and the callers' numbers and names.
    """
    words = [word_of(word) for typed in query.words for word in split_words(typed)]
    found: list[MeetingSession] = []
    before = (2**62, 0)
    where, values = _conditions(
        ("number = ?", query.number),
        ("(ended_to IS NULL OR ended_to >= ?)", query.since),
        ("started_from <= ?", query.until),
    )
    if query.live is not None:
        where += f" AND ended_to IS {'' if query.live else 'NOT '}NULL"
    while len(found) < query.limit:
        limit = _PART if words else query.limit
        rows = tables.rows(
            f"SELECT {SESSION} FROM meeting_session WHERE {where}"  # noqa: S608
            " AND (started_to < ? OR (started_to = ? AND session < ?))"
            " ORDER BY started_to DESC, session DESC LIMIT ?",
            (*values, before[0], *before, limit),
        )
        part = [MeetingSession(*row) for row in rows]
        found += _with_words(tables, part, words)
        if len(part) < limit:
            break
        before = part[-1].started_to, part[-1].session
    return found[: query.limit]


def _conditions(*every: tuple[str, Any]) -> tuple[str, list[Any]]:
    """Return the conditions that have a value, and the values."""
    asked = [condition for condition in every if condition[1] is not None]
    return " AND ".join(["1 = 1", *(sql for sql, _ in asked)]), [value for _, value in asked]


def _with_words(
    tables: Tables, sessions: list[MeetingSession], words: list[Word]
) -> list[MeetingSession]:
    """Return the sessions that have every word."""
    if not words:
        return sessions
    missing = {
        session.session: left
        for session in sessions
        if (left := _not_in(words, searchable([str(session.number), session.owner])))
    }
    rows = tables.rows_of(
        "SELECT DISTINCT stay.session, leg.caller, leg.callee, leg.address_from, leg.name"
        " FROM stay JOIN leg ON leg.leg = stay.leg WHERE stay.session IN",
        missing,
    )
    texts: dict[tuple[str | None, ...], str] = {}
    for session, *fields in rows:
        left = missing[session]
        if left:
            key = tuple(fields)
            if (text := texts.get(key)) is None:
                text = texts[key] = searchable(fields)
            missing[session] = _not_in(left, text)
    return [session for session in sessions if not missing.get(session.session)]


def _not_in(words: list[Word], text: str) -> list[Word]:
    return [word for word in words if not word.is_in(text)]


def present(tables: Tables, session: int, at: int) -> list[tuple[Stay, Leg]]:
    """Return who was in a session at a moment, as far as reads show, the first one first.

    Who joined or left between two reads is there from the read that showed it, as in the state at
    the moment; where the server gave the moment of joining, from then on.
    """
    with tables.at_once():
        return list(
            stays_of(
                tables,
                "stay.session = ? AND stay.joined_to <= ?"
                " AND (stay.left_to IS NULL OR stay.left_to > ?)",
                (session, at, at),
            )
        )


def stays_of(tables: Tables, condition: str, values: tuple[Any, ...]) -> Iterator[tuple[Stay, Leg]]:
    """Yield stays with their legs, the first one first."""
    tables.call_states()
    for row in tables.rows(
        f"SELECT {STAY}, {LEG} FROM stay JOIN leg ON leg.leg = stay.leg WHERE {condition}"  # noqa: S608
        " ORDER BY stay.joined_to, stay.stay",
        values,
    ):
        yield tables.stay_of(row), Leg(*row[STAY_COLUMNS:])


def find_calls(tables: Tables, query: CallQuery) -> list[PastLeg]:
    """Return calls with the sessions they were in, the newest first.

    Two numbers are one if they agree in their last seven digits and further, as far as both go.
    """
    line = line_of(query.phone or "")
    where, values = _conditions(
        ("line = ?", line or None),
        ("? IN (caller, address_from)", None if line else query.phone),
        (
            "leg IN (SELECT stay.leg FROM stay JOIN meeting_session one"
            " ON one.session = stay.session WHERE one.number = ?)",
            query.number,
        ),
        ("(last_seen IS NULL OR last_seen >= ?)", query.since),
        ("first_seen <= ?", query.until),
    )
    with tables.at_once():
        rows = tables.rows(
            f"SELECT {LEG} FROM leg WHERE {where}"  # noqa: S608
            " ORDER BY first_seen DESC, leg DESC" + ("" if query.phone else " LIMIT ?"),
            values if query.phone else [*values, query.limit],
        )
        found = [leg for row in rows if _has_phone(leg := Leg(*row), query.phone)]
        return _with_sessions(tables, found[: query.limit])


def _has_phone(leg: Leg, phone: str | None) -> bool:
    if phone is None:
        return True
    numbers = [number for number in (leg.caller, leg.callee, leg.address_from) if number]
    return any(same_number(_without_zeros(number), _without_zeros(phone)) for number in numbers)


def _without_zeros(number: str) -> str:
    """Return a number without the zeros that a country dials first, and others leave out."""
    return digits_of(number).lstrip("0") or number


def _with_sessions(tables: Tables, found: list[Leg]) -> list[PastLeg]:
    tables.call_states()
    sql = f"SELECT {STAY} FROM stay WHERE stay.leg IN"  # noqa: S608
    of_leg: dict[int, list[Stay]] = {leg.leg: [] for leg in found}
    for row in sorted(tables.rows_of(sql, of_leg), key=itemgetter(4, 0)):
        of_leg[row[1]].append(tables.stay_of(row))
    wanted = {stay.session for stays in of_leg.values() for stay in stays if stay.session}
    sessions = meeting_sessions(tables, wanted)
    return [
        PastLeg(
            leg=leg, stays=tuple((stay, sessions.get(stay.session)) for stay in of_leg[leg.leg])
        )
        for leg in found
    ]
