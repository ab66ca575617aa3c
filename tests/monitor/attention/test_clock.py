"""A server with a clock that is years off makes nothing old and nothing short."""

from __future__ import annotations

from typing import Any

import pytest

from confmon.models.live_records import Scan
from confmon.monitor.attention.moments import seconds_of
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Snapshot
from tests.monitor.attention.desk import ROOM, Desk

YEAR_S = 365 * 86_400.0
OLD = ("long_call", "long_meeting", "about_to_end", "pumping", "flapping", "short_calls")


class OffDesk(Desk):
    """A desk with a server that dates its answers by a clock that is so far ahead."""

    def __init__(self, *rules: str, off_s: float) -> None:
        super().__init__(*rules)
        self.off_s = off_s

    def read(self, *_: object, **__: object) -> None:
        now = self.clock.now()
        for feed, records in ((MEETINGS, self.meetings), (ALL_CALLS, self.calls)):
            date_s = self.clock.wall() + self.off_s
            found: tuple[Any, ...] = tuple(records.values())
            scan: Scan[Any] = Scan(records=found, server_time_s=date_s)
            self.store.apply(Snapshot(feed=feed, asked_at=now, answered_at=now, scan=scan))


def opened(*rules: str, off_s: float, ago_s: float = 600.0) -> OffDesk:
    desk = OffDesk(*rules, off_s=off_s)
    desk.open(created=desk.ms(ago_s))
    desk.join(30, created=desk.ms(ago_s), joined=desk.ms(ago_s))
    desk.read()
    desk.attention.learn_attributes(ROOM, {"conference_maxduration": "3600"})
    return desk


@pytest.mark.parametrize("years", [-40, -1, 1, 40])
def test_nothing_is_old_or_short_by_a_clock_that_is_years_off(years: int) -> None:
    desk = opened(*OLD, off_s=years * YEAR_S)
    for _ in range(15):
        desk.leave(list(desk.calls)[1:3])
        desk.join(2, caller="14045550199")
        desk.poll(30)
        desk.leave(list(desk.calls)[-2:])
        desk.join(2)
    assert {rule for rule, *_ in desk.found} <= {"flapping"}  # which counts joins one has seen


@pytest.mark.parametrize("years", [-1, 0, 1])
def test_who_waits_at_the_door_is_found_whatever_the_clock_says(years: int) -> None:
    desk = opened("lost_at_door", off_s=years * YEAR_S)
    [key] = desk.join(number=None, joined=None, state=1)
    desk.poll(22)
    assert desk.found == [("lost_at_door", "amber", ("call", key))]


@pytest.mark.parametrize("off_s", [0.0, 300.0, -300.0, 20 * 3600.0, -20 * 3600.0])
def test_a_clock_that_is_a_little_off_still_tells_what_is_old(off_s: float) -> None:
    desk = OffDesk("long_meeting", "long_call", off_s=off_s)
    began = desk.ms(ago_s=13 * 3600.0 - off_s)  # by the server's clock
    desk.open(created=began)
    desk.join(created=began, joined=began)
    desk.read()
    desk.poll(70)
    assert {rule for rule, *_ in desk.found} == {"long_call", "long_meeting"}


@pytest.mark.parametrize("moment", [None, 0])
def test_a_moment_that_is_missing_is_not_known(moment: int | None) -> None:
    assert seconds_of(moment, 1e9) is None


@pytest.mark.parametrize("ahead_s", [300.0, 10 * 86_400.0])
def test_a_meeting_that_begins_in_the_future_is_long_and_ends_when_its_time_comes(
    ahead_s: float,
) -> None:
    desk = OffDesk("long_meeting", "about_to_end", off_s=0.0)
    desk.open(created=desk.ms(-ahead_s))
    desk.join()
    desk.read()
    desk.attention.learn_attributes(ROOM, {"conference_maxduration": "3600"})
    desk.poll(120, every_s=60)
    assert desk.found == []
    desk.clock.time_s += ahead_s + 13 * 3600
    desk.poll(120, every_s=60)
    assert {rule for rule, *_ in desk.found} == {"long_meeting", "about_to_end"}
