"""Somebody else changed a call or a meeting."""

from __future__ import annotations

from operator import attrgetter

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation

_CALL_AND_WHATS = attrgetter("call", "whats")
_MUTE = ("mute",)


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings in which somebody else changed something of late."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        changes = situation.past.facts.foreign.of(number)
        has_host = number in situation.past.facts.hosted
        if changes and has_host:  # hosts mute their guests all day
            changes = [change for change in changes if change.whats != _MUTE]
        if not changes:
            continue
        seen = set(map(_CALL_AND_WHATS, changes))
        parts = sorted({what for call, whats in seen if call is None for what in whats})
        calls = {call for call, _ in seen if call is not None}
        if calls:
            some = set().union(*[whats for call, whats in seen if call is not None])
            what = ", ".join(sorted(some.difference(_MUTE) if has_host else some))
            callers = "one caller" if len(calls) == 1 else f"{len(calls)} callers"
            parts.append(f"{what} of {callers}")
        call = calls.pop() if len(calls) == 1 else None
        yield Condition(
            f"{' and '.join(parts)} changed by another",
            ("meeting", number),
            number,
            call if call in situation.state.by_meeting.get(number, {}) else None,
            since=changes[0].at,
        )


RULE = Rule(
    id="changed_by_other",
    title="changed by another",
    meaning=(
        "A hold, role, name or gain of a caller, or a meeting's own state, changed and no action of"
        " this confmon explains it; where the meeting had no host, a host's mute as well."
    ),
    thresholds="amber at once, for changed_by_other_s",
    scope="meeting",
    find=find,
    needs=("meetings",),
    of_calls=("id",),
    of_past=("foreign", "hosts"),
)
