"""Questions with several answers: what an earlier run left open, and the mute mode of a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.actions.plan import label_of
from confmon.monitor.orders.order import Order
from confmon.tui.dialogs.question import Answer, QuestionDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.models.codes import Codes
    from confmon.models.live_records import Meeting
    from confmon.monitor.orders.account import Account
    from confmon.monitor.orders.mute_ladder import Rung


class LeftOverDialog(QuestionDialog):
    """What to do with what an earlier run left open."""

    escape_does = "ask next time"


def left_over_dialog(account: Account) -> LeftOverDialog:
    """Return the question; its answers are y, e (an order only) and n."""
    count = len(account.changed())
    callers = f"{count} caller{'s' * (count != 1)}"
    leave = Answer("n", "Leave it", "everybody stays so; not asked again")
    if isinstance(account, Order):
        are = "is" if count == 1 else "are"
        return LeftOverDialog(
            f"Take up the {account.title} again?",
            [f"it held when confmon ended; {callers} {are} still {account.of.done}"],
            [
                Answer("y", "Take up", "it holds again, also for who has joined since"),
                Answer("e", "End it", "they get back what they had before"),
                leave,
            ],
        )
    return LeftOverDialog(
        f"Restore {callers} now?",
        [account.title, "confmon ended before they got back what they had"],
        [Answer("y", "Restore", "they get back what they had before"), leave],
    )


def mode_dialog(meeting: Meeting, codes: Codes, rungs: Sequence[Rung]) -> QuestionDialog:
    """Return the question; its answers are the modes' places, from 1."""
    now = codes.label("meeting.muteMode", meeting.mute_mode)
    choices = [
        Answer(str(place), rung.name, rung.does, is_now=rung.value == meeting.mute_mode)
        for place, rung in enumerate(rungs, 1)
    ]
    return QuestionDialog(f"Mute mode of {label_of(meeting)}", [f"now: {now}"], choices)
