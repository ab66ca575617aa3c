"""Which meetings are claimed, and by which operator: "mine". A claim never blocks anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confmon.models.identity import same_moment
from confmon.monitor.together.facts import LASTS_S, id_in, number_in, whole_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.models.live_records import Meeting
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.together.facts import Facts
    from confmon.sharing.records import Operator


class Claim(NamedTuple):
    """One operator's claim of a meeting. `since` is epoch seconds by the server's clock."""

    operator: Operator
    since: float
    is_mine: bool


class Claims:
    """The claims of all operators, by meeting number."""

    def __init__(self, facts: Facts, store: LiveStore, say: Callable[[str], None]) -> None:
        self._facts = facts
        self._store = store
        self._say = say
        self._all: dict[int, Claim] = {}

    def of(self, meeting: int) -> Claim | None:
        """Return who has claimed a meeting."""
        return self._all.get(meeting)

    def all(self) -> list[tuple[int, Claim]]:
        """Return the claims with their meetings, in the order of their numbers."""
        return sorted(self._all.items())

    def toggle(self, meeting: Meeting) -> str:
        """Claim a meeting, or give it back. Returns what there is to say."""
        number = meeting.meeting_number
        claim = self.of(number)
        if claim is not None and claim.is_mine:
            self._facts.drop("claim", str(number))
            self.look()
            return f"{number} is given back"
        if not self._facts.share.state.may_claim:
            return "the role in the database only reads: it can't claim"
        data = {"since": round(self._store.wall(), 3), "created": meeting.created}
        self._facts.put("claim", str(number), data, lasts_s=LASTS_S)
        self.look()
        before = "" if claim is None else f"; {claim.operator} had claimed it"
        return f"{number} is yours, and the others see it{before}"

    def look(self) -> None:
        """Take the claims that hold now. What was claimed here is given back when it has ended."""
        was, self._all = self._all, dict(self._found())
        for number, claim in was.items():
            other = self._all.get(number)
            if claim.is_mine and other is not None and not other.is_mine:
                self._say(f"{other.operator} has claimed {number} now")
        numbers = {*was, *self._all}
        if turned := {number for number in numbers if was.get(number) != self._all.get(number)}:
            state = self._store.live_state  # where the filter words find the claims
            state.claimed = {number: claim.is_mine for number, claim in self._all.items()}
            state.touch("meeting", turned)

    def _found(self) -> list[tuple[int, Claim]]:
        found = []
        state = self._store.live_state
        for key, fact in self._facts.of("claim").items():
            number, since = id_in(key), number_in(fact.data, "since")
            meeting, created = state.meetings.get(number), whole_in(fact.data, "created")
            is_mine = self._facts.is_mine(fact)
            if meeting is not None and same_moment(created, meeting.created):
                if since is not None:
                    found.append((number, Claim(fact.operator, since, is_mine)))
            elif is_mine and state.meetings_known:
                self._facts.drop("claim", key)
        return found
