"""A meeting that is to be recorded is not."""

from __future__ import annotations

from typing import Final

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation

ATTRIBUTE: Final = "conference_recording"


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings that are to be recorded and are not."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        wanted = situation.attribute(number, ATTRIBUTE)
        is_expected = wanted in ("on", "auto") or str(number) in settings.recording_expected
        if is_expected and meeting.is_recording is False:
            yield Condition.of_meeting(
                number,
                "not recording, though it should be",
                red_s=0.0,
                reads=settings.recording_off_reads,
            )


RULE = Rule(
    id="recording_off",
    title="not recording",
    meaning=(
        "A meeting is to be recorded (its conference_recording is on or auto, or it is in "
        "recording_expected) and is not."
    ),
    thresholds="red after recording_off_reads reads",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("meetings",),
    of_meetings=("is_recording",),
    attributes=(ATTRIBUTE,),
)
