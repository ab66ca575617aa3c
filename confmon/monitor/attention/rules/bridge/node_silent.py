"""Nobody joins a node any more."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the nodes that nobody joins while others are joined."""
    past, wall = situation.past, situation.wall
    if past.began is None or wall - past.began < settings.node_silent_s:
        return
    joins = past.joins_by_node
    for name, node in past.nodes.items():
        elsewhere = len(joins) - joins.counts.get(name, 0)
        if elsewhere < settings.node_silent_joins or node.lost_at is not None:
            continue
        since = max(node.joined_at, past.began)
        if not joins.counts.get(name) and wall - since >= settings.node_silent_s:
            yield Condition(
                text=f"node {name}: no join, {elsewhere} on the others",
                since=since,
                amber_s=settings.node_silent_s,
                subject=name,
            )


RULE = Rule(
    id="node_silent",
    title="node silent",
    meaning="Nobody has joined a node for long, while many joined the others.",
    thresholds="amber after node_silent_s",
    scope="bridge",
    find=find,
)
