"""Many calls left at once."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the drops of the last minutes."""
    for drop in situation.past.drops:
        if situation.wall - drop.last_at < settings.mass_drop_shown_s:
            how = "at once" if drop.reads == 1 else f"in {drop.reads} drops"
            stands_out = f", {drop.there} of them on {drop.place}" if drop.place else ""
            yield Condition(
                text=f"{drop.left} of {drop.of} calls left {how}{stands_out}",
                since=drop.at,
                red_s=0.0,
                subject=str(drop.at),
            )


RULE = Rule(
    id="mass_drop",
    title="mass drop",
    meaning=(
        "Many calls left between two reads of all calls, more than is usual, and neither by us "
        "nor because one meeting ended. Another drop at the same place soon after adds to it."
    ),
    thresholds="red at once, for mass_drop_shown_s",
    scope="bridge",
    find=find,
)
