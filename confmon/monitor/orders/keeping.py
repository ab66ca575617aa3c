"""What an earlier run left open, and what this one would leave: asked for, never taken up alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from confmon.monitor.actions.plan import callers
from confmon.monitor.orders.left_over import entry_of, left_over_of, read_entry
from confmon.monitor.orders.order import Order

if TYPE_CHECKING:
    from confmon.monitor.orders.account import Account
    from confmon.monitor.orders.context import OrderContext
    from confmon.monitor.orders.ledger import Ledger
    from confmon.monitor.orders.left_over import LeftOver
    from confmon.monitor.orders.order_file import OrderFile
    from confmon.monitor.orders.orders import Orders


class Keeping:
    """Keeps the state file up to date, and asks for what was found in it."""

    def __init__(
        self,
        file: OrderFile | None,
        context: OrderContext,
        ledger: Ledger,
        orders: Orders,
    ) -> None:
        self._file = file
        self._context = context
        self._ledger = ledger
        self._orders = orders
        entries = file.find() if file is not None else []
        self._found = [left for entry in entries if (left := read_entry(entry)) is not None]
        self._writing: asyncio.Future[bool] | None = None
        self._put_off: list[LeftOver] = []
        """What the next start is to ask for again."""

    def question(self) -> tuple[LeftOver, Account] | None:
        """Return what has to be asked next, as the callers show it now; None: nothing yet."""
        live_state = self._context.store.live_state
        if not self._found or not live_state.meetings_known or self._context.why_not():
            return None
        for left in list(self._found):
            meeting = live_state.meetings.get(left.number)
            if meeting is not None and left.is_of(meeting):
                if not live_state.knows(left.number):
                    continue
                account = left.found(meeting, live_state, mask=self._context.mask)
                if left.holds or account.changed():
                    return left, account
            self.forget(left)
        return None

    def take_up(self, left: LeftOver, account: Account) -> None:
        """Let an order hold again."""
        self.forget(left)
        if isinstance(account, Order):
            if self._orders.find(account.of.id, account.number) is None:
                self._context.say(self._orders.take_up(account))
            else:
                self._context.say(f"{account.title} holds already")

    def restore(self, left: LeftOver, account: Account) -> None:
        """Give the callers back what they had before."""
        self.forget(left)
        changed = account.changed()
        self._ledger.open(account)
        self._ledger.close(account)
        self._context.say(f"{account.title}: restoring {callers(len(changed))}")

    def forget(self, left: LeftOver) -> None:
        """Leave everything as it is, and ask no more."""
        if left in self._found:
            self._found.remove(left)
        self._ledger.is_changed = True

    def put_off(self, left: LeftOver) -> None:
        """Leave everything as it is, and let the next start ask."""
        self.forget(left)
        self._put_off.append(left)

    def save_soon(self) -> None:
        """Write down what is open, if that has changed: off the event loop, one write at a time."""
        if self._file is None or not self._ledger.is_changed or self._writing is not None:
            return
        self._ledger.is_changed = False
        loop = asyncio.get_running_loop()
        self._writing = loop.run_in_executor(None, _write, self._file, self._open_now())
        self._writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[bool]) -> None:
        self._writing = None
        if writing.cancelled() or writing.exception() is not None or not writing.result():
            self._ledger.is_changed = True

    async def close(self) -> None:
        """Write down what is open at the end."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if self._file is not None and self._ledger.is_changed:
            self._ledger.is_changed = not _write(self._file, self._open_now())

    def _open_now(self) -> list[LeftOver]:
        left = [left_over_of(account, is_closing=False) for account in self._ledger.accounts]
        left += [left_over_of(run.account, is_closing=True) for run in self._ledger.closing]
        return [*left, *self._found, *self._put_off]

    def left_open(self) -> list[str]:
        """Return what stays as it is when confmon ends now, a line each."""
        lines = []
        for account in self._ledger.accounts:
            count = self._ledger.count_owed(account)
            state = "no longer in force" if isinstance(account, Order) else "not ended"
            lines.append(f"{account.title}: {state}, {_stay(count)}")
        for run in self._ledger.closing:
            count = self._ledger.count_owed(run.account)
            lines.append(f"{run.account.title}: {_stay(count)}")
        if lines and self._file is not None and self._file.is_kept:
            lines.append("The next start of confmon asks about it.")
        return lines


def _write(file: OrderFile, left: list[LeftOver]) -> bool:
    return file.write([entry_of(left_over) for left_over in left])


def _stay(count: int) -> str:
    return f"{callers(count)} not restored"
