"""Somebody is on hold for long, while others are not."""

from __future__ import annotations

from functools import lru_cache

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the callers on hold, where not the whole meeting is."""
    state = situation.state
    for meeting in situation.meetings:
        tally = state.tally(meeting.meeting_number)
        if not tally.held or tally.held >= tally.callers:
            continue
        calls = state.by_meeting[meeting.meeting_number].values()
        held = {mode for mode in {call.hold_mode for call in calls} if state.codes.is_held(mode)}
        for call in [call for call in calls if call.hold_mode in held]:
            if state.codes.role(call.role) != "recording":
                yield _condition(call.id, meeting.meeting_number, settings.long_hold_s)


@lru_cache(maxsize=8192)
def _condition(call: int, meeting: int, amber_s: float) -> Condition:
    """Return what is found of a call: of whole meetings at every change of one caller."""
    return Condition("on hold", ("call", call), meeting, call, amber_s=amber_s)


RULE = Rule(
    id="long_hold",
    title="long hold",
    meaning="A caller is on hold while others in the meeting are not.",
    thresholds="amber after long_hold_s",
    scope="meeting",
    is_presence=False,
    find=find,
    of_calls=("hold_mode", "role"),
)
