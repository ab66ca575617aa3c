"""The columns of meetings and calls, with what a bridge really sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from confmon.models.codes import Codes
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS
from confmon.monitor.views.live_columns import Column, RenderContext
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS
from tests.contract.apis import START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.contract.apis import Apis


async def test_a_column_that_does_not_grow_has_room_for_its_cells(apis: Apis) -> None:
    calls = (await apis.live.scan_calls()).records
    meetings = (await apis.live.scan_meetings()).records
    state = LiveState(
        Codes(), {one.id: one for one in calls}, {one.meeting_number: one for one in meetings}
    )
    look = RenderContext(state, wall=START)
    tables: list[tuple[Sequence[Any], tuple[Column[Any], ...]]] = [
        (calls, ALL_CALL_COLUMNS), (meetings, MEETING_COLUMNS),
    ]  # fmt: skip
    for records, columns in tables:
        assert records
        for column in columns:
            if not column.grow:
                widest = max((column.cell(one, look)[0] for one in records), key=cell_len)
                assert cell_len(widest) <= column.width, f"{column.id}: {widest}"
