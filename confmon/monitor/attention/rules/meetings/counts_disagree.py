"""A meeting says another head-count than its callers."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings with a participantCount that is not what was counted."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        counted = situation.state.tally(number).callers
        if meeting.participant_count not in (None, counted):
            yield Condition.of_meeting(
                number,
                f"says {meeting.participant_count} participants, {counted} were counted",
                reads=settings.counts_disagree_reads,
            )


RULE = Rule(
    id="counts_disagree",
    title="counts disagree",
    meaning="A meeting's participantCount differs from the callers that are listed in it.",
    thresholds="amber after counts_disagree_reads reads",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
    of_meetings=("participant_count",),
)
