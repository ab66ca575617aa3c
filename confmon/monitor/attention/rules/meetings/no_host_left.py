"""The last host has left."""

from __future__ import annotations

from confmon.monitor.attention.moments import NEVER
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings that had hosts and have callers, but no host."""
    past = situation.past
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if str(number) in settings.no_host_needed:
            continue
        if tally.callers and not tally.hosts and not tally.others and number in past.facts.hosted:
            yield Condition.of_meeting(
                number,
                f"the last host left, {tally.callers} wait",
                amber_s=NEVER,
                red_s=settings.no_host_left_s,
            )


RULE = Rule(
    id="no_host_left",
    title="no host left",
    meaning=(
        "The last host left a meeting and its callers are among themselves; not where roles are"
        " unknown, nor in meetings of no_host_needed."
    ),
    thresholds="red after no_host_left_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role",),
    of_past=("hosts",),
)
