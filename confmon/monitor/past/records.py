"""Makes the live state of a past moment: the same records as those of a read, so the same screens.

What was made for the moment before is used again: from one scan to the next few calls differ.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

from confmon.models.identity import TOLERANCE_MS, in_ms
from confmon.models.live_records import Call, Meeting
from confmon.monitor.polling.live_state import LiveState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping

    from confmon.history.history import History
    from confmon.history.records import (
        CallState,
        Leg,
        MeetingSession,
        PastCall,
        PastMeeting,
        PastState,
    )
    from confmon.models.codes import Codes

R = TypeVar("R")

PART: Final = 200
"""So many records are made at once; then whoever waits for the interpreter gets it."""
ASKED_AT_ONCE: Final = 1000

_revisions = count(-2, -1)
"""No past state has a number of another one, or of the live state: views tell them apart by it."""


class PastRecords:
    """Makes calls and meetings of legs and sessions, and keeps those of the last moment."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._legs: dict[int, Leg] = {}
        self._sessions: dict[int, MeetingSession] = {}
        self._calls: dict[int, tuple[PastCall, bool, Call]] = {}
        """The call that was made of a leg, of what, and whether it had joined."""
        self._meetings: dict[int, tuple[PastMeeting, Meeting]] = {}

    def forget_live(self) -> None:
        """Forget calls and sessions that are not over: what is known of them goes on changing."""
        self._legs = {
            number: leg for number, leg in self._legs.items() if leg.last_seen is not None
        }
        self._sessions = {
            number: session
            for number, session in self._sessions.items()
            if session.ended_to is not None
        }
        self._calls = {leg: made for leg, made in self._calls.items() if leg in self._legs}
        self._meetings = {
            session: made for session, made in self._meetings.items() if session in self._sessions
        }

    def state(self, past: PastState, history: History) -> Generator[None, None, LiveState]:
        """Return the live state of a moment, in steps."""
        yield from self._ask(past, history)
        state = LiveState(self._codes, meetings_known=True, calls_known=True)
        meetings, calls = self._meetings, self._calls
        self._meetings, self._calls = {}, {}
        for meeting in past.meetings:
            if (record := self._meeting(meeting, meetings)) is not None:
                state.meetings[record.meeting_number] = record
        yield
        by_meeting = state.by_meeting
        for at, past_call in enumerate(past.calls):
            call = self._call(past_call, past.at, calls)
            if call is not None:
                state.calls[call.id] = call
                if (number := call.meeting_number) is not None:
                    if (there := by_meeting.get(number)) is None:
                        there = by_meeting[number] = {}
                    there[call.id] = call
            if at % PART == 0:
                yield
        state.revision = next(_revisions)
        return state

    def call(self, leg: Leg, number: int | None, state: CallState, at: int) -> Call:
        """Return a call as a read of that moment has shown it; `number` is of its meeting."""
        return Call(
            id=leg.call,
            meeting_number=number,
            address_from=leg.address_from,
            bridge_name=leg.bridge_name,
            callee=leg.callee,
            caller=leg.caller,
            codec=leg.codec,
            connection_status=state.connection_status,
            created=leg.created,
            custom_name=leg.name,
            gain_level=state.gain_level,
            hold_mode=state.hold_mode,
            joined=leg.joined if _had_joined(leg, at) else None,
            mute_mode=state.mute_mode,
            node_name=leg.node_name,
            operator_mode=state.operator_mode,
            presenter_media=state.presenter_media,
            qa_mode=state.qa_mode,
            role=state.role,
            state=state.state,
        )

    def _ask(self, past: PastState, history: History) -> Generator[None, None, None]:
        """Get the legs and sessions that are not known yet."""
        sessions = {meeting.session for meeting in past.meetings} | {
            call.session for call in past.calls
        }
        ask_sessions = history.meeting_sessions
        self._sessions = yield from _complete(self._sessions, sessions - {0}, ask_sessions)
        self._legs = yield from _complete(
            self._legs, {past_call.leg for past_call in past.calls}, history.legs
        )

    def _call(
        self, past_call: PastCall, at: int, made: Mapping[int, tuple[PastCall, bool, Call]]
    ) -> Call | None:
        leg = self._legs.get(past_call.leg)
        if leg is None:
            return None  # deleted between two questions, as too old
        joined = _had_joined(leg, at)
        known = made.get(past_call.leg)
        if known is None or known[0] != past_call or known[1] != joined:
            session = self._sessions.get(past_call.session)
            number = session.number if session is not None else None
            call = self.call(leg, number, past_call.state, at)
            known = (past_call, joined, call)
        self._calls[past_call.leg] = known
        return known[2]

    def _meeting(
        self, past_meeting: PastMeeting, made: Mapping[int, tuple[PastMeeting, Meeting]]
    ) -> Meeting | None:
        session = self._sessions.get(past_meeting.session)
        if session is None:
            return None
        known = made.get(past_meeting.session)
        if known is None or known[0] != past_meeting:
            meeting = Meeting(
                meeting_number=session.number,
                id=session.id,
                created=session.created,
                subscriber_name=session.owner,
                **past_meeting.state._asdict(),
            )
            known = (past_meeting, meeting)
        self._meetings[past_meeting.session] = known
        return known[1]


def _had_joined(leg: Leg, at: int) -> bool:
    """Whether a call had joined at a moment: `joined` is the last one that was seen."""
    return leg.joined is not None and in_ms(leg.joined) <= at + TOLERANCE_MS


def _complete(
    known: dict[int, R], wanted: set[int], ask: Callable[[Collection[int]], dict[int, R]]
) -> Generator[None, None, dict[int, R]]:
    """Return what is known with all that is wanted, asked for in steps."""
    asked = [*(wanted - known.keys())]
    if len(known) > 2 * len(wanted) + ASKED_AT_ONCE:
        known = {number: record for number, record in known.items() if number in wanted}
    for at in range(0, len(asked), ASKED_AT_ONCE):
        known |= ask(asked[at : at + ASKED_AT_ONCE])
        yield
    return known
