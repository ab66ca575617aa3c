"""The part of a book that knows the calls: which leg each is, in which stays, in which states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.writing import loading
from confmon.history.writing.intervals import at_most, joined_between, known_or, plausible
from confmon.history.writing.live import LiveLeg, state_of_call, texts_of_call
from confmon.history.writing.rows import PART
from confmon.history.writing.sessions import SessionBook
from confmon.models.identity import same_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.read import Read
    from confmon.history.records import Ended
    from confmon.models.live_records import Call


class CallBook(SessionBook):
    """What is live, with its calls."""

    def _take_calls(self, read: Read, at: int) -> bool:
        """Take in a read of calls. Return whether it is the first one after others were lost."""
        was_lost = self.awaits_calls
        is_unseen = (was_lost and not self._goes_on) or read.gap is not None
        how: Ended = "unseen" if is_unseen else "left"
        since = self._whole_to if was_lost else read.since
        since_of = {} if was_lost else read.since_of

        def since_in(number: int | None) -> int | None:
            return at_most(since if number is None else since_of.get(number, since), at)

        for call in read.gone:
            live = self._legs.get(call.id)
            if live is not None:
                self._leave(live, since_in(live.call.meeting_number), at, how)
        self._left = loading.find_legs(
            self._connection, [call for call in read.put if self._is_new(call)]
        )
        for nth, call in enumerate(read.put, 1):
            self._put(call, since_in, at, how)
            if nth % PART == 0:
                self._rest()
        if read.everything:
            shown = {call.id for call in read.put}
            for live in [live for key, live in self._legs.items() if key not in shown]:
                self._leave(live, since_in(live.call.meeting_number), at, how)
        if read.whole:
            self._leave_ended_sessions(at)
            self.awaits_calls = self._goes_on = False
        return was_lost

    def _put(
        self, call: Call, since_in: Callable[[int | None], int | None], at: int, how: Ended
    ) -> None:
        live = self._legs.get(call.id)
        if live is not None and self._is_new(call):
            self._leave(live, since_in(live.call.meeting_number), at, how)
            live = None
        if live is None:
            self._come(call, since_in(call.meeting_number), at)
        elif live.call is not call:
            self._change(live, call, since_in, at)

    def _is_new(self, call: Call) -> bool:
        live = self._legs.get(call.id)
        return live is None or not same_call(live.call, call)

    def _come(self, call: Call, since: int | None, at: int) -> None:
        joined_from, joined_to = joined_between(call, since, at)
        known = self._left.get(call.id)
        if known is None:
            leg, first_seen = next(self._leg_numbers), at
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
            next(self._stay_numbers),
            session,
            joined_from,
            joined_to,
            [(joined_to, state)],
            not self._is_recording(call.role),
            known_at=max(self._asked, joined_from),
        )
        self._legs[call.id] = live
        self._enter(live)
        self._rows.put_leg(live)
        self._rows.put_stay(live)
        self._frames.put(leg, session, state)
        self._frames.came.append(leg)

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
        left_from = min(max(known_or(since_in(was.meeting_number), at), live.known_at), at)
        joined_from = min(max(known_or(since_in(call.meeting_number), left_from), left_from), at)
        left = joined = joined_from, at
        if was.meeting_number != call.meeting_number:
            # Between the two it may have been in a third one, that no read has shown.
            moment = None
            if was.joined != call.joined:
                moment = plausible(call.joined, joined_from, at)
            joined = joined if moment is None else (max(moment, joined_from),) * 2
            left = left_from, joined[1]
        session = self._session_for(call, live, joined)
        if session != live.session and self._may_always_be_in(session, live):
            self._reassign(live, self._sessions[live.session], self._sessions[session])
        if session != live.session:
            self._move(live, session, state, left=left, joined=joined)
        elif state != live.state:
            live.changes.append((at, state))
            live.is_dirty = True
            self._frames.put(live.leg, live.session, state)
            self._count_role(live)
        live.known_at = max(live.known_at, self._asked)
        if texts_of_call(was) != texts_of_call(call):
            self._rows.put_leg(live)
            if was.custom_name != call.custom_name:
                self._frames.named.append((live.leg, call.custom_name or ""))

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
        self._rows.end_stay(live, left, "moved")
        if live.session in self._sessions:
            self._sessions[live.session].emptied_from = left[0]
        self._exit(live)
        live.stay, live.session = next(self._stay_numbers), session
        live.joined_from, live.joined_to = joined
        live.known_at = max(min(self._asked, joined[1]), joined[0])
        live.changes = [(joined[1], state)]
        live.is_caller = not self._is_recording(live.call.role)
        self._enter(live)
        self._rows.put_stay(live)
        self._frames.put(live.leg, session, state)

    def _leave(self, live: LiveLeg, since: int | None, at: int, how: Ended) -> None:
        left_from = min(max(known_or(since, at), live.known_at), at)
        session = self._sessions.get(live.session)
        if session is not None:
            session.emptied_from = left_from
            if session.has_ended and how == "left":
                how = "ended"
        self._rows.end_stay(live, (left_from, at), how)
        self._rows.end_leg(live, at)
        del self._legs[live.call.id]
        self._exit(live)
        self._frames.gone.append(live.leg)

    def _leave_ended_sessions(self, at: int) -> None:
        """Move who is still there after a session has ended into the one that followed it."""
        for session in [
            session for session in self._sessions.values() if session.has_ended and session.legs
        ]:
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
