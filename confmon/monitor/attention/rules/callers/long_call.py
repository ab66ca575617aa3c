"""A call lasts very long."""

from __future__ import annotations

from confmon.monitor.attention.moments import format_length
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the calls that have lasted so long."""
    before = situation.wall - settings.long_call_s
    for call in situation.calls:
        since = situation.seconds_of(call.joined or call.created)
        if since is None or since > before:
            continue
        if situation.state.codes.role(call.role) != "recording":
            yield Condition.of_call(
                call,
                f"call of {format_length(settings.long_call_s)} or more",
                since=since,
                amber_s=settings.long_call_s,
            )


RULE = Rule(
    id="long_call",
    title="very long call",
    meaning="A call lasts so long that it was probably forgotten.",
    thresholds="amber after long_call_s",
    scope="call",
    find=find,
    looks_again_s=60.0,
    of_calls=("joined", "created", "role", "meeting_number"),
)
