"""One number is there many times."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the numbers with many calls at once."""
    state = situation.state
    for number in situation.past.present.large:
        calls = sorted(
            member for member in situation.past.present.members(number) if member in state.calls
        )
        if not calls:
            continue
        meetings = {state.calls[call].meeting_number for call in calls}
        yield Condition(
            target=("call", calls[0]),
            meeting=meetings.pop() if len(meetings) == 1 else None,
            call=calls[0],
            text=f"{len(calls)} calls of one number at once",
            subject=number,
        )


RULE = Rule(
    id="same_number",
    title="same number",
    meaning="One number is on the bridge with many calls at once.",
    thresholds="amber from same_number_calls",
    scope="bridge",
    find=find,
)
