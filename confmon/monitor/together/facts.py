"""The facts that operators share, as they hold now: one's own at once, then as the database has it.

A fact is on its way for some milliseconds. Until it comes back, what is put here holds, so that no
older fact undoes it meanwhile; while there is no shared database, it holds until there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Protocol

from confmon.sharing.records import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.clock import Clock
    from confmon.sharing.records import FactKind, Operator, ShareState

ON_ITS_WAY_S: Final = 5.0
"""After so long what the database has counts, whatever became of one's own."""
LASTS_S: Final = 30.0
"""What a screen carries out or has claimed ends so long after the screen was heard of last."""
TOO_OLD_S: Final = 24 * 3600.0
"""A signal's or an asker's fact is not looked at after so long: nobody took it back."""


class Shares(Protocol):
    """As much of `confmon.sharing.share.Share` as facts and presence need."""

    @property
    def who(self) -> Operator:
        """Who sits here."""
        ...

    @property
    def member(self) -> str:
        """The id of this confmon among the members."""
        ...

    @property
    def state(self) -> ShareState:
        """What is known of the others."""
        ...

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called after `state` was replaced."""

    def look_at(self, meeting: int | None) -> None:
        """Let the others see which meeting is looked at."""

    def put_fact(
        self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0
    ) -> None:
        """Say something, or say it anew."""

    def drop_fact(self, kind: FactKind, key: str) -> None:
        """Take something back."""


@dataclass(slots=True)
class _Own:
    """What was put here: `data` None: it was taken back. `at` is on the monotonic clock."""

    data: Mapping[str, Any] | None
    at: float


class Facts:
    """The facts of all operators, those of this one with them."""

    def __init__(self, share: Shares, clock: Clock) -> None:
        self.share = share
        self._clock = clock
        self._own: dict[tuple[FactKind, str], _Own] = {}
        """What is on its way."""
        self._was_together = False

    @property
    def is_together(self) -> bool:
        """Whether the others are known now."""
        return self.share.state.mode in ("following", "leading")

    def of(self, kind: FactKind) -> dict[str, Fact]:
        """Return what holds now, by key. Of others nothing, while there is no shared database.

        What has expired is not there any more. When a fact is to expire is not looked at here: it
        is renewed without being put anew.
        """
        is_together = self.is_together
        found = {
            key: fact
            for key, fact in self.share.state.facts.get(kind, {}).items()
            if is_together or self.is_mine(fact)
        }
        for (of, key), own in self._own.items():
            if of != kind:
                continue
            if own.data is None:
                found.pop(key, None)
            else:
                at = self._now_ms() or 0
                found[key] = Fact(kind, key, self.share.who, "", at, 0, own.data)
        return found

    def from_elsewhere(self, kind: FactKind, key: str) -> Fact | None:
        """Return a fact as the database has it, if another screen has put it."""
        fact = self.share.state.fact(kind, key) if self.is_together else None
        return None if fact is None or self.is_from_here(fact) else fact

    def is_mine(self, fact: Fact) -> bool:
        """Whether this operator put it, here or on another screen of the same box."""
        return fact.operator == self.share.who

    def is_from_here(self, fact: Fact) -> bool:
        """Whether this screen put it, and not another one of the same operator."""
        return fact.member in ("", self.share.member)

    def has_left(self, member: str) -> bool:
        """Whether a confmon that put a fact is not here any more."""
        return bool(member) and all(
            present.member != member for present in self.share.state.members
        )

    def is_ours_to_drop(self, fact: Fact) -> bool:
        """Whether a fact that is over is dropped from here: its own confmon can't."""
        return self.is_mine(fact) or self.has_left(fact.member)

    def is_too_old(self, fact: Fact) -> bool:
        """Whether a fact is from another day, and was forgotten."""
        now = self._now_ms()
        return now is not None and now - fact.at > 1000 * TOO_OLD_S

    def put(self, kind: FactKind, key: str, data: Mapping[str, Any], *, lasts_s: float = 0) -> None:
        """Say something; it holds here at once."""
        self._own[kind, key] = _Own(data, self._clock.now())
        self.share.put_fact(kind, key, data, lasts_s=lasts_s)

    def drop(self, kind: FactKind, key: str) -> None:
        """Take a fact back, whoever put it; here at once."""
        self._own[kind, key] = _Own(None, self._clock.now())
        self.share.drop_fact(kind, key)

    def settle(self) -> None:
        """Let the database's facts count where they have come back, or have had the time to."""
        is_together = self.is_together
        state, now = self.share.state, self._clock.now()
        if is_together and not self._was_together:
            for own in self._own.values():
                own.at = now  # it is sent only now
        self._was_together = is_together
        if not is_together:
            return
        for (kind, key), own in list(self._own.items()):
            fact = state.fact(kind, key)
            is_back = fact is None if own.data is None else self._is_this(fact, own.data)
            if is_back or now - own.at > ON_ITS_WAY_S:
                del self._own[kind, key]

    def _is_this(self, fact: Fact | None, data: Mapping[str, Any]) -> bool:
        return fact is not None and self.is_from_here(fact) and dict(fact.data) == dict(data)

    def _now_ms(self) -> int | None:
        """Return the time by the database's clock."""
        ahead = self.share.state.ahead_ms
        return None if ahead is None else int(1000 * self._clock.now()) + ahead


def number_in(data: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a fact's data; None: there is none, whatever somebody wrote there.

    >>> number_in({"at": 5, "since": "x", "so": True}, "at"), number_in({"since": "x"}, "since")
    (5.0, None)
    """
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if isfinite(found) else None


def whole_in(data: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number of a fact's data, or None."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def id_in(text: str) -> int:
    """Return the id or meeting number in a key, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
