"""A meeting is nearly full."""

from __future__ import annotations

from typing import Final

from confmon.monitor.attention.moments import NEVER
from confmon.monitor.attention.numbers import count_of
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation

ATTRIBUTE: Final = "conference_maxcalls"


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings that are nearly full."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        callers = situation.state.tally(number).callers
        limit = count_of(situation.attribute(number, ATTRIBUTE)) or settings.capacity_calls
        percent = 100 * callers / limit
        text = f"{'full: ' if callers >= limit else ''}{callers} of {limit} callers"
        if percent >= min(settings.capacity_amber_percent, settings.capacity_red_percent):
            yield Condition.of_meeting(
                number, text, red_s=0.0 if percent >= settings.capacity_red_percent else NEVER
            )


RULE = Rule(
    id="capacity",
    title="nearly full",
    meaning=(
        "A meeting has nearly as many callers as it takes: conference_maxcalls where its "
        "attributes were read, otherwise capacity_calls."
    ),
    thresholds="amber from capacity_amber_percent, red from capacity_red_percent",
    scope="meeting",
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
    attributes=(ATTRIBUTE,),
)
