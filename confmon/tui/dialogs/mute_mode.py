"""Who is muted in a meeting, and who may unmute: one of three modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.actions.plan import label_of
from confmon.tui.dialogs.choice import Choice, ChoiceDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.models.codes import Codes
    from confmon.models.live_records import Meeting
    from confmon.monitor.orders.mute_ladder import Rung


def mode_dialog(meeting: Meeting, codes: Codes, rungs: Sequence[Rung]) -> ChoiceDialog:
    """Return the question; its answers are the modes' places, from 1."""
    now = codes.label("meeting.muteMode", meeting.mute_mode)
    choices = [
        Choice(str(place), rung.name, rung.does, is_now=rung.value == meeting.mute_mode)
        for place, rung in enumerate(rungs, 1)
    ]
    return ChoiceDialog(f"Mute mode of {label_of(meeting)}", [f"now: {now}"], choices)
