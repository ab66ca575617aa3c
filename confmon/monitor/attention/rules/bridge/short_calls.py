"""Many calls are very short."""

from __future__ import annotations

from confmon.monitor.attention.moments import format_length
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield that many calls ended very soon."""
    ended = situation.past.short_calls
    if len(ended) >= settings.short_calls_least and ended.percent >= settings.short_calls_percent:
        length = format_length(settings.short_calls_s)
        yield Condition(text=f"{ended.marked} of {len(ended)} calls were shorter than {length}")


RULE = Rule(
    id="short_calls",
    title="short calls",
    meaning="Many of the calls that ended in the last 15 minutes were very short.",
    thresholds="amber from short_calls_percent of short_calls_least",
    scope="bridge",
    find=find,
)
