"""Somebody comes again and again."""

from __future__ import annotations

from confmon.monitor.attention.moments import format_length
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation
from confmon.monitor.attention.signal import BRIDGE


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the numbers that joined often of late."""
    for number in situation.past.joins.frequent:
        visits = sorted(situation.past.joins.of(number))
        last = visits[-1]
        is_there = last.call in situation.state.calls
        in_meeting = last.meeting in situation.state.meetings
        if not is_there and not in_meeting:
            target = BRIDGE
        else:
            target = ("call", last.call) if is_there else ("meeting", last.meeting or 0)
        yield Condition(
            target=target,
            meeting=last.meeting,
            call=last.call if is_there else None,
            text=f"joined {len(visits)} times within {format_length(settings.flapping_s)}",
            since=visits[settings.flapping_joins - 1].at,
            subject=number,
        )


RULE = Rule(
    id="flapping",
    title="flapping caller",
    meaning="One number joins again and again: its line is bad.",
    thresholds="amber from flapping_joins within flapping_s",
    scope="bridge",
    find=find,
)
