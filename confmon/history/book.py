"""From reads to rows: which leg, session and stay each call is, and when each began and ended.

A book is loaded from its database, and takes one item in one transaction. If that fails, it is
thrown away and loaded anew: the database has everything that it knew before.

What is not seen to happen is an interval. A caller joined between the clean read before, which did
not show the call, and the one that does; exactly at the wire's `joined` where that is between the
two. Who is in at the very first read joined at the wire's `joined`; without one somewhere since
the wire's `created`, or, without that too, at the read, as nobody knows better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.history import loading
from confmon.history.frames import Frames
from confmon.history.live import (
    LiveLeg,
    LiveSession,
    state_of_call,
    state_of_meeting,
    texts_of_call,
)
from confmon.history.read import DoneAction, NewGap, NewMarker, Read
from confmon.history.rows import PART, Rows
from confmon.history.states import States
from confmon.models.identity import TOLERANCE_MS, in_ms, same_call, same_meeting

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from confmon.history.read import Item
    from confmon.history.records import Ended, Reason
    from confmon.models.live_records import Call, Meeting

SET_BACK_MS: Final = 2000
"""A clock that goes back by more was set back; by less, it only trembles."""


class Book:
    """Writes what reads show.

    It waits for a read of everything before it takes changes in (`awaits_calls`,
    `awaits_meetings`): at the start, and after reads were lost. What was live before and is not in
    that read has ended unseen.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        is_recording: Callable[[int | None], bool],
        author: str = "",
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        """`is_recording` tells whether a role is that of a recording leg, which is no caller."""
        self._connection = connection
        self._is_recording = is_recording
        self._author = author
        self._rest = rest
        self.awaits_calls = self.awaits_meetings = True
        self._call_states = States(connection, "call_state")
        self._meeting_states = States(connection, "meeting_state")
        known = loading.load(connection, self._call_states, is_recording)
        self._run, self._at = known.run, known.seen_to
        self._whole_to, self._meetings_to = known.whole_to, known.meetings_to
        self._sessions = known.sessions
        """Those that are live, and those that have ended and still have callers."""
        self._numbers = {one.number: one for one in known.sessions.values() if not one.has_ended}
        self._legs = known.legs
        self._next_leg, self._next_stay = known.next_leg, known.next_stay
        self._next_session = known.next_session
        self._frames = Frames(connection)
        self._gap = known.gap
        """The gap that lasts: its number and its beginning."""
        self._begin_transaction()

    def _begin_transaction(self) -> None:
        self._rows = Rows()
        self._touched: set[int] = set()
        self._asked = 0
        """When the read that is taken in was asked for."""

    @property
    def has_history(self) -> bool:
        """Whether anything was seen before."""
        return self._whole_to is not None

    @property
    def live_calls(self) -> int:
        """How many calls are live."""
        return len(self._legs)

    # The transactions. Each of them may raise sqlite3.Error: then nothing of it is kept.

    def begin_run(self, at: int, host: str, pid: int, program: str) -> None:
        """Begin to record; what was live before is compared with the first read of everything."""
        self._run += 1
        seen_to = self._at if self._at is not None else at
        row = (self._run, at, seen_to, host, pid, program)
        self._connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)", row)
        self.lose("not running")

    def lose(self, reason: Reason) -> None:
        """Note that reads were lost: from the last whole read on nothing is known."""
        self.awaits_calls = self.awaits_meetings = True
        if self._whole_to is not None:
            self._open_gap(self._whole_to, reason)

    def take(self, item: Item) -> None:
        """Take in what happened."""
        self._begin_transaction()
        match item:
            case Read():
                self._take_read(item)
            case DoneAction():
                self._take_action(item)
            case NewMarker():
                session = self._number_of_session(item.meeting)
                row = (item.at, session, item.text, self._author)
                self._append("marker", row)
            case NewGap():
                self._open_gap(item.since, item.reason)

    def _take_action(self, action: DoneAction) -> None:
        live = self._legs.get(action.call) if action.call is not None else None
        session = live.session if live is not None else self._number_of_session(action.meeting)
        leg = live.leg if live is not None else 0
        row = (action.at, action.verb, session, leg, action.outcome, self._author, action.audit_id)
        self._append("action", row)

    def _number_of_session(self, number: int | None) -> int:
        session = self._numbers.get(number) if number is not None else None
        return session.session if session is not None else 0

    def _append(self, table: str, values: tuple[Any, ...]) -> int:
        """Add a row with the next number to a small table."""
        newest = self._connection.execute(f"SELECT max({table}) FROM {table}").fetchone()[0]  # noqa: S608
        number = (newest or 0) + 1
        marks = ", ".join("?" * (len(values) + 1))
        self._connection.execute(f"INSERT INTO {table} VALUES ({marks})", (number, *values))  # noqa: S608
        return int(number)

    # A read.

    def _take_read(self, read: Read) -> None:
        of_calls = bool(read.whole or read.put or read.gone)
        if of_calls and self.awaits_calls and not (read.everything and read.whole):
            return
        if not of_calls and self.awaits_meetings and not (read.everything and read.all_meetings):
            return
        must_key = False
        if self._at is not None and read.at < self._at - SET_BACK_MS:
            self._set_back(read.at)
            must_key = True
        at = read.at if self._at is None else max(read.at, self._at)
        if self._frames.last_at is not None and (read.put or read.gone or read.meetings):
            at = max(at, self._frames.last_at + 1) if not must_key else at
        frames = self._frames
        self._asked = min(at, _or(read.asked, at))
        since = self._whole_to if of_calls and self.awaits_calls else read.since
        frames.begin(at, _at_most(since, at), self._run)
        if of_calls:
            must_key = self._take_calls(read, at) or must_key
        else:
            self._take_meetings(read, at)
        self._settle_sessions(at)
        frames.write_changes()
        # As long as the calls are not known, nothing is said to be everything.
        if not self.awaits_calls and frames.is_key_due(len(self._legs), must=must_key):
            self._write_key()
        self._rows.write(self._connection, self._rest)
        self._note_seen(read, at)

    def _note_seen(self, read: Read, at: int) -> None:
        self._at = at
        if read.all_meetings:
            self._meetings_to = self._asked
        if read.whole:
            self._whole_to = self._asked
        execute = self._connection.execute
        execute("UPDATE run SET seen_to = ? WHERE run = ?", (at, self._run))
        for name, value in (("whole_to", self._whole_to), ("meetings_to", self._meetings_to)):
            if value is not None:
                execute(loading.PUT_META, (name, str(value)))

    def _take_calls(self, read: Read, at: int) -> bool:
        """Take in a read of calls. Return whether a keyframe is to follow."""
        was_lost = self.awaits_calls
        how: Ended = "unseen" if was_lost or read.gap else "left"
        since = self._whole_to if was_lost else read.since
        since_of = {} if was_lost else read.since_of

        def since_in(number: int | None) -> int | None:
            return _at_most(since if number is None else since_of.get(number, since), at)

        for call in read.gone:
            live = self._legs.get(call.id)
            if live is not None:
                self._leave(live, since_in(live.call.meeting_number), at, how)
        for nth, call in enumerate(read.put, 1):
            self._put(call, since_in, at, how)
            if nth % PART == 0:
                self._rest()
        if read.everything:
            shown = {call.id for call in read.put}
            for live in [live for key, live in self._legs.items() if key not in shown]:
                self._leave(live, since_in(live.call.meeting_number), at, how)
        if not read.whole:
            return False
        self._leave_ended_sessions(at)
        had_gap = self._close_gap(at, read)
        self.awaits_calls = False
        return was_lost or had_gap

    def _put(
        self, call: Call, since_in: Callable[[int | None], int | None], at: int, how: Ended
    ) -> None:
        live = self._legs.get(call.id)
        if live is not None and not same_call(live.call, call):
            self._leave(live, since_in(live.call.meeting_number), at, how)
            live = None
        if live is None:
            self._come(call, since_in(call.meeting_number), at)
        elif live.call is not call:
            self._change(live, call, since_in, at)

    def _come(self, call: Call, since: int | None, at: int) -> None:
        joined_from, joined_to = _joined(call, since, at)
        known = loading.find_leg(self._connection, call)
        if known is None:
            leg, first_seen = self._next_leg, at
            self._next_leg += 1
        else:
            leg, first_seen = known
            left = min(self._left_before(leg, call, joined_from), at)
            joined_from = max(joined_from, left)
            joined_to = joined_to if joined_to >= left else at
        session = self._session_for(call, None, (joined_from, joined_to))
        state = self._call_states.number_of(state_of_call(call))
        live = LiveLeg(
            leg,
            call,
            first_seen,
            self._next_stay,
            session,
            joined_from,
            joined_to,
            [(joined_to, state)],
            not self._is_recording(call.role),
            known_at=max(self._asked, joined_from),
        )
        self._next_stay += 1
        self._legs[call.id] = live
        self._enter(live)
        self._rows.put_leg(live)
        self._rows.put_stay(live)
        self._frames.put(leg, session, state)
        self._frames.came(leg)

    def _left_before(self, leg: int, call: Call, joined_from: int) -> int:
        """Return when a leg that is here again was last seen; it has moved, if the meeting differs.

        A read of one meeting misses who has moved to another, before a read of all shows the call
        there.
        """
        row = self._connection.execute(
            "SELECT stay, left_from, how, number FROM stay"
            " LEFT JOIN meeting_session USING (session)"
            " WHERE leg = ? ORDER BY stay DESC LIMIT 1",
            (leg,),
        ).fetchone()
        if row is None:
            return joined_from
        stay, left_from, how, number = row
        if how == "left" and number != call.meeting_number:
            self._connection.execute("UPDATE stay SET how = 'moved' WHERE stay = ?", (stay,))
        return int(left_from)

    def _change(
        self, live: LiveLeg, call: Call, since_in: Callable[[int | None], int | None], at: int
    ) -> None:
        was, live.call = live.call, call
        state = self._call_states.number_of(state_of_call(call))
        since = _later(since_in(was.meeting_number), since_in(call.meeting_number))
        from_at = min(max(_or(since, at), live.known_at), at)
        between = joined = from_at, at
        if was.meeting_number != call.meeting_number and was.joined != call.joined:
            moment = _plausible(call.joined, from_at, at)
            # When it joined is known; before that it may have been in another one yet.
            between = between if moment is None else (from_at, max(moment, from_at))
            joined = between if moment is None else (between[1],) * 2
        session = self._session_for(call, live, joined)
        if session != live.session and self._may_always_be_in(session, live):
            self._reassign(live, self._sessions[live.session], self._sessions[session])
        if session != live.session:
            self._move(live, session, state, left=between, joined=joined)
        elif state != live.state:
            live.changes.append((at, state))
            live.is_dirty = True
            self._frames.put(live.leg, live.session, state)
            self._count_role(live)
        live.known_at = max(live.known_at, self._asked)
        if texts_of_call(was) != texts_of_call(call):
            self._rows.put_leg(live)
            if was.custom_name != call.custom_name:
                self._frames.named(live.leg, call.custom_name or "")

    def _move(
        self,
        live: LiveLeg,
        session: int,
        state: int,
        *,
        left: tuple[int, int],
        joined: tuple[int, int],
    ) -> None:
        """End the stay of a leg and begin another one."""
        self._rows.put_stay(live, left, "moved")
        if live.session in self._sessions:
            self._sessions[live.session].emptied_from = left[0]
        self._exit(live)
        live.stay, live.session = self._next_stay, session
        self._next_stay += 1
        live.joined_from, live.joined_to = joined
        live.known_at = max(min(self._asked, joined[1]), joined[0])
        live.changes = [(joined[1], state)]
        live.is_caller = not self._is_recording(live.call.role)
        self._enter(live)
        self._rows.put_stay(live)
        self._frames.put(live.leg, session, state)

    def _leave(self, live: LiveLeg, since: int | None, at: int, how: Ended) -> None:
        left_from = min(max(_or(since, at), live.known_at), at)
        session = self._sessions.get(live.session)
        if session is not None:
            session.emptied_from = left_from
            if session.has_ended and how == "left":
                how = "ended"
        self._rows.put_stay(live, (left_from, at), how)
        self._rows.put_leg(live, at)
        del self._legs[live.call.id]
        self._exit(live)
        self._frames.gone(live.leg)

    # Sessions.

    def _session_for(self, call: Call, live: LiveLeg | None, began: tuple[int, int]) -> int:
        """Return the session that a call is in; one that no list has shown yet begins with it."""
        number = call.meeting_number
        if number is None:
            return 0
        current = self._numbers.get(number)
        if current is None and live is not None and live.session in self._sessions:
            # The list says that the meeting has ended, the call that it is still in it.
            current = self._sessions[live.session]
            if current.number != number:
                current = None
        if current is None:
            current = self._begin_session(number, began)
        return current.session

    def _begin_session(self, number: int, began: tuple[int, int]) -> LiveSession:
        session = LiveSession(self._next_session, number, *began)
        self._next_session += 1
        self._sessions[session.session] = self._numbers[number] = session
        self._rows.put_session(session)
        return session

    def _enter(self, live: LiveLeg) -> None:
        session = self._sessions.get(live.session)
        if session is not None:
            session.legs.add(live.call.id)
            session.callers += live.is_caller
            session.stays += live.is_caller
            self._touch(session)

    def _exit(self, live: LiveLeg) -> None:
        session = self._sessions.get(live.session)
        if session is not None:
            session.legs.discard(live.call.id)
            session.callers -= live.is_caller
            self._touch(session)

    def _count_role(self, live: LiveLeg) -> None:
        is_caller = not self._is_recording(live.call.role)
        if is_caller != live.is_caller:
            session = self._sessions.get(live.session)
            if session is not None:
                session.callers += 1 if is_caller else -1
                self._touch(session)
            live.is_caller = is_caller

    def _touch(self, session: LiveSession) -> None:
        self._touched.add(session.session)

    def _settle_sessions(self, at: int) -> None:
        """Note the peaks, end sessions that only calls have shown, forget those that are empty."""
        for key in list(self._touched):
            session = self._sessions[key]
            session.peak = max(session.peak, session.callers)
            if not session.legs and session.meeting is None and not session.has_ended:
                self._end_session(session, session.emptied_from, at)
            if not session.legs and session.has_ended:
                del self._sessions[key]
            self._rows.put_session(session)
        self._touched.clear()

    def _end_session(self, session: LiveSession, since: int | None, at: int) -> None:
        session.ended_from = min(max(_or(since, at), session.started_from), at)
        session.ended_to = at
        if self._numbers.get(session.number) is session:
            del self._numbers[session.number]
        self._touch(session)

    def _take_meetings(self, read: Read, at: int) -> None:
        since = self._meetings_to if self.awaits_meetings else read.since
        since = _at_most(since, at)
        for meeting in read.over:
            session = self._numbers.get(meeting.meeting_number)
            if session is not None:
                self._see_end(session, since, at)
        for nth, meeting in enumerate(read.meetings, 1):
            self._put_meeting(meeting, since, at)
            if nth % PART == 0:
                self._rest()
        if read.everything and read.all_meetings:
            shown = {meeting.meeting_number for meeting in read.meetings}
            for session in [one for one in self._numbers.values() if one.number not in shown]:
                # A meeting that only calls show ends with them.
                if session.meeting is not None:
                    self._see_end(session, since, at)
            self.awaits_meetings = False

    def _see_end(self, session: LiveSession, since: int | None, at: int) -> None:
        self._end_session(session, since, at)
        if session.state is not None:
            self._frames.over(session.session)
        # Who left within the same time left because the meeting ended.
        self._connection.execute(
            "UPDATE stay SET how = 'ended' WHERE session = ? AND how = 'left' AND left_to > ?",
            (session.session, session.ended_from),
        )

    def _put_meeting(self, meeting: Meeting, since: int | None, at: int) -> None:
        number = meeting.meeting_number
        current = self._numbers.get(number)
        is_new = current is None
        if current is not None and current.meeting and not same_meeting(current.meeting, meeting):
            self._see_end(current, since, at)
            before, current = current, self._begin_session(number, _started(meeting, since, at))
            self._take_over(before, current, at)
        elif current is None:
            current = self._begin_session(number, _started(meeting, since, at))
        elif current.meeting is None and current.state is None:
            # Only its calls were known: they came after it began.
            began = _started(meeting, since, at)
            if began[0] == began[1] and began[0] <= current.started_to:
                current.started_from, current.started_to = began
        state = self._meeting_states.number_of(state_of_meeting(meeting))
        if current.meeting != meeting or is_new:
            current.meeting = meeting
            self._rows.put_session(current)
        if state != current.state:
            current.state = state
            self._frames.put_meeting(current.session, state)

    def _take_over(self, before: LiveSession, after: LiveSession, at: int) -> None:
        """Put who joined when a session had already begun again into the new one."""
        for call_id in list(before.legs):
            live = self._legs[call_id]
            if live.joined_from < after.started_from - TOLERANCE_MS:
                continue
            self._reassign(live, before, after)
        self._touch(after)

    def _may_always_be_in(self, session: int, live: LiveLeg) -> bool:
        """Whether a call may have joined when this session of its meeting had already begun."""
        before, after = self._sessions.get(live.session), self._sessions.get(session)
        if before is None or after is None or before.number != after.number:
            return False
        return before.ended_from is not None and live.joined_to >= before.ended_from

    def _reassign(self, live: LiveLeg, before: LiveSession, after: LiveSession) -> None:
        """Put a stay into the session that it was in all the time."""
        self._exit(live)
        before.stays -= live.is_caller
        live.session = after.session
        self._enter(live)
        self._rows.put_stay(live)
        self._frames.put(live.leg, live.session, live.state)

    def _leave_ended_sessions(self, at: int) -> None:
        """Move who is still there after a session has ended into the one that followed it."""
        for session in [one for one in self._sessions.values() if one.has_ended and one.legs]:
            after = self._numbers.get(session.number)
            if after is None:
                continue
            for call_id in list(session.legs):
                live = self._legs[call_id]
                if self._may_always_be_in(after.session, live):
                    self._reassign(live, session, after)
                    continue
                from_at = min(max(after.started_from, live.known_at), at)
                between = from_at, at
                self._move(live, after.session, live.state, left=between, joined=between)

    # Keyframes, gaps, and a clock that was set back.

    def _write_key(self) -> None:
        for live in self._legs.values():
            if live.is_dirty:
                self._rows.put_stay(live)
        self._rest()
        self._frames.write_key(
            [(live.leg, live.session, live.state) for live in self._legs.values()],
            [(one.session, one.state) for one in self._numbers.values() if one.state is not None],
        )

    def _open_gap(self, since: int, reason: Reason) -> None:
        if self._gap is None:
            self._gap = self._append("gap", (since, None, reason)), since

    def _close_gap(self, at: int, read: Read) -> bool:
        """End the gap that lasts; return whether there was one."""
        if self._gap is not None:
            number, since = self._gap
            self._connection.execute(
                "UPDATE gap SET from_at = ?, to_at = ? WHERE gap = ?", (min(since, at), at, number)
            )
            self._gap = None
        elif read.gap and read.since is not None and not self.awaits_calls:
            self._append("gap", (min(read.since, at), at, read.gap))
        else:
            return False
        return True

    def _set_back(self, at: int) -> None:
        """End what lasts by the old clock, and begin it again by the new one.

        How long the clock was wrong nobody knows, so nothing is moved.
        """
        ended = self._at or at
        if self._gap is not None:
            number, since = self._gap
            self._connection.execute(
                "UPDATE gap SET to_at = ? WHERE gap = ?", (max(since, ended), number)
            )
            self._gap = self._append("gap", (at, None, "clock set back")), at
        self._append("gap", (at, at, "clock set back"))
        for live in list(self._legs.values()):
            left_from = max(live.known_at, min(_or(self._whole_to, ended), ended))
            self._rows.put_stay(live, (left_from, max(left_from, ended)), "unseen")
            if self.awaits_calls:
                self._rows.put_leg(live, max(ended, live.first_seen))
                del self._legs[live.call.id]
                self._exit(live)
                continue
            live.first_seen = min(live.first_seen, at)
            live.stay = self._next_stay
            self._next_stay += 1
            live.joined_from = live.joined_to = live.known_at = at
            live.changes = [(at, live.state)]
            self._rows.put_leg(live)
            self._rows.put_stay(live)
        self._rest()
        for session in self._sessions.values():
            session.started_from = min(session.started_from, at)
            session.started_to = min(session.started_to, at)
            if session.ended_to is not None:
                session.ended_from = session.ended_to = at
            self._rows.put_session(session)
        self._run += 1
        self._connection.execute(
            "INSERT INTO run SELECT ?, ?, ?, host, pid, program FROM run WHERE run = ?",
            (self._run, at, at, self._run - 1),
        )
        self._frames.last_at = None
        self._at = at
        self._whole_to = at if self._whole_to is not None else None
        self._meetings_to = at if self._meetings_to is not None else None


