"""Everything at a moment: a keyframe, and the frames after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.queries.tables import broken, frame_of
from confmon.history.records import PastCall, PastMeeting, PastState

if TYPE_CHECKING:
    from confmon.history.packing import Frame
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables


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
        try:
            calls = [
                PastCall(leg, session, states[state])
                for leg, (session, state) in sorted(board.calls.items())
            ]
            meetings = [
                PastMeeting(session, of_meetings[state])
                for session, state in sorted(board.meetings.items())
            ]
        except KeyError as error:
            raise broken(error) from error
        return PastState(at=place.at, calls=tuple(calls), meetings=tuple(meetings), gap=place.gap)

    def moment_before(self, at: int) -> int | None:
        """Return when the frame before a moment was asked for."""
        row = self._tables.row("SELECT at FROM frame WHERE at < ? ORDER BY at DESC LIMIT 1", (at,))
        return row[0] if row else None

    def moment_after(self, at: int) -> int | None:
        """Return when the frame after a moment was asked for."""
        row = self._tables.row("SELECT at FROM frame WHERE at > ? ORDER BY at LIMIT 1", (at,))
        return row[0] if row else None

    def board(self, seq: int) -> Board | None:
        """Return what was live after a frame; it is ours, and the next call changes it."""
        row = self._tables.row(
            "SELECT seq FROM frame WHERE is_key = 1 AND seq <= ? ORDER BY seq DESC LIMIT 1", (seq,)
        )
        if row is None:
            return None
        key: int = row[0]
        if key != self._key or seq < self._seq:
            data = self._tables.rows("SELECT data FROM frame WHERE seq = ?", (key,))
            self._board.put_all(frame_of(data[0][0]))
            self._key = self._seq = key
        for number, data in self._tables.rows(
            "SELECT seq, data FROM frame WHERE seq > ? AND seq <= ? ORDER BY seq", (self._seq, seq)
        ):
            self._board.put(frame_of(data))
            self._seq = number
        return self._board
