"""A whole meeting is on hold."""

from __future__ import annotations

from confmon.monitor.attention.moments import NEVER
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings where every caller is on hold."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if 0 < tally.callers == tally.held:
            yield Condition.of_meeting(
                number,
                f"everybody is on hold, {tally.held} in all",
                amber_s=NEVER,
                red_s=settings.all_held_s,
            )


RULE = Rule(
    id="all_held",
    title="everybody held",
    meaning="Every caller of a meeting is on hold, so nobody talks to anybody.",
    thresholds="red after all_held_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("hold_mode", "role"),
)
