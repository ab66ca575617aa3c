"""The bridge dialled a number that it should not dial."""

from __future__ import annotations

from confmon.models.people.numbers import OUTBOUND, digits_of
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the legs dialled out to a number outside the list."""
    allowed = settings.outbound_allowed
    if not allowed:
        return
    for call in situation.calls:
        if call.connection_status != OUTBOUND:
            continue
        number = digits_of(call.callee)
        if number and not number.startswith(allowed):
            yield Condition.of_call(
                call, f"dialled out to …{number[-4:]}, which is not allowed", red_s=0.0
            )


RULE = Rule(
    id="outbound",
    title="outbound call",
    meaning="The bridge dialled a number that begins with none of outbound_allowed.",
    thresholds="red at once; silent while outbound_allowed is empty",
    scope="call",
    find=find,
    of_calls=("connection_status", "callee", "meeting_number"),
)
