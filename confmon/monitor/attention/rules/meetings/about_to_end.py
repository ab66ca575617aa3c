"""A meeting is about to be ended by its longest duration."""

from __future__ import annotations

from typing import Final

from confmon.monitor.attention.numbers import count_of
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation

ATTRIBUTE: Final = "conference_maxduration"


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings with a known end; they are urgent later."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        longest_s = count_of(situation.attribute(number, ATTRIBUTE))
        since = situation.seconds_of(meeting.created)
        if longest_s and since is not None:
            yield Condition.of_meeting(
                number,
                "reaches its longest duration soon",
                since=since + longest_s - settings.about_to_end_amber_s,
                red_s=settings.about_to_end_amber_s - settings.about_to_end_red_s,
            )


RULE = Rule(
    id="about_to_end",
    title="about to end",
    meaning=(
        "A meeting will be ended soon: its conference_maxduration, known once its attributes "
        "were read, is nearly over."
    ),
    thresholds="amber about_to_end_amber_s before, red about_to_end_red_s before",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("meetings",),
    looks_again_s=60.0,  # a moment in the future is not believed before it has come
    of_meetings=("created",),
    attributes=(ATTRIBUTE,),
)
