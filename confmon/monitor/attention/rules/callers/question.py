"""Somebody has a question."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the callers with a qaMode that is not 0, if nobody has answered them."""
    for call in situation.calls:
        if call.qa_mode and not situation.is_answered(call.id):
            yield Condition.of_call(call, "has a question", red_s=settings.question_red_s)


RULE = Rule(
    id="question",
    title="has a question",
    meaning="A caller has a question (qaMode is not 0); the oldest comes first.",
    thresholds="amber at once, red after question_red_s",
    scope="call",
    find=find,
    # Both: who asks for more is no longer answered.
    of_calls=("operator_mode", "qa_mode", "meeting_number"),
)
