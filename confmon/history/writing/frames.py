"""Writing frames: what a read changed; and keyframes: everything that is live, now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.history.packing import Frame, pack_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.history.backends.connection import Connection

KEY_MS: Final = 300_000
"""After this time what has changed is summed up in a keyframe."""
KEY_EVENTS: Final = 50
"""A keyframe comes after as many events as calls are live, but not for fewer than these."""

_INSERT = "INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?)"
_NEWEST = "SELECT seq, at FROM frame ORDER BY seq DESC LIMIT 1"
_NEWEST_KEY = "SELECT seq, at FROM frame WHERE is_key = 1 ORDER BY seq DESC LIMIT 1"
_EVENTS = "SELECT coalesce(sum(events), 0) FROM frame WHERE seq > ?"


class Frames:
    """Gathers what one read changed, and writes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seq: int
        self.last_at: int | None
        """The moment of the newest frame: the next one is later."""
        self._key_at: int | None
        self._seq, self.last_at = connection.execute(_NEWEST).fetchone() or (0, None)
        key, self._key_at = connection.execute(_NEWEST_KEY).fetchone() or (0, None)
        self._events: int = connection.execute(_EVENTS, (key,)).fetchone()[0]
        """How many there were since the last keyframe."""
        self.begin(0, None, 0)

    def begin(self, at: int, since: int | None, run: int) -> None:
        """Begin the frame of a read."""
        self._at, self._since, self._run = at, at if since is None else since, run
        self._put: dict[int, tuple[int, int, int]] = {}
        self._meetings: dict[int, int] = {}
        self._over: list[int] = []
        self.came: list[int] = []
        """The legs that are new to the bridge."""
        self.gone: list[int] = []
        """The legs that left."""
        self.named: list[tuple[int, str]] = []
        """The legs of callers who have another name, and that."""

    def put(self, leg: int, session: int, state: int) -> None:
        """Note a call that came, moved or changed."""
        self._put[leg] = leg, session, state

    def put_meeting(self, session: int, state: int) -> None:
        """Note a meeting that began or changed."""
        self._meetings[session] = state

    def over(self, session: int) -> None:
        """Note a meeting that ended."""
        self._meetings.pop(session, None)
        self._over.append(session)

    def write_changes(self) -> None:
        """Write the frame, if anything changed. sqlite3.Error."""
        frame = Frame(
            list(self._put.values()),
            self.came,
            self.gone,
            list(self._meetings.items()),
            self._over,
            self.named,
        )
        if frame.events or frame.named:
            self._write(frame, frame.events, is_key=False)
            self._events += frame.events

    def is_key_due(self, live_calls: int, *, must: bool) -> bool:
        """Whether a keyframe is to follow."""
        if must or self._key_at is None:
            return True
        is_old = self._at - self._key_at >= KEY_MS
        return self._events >= max(KEY_EVENTS, live_calls) or (is_old and self._events > 0)

    def write_key(
        self, calls: Sequence[tuple[int, int, int]], meetings: Sequence[tuple[int, int]]
    ) -> None:
        """Write everything that is live. sqlite3.Error."""
        self._write(Frame(put=calls, meetings=meetings), 0, is_key=True)
        self._key_at, self._events = self._at, 0

    def _write(self, frame: Frame, events: int, *, is_key: bool) -> None:
        self._seq += 1
        row = (self._seq, self._run, self._at, min(self._since, self._at), is_key, events)
        self._connection.execute(_INSERT, (*row, pack_frame(frame)))
        self.last_at = self._at
