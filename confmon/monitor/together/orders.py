"""The standing orders of all operators. Only the screen that began one carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confmon.models.identity import same_moment
from confmon.monitor.orders.order import ORDER_KINDS
from confmon.monitor.together.facts import LASTS_S, number_in, whole_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.monitor.orders.order import Order, OrderKind
    from confmon.monitor.orders.orders import Orders
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.together.facts import Facts
    from confmon.sharing.records import Fact, Operator


class OtherOrder(NamedTuple):
    """An order that another screen carries out, of this operator or not. `since` as in `Claim`."""

    of: OrderKind
    meeting: int
    operator: Operator
    since: float
    member: str

    @property
    def words(self) -> str:
        """What it does."""
        return f"{self.of.name} ({self.of.verb} who joins)"


class OtherOrders:
    """Says which orders hold here, and knows those of the others."""

    def __init__(
        self, facts: Facts, orders: Orders, store: LiveStore, say: Callable[[str], None]
    ) -> None:
        self._facts = facts
        self._orders = orders
        self._store = store
        self._say = say
        self._put: dict[str, Order] = {}
        self._others: dict[str, OtherOrder] = {}

    def of(self, meeting: int) -> list[OtherOrder]:
        """Return the orders of others in a meeting."""
        return [
            other_order for other_order in self._others.values() if other_order.meeting == meeting
        ]

    def all(self) -> list[OtherOrder]:
        """Return the orders of others, by meeting."""
        return sorted(
            self._others.values(), key=lambda other_order: (other_order.meeting, other_order.since)
        )

    def look(self) -> None:
        """Let the others see what holds here, and take what holds there."""
        self._say_own()
        if not self._facts.is_together:
            return  # what held with the others may hold still
        found = {
            key: other_order
            for key, fact in self._facts.of("standing_order").items()
            if (other_order := self._read(fact)) is not None
        }
        was, self._others = self._others, found
        for key, other_order in was.items():
            if key not in found:
                self._say_gone(other_order)
        numbers = {order.meeting for order in {*was.values()} ^ {*found.values()}}
        self._store.live_state.touch("meeting", numbers)

    def _say_own(self) -> None:
        own = {self._key(order): order for order in self._orders}
        for key in [key for key in self._put if key not in own]:
            del self._put[key]
            self._facts.drop("standing_order", key)
        known = self._facts.of("standing_order") if self._facts.is_together else own
        for key, order in own.items():
            if self._put.get(key) is order and key in known:
                continue
            self._put[key] = order
            data = {
                "meeting": order.number,
                "kind": order.kind,
                "created": order.meeting.created,
                "since": round(self._store.wall(), 3),
            }
            self._facts.put("standing_order", key, data, lasts_s=LASTS_S)

    def _key(self, order: Order) -> str:
        return f"{order.number}/{order.kind}/{self._facts.share.member}"

    def _read(self, fact: Fact) -> OtherOrder | None:
        """Return the order of another screen; None: it is this one's, or is not understood."""
        number, since = whole_in(fact.data, "meeting"), number_in(fact.data, "since")
        kind = ORDER_KINDS.get(str(fact.data.get("kind")))
        meeting = self._store.live_state.meetings.get(-1 if number is None else number)
        if self._facts.is_from_here(fact) or kind is None or meeting is None or since is None:
            return None
        if not same_moment(whole_in(fact.data, "created"), meeting.created):
            return None
        return OtherOrder(kind, meeting.meeting_number, fact.operator, since, fact.member)

    def _say_gone(self, order: OtherOrder) -> None:
        """Say once that nobody carries an order out any more: its screen has gone."""
        if order.meeting in self._store.live_state.meetings and self._facts.has_left(order.member):
            self._say(
                f"{order.operator} is gone: {order.of.name} in {order.meeting} holds no longer, "
                "and who was reached stays as they are"
            )
