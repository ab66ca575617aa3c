"""Nobody in a meeting can be heard."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the meetings of two and more where everybody is muted or on hold."""
    for meeting in situation.meetings:
        number = meeting.meeting_number
        tally = situation.state.tally(number)
        if (
            tally.callers >= 2
            and tally.muted + tally.held >= tally.callers
            and is_silent(situation, number)
        ):
            yield Condition.of_meeting(
                number, f"nobody of {tally.callers} can be heard", amber_s=settings.dead_air_s
            )


def is_silent(situation: Situation, number: int) -> bool:
    """Whether every caller is certainly muted or on hold, and not all are on hold."""
    codes = situation.state.codes
    if situation.state.tally(number).held >= situation.state.tally(number).callers:
        return False  # everybody held is a rule of its own
    return all(
        codes.is_muted(call.mute_mode) or codes.is_held(call.hold_mode)
        for call in situation.state.by_meeting.get(number, {}).values()
        if codes.role(call.role) != "recording"
    )


RULE = Rule(
    id="dead_air",
    title="dead air",
    meaning=(
        "Two or more callers are in a meeting, and each is muted or on hold; not all of them on"
        " hold."
    ),
    thresholds="amber after dead_air_s",
    scope="meeting",
    is_presence=False,
    find=find,
    needs=("calls", "meetings"),
    of_calls=("mute_mode", "hold_mode", "role"),
)
