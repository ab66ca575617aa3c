"""The part of a book that knows the sessions of meetings: when each began and ended, who is in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from confmon.history.writing import loading
from confmon.history.writing.frames import Frames
from confmon.history.writing.intervals import at_most, known_or, started_between
from confmon.history.writing.live import LiveLeg, LiveSession, about_meeting, state_of_meeting
from confmon.history.writing.rows import PART, Rows
from confmon.history.writing.states import States
from confmon.models.identity import TOLERANCE_MS, same_meeting

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.backends.connection import Connection
    from confmon.history.read import Read
    from confmon.models.live_records import Call, Meeting


class SessionBook:
    """What is live, as the database knows it, and the sessions of meetings in it."""

    def __init__(
        self,
        connection: Connection,
        *,
        is_recording: Callable[[int | None], bool],
        rest: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._is_recording = is_recording
        self._rest = rest
        self.awaits_calls = self.awaits_meetings = True
        self._goes_on = False
        """Whether another confmon has read everything just before this one began."""
        self._call_states = States(connection, "call_state")
        self._meeting_states = States(connection, "meeting_state")
        known = self._known = loading.load(connection, self._call_states, is_recording)
        self._whole_to, self._meetings_to = known.whole_to, known.meetings_to
        self._legs = known.legs
        self._sessions = known.sessions
        """Those that are live, and those that have ended and still have callers."""
        self._numbers = {
            session.number: session for session in known.sessions.values() if not session.has_ended
        }
        self._leg_numbers, self._stay_numbers = count(known.next_leg), count(known.next_stay)
        self._session_numbers = count(known.next_session)
        self._frames = Frames(connection)
        self._begin_transaction()

    def _begin_transaction(self) -> None:
        self._rows = Rows()
        self._touched: set[int] = set()
        self._left: dict[int, tuple[int, int]] = {}
        """Which calls of a read have been here before: their legs."""
        self._asked = 0
        """When the read that is taken in was asked for."""

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
        session = LiveSession(next(self._session_numbers), number, *began)
        self._sessions[session.session] = self._numbers[number] = session
        self._rows.put_session(session)
        return session

    def _enter(self, live: LiveLeg) -> None:
        session = self._sessions.get(live.session)
        if session is not None:
            session.legs.add(live.call.id)
            session.callers += live.is_caller
            session.stays += live.is_caller
            self._touched.add(session.session)

    def _exit(self, live: LiveLeg) -> None:
        session = self._sessions.get(live.session)
        if session is not None:
            session.legs.discard(live.call.id)
            session.callers -= live.is_caller
            self._touched.add(session.session)

    def _count_role(self, live: LiveLeg) -> None:
        is_caller = not self._is_recording(live.call.role)
        if is_caller != live.is_caller:
            session = self._sessions.get(live.session)
            if session is not None:
                session.callers += 1 if is_caller else -1
                self._touched.add(session.session)
            live.is_caller = is_caller

    def _settle_sessions(self, at: int) -> None:
        """Note the peaks, end sessions that only calls have shown, forget those that are empty."""
        for key in list(self._touched):
            session = self._sessions[key]
            session.peak = max(session.peak, session.callers)
            if not session.legs and session.meeting is None and not session.has_ended:
                self._end_session(session, session.emptied_from, at)
            if not session.legs and session.has_ended:
                del self._sessions[key]
            self._rows.put_counts(session)
        self._touched.clear()

    def _end_session(self, session: LiveSession, since: int | None, at: int) -> None:
        session.ended_from = min(max(known_or(since, at), session.started_from), at)
        session.ended_to = at
        if self._numbers.get(session.number) is session:
            del self._numbers[session.number]
        self._rows.put_session(session)
        self._touched.add(session.session)

    def _take_meetings(self, read: Read, at: int) -> None:
        since = at_most(self._meetings_to if self.awaits_meetings else read.since, at)
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
            for session in [
                session for session in self._numbers.values() if session.number not in shown
            ]:
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
        if current is not None and current.meeting and not same_meeting(current.meeting, meeting):
            self._see_end(current, since, at)
            before = current
            current = self._begin_session(number, started_between(meeting, since, at))
            self._take_over(before, current, at)
        elif current is None:
            current = self._begin_session(number, started_between(meeting, since, at))
        elif current.meeting is None and current.state is None:
            # Only its calls were known: they came after it began.
            began = started_between(meeting, since, at)
            if began[0] == began[1] and began[0] <= current.started_to:
                current.started_from, current.started_to = began
        state = self._meeting_states.number_of(state_of_meeting(meeting))
        was, current.meeting = current.meeting, meeting
        if was is None or about_meeting(was) != about_meeting(meeting):
            self._rows.put_session(current)
        if state != current.state:
            current.state = state
            self._frames.put_meeting(current.session, state)

    def _take_over(self, before: LiveSession, after: LiveSession, at: int) -> None:
        """Put who joined when a session had already begun again into the new one."""
        for call_id in list(before.legs):
            live = self._legs[call_id]
            if live.joined_from >= after.started_from - TOLERANCE_MS:
                self._reassign(live, before, after)
        self._touched.add(after.session)

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
