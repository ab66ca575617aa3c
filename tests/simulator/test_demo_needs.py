"""What the rules make of the demo and of scenarios: everything shows, and little at a time."""

from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from confmon.api.decoding.live_records import CALLS
from confmon.api.decoding.live_records import MEETINGS as MEETING_KIND
from confmon.models.live_records import Scan
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Snapshot
from confmon.simulator.demo import demo_world
from tests.monitor.attention.desk import Desk
from tests.simulator.looks import look_at

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY_S = 4.0
SHOWN_IN_THREE_MINUTES = {
    "about_to_end", "all_held", "capacity", "changed_by_other", "code_guessing",
    "counts_disagree", "dead_air", "empty", "flapping", "help", "long_call", "long_hold",
    "long_meeting", "lost_at_door", "mass_drop", "no_host_left", "node_lost", "question",
    "recording_mismatch", "recording_off", "same_number",
}  # fmt: skip
SHOWN_IN_FIVE_MINUTES = {"alone", "no_host_came"}
"""They take five minutes of watching."""


def needs_of(scenario: str, seconds: float, seed: int = 7) -> Iterator[tuple[float, list[str]]]:
    """Watch a scenario; yield the rules that show at each read, with the moment."""
    desk = Desk()
    world = demo_world(desk.clock.wall, seed=seed, scenario=scenario)
    start = desk.clock.wall()
    while (at := desk.clock.wall() - start) <= seconds:
        world.advance()
        look = look_at(world, start)
        meetings = [MEETING_KIND.read(meeting) for meeting in look.meetings.values()]
        calls = [CALLS.read(call) for call in look.calls.values()]
        now = desk.clock.now()
        for feed, records in ((MEETINGS, meetings), (ALL_CALLS, calls)):
            found: tuple[Any, ...] = tuple(records)
            scan: Scan[Any] = Scan(records=found)
            desk.store.apply(Snapshot(feed=feed, asked_at=now, answered_at=now, scan=scan))
        if at >= 16:
            for number, attributes in look.attributes.items():
                desk.attention.learn_attributes(number, attributes)
        yield at, [signal.rule for signal in desk.signals]
        desk.clock.time_s += EVERY_S


def test_all_shows_in_the_demo_and_most_leaves_again() -> None:
    seen = list(needs_of("demo", 420))
    for within_s, rules in ((180, SHOWN_IN_THREE_MINUTES), (320, SHOWN_IN_FIVE_MINUTES)):
        assert rules <= {rule for at, shown in seen for rule in shown if at <= within_s}
    later = [len(shown) for at, shown in seen if at >= 180]
    assert 8 <= mean(later) <= 14
    assert min(later) >= 6
    assert max(later) <= 14
    assert max(len(shown) for _, shown in seen) <= 20
    assert "redials" not in {rule for _, shown in seen for rule in shown}


@pytest.mark.parametrize("scenario", ["question", "flapping"])
def test_nobody_dials_again_where_that_is_not_what_it_is_for(scenario: str) -> None:
    shown = {rule for _, rules in needs_of(scenario, 180) for rule in rules}
    assert scenario in shown
    assert "redials" not in shown
