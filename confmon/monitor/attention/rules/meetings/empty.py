"""A meeting runs without anybody in it."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings without callers."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if tally.callers == 0:
            yield Condition.of_meeting(number, "no callers", amber_s=settings.empty_s)


RULE = Rule(
    id="empty",
    title="empty meeting",
    meaning="A meeting is live and nobody is in it.",
    thresholds="amber after empty_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
)
