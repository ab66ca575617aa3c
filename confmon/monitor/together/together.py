"""What this operator and the others have together: who is here, claims, orders, signals, queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from confmon.monitor.polling.freshness import ago
from confmon.monitor.together.claims import Claims
from confmon.monitor.together.facts import Facts
from confmon.monitor.together.orders import OtherOrders
from confmon.monitor.together.people import by_meeting, eldest, name_for
from confmon.monitor.together.queue import SharedQueue
from confmon.monitor.together.signals import SharedSignals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.attention.engine import Attention
    from confmon.monitor.memory.memory import Memory
    from confmon.monitor.orders.orders import Orders
    from confmon.monitor.podium import Podium
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.sections import SectionId
    from confmon.monitor.together.facts import Shares
    from confmon.monitor.views.live_columns import Cell
    from confmon.monitor.views.live_view import View
    from confmon.sharing.records import Member, Operator, ShareState


LEAST_BETWEEN_S = 2.0
"""So long after another's call-up nobody else is called up in that meeting, or one interval."""

SHORT = 9
"""So many characters of the name of who has claimed a meeting are in its row."""


class Presence(NamedTuple):
    """One confmon that is here, for the list of all. `for_s` is how long it has been."""

    member: Member
    for_s: float | None


class SharingSession(Protocol):
    """As much of a session as other operators see of it, or change in it."""

    clock: Clock
    store: LiveStore
    attention: Attention
    memory: Memory
    orders: Orders
    podium: Podium
    pending_actions: PendingActions
    section: SectionId | None
    tell: Callable[[str], None]
    """Shows a line to the operator."""

    @property
    def view(self) -> View:
        """What the keys are for."""
        ...

    @property
    def interval_s(self) -> float:
        """Seconds between two reads of what is looked at."""
        ...


