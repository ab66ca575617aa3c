"""Somebody else changed a call or a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.attention.past.foreign import MUTE
from confmon.monitor.attention.rule import Condition, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.config.settings.attention import AttentionSettings
    from confmon.monitor.attention.rule import Situation


def find(situation: Situation, settings: AttentionSettings) -> Iterator[Condition]:
    """Yield the meetings in which somebody else changed something of late."""
    foreign, hosted = situation.past.facts.foreign, situation.past.facts.hosted
    for meeting in situation.meetings:
        number = meeting.meeting_number
        others, mutes = foreign.others(number), foreign.mutes(number)
        whats, callers = set(others.of_callers), set(others.callers)
        since = [others.since]
        if number in hosted:  # hosts mute their guests all day
            whats.difference_update(MUTE)
        elif mutes:
            whats.update(mutes.of_callers)
            callers.update(mutes.callers)
            since.append(mutes.since)
        began = [at for at in since if at is not None]
        if not began:
            continue
        parts = sorted(others.of_meeting)
        if callers:
            count = "one caller" if len(callers) == 1 else f"{len(callers)} callers"
            parts.append(f"{', '.join(sorted(whats))} of {count}")
        call = callers.pop() if len(callers) == 1 else None
        yield Condition(
            target=("meeting", number),
            meeting=number,
            call=call if call in situation.state.by_meeting.get(number, {}) else None,
            text=f"{' and '.join(parts)} changed by another",
            since=min(began),
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
    is_watched=True,
    find=find,
    uses=("changed_by_other_s",),
    needs=("meetings",),
    of_calls=("id",),
    of_past=("foreign", "hosts"),
)