def _joined(call: Call, since: int | None, at: int) -> tuple[int, int]:
    """Return between which moments a call joined that a read shows for the first time."""
    if (moment := _plausible(call.joined, since, at)) is not None:
        return moment, moment
    if since is not None:
        return since, at
    created = in_ms(call.created) if call.created is not None else None
    return (created, at) if created is not None and created <= at else (at, at)


def _started(meeting: Meeting, since: int | None, at: int) -> tuple[int, int]:
    """Return between which moments a meeting began that a read shows for the first time."""
    if (moment := _plausible(meeting.created, since, at)) is not None:
        return moment, moment
    return _or(since, at), at


def _plausible(moment: int | None, since: int | None, at: int) -> int | None:
    """Return a moment of the wire, if it is not later than the read nor before the one before."""
    if moment is None:
        return None
    wire = in_ms(moment)
    is_late = wire > at + TOLERANCE_MS
    is_early = since is not None and wire < since - TOLERANCE_MS
    return None if is_late or is_early else min(wire, at)


def _at_most(moment: int | None, at: int) -> int | None:
    return None if moment is None else min(moment, at)


def _later(one: int | None, other: int | None) -> int | None:
    moments = [moment for moment in (one, other) if moment is not None]
    return max(moments, default=None)


def _or(moment: int | None, at: int) -> int:
    return at if moment is None else moment