class Together:
    """One session among others on the same bridge."""

    def __init__(
        self, share: Shares, session: SharingSession, on_change: Callable[[], None]
    ) -> None:
        """`on_change` lets the screen follow."""
        self._share = share
        self._session = session
        self._on_change = on_change
        self._looks_at: int | None = None
        self._members: tuple[Member, ...] = ()
        self._beside: dict[int, tuple[Operator, ...]] = {}
        store = session.store
        self._shown: object = None
        """What the screen was last told to follow."""
        self._facts = Facts(share, session.clock)
        self.claims = Claims(self._facts, store, self._say)
        """Which meetings are claimed."""
        self.orders = OtherOrders(self._facts, session.orders, store, self._say)
        """The standing orders of others."""
        self._signals = SharedSignals(self._facts, session.attention, store)
        self.queue = SharedQueue(
            self._facts, session.memory.asking, session.podium, store, session.clock, say=self._say
        )
        """The queue of those who ask."""
        session.pending_actions.claimed_by = self._claimed_by
        share.on_change(self._changed)

    def _say(self, text: str) -> None:
        self._session.tell(text)

    def _changed(self) -> None:
        self.look()
        shown = _shown(self._share.state, self._share.member)
        if shown != self._shown:
            self._shown = shown
            self._on_change()

    def look(self) -> None:
        """Take what the others have put, and put what is new here: after a read, every second."""
        self._show_where()
        self._facts.settle()
        state = self._share.state
        members = state.members if self._facts.is_together else ()
        if members != self._members:
            self._members = members
            self._note_beside()
        self.queue.speaks_for_all = eldest(members) == self._share.member
        self.claims.look()
        self.orders.look()
        self._signals.look()
        self.queue.look()

    def _show_where(self) -> None:
        """Let the others see which meeting is looked at."""
        session = self._session
        number = session.view.meeting if session.section is None else None
        if number != self._looks_at:
            self._looks_at = number
            self._share.look_at(number)

    def _note_beside(self) -> None:
        others = [member for member in self._members if member.member != self._share.member]
        was, self._beside = self._beside, by_meeting(others)
        numbers = {
            number
            for number in {*was, *self._beside}
            if was.get(number) != self._beside.get(number)
        }
        self._session.store.live_state.touch("meeting", numbers)

    # Who is here.

    def collector_words(self) -> str:
        """Return who reads the bridge for all."""
        state = self._share.state
        if state.mode == "alone":
            return f"alone: {state.trouble}" if state.trouble else "alone"
        if state.mode == "leading":
            return "this screen reads the bridge for all"
        return f"{state.collector} reads the bridge for all" if state.collector else "nobody reads"

    def beside(self, meeting: int) -> tuple[Operator, ...]:
        """Return who else looks at a meeting."""
        return self._beside.get(meeting, ())

    def everybody(self) -> list[Presence]:
        """Return all who are here, this confmon with them, the longest first."""
        state, now = self._share.state, self._session.clock.now()
        ahead = state.ahead_ms
        return [
            Presence(
                member, None if ahead is None else max(0.0, now + (ahead - member.since) / 1000)
            )
            for member in sorted(self._members, key=lambda member: (member.since, member.member))
        ]

    # What rows and lines show.

    def mark_of(self, meeting: int) -> Cell:
        """Return who has claimed a meeting, and who else looks at it, for its row.

        `mine`, `alice's`, and after a plus who looks at it.
        """
        claim, who = self.claims.of(meeting), self._share.who
        there = [
            operator
            for operator in self.beside(meeting)
            if claim is None or operator != claim.operator
        ]
        words: list[str] = []
        tone = "dim"
        if claim is not None:
            words.append("mine" if claim.is_mine else f"{_short(name_for(claim.operator, who))}'s")
            tone = "good" if claim.is_mine else "warn"
        if len(there) == 1:
            words.append(f"+{name_for(there[0], who)}")
        elif there:
            words.append(f"+{len(there)}")
        return " ".join(words), tone

    def order_marks(self, meeting: int) -> tuple[str, ...]:
        """Return what tables and titles show of the orders of others."""
        who = self._share.who
        return tuple(
            f"{other_order.of.mark}·{name_for(other_order.operator, who)}"
            for other_order in self.orders.of(meeting)
        )

    def up_by(self, call: int) -> str:
        """Return the name of the other operator who has called a caller up, or nothing."""
        operator = self.queue.called_up_by(call)
        return "" if operator is None else name_for(operator, self._share.who)

    # What questions and notices say.

    def claim_words(self, meetings: Iterable[int]) -> str:
        """Return which of these meetings other operators have claimed, or an empty string."""
        numbers = sorted(set(meetings))
        wall = self._session.store.wall()
        return "; ".join(
            f"{claim.operator} has claimed {'this meeting' if len(numbers) == 1 else number}, "
            f"{_since(wall - claim.since)}"
            for number in numbers
            if (claim := self.claims.of(number)) is not None and not claim.is_mine
        )

    def _claimed_by(self, action: Action) -> str:
        """Return another operator who has claimed the meeting of an action, or nothing."""
        number = action.key if action.resource == "meeting" else action.meeting
        claim = self.claims.of(number) if isinstance(number, int) else None
        return "" if claim is None or claim.is_mine else str(claim.operator)

    def order_words(self, meeting: int) -> str:
        """Return which orders of others hold in a meeting, and who can end them."""
        wall = self._session.store.wall()
        return "; ".join(
            f"{order.operator} holds {order.of.name} here, begun {_since(wall - order.since)}: "
            "only that screen can end it"
            for order in self.orders.of(meeting)
        )

    def order_lines(self, meeting: int) -> Sequence[str]:
        """Return a line for each order that another operator's screen carries out."""
        return [
            f"{other_order.words} · {other_order.operator}"
            for other_order in self.orders.of(meeting)
        ]

    def why_not_yet(self, meeting: int) -> str:
        """Return why nobody is to be called up in a meeting at this moment: another just was."""
        least = max(LEAST_BETWEEN_S, self._session.interval_s)
        for _, operator, since_s in self.queue.others_up(meeting):
            if since_s < least:
                when = _since(since_s)
                return (
                    f"{operator} has called somebody up {when}; press it again to call up the next"
                )
        return ""

    def podium_words(self, meeting: int) -> str:
        """Return who has called somebody up in a meeting who still asks, or an empty string."""
        names = dict.fromkeys(str(operator) for _, operator, _ in self.queue.others_up(meeting))
        return "; ".join(f"{name} has somebody on the podium here" for name in names)


def _short(name: str) -> str:
    """Return a name that leaves room for the sign after it.

    >>> _short("alice"), _short("maximiliana")
    ('alice', 'maximili…')
    """
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"


def _shown(state: ShareState, member: str) -> object:
    """Return what a screen shows of a state at once.

    What this screen has put itself is shown already, and rules read attributes every second.
    """
    of_others = {
        kind: [fact for fact in facts.values() if fact.member != member]
        for kind, facts in state.facts.items()
        if kind != "attributes"
    }
    who = (state.mode, state.trouble, state.away, state.collector, state.epoch, state.is_read)
    may = state.may_claim, state.may_collect
    return (*who, *may, state.interval_s, state.members, of_others)


def _since(seconds: float) -> str:
    """Return how long ago something was, in words.

    >>> _since(0.2), _since(40), _since(190)
    ('just now', '40 s ago', '3 min ago')
    """
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    return f"{seconds // 60:.0f} min ago" if seconds < 3600 else f"{ago(seconds)} ago"
