"""The queue of those who ask, the same for all: who asked first, who is called up, who is answered.

A caller has up to three facts: since when it asks (put by the screen that has been here longest,
or by who put it in by hand), who called it up, and whether it was answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from confmon.monitor.actions.plan import label_of
from confmon.monitor.memory.asking import Look
from confmon.monitor.together.facts import LASTS_S, id_in, number_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.models.live_records import Call
    from confmon.monitor.memory.asking import Asker, AskingQueue
    from confmon.monitor.podium import Done, Podium
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.together.facts import Facts
    from confmon.sharing.records import Fact, Operator

Word = Literal["asks", "up", "answered"]

EARLIER_S: Final = 0.5
"""Two screens that read the same place a caller at the same moment, but for their clocks."""
SAID_AGAIN_S: Final = 1.0
"""So long a fact may be on its way before it is put again."""


@dataclass(slots=True)
class _CalledUp:
    """Who was called up, and when: epoch seconds by the server's clock.

    `said_at` is on the monotonic clock.
    """

    call: Call
    at: float
    said_at: float = 0.0


class SharedQueue:
    """Says what is done to the queue here, and does here what others do to it."""

    def __init__(
        self,
        facts: Facts,
        asking: AskingQueue,
        podium: Podium,
        store: LiveStore,
        clock: Clock,
        *,
        say: Callable[[str], None],
    ) -> None:
        """`say` tells the operator."""
        self._facts = facts
        self._asking = asking
        self._podium = podium
        self._store = store
        self._clock = clock
        self._up: dict[str, _CalledUp] = {}
        """Who was called up from here, by the key of the fact."""
        self._facts_of: Mapping[str, Fact] = {}
        self._said: dict[str, float] = {}
        """Since when somebody asks, as this screen has put it."""
        self._say = say
        self.speaks_for_all = False
        """Whether this screen has been here longest."""
        podium.on_done = self._done
        podium.is_taken = lambda call: self.called_up_by(call) is not None

    # What others did.

    def called_up_by(self, call: int) -> Operator | None:
        """Return who has called a caller up on another screen, if it is in the queue still."""
        fact = self._up_fact(call)
        return None if fact is None or call not in self._asking else fact.operator

    def others_up(self, meeting: int) -> list[tuple[Asker, Operator, float]]:
        """Return the callers others have called up in a meeting: the operator, and seconds ago."""
        wall, found = self._store.wall(), []
        for asker in self._asking.askers_in(meeting):
            fact = self._up_fact(asker.call)
            if fact is not None:
                at = number_in(fact.data, "at")
                found.append((asker, fact.operator, max(0.0, wall - (at or 0.0))))
        return found

    def _up_fact(self, call: int) -> Fact | None:
        record = self._store.live_state.calls.get(call)
        fact = None if record is None else self._facts_of.get(_key(record, "up"))
        return None if fact is None or self._facts.is_from_here(fact) else fact

    # What is done here.

    def _done(self, call: Call, done: Done) -> None:
        wall = round(self._store.wall(), 3)
        if done in ("answered", "put back"):
            is_answered = done == "answered"
            self._facts.put("queue", _key(call, "answered"), {"at": wall, "is": is_answered})
        elif done == "put in":
            asker = self._asking.of(call.id)
            if asker is not None:
                self._facts.put("queue", _key(call, "answered"), {"at": wall, "is": False})
                self._say_since(call, asker)
        self.look()

    def _say_since(self, call: Call, asker: Asker) -> None:
        data = {
            "since": round(asker.since, 3),
            "at_least": asker.at_least,
            "by_hand": asker.by_hand,
        }
        self._said[_key(call, "asks")] = asker.since
        self._facts.put("queue", _key(call, "asks"), data)

    # Looking at all of it, after every change.

    def look(self) -> None:
        """Do here what the facts say, then say what others do not know yet."""
        self._facts_of = self._facts.of("queue")
        self._drop_gone()
        if self._facts.is_together:
            calls = [self._read_key(key)[0] for key in sorted(self._facts_of)]
            for call in {call.id: call for call in calls if call is not None}.values():
                self._follow(call)
        self._say_up()
        if self.speaks_for_all:
            self._say_all_since()
        self._facts_of = self._facts.of("queue")

    def _follow(self, call: Call) -> None:
        """Put a caller where the facts say that it is."""
        asks, answered = self._data(call, "asks"), self._data(call, "answered")
        since, answered_at = number_in(asks, "since"), number_in(answered, "at")
        asker = self._asking.of(call.id)
        if asker is not None and asker.at_least and since is not None:
            asker = self._put_earlier(call, asker, since, asks)
        was = self._asking.answered(call.id)
        if answered_at is not None and answered.get("is") is True:
            if was is not None and since is not None and since > answered_at:
                at = self._monotonic(since)
                self._put_back(call, was._replace(since=since, asked_at=at, at_least=False))
            elif asker is not None and (asker.since <= answered_at or asker.at_least):
                self._asking.answer(call.id)
                self._podium.changed(call)
        elif asker is None:
            if was is not None and answered_at is not None:
                self._put_back(call, was)
            elif was is None and since is not None and asks.get("by_hand") is True:
                self._asking.put_in(call, asked_at=self._monotonic(since), wall=since)
                self._podium.changed(call)

    def _put_back(self, call: Call, asker: Asker) -> None:
        """Put a caller back who asks anew, or no longer counts as answered."""
        if self._asking.put_back(asker, call):
            self._podium.changed(call)

    def _data(self, call: Call, word: Word) -> Mapping[str, Any]:
        fact = self._facts_of.get(_key(call, word))
        return {} if fact is None else fact.data

    def _put_earlier(
        self, call: Call, asker: Asker, since: float, asks: Mapping[str, Any]
    ) -> Asker:
        """Place one who asked when this confmon did not look by what another has seen."""
        at_least = asks.get("at_least") is True
        if since >= asker.since and at_least:
            return asker
        since = min(since, asker.since)
        at = asker.asked_at - (asker.since - since)
        self._asking.put_earlier(asker, Look(at, since, at_least, at))
        self._podium.changed(call)
        return self._asking.of(call.id) or asker

    def _monotonic(self, wall: float) -> float:
        return self._clock.now() - (self._store.wall() - wall)

    def _say_up(self) -> None:
        """Put the callers this operator has called up, and take back those heard or sent away."""
        up = {_key(call, "up"): call for call in self._podium.called_up()}
        for key in [key for key in self._up if key not in up]:
            del self._up[key]
            fact = self._facts_of.get(key)
            if fact is not None and self._facts.is_from_here(fact):
                self._facts.drop("queue", key)
        for key, call in up.items():
            own = self._up.get(key)
            if own is None:
                own = self._up[key] = _CalledUp(call, round(self._store.wall(), 3))
                self._say_called_up(key, own)
            elif (other := self._facts.from_elsewhere("queue", key)) is not None:
                self._settle_who_called_up(key, own, other)

    def _say_called_up(self, key: str, own: _CalledUp) -> None:
        own.said_at = self._clock.now()
        self._facts.put("queue", key, {"at": own.at}, lasts_s=LASTS_S)

    def _settle_who_called_up(self, key: str, own: _CalledUp, other: Fact) -> None:
        """Let one of two keep a caller both called up before they knew of each other.

        It is who was first by the server's clock, or else the smaller id: both find the same.
        """
        at = number_in(other.data, "at")
        if at is None or (own.at, self._facts.share.member) < (at, other.member):
            if self._clock.now() - own.said_at >= SAID_AGAIN_S:
                self._say_called_up(key, own)  # the other's fact has replaced it
            return
        del self._up[key]
        self._podium.give_up(own.call)
        label = label_of(own.call, mask=True)
        self._say(f"{other.operator} called {label} up first, and keeps them")

    def _say_all_since(self) -> None:
        calls = self._store.live_state.calls
        for asker in self._asking:
            call = calls.get(asker.call)
            if call is None:
                continue
            since = number_in(self._data(call, "asks"), "since")
            is_said = self._said.get(_key(call, "asks")) == asker.since and since is not None
            if not is_said and (since is None or abs(since - asker.since) > EARLIER_S):
                self._say_since(call, asker)
        if len(self._said) > 2 * len(self._asking) + 100:
            self._said = {_key(calls[asker.call], "asks"): asker.since
                          for asker in self._asking if asker.call in calls}  # fmt: skip

    def _drop_gone(self) -> None:
        """Drop the facts of those who have left, and of those who no longer ask."""
        if not self._store.live_state.calls_known:
            return
        for key, fact in list(self._facts_of.items()):
            call, word = self._read_key(key)
            is_over = call is None or (
                word == "asks"
                and fact.data.get("by_hand") is not True
                and call.id not in self._asking
                and not self._asking.is_answered(call.id)
            )
            is_ours = self.speaks_for_all or self._facts.is_mine(fact)
            if is_ours and (is_over or self._facts.is_too_old(fact)):
                self._facts.drop("queue", key)

    def _read_key(self, key: str) -> tuple[Call | None, str]:
        """Return the caller that a key is of, if it is there, and what is known of it."""
        id_, _, rest = key.partition("/")
        word = rest.rpartition("/")[2]
        call = self._store.live_state.calls.get(id_in(id_))
        return None if call is None or key != _key(call, word) else call, word


def _key(call: Call, word: str) -> str:
    """Return the key of a fact about a caller; an id may be given to another later."""
    return f"{call.id}/{call.created}/{word}"
