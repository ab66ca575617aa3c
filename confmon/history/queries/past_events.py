"""What happened, from what each frame changed: as the event feed tells it of the live state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from confmon.history.answers import PastEvent
from confmon.history.queries.moments import Board, Moments
from confmon.history.queries.sessions import meeting_sessions
from confmon.history.queries.tables import States, frame_of
from confmon.models.identity import TOLERANCE_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.history.packing import Frame
    from confmon.history.queries.seen import Seen
    from confmon.history.queries.tables import Tables
    from confmon.history.records import CallState, Gap, MeetingState
    from confmon.models.codes import Codes

_AT_ONCE: Final = 100
"""So many frames are read at once."""
_DROP_MS: Final = 120_000
"""Who leaves this long after we hung up on them was dropped by us."""


@dataclass(slots=True)
class _Frame:
    """A frame, with the time between the two reads that it lies between."""

    since: int
    at: int
    frame: Frame
    is_whole: bool
    """A keyframe of a read that directly followed the one before: what it lacks is gone."""
    is_new: bool
    """A keyframe after a gap: it tells what is there, not what happened."""


@dataclass(slots=True)
class _Hosts:
    """By how many the hosts of a session have changed, and the last of them."""

    more: int = 0
    leg: int = 0
    is_known: bool = False


@dataclass(slots=True)
class _Tally:
    hosts: int = 0
    callers: int = 0


@dataclass(slots=True)
class _Asking:
    """Who asks for help or has a question. A field that a read does not have says nothing."""

    legs: dict[int, tuple[bool, bool]] = field(default_factory=dict)

    def see(self, leg: int, state: CallState) -> str:
        """Return "asked", "answered", or "" for no change."""
        help_, question = was = self.legs.get(leg, (False, False))
        if state.operator_mode is not None:
            help_ = bool(state.operator_mode)
        if state.qa_mode is not None:
            question = bool(state.qa_mode)
        if not help_ and not question:
            self.legs.pop(leg, None)
        else:
            self.legs[leg] = help_, question
        if any(was) == (help_ or question):
            return ""
        return "answered" if any(was) else "asked"


class PastEvents:
    """Walks over frames and tells what each one changed.

    A gap is not bridged: the first read after it says what is there, and only who is known to have
    come or gone meanwhile has an event, of the whole time.
    """

    def __init__(self, tables: Tables, seen: Seen, codes: Codes) -> None:
        self._tables, self._seen, self._codes = tables, seen, codes
        self._board = Board()
        self._asking = _Asking()
        self._tallies: dict[int, _Tally] = {}
        self._states: States[CallState] = States()
        self._meeting_states: States[MeetingState] = States()
        self._drops: dict[int, list[int]] = {}

    def between(self, since: int, until: int, session: int | None) -> Iterator[PastEvent]:
        """Yield what reads after `since` and up to `until` showed, in the order of reading."""
        for entry in self._frames(since, until):
            events = list(self._events(entry))
            if since < entry.at <= until:
                for event, also in events:
                    if session is None or session in (event.session, also):
                        yield event

    def _frames(self, since: int, until: int) -> Iterator[_Frame]:
        tables = self._tables
        with tables.at_once():
            first, last = self._range(since, until)
            if first is None:
                return
            self._load(first - 1)
            gaps = [gap for gap in self._seen.gaps(since, until) if gap.from_at != gap.to_at]
            before = tables.row(
                "SELECT at, run FROM frame WHERE seq < ? ORDER BY seq DESC LIMIT 1", (first,)
            )
        sql = (
            "SELECT seq, run, at, since, is_key, data FROM frame WHERE seq >= ? AND seq <= ?"
            " ORDER BY seq LIMIT ?"
        )
        while rows := tables.rows(sql, (first, last, _AT_ONCE)):
            self._know_states()
            for _, run, at, began, is_key, data in rows:
                is_next = before is not None and _follows(before, (at, run), gaps)
                # A gap may have moved the read before further back than the frame says.
                start = min(began, at)
                if before is not None and before[0] <= at and before[1] != run:
                    start = min(start, before[0])
                is_new = bool(is_key) and not is_next
                frame = frame_of(data)
                if began >= at:  # nothing was read before: nobody is known to have come
                    frame = frame._replace(came=())
                yield _Frame(start, at, frame, bool(is_key) and is_next, is_new)
                before = at, run
            first = rows[-1][0] + 1

    def _range(self, since: int, until: int) -> tuple[int | None, int]:
        """Return the numbers of the first and the last frame between two moments."""
        if len(self._seen.stretches()) > 1:
            sql = "SELECT min(seq), max(seq) FROM frame WHERE at > ? AND at <= ?"
            row = self._tables.row(sql, (since, until)) or (None, 0)
            return row[0], row[1]
        sql = "SELECT seq FROM frame WHERE at > ? AND at <= ? ORDER BY at{0}, seq{0} LIMIT 1"
        first = self._tables.row(sql.format(""), (since, until))
        last = self._tables.row(sql.format(" DESC"), (since, until))
        return (None, 0) if first is None or last is None else (first[0], last[0])

    def _load(self, seq: int) -> None:
        """Begin with what a frame showed."""
        self._know_states()
        board = Moments(self._tables, self._seen).board(seq)
        self._begin(board or Board())
        # When an action was sent, and when the read came that showed it, is not the same moment.
        for leg, at in self._tables.rows(
            "SELECT leg, at FROM action WHERE verb = 'drop' AND leg != 0"
        ):
            self._drops.setdefault(leg, []).append(at)

    def _begin(self, board: Board) -> None:
        self._board, self._asking, self._tallies = board, _Asking(), {}
        for leg, (session, state) in board.calls.items():
            self._asking.see(leg, self._states[state])
            self._count(session, state, 1)

    def _know_states(self) -> None:
        self._states = self._tables.call_states()
        self._meeting_states = self._tables.meeting_states()

    def _count(self, session: int, state: int, more: int) -> bool:
        """Count a call; return whether it is a host."""
        role = self._codes.role(self._states[state].role)
        tally = self._tallies.setdefault(session, _Tally())
        tally.hosts += more * (role == "host")
        tally.callers += more * (role != "recording")
        return role == "host"

    # A frame.

    def _events(self, entry: _Frame) -> Iterator[tuple[PastEvent, int]]:
        """Yield the events of a frame, each with the other session that it is about."""
        frame, calls = entry.frame, self._board.calls
        came, gone = set(frame.came), [leg for leg in frame.gone if leg in calls]
        if entry.is_whole:
            there = {*gone, *(leg for leg, _, _ in frame.put)}
            gone += [leg for leg in calls if leg not in there]
        hosts: dict[int, _Hosts] = {}
        left = [self._leave(leg, entry, hosts) for leg in gone]
        if entry.is_new:
            board = Board()
            board.put_all(frame)
            arrived = [self._arrival(entry, leg, board.calls[leg][0]) for leg in sorted(came)
                       if leg in board.calls]  # fmt: skip
            over = [self._of(entry, "ended", session) for session in frame.over]
            self._begin(board)
            yield from arrived
            yield from left
            yield from over
            return
        for leg, session, state in frame.put:
            before = calls.get(leg)
            if before is None:
                yield from self._come(entry, leg, session, state, hosts, is_new=leg in came)
            elif before != (session, state):
                yield from self._change(entry, leg, before, (session, state), hosts)
            calls[leg] = session, state
        for leg, name in frame.named:
            if leg in calls:
                yield self._of(entry, "renamed", calls[leg][0], leg, text=name)
        yield from left
        yield from self._host_events(entry, hosts)
        yield from self._meeting_events(entry)

    def _come(
        self, entry: _Frame, leg: int, session: int, state: int, hosts: dict[int, _Hosts],
        *, is_new: bool,
    ) -> Iterator[tuple[PastEvent, int]]:  # fmt: skip
        asks = self._asking.see(leg, self._states[state])
        self._count_host(session, leg, state, 1, hosts, is_known=is_new)
        if is_new:
            yield self._arrival(entry, leg, session)
            if asks:
                yield self._of(entry, asks, session, leg)

    def _change(
        self, entry: _Frame, leg: int, before: tuple[int, int], now: tuple[int, int],
        hosts: dict[int, _Hosts],
    ) -> Iterator[tuple[PastEvent, int]]:  # fmt: skip
        where, session = before[0], now[0]
        self._count_host(where, leg, before[1], -1, hosts)
        self._count_host(session, leg, now[1], 1, hosts)
        if where != session:
            kind = "joined" if not where else "moved" if session else "left"
            yield self._of(entry, kind, session or where, leg, also=where)
        if before[1] == now[1]:
            return
        was, state = self._states[before[1]], self._states[now[1]]
        if asks := self._asking.see(leg, state):
            yield self._of(entry, asks, session, leg)
        for kind in _changes(was, state, self._codes):
            yield self._of(entry, kind, session, leg)

    def _leave(self, leg: int, entry: _Frame, hosts: dict[int, _Hosts]) -> tuple[PastEvent, int]:
        session, state = self._board.calls.pop(leg)
        self._asking.legs.pop(leg, None)
        self._count_host(session, leg, state, -1, hosts)
        drops = self._drops.get(leg, ())
        ours = any(entry.since - _DROP_MS <= at <= entry.at + _DROP_MS for at in drops)
        return self._of(entry, "dropped" if ours else "left", session, leg)

    def _arrival(self, entry: _Frame, leg: int, session: int) -> tuple[PastEvent, int]:
        return self._of(entry, "joined" if session else "arrived", session, leg)

    def _count_host(
        self, session: int, leg: int, state: int, more: int, hosts: dict[int, _Hosts],
        *, is_known: bool = True,
    ) -> None:  # fmt: skip
        if self._count(session, state, more) and session:
            of = hosts.setdefault(session, _Hosts())
            of.more, of.leg, of.is_known = of.more + more, leg, of.is_known or is_known

    def _host_events(
        self, entry: _Frame, hosts: dict[int, _Hosts]
    ) -> Iterator[tuple[PastEvent, int]]:
        for session, of in hosts.items():
            tally = self._tallies[session]
            if of.more < 0 and not tally.hosts and tally.callers:
                yield self._of(entry, "host_left", session, of.leg)
            elif of.more > 0 and of.more == tally.hosts and of.is_known:
                yield self._of(entry, "host_joined", session, of.leg)

    def _meeting_events(self, entry: _Frame) -> Iterator[tuple[PastEvent, int]]:
        frame, meetings = entry.frame, self._board.meetings
        new = [session for session, _ in frame.meetings if session not in meetings]
        started = {  # others are only new to us
            session.session
            for session in meeting_sessions(self._tables, new).values()
            if session.started_to >= entry.since - TOLERANCE_MS
        }
        for session, state in frame.meetings:
            before = meetings.get(session)
            meetings[session] = state
            if before is None:
                if session in started:
                    yield self._of(entry, "started", session)
                continue
            if before == state:
                continue
            was, now = self._meeting_states[before], self._meeting_states[state]
            for kind in (
                _switched(was.is_secured, now.is_secured, "locked", "unlocked"),
                _switched(was.is_recording, now.is_recording, "recording_on", "recording_off"),
            ):
                if kind:
                    yield self._of(entry, kind, session)
        over = list(frame.over)
        if entry.is_whole:
            there = {session for session, _ in frame.meetings}
            over += [of for of in meetings if of not in there and of not in over]
        for session in over:
            if meetings.pop(session, None) is not None:
                yield self._of(entry, "ended", session)

    def _of(
        self, entry: _Frame, kind: str, session: int, leg: int = 0, *, also: int = 0, text: str = ""
    ) -> tuple[PastEvent, int]:
        event = PastEvent(from_at=entry.since, to_at=entry.at, kind=kind, session=session, leg=leg,
                          text=text)  # fmt: skip
        return event, also


def _follows(before: tuple[int, int], now: tuple[int, int], gaps: list[Gap]) -> bool:
    """Whether a read came right after the one before, each (moment, run): nothing is between."""
    if before[1] != now[1] or before[0] > now[0]:
        return False
    return not any(
        gap.from_at < now[0] and (gap.to_at is None or gap.to_at > before[0]) for gap in gaps
    )


def _changes(was: CallState, now: CallState, codes: Codes) -> Iterator[str]:
    """Yield the kinds of what changed about a call."""
    if (kind := codes.muting(was.mute_mode, now.mute_mode)) is not None:
        yield kind
    held = codes.is_held(was.hold_mode), codes.is_held(now.hold_mode)
    if held in ((False, True), (True, False)):
        yield "held" if held[1] else "released"
    if None not in (was.role, now.role) and was.role != now.role:
        yield "role"
    if None not in (was.gain_level, now.gain_level) and was.gain_level != now.gain_level:
        yield "gain"


def _switched(was: bool | None, now: bool | None, on: str, off: str) -> str:
    if was is None or now is None or was == now:
        return ""
    return on if now else off
