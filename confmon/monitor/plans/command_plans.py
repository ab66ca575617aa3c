"""From a key to a plan: what a command means for what is marked or under the cursor.

Every function returns a plan made from the records at this moment; a plan without
actions says in `refusal` why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.commands import Danger
from confmon.models.identity import target_of
from confmon.monitor.actions.plan import (
    Plan,
    for_end,
    for_many,
    for_one,
    for_unmute,
    host_warning,
    label_of,
    toggled,
)
from confmon.monitor.actions.verbs import VERBS
from confmon.monitor.plans.at_cursor import (
    NO_MEETING,
    NOT_READ,
    PRESS_ENTER,
    doing_to,
    meeting_at,
    refused,
)
from confmon.monitor.plans.podium_plans import podium_plan

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.session import Session

GAIN_STEP = 1

_BULK = {
    "mute_all": "mute",
    "hold_all": "hold",
    "unmute_all": "unmute",
    "release_all": "release",
}
_TOGGLES = ("mute", "hold")
_SWITCHES = ("lock", "record")
_ROLES = ("promote", "demote")
_FOR_MARKED = (*_TOGGLES, "drop", *_ROLES)
"""What is done to all who are marked, where anybody is."""


def plan_for(session: Session, command: str, key: int | None, shown: frozenset[int]) -> Plan:
    """Return what a command would do. `key` is under the cursor, `shown` passes the filter."""
    if command == "podium":
        return podium_plan(session, key)
    if command not in (*_BULK, *_SWITCHES, "end"):
        return _callers(session, command, key, shown)
    meeting = meeting_at(session, key)
    if meeting is None:
        return refused(NO_MEETING)
    if command in _BULK:
        return plan_for_all(session, _BULK[command], meeting)
    if command in _SWITCHES:
        return _switch(session, command, meeting)
    tally = session.live_state.tally(meeting.meeting_number)
    known = session.live_state.knows(meeting.meeting_number)
    heads = tally.callers or meeting.participant_count or (0 if known else None)
    return for_end(meeting, heads, tally.legs)


def _callers(session: Session, command: str, key: int | None, shown: frozenset[int]) -> Plan:
    if session.view.kind == "meeting":
        return refused(PRESS_ENTER)
    marked = session.view.marked(session.live_state)
    if marked and command in _FOR_MARKED:
        return _marked(session, command, marked, shown)
    if session.view.all_left and command in _FOR_MARKED:
        session.view.unmark()  # refused once: the next key means the caller under the cursor
        return refused("all who were marked have left; nothing was sent")
    call = session.live_state.calls.get(key) if key is not None else None
    if call is None:
        return refused("that caller has left" if key is not None else "no caller under the cursor")
    mask = session.settings.mask_numbers
    if command in ("gain_up", "gain_down"):
        return _gain(session, call, GAIN_STEP if command == "gain_up" else -GAIN_STEP)
    if command == "drop":
        return for_one("drop", call, session.codes, mask=mask)
    if command not in _FOR_MARKED:
        raise ValueError(f"no plan is made for {command!r}: add it to command_plans")
    field = VERBS[command].field_name
    if doing := doing_to(session, call, field):
        return refused(f"still {doing}")
    if command in _ROLES:
        plan = for_one(command, call, session.codes, mask=mask)
        return replace(plan, warns=_hosts_beside(session, command, [call]))
    verb = toggled([call], field, session.codes)
    if verb is None:
        value = call.mute_mode if field == "muteMode" else call.hold_mode
        label = session.codes.label(f"call.{field}", value) or f"no {field} that can be read"
        return refused(f"{label}: not a state confmon knows")
    if verb == "unmute":
        return for_unmute(call, session.codes, mask=mask)
    return for_one(verb, call, session.codes, mask=mask)


def _hosts_beside(session: Session, verb: str, calls: list[Call]) -> str:
    """Return what the question about a role has to say of the others in each meeting."""
    numbers = dict.fromkeys(call.meeting_number for call in calls)
    warnings = dict.fromkeys(
        host_warning(
            verb,
            [call for call in calls if call.meeting_number == number],
            session.live_state.by_meeting.get(number, {}).values(),
            session.codes,
        )
        for number in numbers
        if number is not None
    )
    return "; ".join(filter(None, warnings))


def _marked_verb(session: Session, command: str, calls: list[Call]) -> str:
    """Return what a key does to those who are marked."""
    field, codes = VERBS[command].field_name, session.codes
    known = [call for call in calls if toggled([call], field, codes) is not None]
    return (toggled(known, field, codes) if known else None) or command


def verb_of(session: Session, command: str, key: int | None) -> str | None:
    """Return the verb that a key which toggles would be, for the marked or under the cursor.

    None: it is not known, or there is nobody.
    """
    if command in _SWITCHES:
        meeting = meeting_at(session, key)
        return None if meeting is None else _switched(command, meeting)
    if session.view.kind == "meeting":
        return None
    if marked := session.view.still_marked(session.live_state):
        return _marked_verb(session, command, marked)
    call = session.live_state.calls.get(key) if key is not None else None
    return None if call is None else toggled([call], VERBS[command].field_name, session.codes)


def undo_question(session: Session, *, back: bool) -> Plan | None:
    """Return what `undo` (`back`) or `redo` has to ask first; None: it goes ahead."""
    press = session.undo.last(back=back)
    warns = session.undo.warning(back=back)
    if press is None or not warns:
        return None
    word = "Undo" if back else "Redo"
    # A standing order ends even if those that its first press changed have left.
    actions = () if press.end is not None else press.actions
    return Plan(title=f"{word}: {press.title}?", actions=actions, danger=Danger.ASK, warns=warns)


def _marked(session: Session, command: str, calls: list[Call], shown: frozenset[int]) -> Plan:
    verb = _marked_verb(session, command, calls) if command in _TOGGLES else command
    plan = for_many(
        verb,
        calls,
        session.codes,
        shown=shown,
        under_way=lambda call: doing_to(session, call, VERBS[verb].field_name),
        mask=session.settings.mask_numbers,
    )
    if verb not in _ROLES or plan.refusal:
        return plan
    taken = {action.key for action in plan.actions}
    chosen = [call for call in calls if call.id in taken]
    return replace(plan, warns=_hosts_beside(session, verb, chosen))


def _gain(session: Session, call: Call, step: int) -> Plan:
    under_way = session.pending_actions.changing(target_of(call), ("gainLevel",))
    if call.gain_level is None:
        return refused("no gainLevel that can be read: nothing to step from")
    if under_way is not None:
        wanted = under_way.action.change.get("gainLevel")
        if not isinstance(wanted, int):
            return refused(f"still {VERBS[under_way.action.verb].doing}")
        return refused(f"still setting the gain to {wanted:+d}")
    change = {"gainLevel": call.gain_level + step}
    return for_one("gain", call, session.codes, change=change, mask=session.settings.mask_numbers)


def name_plan(session: Session, key: int, text: str) -> Plan:
    """Plan the naming of a caller."""
    call = session.live_state.calls.get(key)
    if call is None:
        return refused("that caller has left; nothing was sent")
    change = {"customName": text}
    return for_one("name", call, session.codes, change=change, mask=session.settings.mask_numbers)


def plan_for_all(session: Session, verb: str, meeting: Meeting) -> Plan:
    """Plan a bulk verb for every caller of a meeting."""
    number = meeting.meeting_number
    if not session.live_state.knows(number):
        return refused(NOT_READ)
    calls = list(session.live_state.by_meeting.get(number, {}).values())
    plan = for_many(
        verb,
        calls,
        session.codes,
        under_way=lambda call: doing_to(session, call, VERBS[verb].field_name),
        mask=session.settings.mask_numbers,
    )
    if plan.refusal:
        return plan
    count = len(plan.actions)
    people = f"{count} caller{'s' * (count != 1)} of {label_of(meeting)}"
    return replace(plan, title=f"{verb.capitalize()} {people}?")


def _switch(session: Session, command: str, meeting: Meeting) -> Plan:
    verb = _switched(command, meeting)
    if verb is None:
        field = VERBS[command].field_name
        return refused(f"no {field} that can be read: neither on nor off")
    if doing := doing_to(session, meeting, VERBS[verb].field_name):
        return refused(f"still {doing}")
    return doubted(session, for_one(verb, meeting, session.codes), verb, meeting)


def doubted(session: Session, plan: Plan, verb: str, meeting: Meeting) -> Plan:
    """Return a plan for a meeting, with a question if this endpoint was seen to ignore it."""
    field = VERBS[verb].field_name
    if field not in session.ignored_fields.known():
        return plan
    return replace(
        plan,
        title=f"{verb.replace('_', ' ').capitalize()} {label_of(meeting)}?",
        danger=Danger.ASK,
        who=(f"this endpoint did not apply {field} when last asked; try again?",),
    )


def _switched(command: str, meeting: Meeting) -> str | None:
    """Return the verb that turns a switch of a meeting round; None: it can't be read."""
    if command == "lock":
        return {True: "unlock", False: "lock", None: None}[meeting.is_secured]
    return {True: "stop_recording", False: "record", None: None}[meeting.is_recording]
