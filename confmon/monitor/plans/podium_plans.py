"""What the keys of podium and queue mean: who is called up, who is put into the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.commands import Danger
from confmon.models.identity import same_call
from confmon.monitor.actions.plan import Plan, for_unmute, label_of
from confmon.monitor.actions.undoing.reversal import restoring, why_not_back
from confmon.monitor.actions.verbs import new_id
from confmon.monitor.plans.at_cursor import (
    NO_MEETING,
    PRESS_ENTER,
    doing_to,
    meeting_number_at,
    refused,
)

if TYPE_CHECKING:
    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action
    from confmon.monitor.session import Session


def podium_plan(session: Session, key: int | None) -> Plan:
    """Plan to let the next of a meeting's queue speak, and to give the last speaker the mute back.

    It asks where a line would be opened that the caller may have muted, where the caller is on
    hold, and where it is not the asker under the cursor.
    """
    number = meeting_number_at(session, key)
    if number is None:
        return refused(NO_MEETING)
    podium, codes, calls = session.podium, session.codes, session.live_state.calls
    speaker, asker = podium.speaker_of(number), podium.next_in(number)
    call = None if asker is None else calls.get(asker.call)
    mask, group = session.settings.mask_numbers, new_id()
    actions: list[Action] = []
    warns: list[str] = []
    speaks = None if speaker is None else speaker.call
    if why := _why_not_now(session, number, call, speaks):
        return refused(why)
    if call is not None:
        is_muted = codes.is_muted(call.mute_mode)
        plan = for_unmute(call, codes, mask=mask)
        if is_muted is None or plan.refusal:
            label = codes.label("call.muteMode", call.mute_mode) or "no muteMode that can be read"
            why = plan.refusal or f"{label}: not a state confmon knows"
            return refused(f"{label_of(call, mask=mask)}: {why}")
        if is_muted:
            actions += plan.actions
            warns += [plan.warns]
        if codes.is_held(call.hold_mode):
            warns.append("on hold, and not heard before being released")
        if session.view.kind == "call" and key not in (None, call.id) and podium.is_waiting(key):
            warns.append("next in the queue; under the cursor is another who asks")
        warns.append("" if session.together is None else session.together.podium_words(number))
    opened = actions[0] if actions else None
    is_another = speaker is not None and (call is None or speaker.call.id != call.id)
    if speaker is not None and speaker.opened is not None and is_another:
        was, record = speaker.opened, calls.get(speaker.call.id)
        if record is not None and not why_not_back(was, speaker.result, record, codes):
            actions.append(restoring(was, speaker.result, record, None))
    if call is None and not actions:
        return refused("nobody asks in this meeting")
    actions = [replace(action, group=group, at_once=True) for action in actions]
    label = "" if call is None else label_of(call, mask=mask)
    asks = "; ".join(filter(None, warns))
    return Plan(
        title=f"Let {label} speak?" if label else "Empty the podium?",
        actions=tuple(actions),
        danger=Danger.ASK if asks else Danger.NONE,
        who=(label,) if label else (),
        warns=asks,
        own=podium.call_up(number, call, label, opened and actions[0]),
    )


def _why_not_now(session: Session, number: int, call: Call | None, speaks: Call | None) -> str:
    """Return why nobody is called up at this moment, or an empty string."""
    for target in (call, speaks):
        if target is not None and (doing := doing_to(session, target, "muteMode")):
            return f"still {doing}"
    if session.together is None or call is None:
        return ""
    return session.together.why_not_yet(number)


def queue_plan(session: Session, key: int | None) -> Plan:
    """Plan to put a caller into the queue of those who ask, or to take one out of it."""
    call = session.store.live_state.calls.get(key) if key is not None else None
    seen = session.live_state.calls.get(key) if key is not None else None
    if session.view.kind == "meeting":
        return refused(PRESS_ENTER)
    if call is None or seen is None or not same_call(seen, call):  # of a paused view, say
        return refused("no caller under the cursor" if key is None else "that caller has left")
    if session.codes.role(call.role) == "recording":
        return refused("this leg is the recording or undefined, not a caller")
    if session.podium.is_on(call.id) and call.id not in session.memory.asking:
        return refused("on the podium, and answered")
    own = session.podium.toggle(call, label_of(call, mask=session.settings.mask_numbers))
    return Plan(title=own.title, own=own)
