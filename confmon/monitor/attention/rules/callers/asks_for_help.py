"""Somebody asks for the operator."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the callers with an operatorMode that is not 0, if nobody has answered them."""
    for call in situation.calls:
        if call.operator_mode and not situation.is_answered(call.id):
            yield Condition.of_call(call, "asks for help", red_s=settings.help_red_s)


RULE = Rule(
    id="help",
    title="asks for help",
    meaning="A caller asks for the operator (operatorMode is not 0); the oldest comes first.",
    thresholds="amber at once, red after help_red_s",
    scope="call",
    find=find,
    # Both: who asks for more is no longer answered.
    of_calls=("operator_mode", "qa_mode", "meeting_number"),
)
