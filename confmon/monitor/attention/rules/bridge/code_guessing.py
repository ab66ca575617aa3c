"""Somebody tries access codes."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation
from confmon.monitor.attention.signal import BRIDGE


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the numbers that called often and never joined."""
    unjoined = situation.past.unjoined
    for number in unjoined.frequent:
        visits = sorted(unjoined.of(number))
        last = visits[-1].call if visits[-1].call in situation.state.calls else None
        yield Condition(
            target=BRIDGE if last is None else ("call", last),
            call=last,
            text=f"{len(visits)} calls of one number without joining",
            since=visits[settings.code_guessing_calls - 1].at,
            red_s=0.0,
            subject=number,
        )


RULE = Rule(
    id="code_guessing",
    title="code guessing",
    meaning=(
        "One number calls again and again and joins no meeting, as somebody does who tries codes."
    ),
    thresholds="red from code_guessing_calls within code_guessing_s",
    scope="bridge",
    find=find,
)
