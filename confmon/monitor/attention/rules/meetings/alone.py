"""Somebody is alone in a meeting."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings with one caller."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if tally.callers == 1:
            yield Condition.of_meeting(number, "one caller, alone", amber_s=settings.alone_s)


RULE = Rule(
    id="alone",
    title="alone",
    meaning="One caller is in a meeting, and nobody else comes.",
    thresholds="amber after alone_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
)
