"""Somebody called and came into no meeting."""

from __future__ import annotations

from confmon.monitor.attention.past.past import has_joined
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the calls without a meeting, or that have not joined."""
    codes = situation.state.codes
    for call in situation.calls:
        if has_joined(call) or codes.role(call.role) == "recording":
            continue
        yield Condition.of_call(
            call,
            "not joined yet" if call.meeting_number is not None else "in no meeting",
            since=situation.seconds_of(call.created),
            amber_s=settings.lost_at_door_s,
            red_s=settings.lost_at_door_red_s,
        )


RULE = Rule(
    id="lost_at_door",
    title="lost at the door",
    meaning="A call is on the bridge and in no meeting, or it has not joined the meeting.",
    thresholds="amber after lost_at_door_s, red after lost_at_door_red_s",
    scope="call",
    find=find,
    of_calls=("meeting_number", "joined", "state", "role", "created"),
)
