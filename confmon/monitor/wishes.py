"""From a key to a plan: what a command means for what is marked or under the cursor.

Every function returns a plan made from the records as they stand at this moment; a plan without
actions says in `refusal` why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.api.records import Call, Meeting
from confmon.monitor import plan as plans
from confmon.monitor.commands import Danger
from confmon.monitor.plan import Plan
from confmon.monitor.verbs import VERBS

if TYPE_CHECKING:
    from confmon.monitor.session import Session

GAIN_STEP = 1

_BULK = {
    "mute_all": "mute",
    "hold_all": "hold",
    "unmute_all": "unmute",
    "release_all": "release",
}


_FOR_MARKED = ("mute", "hold", "drop")
"""What is done to all who are marked, where anybody is."""


def plan_for(session: Session, command: str, key: int | None, shown: frozenset[int]) -> Plan:
    """Return what a command would do. `key` is under the cursor, `shown` passes the filter."""
    if command == "undo":
        return plans.undo(session.undo.last(), session.picture)
    if command in _BULK:
        return _whole_meeting(session, _BULK[command], key)
    if command in ("lock", "record"):
        return _switch(session, command, key)
    if command == "end":
        meeting = meeting_at(session, key)
        if meeting is None:
            return Plan(title="End", refusal="no meeting here")
        tally = session.picture.tally(meeting.meeting_number)
        known = session.picture.knows(meeting.meeting_number)
        heads = tally.callers or meeting.participant_count or (0 if known else None)
        return plans.for_end(meeting, heads, tally.legs)
    return _callers(session, command, key, shown)


def meeting_at(session: Session, key: int | None) -> Meeting | None:
    """Return the meeting under the cursor, looked into, or of the caller under the cursor."""
    picture, view = session.picture, session.view
    if view.subject == "meetings":
        return picture.meetings.get(key) if key is not None else None
    number = view.meeting
    if number is None and key is not None:
        call = picture.calls.get(key)
        number = call.meeting_number if call else None
    return picture.meetings.get(number) if number is not None else None


def _callers(session: Session, command: str, key: int | None, shown: frozenset[int]) -> Plan:
    if session.view.kind == "meeting":
        return Plan(title=command, refusal="a verb for callers: press enter to see them")
    marked = [record for record in session.view.marked(session.picture) if isinstance(record, Call)]
    if marked and command in _FOR_MARKED:
        return _marked(session, command, marked, shown)
    if session.view.all_left and command in _FOR_MARKED:
        session.view.unmark()  # said once: the next key means who is under the cursor
        return Plan(title=command, refusal="all who were marked have left; nothing was sent")
    call = session.picture.calls.get(key) if key is not None else None
    if call is None:
        why = "that caller has left" if key is not None else "no caller under the cursor"
        return Plan(title=command, refusal=why)
    under_way = session.overlay.of(("call", call.id))
    if under_way is not None and command not in ("drop", "gain_up", "gain_down"):
        return Plan(title=command, refusal=f"still {VERBS[under_way.action.verb].doing}")
    if command in ("gain_up", "gain_down"):
        return _gain(session, call, GAIN_STEP if command == "gain_up" else -GAIN_STEP)
    if command == "drop":
        return plans.for_one("drop", call, session.codes, mask=session.settings.mask_numbers)
    field = "muteMode" if command == "mute" else "holdMode"
    verb = plans.toggled([call], field, session.codes)
    if verb is None:
        value = call.mute_mode if field == "muteMode" else call.hold_mode
        label = session.codes.label(f"call.{field}", value) or f"no {field} that can be read"
        return Plan(title=command, refusal=f"{label}: not a state confmon knows")
    return plans.for_one(verb, call, session.codes, mask=session.settings.mask_numbers)


def _marked(session: Session, command: str, calls: list[Call], shown: frozenset[int]) -> Plan:
    verb: str | None = command
    if command != "drop":
        field = "muteMode" if command == "mute" else "holdMode"
        known = [c for c in calls if plans.toggled([c], field, session.codes) is not None]
        verb = plans.toggled(known, field, session.codes)
    return plans.for_many(
        verb or command,
        calls,
        session.codes,
        shown=shown,
        typed_over=session.settings.typed_over,
        mask=session.settings.mask_numbers,
    )


def _gain(session: Session, call: Call, step: int) -> Plan:
    under_way = session.overlay.of(("call", call.id))
    if call.gain_level is None:
        return Plan(title="gain", refusal="no gainLevel that can be read: nothing to step from")
    if under_way is not None:
        wanted = under_way.action.change.get("gainLevel")
        if not isinstance(wanted, int):
            return Plan(title="gain", refusal=f"still {VERBS[under_way.action.verb].doing}")
        return Plan(title="gain", refusal=f"still setting the gain to {wanted:+d}")
    change = {"gainLevel": call.gain_level + step}
    return plans.for_one(
        "gain", call, session.codes, change=change, mask=session.settings.mask_numbers
    )


def name_plan(session: Session, key: int, text: str) -> Plan:
    """Plan the naming of a caller."""
    call = session.picture.calls.get(key)
    if call is None:
        return Plan(title="Name", refusal="that caller has left; nothing was sent")
    change = {"customName": text}
    return plans.for_one(
        "name", call, session.codes, change=change, mask=session.settings.mask_numbers
    )


def _whole_meeting(session: Session, verb: str, key: int | None) -> Plan:
    meeting = meeting_at(session, key)
    if meeting is None:
        return Plan(title=verb, refusal="no meeting here")
    number = meeting.meeting_number
    if not session.picture.knows(number):
        return Plan(title=verb, refusal="its callers have not been read yet")
    calls = list(session.picture.by_meeting.get(number, {}).values())
    settings = session.settings
    plan = plans.for_many(
        verb, calls, session.codes, typed_over=settings.typed_over, mask=settings.mask_numbers
    )
    if plan.refusal:
        return plan
    count = len(plan.actions)
    people = f"{count} caller{'s' * (count != 1)} of {plans.label_of(meeting)}"
    return replace(plan, title=f"{verb.capitalize()} {people}?")


def _switch(session: Session, command: str, key: int | None) -> Plan:
    meeting = meeting_at(session, key)
    if meeting is None:
        return Plan(title=command, refusal="no meeting here")
    under_way = session.overlay.of(("meeting", meeting.meeting_number))
    if under_way is not None:
        return Plan(title=command, refusal=f"still {VERBS[under_way.action.verb].doing}")
    is_on = meeting.is_secured if command == "lock" else meeting.is_recording
    if is_on is None:
        field = VERBS[command].field_name
        return Plan(title=command, refusal=f"no {field} that can be read: neither on nor off")
    if command == "lock":
        verb = "unlock" if is_on else "lock"
    else:
        verb = "stop_recording" if is_on else "record"
    plan = plans.for_one(verb, meeting, session.codes)
    field = VERBS[verb].field_name
    if field in session.refusals.known():
        return replace(
            plan,
            title=f"{verb.replace('_', ' ').capitalize()} {plans.label_of(meeting)}?",
            danger=Danger.ASK,
            who=(f"this endpoint did not apply {field} when last asked; try again?",),
        )
    return plan
