"""What is asked at a start about an order or a search that an earlier run left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.dialogs.choice import Choice, ChoiceDialog

if TYPE_CHECKING:
    from confmon.monitor.orders.account import Account
    from confmon.monitor.orders.left_over import LeftOver


def left_over_dialog(left: LeftOver, account: Account) -> ChoiceDialog:
    """Return the question; its answers are y, e (an order only) and n."""
    count = len(account.changed())
    callers = f"{count} caller{'s' * (count != 1)}"
    leave = Choice("n", "Leave it", "everybody stays as they are; this is not asked again")
    if left.holds:
        return ChoiceDialog(
            f"Take up the {account.title} again?",
            [f"it held when confmon ended; {callers} still so"],
            [
                Choice("y", "Take up", "it holds again, also for who has joined since"),
                Choice("e", "End it", "they get back what they had before"),
                leave,
            ],
        )
    return ChoiceDialog(
        f"Restore {callers} now?",
        [account.title, "confmon ended before they got back what they had"],
        [Choice("y", "Restore", "they get back what they had before"), leave],
    )
