"""What a meeting says of its recording, and its recording leg, disagree."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings where only one of the two says that it is recorded."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        has_leg = situation.state.tally(number).legs > 0
        text = ""
        if meeting.is_recording is False and has_leg:
            text = "has a recording leg, but says that it is not recorded"
        elif meeting.is_recording and not has_leg and situation.past.facts.has_recording_legs:
            text = "says that it is recorded, but has no recording leg"
        if text:
            yield Condition.of_meeting(number, text, reads=settings.recording_mismatch_reads)


RULE = Rule(
    id="recording_mismatch",
    title="recording unclear",
    meaning="A meeting says that it is recorded and has no recording leg, or the other way round.",
    thresholds="amber after recording_mismatch_reads reads",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
    of_meetings=("is_recording",),
    of_past=("legs",),
)
