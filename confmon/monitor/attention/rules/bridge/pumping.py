"""One block of numbers keeps a DID busy for hours."""

from __future__ import annotations

from confmon.monitor.attention.rule import AttentionSettings, Condition, Conditions, Rule, Situation


def find(situation: Situation, settings: AttentionSettings) -> Conditions:
    """Yield the DIDs that are busy with long calls of one block of numbers."""
    past, calls = situation.past, situation.state.calls
    before = situation.wall - settings.pumping_s
    for did, block in past.blocks.large:
        there = [calls[call] for call in past.blocks.members((did, block)) if call in calls]
        since = [situation.seconds_of(call.joined or call.created) for call in there]
        long = sum(joined is not None and joined <= before for joined in since)
        total = past.did_calls.get(did, 0)
        if long >= settings.pumping_calls and 100 * long >= settings.pumping_percent * total:
            yield Condition(
                text=f"{long} of {total} calls on DID …{did[-4:]} are long and of one block",
                subject=f"{did} {block}",
            )


RULE = Rule(
    id="pumping",
    title="traffic pumping",
    meaning="Many calls of numbers with the same first seven digits last for hours on one DID.",
    thresholds="amber from pumping_calls and pumping_percent",
    scope="bridge",
    find=find,
    looks_again_s=60.0,
)
