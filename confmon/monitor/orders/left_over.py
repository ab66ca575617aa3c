"""An account as the state file has it, and as the calls of a later run show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from confmon.models.identity import same_moment
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.plan import label_of
from confmon.monitor.actions.verbs import VERBS, build, shows_change
from confmon.monitor.orders.account import SOMEBODY, Account, Owed
from confmon.monitor.orders.order import ORDER_KINDS, Order, title_of

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.orders.account import AccountKind
    from confmon.monitor.polling.live_state import LiveState

_FIELDS: Final = {VERBS[verb].field_name: verb for verb in ("mute", "hold")}


class OldDebt(NamedTuple):
    """One caller who was changed: which field, from and to which raw value.

    `by_hand`: it was changed again since, and stays so.
    """

    call: int
    created: int | None
    field: str
    value: object
    before: object
    by_hand: bool


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What an earlier run left open. `is_closing`: it had begun to restore."""

    kind: AccountKind
    number: int
    session: int | None
    created: int | None
    is_closing: bool
    debts: tuple[OldDebt, ...]

    @property
    def holds(self) -> bool:
        """Whether it is an order that held when that run ended."""
        return self.kind in ORDER_KINDS and not self.is_closing

    def is_of(self, meeting: Meeting) -> bool:
        """Whether a meeting is the session that it was of."""
        if self.session is not None and meeting.id is not None and self.session != meeting.id:
            return False
        return same_moment(self.created, meeting.created)

    def found(self, meeting: Meeting, live_state: LiveState, *, mask: bool) -> Account:
        """Return the account, with those callers who are still there.

        Whoever does not show the change any more was changed by somebody else meanwhile.
        """
        title = title_of(self.kind, meeting)
        account = (Order if self.holds else Account)(self.kind, title, meeting)
        for debt in self.debts:
            call = live_state.calls.get(debt.call)
            if call is None or debt.created is None or call.created is None:
                continue  # nobody can tell whether it is the same caller
            if same_moment(debt.created, call.created):
                account.owed[call.id] = _owed(debt, call, live_state.codes, mask=mask)
        return account


def _owed(debt: OldDebt, call: Call, codes: Codes, *, mask: bool) -> Owed:
    change = {debt.field: debt.value}
    action = build(_FIELDS[debt.field], call, label_of(call, mask=mask), codes, change=change)
    action = replace(action, before={debt.field: debt.before})
    is_so = not debt.by_hand and shows_change(call, change, codes)
    return Owed(action, Result(outcome=Outcome.DONE), "" if is_so else SOMEBODY)


def left_over_of(account: Account, *, is_closing: bool) -> LeftOver:
    """Return what a later run would find of an account that is open now."""
    meeting = account.meeting
    debts = tuple(
        OldDebt(
            owed.call, owed.action.identity, wire, value, owed.action.before[wire],
            bool(owed.changed_by),
        )
        for owed in account.owed.values()
        if owed.may_have_changed
        for wire, value in owed.action.change.items()
    )  # fmt: skip
    return LeftOver(account.kind, account.number, meeting.id, meeting.created, is_closing, debts)


def entry_of(left: LeftOver) -> dict[str, Any]:
    """Return it as JSON."""
    return {
        "kind": left.kind,
        "meeting": left.number,
        "session": left.session,
        "created": left.created,
        "closing": left.is_closing,
        "callers": [debt._asdict() for debt in left.debts],
    }


def read_entry(entry: dict[str, Any]) -> LeftOver | None:
    """Return what an entry of the file says; None: it is damaged."""
    kind, number = entry.get("kind"), _number(entry.get("meeting"))
    if kind not in (*ORDER_KINDS, "search") or number is None:
        return None
    callers = entry.get("callers")
    debts = [_debt(caller) for caller in callers] if isinstance(callers, list) else []
    return LeftOver(
        cast("AccountKind", kind),
        number,
        _number(entry.get("session")),
        _number(entry.get("created")),
        entry.get("closing") is not False,
        tuple(debt for debt in debts if debt is not None),
    )


def _debt(debt: object) -> OldDebt | None:
    if not isinstance(debt, dict) or debt.get("field") not in _FIELDS:
        return None
    call, value, before = (_number(debt.get(name)) for name in ("call", "value", "before"))
    if call is None or value is None or before is None:
        return None
    created, by_hand = _number(debt.get("created")), debt.get("by_hand") is True
    return OldDebt(call, created, str(debt["field"]), value, before, by_hand)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
