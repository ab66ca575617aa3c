"""Everything at a moment: a keyframe, and the frames after it. And how many calls at many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.queries.tables import frame_of
from confmon.history.records import PastCall, PastMeeting, PastState

if TYPE_CHECKING:
    from collections.abc import Set

    from confmon.history.packing import Frame
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.models.codes import Codes


class Board:
    """What is live, in the store's numbers: the session and state of each leg, and the meetings."""

    def __init__(self) -> None:
        self.calls: dict[int, tuple[int, int]] = {}
        self.meetings: dict[int, int] = {}

    def put_all(self, frame: Frame) -> None:
        """Begin anew with a keyframe."""
        self.calls = {leg: (session, state) for leg, session, state in frame.put}
        self.meetings = dict(frame.meetings)

    def put(self, frame: Frame) -> None:
        """Take in a frame."""
        calls, meetings = self.calls, self.meetings
        for leg in frame.gone:
            calls.pop(leg, None)
        for leg, session, state in frame.put:
            calls[leg] = session, state
        for session in frame.over:
            meetings.pop(session, None)
        meetings.update(frame.meetings)


class Moments:
    """Goes to moments. A step forward from the last one reads only what came between."""

    def __init__(self, tables: Tables, seen: Seen) -> None:
        self._tables, self._seen = tables, seen
        self._board = Board()
        self._key = self._seq = -1

    def state_at(self, at: int) -> PastState | None:
        """Return everything as it was; None: before everything that is kept."""
        with self._tables.at_once():
            place = self._seen.place(at)
            if place is None or (board := self.board(place.seq)) is None:
                return None
            states = self._tables.call_states()
            of_meetings = self._tables.meeting_states()
        calls = [
            PastCall(leg, session, states[state])
            for leg, (session, state) in sorted(board.calls.items())
        ]
        meetings = [
            PastMeeting(session, of_meetings[state])
            for session, state in sorted(board.meetings.items())
        ]
        return PastState(at=place.at, calls=tuple(calls), meetings=tuple(meetings), gap=place.gap)

    def counts(self, slots: range, codes: Codes, session: int | None) -> list[int | None]:
        """Return how many calls the last read of each slot showed, without recording legs.

        `slots` are their beginnings in milliseconds. None: nothing was seen in the slot, or there
        was no such meeting session.
        """
        with self._tables.at_once():
            states = self._tables.call_states().items()
            recording = {key for key, state in states if codes.role(state.role) == "recording"}
            newest = self._seen.newest()
            counts: list[int | None] = []
            for start in slots:
                stop = min(start + slots.step, slots.stop)
                at = (stop if newest is None else min(stop, newest + 1)) - 1
                place = self._seen.place(at) if at >= start else None
                if place is not None and place.gap is not None and place.gap.from_at < start:
                    place = None
                board = None if place is None else self.board(place.seq)
                counts.append(None if board is None else _count(board, recording, session))
            return counts

    def board(self, seq: int) -> Board | None:
        """Return what was live after a frame; it is ours, and the next call changes it."""
        key: int | None = self._tables.value(
            "SELECT seq FROM frame WHERE is_key = 1 AND seq <= ? ORDER BY seq DESC LIMIT 1", (seq,)
        )
        if key is None:
            return None
        if key != self._key or seq < self._seq:
            data = self._tables.value("SELECT data FROM frame WHERE seq = ?", (key,))
            self._board.put_all(frame_of(data))
            self._key = self._seq = key
        for number, data in self._tables.rows(
            "SELECT seq, data FROM frame WHERE seq > ? AND seq <= ? ORDER BY seq", (self._seq, seq)
        ):
            self._board.put(frame_of(data))
            self._seq = number
        return self._board


def _count(board: Board, recording: Set[int], session: int | None) -> int | None:
    if session is None:
        return sum(state not in recording for _, state in board.calls.values())
    of_session = [state for where, state in board.calls.values() if where == session]
    if not of_session and session not in board.meetings:
        return None
    return sum(state not in recording for state in of_session)
