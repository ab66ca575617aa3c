"""Many callers dial again."""

from __future__ import annotations

from confmon.monitor.attention.moments import format_length
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield that many callers came back very soon."""
    joins = situation.past.redials
    if len(joins) >= settings.redials_least and joins.percent >= settings.redials_percent:
        within = format_length(settings.redials_s)
        yield Condition(text=f"{joins.marked} of {len(joins)} who joined were back within {within}")


RULE = Rule(
    id="redials",
    title="redials",
    meaning="Many who joined in the last 15 minutes had left just before.",
    thresholds="amber from redials_percent of redials_least",
    scope="bridge",
    find=find,
)
