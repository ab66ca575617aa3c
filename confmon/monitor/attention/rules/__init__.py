"""Every rule, in the order of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.monitor.attention.rules.bridge import (
    code_guessing,
    join_spike,
    mass_drop,
    node_lost,
    node_silent,
    pumping,
    redials,
    short_calls,
)
from confmon.monitor.attention.rules.callers import (
    asks_for_help,
    flapping,
    long_call,
    long_hold,
    lost_at_door,
    outbound,
    question,
    same_number,
)
from confmon.monitor.attention.rules.meetings import (
    about_to_end,
    all_held,
    alone,
    capacity,
    changed_by_other,
    counts_disagree,
    dead_air,
    empty,
    long_meeting,
    no_host_came,
    no_host_left,
    recording_mismatch,
    recording_off,
)

if TYPE_CHECKING:
    from confmon.monitor.attention.rule import Rule

RULES: Final[tuple[Rule, ...]] = tuple(
    module.RULE
    for module in (
        asks_for_help,
        question,
        lost_at_door,
        long_hold,
        long_call,
        flapping,
        same_number,
        outbound,
        no_host_left,
        no_host_came,
        all_held,
        dead_air,
        alone,
        empty,
        long_meeting,
        recording_off,
        recording_mismatch,
        capacity,
        about_to_end,
        counts_disagree,
        changed_by_other,
        mass_drop,
        node_lost,
        node_silent,
        join_spike,
        short_calls,
        redials,
        code_guessing,
        pumping,
    )
)
BY_ID: Final = {rule.id: rule for rule in RULES}
