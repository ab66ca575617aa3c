"""What the live state says of a row that has left."""

from __future__ import annotations

import pytest

from confmon.models.calls import Call
from confmon.models.codes import Codes
from confmon.monitor.polling.live_state import Change, LiveState
from confmon.monitor.views.call_columns import CALL_COLUMNS
from confmon.monitor.views.live_columns import RenderContext

SINCE_S = 1_544_643_810


@pytest.mark.parametrize("joined", [SINCE_S, SINCE_S * 1000, SINCE_S * 1_000_000])
def test_a_caller_who_left_keeps_the_time_he_had(joined: int) -> None:
    call = Call(id=1, meeting_number=7, joined=joined)
    live_state = LiveState(Codes(), left_calls={1: call})
    live_state.changes["call", 1] = Change("left", at=5.0, wall=SINCE_S + 60.0)
    time = next(column for column in CALL_COLUMNS if column.id == "time")
    assert time.cell(call, RenderContext(live_state, wall=9_999.0)) == ("1:00", "")
