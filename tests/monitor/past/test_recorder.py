"""The recorder's moments."""

from __future__ import annotations

from typing import Any, cast

from confmon.models.codes import Codes
from confmon.monitor.past.recorder import Recorder
from confmon.monitor.polling.coverage import Coverage
from confmon.monitor.polling.live_store import LiveStore
from tests.clock import HandClock


class BusyClock(HandClock):
    """A clock on a machine where other work comes before the first looks at the wall clock."""

    works_s = [0.4, 0.1]  # noqa: RUF012 - of this class alone

    def wall(self) -> float:
        if self.works_s:
            self.time_s += self.works_s.pop()
        return super().wall()


def test_a_busy_machine_does_not_move_the_moments() -> None:
    clock = BusyClock()
    store = LiveStore(clock, Codes())
    recorder = Recorder(store, Coverage(), clock, cast("Any", None), gap_from_s=lambda: 10.0)
    moment = recorder._moment(clock.now(), is_newest=True)
    clock.time_s += 5
    assert recorder._moment(clock.now()) == round(clock.wall() * 1000)
    assert moment < round(clock.wall() * 1000) - 5000
