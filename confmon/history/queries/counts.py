"""How many calls there were, in slots of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.history.queries.moments import Board, Moments
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.models.codes import Codes


def recording_states(tables: Tables, codes: Codes) -> frozenset[int]:
    """Return the numbers of the states of recording legs."""
    states = tables.call_states().items()
    return frozenset(one for one, state in states if codes.role(state.role) == "recording")


def count_calls(
    seen: Seen, moments: Moments, recording: frozenset[int], slots: range, session: int | None
) -> list[int | None]:
    """Return how many calls the last read of each slot showed, without recording legs.

    `slots` are their beginnings in milliseconds. None: nothing was seen in the slot, or there was
    no such meeting session.
    """
    newest = seen.newest()
    counts: list[int | None] = []
    for start in slots:
        at = start - 1 if newest is None else min(start + slots.step, slots.stop, newest + 1) - 1
        place = seen.place(at) if at >= start else None
        if place is not None and place.gap is not None and place.gap.from_at < start:
            place = None
        board = None if place is None else moments.board(place.seq)
        counts.append(None if board is None else _count(board, recording, session))
    return counts


def _count(board: Board, recording: frozenset[int], session: int | None) -> int | None:
    if session is None:
        return sum(state not in recording for _, state in board.calls.values())
    of_session = [state for where, state in board.calls.values() if where == session]
    if not of_session and session not in board.meetings:
        return None
    return sum(state not in recording for state in of_session)
