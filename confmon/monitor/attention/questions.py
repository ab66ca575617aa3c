"""Which rules are to be asked, and about what: those that read what differs, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from confmon.models.live_records import Call, LiveResource
    from confmon.monitor.attention.past.facts import Fact
    from confmon.monitor.attention.rule import Rule
    from confmon.monitor.polling.differing import Names, Pair

_Keys = dict[int, None]
"""Ids of calls, or numbers of meetings."""


class _Asked(NamedTuple):
    """The open questions of the rules that read some fields."""

    calls: Sequence[_Keys]
    meetings: Sequence[_Keys]
    moves: bool
    """Whether the call has come from another meeting."""


class Questions:
    """What the rules about calls and about meetings are to be asked next."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._calls: dict[Rule, _Keys] = {rule: {} for rule in rules if rule.scope == "call"}
        self._meetings: dict[Rule, _Keys] = {rule: {} for rule in rules if rule.scope == "meeting"}
        self._by_names: dict[tuple[LiveResource, Names], _Asked] = {}
        """By the fields that differ: there are few combinations."""
        self._by_fact: dict[Fact, list[_Keys]] = {}
        for rule, keys in self._meetings.items():
            for fact in rule.of_past:
                self._by_fact.setdefault(fact, []).append(keys)
        self._of_people = [keys for rule, keys in self._meetings.items() if rule.of_calls]
        self._by_count = [keys for rule, keys in self._meetings.items() if "calls" in rule.needs]
        self._by_attributes = [keys for rule, keys in self._meetings.items() if rule.attributes]

    def take(self, kind: LiveResource) -> Iterator[tuple[Rule, _Keys]]:
        """Yield the rules that are to be asked, each with the keys to ask about."""
        questions = self._calls if kind == "call" else self._meetings
        for rule, keys in questions.items():
            if keys:
                taken = keys.copy()
                keys.clear()
                yield rule, taken

    # Calls.

    def came(self, calls: Collection[Call]) -> None:
        """Ask about calls that are new."""
        _add(self._calls.values(), [call.id for call in calls])
        self.left(calls)

    def left(self, calls: Collection[Call]) -> None:
        """Ask about the meetings that some calls have left."""
        _add(self._of_people, _numbers_of(calls))

    def changed(self, names: Names, pairs: Sequence[Pair]) -> None:
        """Ask about calls that differ in some fields."""
        asked = self._asked("call", names)
        if asked.calls:
            _add(asked.calls, [now.id for _, now in pairs])
        if asked.meetings:
            _add(asked.meetings, _numbers_of([now for _, now in pairs]))
        if asked.moves:
            _add(asked.meetings, _numbers_of([was for was, _ in pairs]))

    # Meetings.

    def began(self, numbers: Iterable[int]) -> None:
        """Ask about meetings that are new."""
        _add(self._meetings.values(), numbers)

    def counted(self, numbers: Iterable[int]) -> None:
        """Ask about meetings of which the callers were read for the first time."""
        _add(self._by_count, numbers)

    def meeting_changed(self, names: Names, number: int) -> None:
        """Ask about a meeting that differs in some fields."""
        _add(self._asked("meeting", names).meetings, (number,))

    def described(self, number: int) -> None:
        """Ask about a meeting of which the attributes were read."""
        _add(self._by_attributes, (number,))

    def recalled(self, fact: Fact, numbers: Iterable[int]) -> None:
        """Ask about meetings of which the past is another."""
        _add(self._by_fact.get(fact, ()), numbers)

    def _asked(self, kind: LiveResource, names: Names) -> _Asked:
        asked = self._by_names.get((kind, names))
        if asked is None:
            moves = kind == "call" and "meeting_number" in names
            read = set(names) | ({"id"} if moves else set())
            asked = self._by_names[kind, names] = _Asked(
                [
                    k
                    for rule, k in self._calls.items()
                    if kind == "call" and read & {*rule.of_calls}
                ],
                [
                    keys
                    for rule, keys in self._meetings.items()
                    if (moves and rule.of_calls)
                    or read & {*(rule.of_calls if kind == "call" else rule.of_meetings)}
                ],
                moves,
            )
            if len(self._by_names) > 2000:
                self._by_names = {}
        return asked


def _add(questions: Iterable[_Keys], keys: Iterable[int]) -> None:
    new = dict.fromkeys(keys)
    for known in questions:
        known.update(new)


def _numbers_of(calls: Iterable[Call]) -> list[int]:
    return [call.meeting_number for call in calls if call.meeting_number is not None]
