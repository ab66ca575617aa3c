"""The standing orders there are, and who each of them reaches. Pure: no clock, no request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from confmon.models.identity import same_call
from confmon.monitor.actions.plan import label_of, why_left_out
from confmon.monitor.orders.account import Account

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.undoing.undo_step import UndoStep
    from confmon.monitor.orders.account import AccountKind

OrderId = Literal["lecture", "doors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderKind:
    """One kind of standing order.

    `verb` is done to everybody but hosts. `name` is the order in a sentence, `begins` and `ends`
    are put before a meeting's name, `mark` is what tables and titles show while it holds,
    `done` how its callers are.
    """

    id: OrderId
    verb: Literal["mute", "hold"]
    name: str
    begins: str
    ends: str
    mark: str
    done: str


ORDER_KINDS: Final[dict[str, OrderKind]] = {
    kind.id: kind
    for kind in (
        OrderKind(
            id="lecture", verb="mute", name="lecture", begins="Begin a lecture in",
            ends="End the lecture in", mark="LECTURE", done="muted",
        ),
        OrderKind(
            id="doors", verb="hold", name="closed doors", begins="Close the doors of",
            ends="Open the doors of", mark="DOORS", done="on hold",
        ),
    )
}  # fmt: skip


def title_of(kind: AccountKind, meeting: Meeting) -> str:
    """Return how an order or a search is named to people."""
    name = ORDER_KINDS[kind].name if kind in ORDER_KINDS else "search for a noisy line"
    return f"{name} in {label_of(meeting)}"


@dataclass(eq=False, slots=True)
class Order(Account):
    """An order that holds. `passed` are those who were seen and needed nothing.

    `by_hand` are those of them that the operator has changed since: they stay as they are.
    `touched` are the callers to look at again; None: everybody. `unsure_since` is when a read
    showed only callers who were not known before: another session may have begun.
    """

    passed: dict[int, Call] = field(default_factory=dict)
    by_hand: set[int] = field(default_factory=set)
    touched: set[int] | None = None
    unsure_since: float | None = None
    step: UndoStep | None = None

    @property
    def of(self) -> OrderKind:
        """What kind of order it is."""
        return ORDER_KINDS[self.kind]

    def knows(self, call: Call) -> bool:
        """Whether a caller was there before."""
        owed, passed = self.owed.get(call.id), self.passed.get(call.id)
        return (owed is not None and owed.action.is_on(call)) or (
            passed is not None and same_call(passed, call)
        )

    def look(self, call: Call, codes: Codes, now: float) -> bool:
        """Whether the order has to reach a caller now. It does so once.

        Who was passed over is looked at again in another role: a call rings without one, and a
        host may be demoted. So is a caller in a lecture who opens a line that was muted softly.
        """
        owed = self.owed.get(call.id)
        if owed is not None and owed.action.is_on(call):
            return owed.is_due_again(now)
        passed = self.passed.get(call.id)
        is_known = passed is not None and passed.role == call.role and same_call(passed, call)
        if is_known and (call.id in self.by_hand or not self._has_opened(call, codes)):
            return False
        if why_left_out(self.of.verb, call, codes):
            self.passed[call.id] = call
            return False
        return True

    def _has_opened(self, call: Call, codes: Codes) -> bool:
        """Whether a caller in a lecture has opened the own line, which was muted softly."""
        was_soft = codes.may_unmute_itself(self.passed[call.id].mute_mode)
        return self.of.verb == "mute" and was_soft and codes.is_muted(call.mute_mode) is False
