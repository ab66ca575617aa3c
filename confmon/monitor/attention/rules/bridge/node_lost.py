"""A node has lost all its calls."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the nodes that had many calls a moment ago and have none."""
    for name, node in situation.past.nodes.items():
        if node.lost_at is not None and situation.wall - node.lost_at < settings.node_lost_shown_s:
            yield Condition(
                text=f"node {name} had {node.peak} calls and has none",
                since=node.lost_at,
                red_s=0.0,
                subject=name,
            )


RULE = Rule(
    id="node_lost",
    title="node lost",
    meaning="A node with many calls lost all of them within two minutes, and none has come back.",
    thresholds="red at once from node_lost_calls, for node_lost_shown_s",
    scope="bridge",
    find=find,
)
