"""Callers wait for a host who does not come."""

from __future__ import annotations

from confmon.monitor.attention.moments import NEVER
from confmon.monitor.attention.numbers import did_of
from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings that have callers and had no host yet."""
    past = situation.past
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if (
            tally.callers
            and not (tally.hosts or tally.others or number in past.facts.hosted)
            and needs_host(situation, number, settings)
        ):
            yield Condition.of_meeting(
                number,
                f"no host came, {tally.callers} wait",
                amber_s=NEVER,
                red_s=settings.no_host_came_s,
            )


def needs_host(situation: Situation, number: int, settings: AttentionSettings) -> bool:
    """Whether a host is to come: a call flow on one of the callers' DIDs makes hosts."""
    if str(number) in settings.no_host_needed:
        return False
    calls = situation.state.by_meeting.get(number, {}).values()
    dids = {did for call in calls if (did := did_of(call))}
    return not dids or any(
        did not in settings.no_host_needed and not situation.past.facts.makes_no_hosts(did)
        for did in dids
    )


RULE = Rule(
    id="no_host_came",
    title="no host came",
    meaning=(
        "Callers wait in a meeting that has had no host; not where roles are unknown, where the"
        " meeting or the DID is in no_host_needed, or where so many came over the DID without "
        "any host that its call flow makes none."
    ),
    thresholds="red after no_host_came_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("role", "callee", "connection_status"),
    of_past=("hosts", "dids"),
)
