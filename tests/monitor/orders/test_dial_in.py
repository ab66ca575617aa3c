"""Somebody is dialled in: nobody is waited for without a dialout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.resources.mediator import DIALOUTS
from confmon.monitor.edits.edit_actions import create

if TYPE_CHECKING:
    from tests.monitor.orders.conftest import Desk


async def test_without_a_mediator_nobody_is_dialled_nor_missed(desk: Desk) -> None:
    edit = create(
        DIALOUTS,
        {"stage_one_destination_did": "15162065319", "stage_two_destination_did": "4223"},
    )
    desk.session.dial_in(edit, desk.session.live_state.meetings[100])
    await desk.go_on(70)
    assert desk.notices == ["15162065319 was not dialled: not connected"]
