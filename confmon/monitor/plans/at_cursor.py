"""What is under the cursor or looked at, and what is being done to it just now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.models.identity import target_of
from confmon.monitor.actions.plan import Plan
from confmon.monitor.actions.verbs import VERBS

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.session import Session

PRESS_ENTER = "a verb for callers: press enter to see them"
"""Why a verb for callers does nothing on a meeting."""
NO_MEETING = "no meeting here"
NOT_READ = "its callers have not been read yet"


def refused(why: str) -> Plan:
    """Return a plan that does nothing, and why."""
    return Plan(title="", refusal=why)


def warned(plan: Plan, words: str) -> Plan:
    """Return a plan whose question says these words first."""
    return replace(plan, warns="; ".join(filter(None, (words, plan.warns))))


def meeting_at(session: Session, key: int | None) -> Meeting | None:
    """Return the meeting under the cursor, looked into, or of the caller under the cursor."""
    number = meeting_number_at(session, key)
    return session.live_state.meetings.get(number) if number is not None else None


def meeting_number_at(session: Session, key: int | None) -> int | None:
    """Return the meeting that is looked at, or the one of what is under the cursor."""
    view = session.view
    if view.meeting is not None:
        return view.meeting
    if key is None or view.kind == "meeting":
        return key
    call = session.live_state.calls.get(key)
    return call.meeting_number if call is not None else None


def doing_to(session: Session, record: Call | Meeting, field: str) -> str:
    """Return what is being done to a field of a record just now, or an empty string."""
    pending = session.pending_actions.changing(target_of(record), (field,))
    return VERBS[pending.action.verb].doing if pending is not None else ""
