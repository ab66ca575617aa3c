"""A meeting lasts very long."""

from __future__ import annotations

from confmon.monitor.attention.moments import format_length
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings with a known beginning; they are long later."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        since = situation.seconds_of(meeting.created)
        if since is not None:
            yield Condition.of_meeting(
                number,
                f"meeting of {format_length(settings.long_meeting_s)} or more",
                since=since,
                amber_s=settings.long_meeting_s,
            )


RULE = Rule(
    id="long_meeting",
    title="very long meeting",
    meaning="A meeting lasts so long that it was probably forgotten.",
    thresholds="amber after long_meeting_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("meetings",),
    looks_again_s=60.0,  # a moment in the future is not believed before it has come
    of_meetings=("created",),
)
