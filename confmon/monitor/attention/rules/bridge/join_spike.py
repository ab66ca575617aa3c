"""Unusually many join."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield a spike of joins."""
    past = situation.past
    if past.spike_since is not None:
        joins, usual = len(past.joins_in_minute), past.spike_limit
        yield Condition(
            text=f"{joins} joins in a minute, usual are up to {usual:.0f}", since=past.spike_since
        )


RULE = Rule(
    id="join_spike",
    title="join spike",
    meaning=(
        "Many more join within a minute than is usual at this time of the hour, as far as this "
        "run has seen; it ends at half of that."
    ),
    thresholds="amber from join_spike_joins and join_spike_sigmas above the mean",
    scope="bridge",
    find=find,
)
