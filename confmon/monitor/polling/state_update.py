"""What one read changes in the live state: prepared aside, then shown at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.models.identity import anchored, call_identity, same
from confmon.monitor.polling.differing import differing_calls, differing_meetings
from confmon.monitor.polling.live_state import Change, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.identity import Target
    from confmon.models.live_records import Call, LiveResource
    from confmon.monitor.polling.differing import Names
    from confmon.monitor.polling.live_state import LiveState


@dataclass(frozen=True, slots=True)
class Diff:
    """Keys of one kind that came, differ and went, each in the order met.

    `was` has the earlier record of each that differs or went, `fields` the names of the fields in
    which it differs. `replaced` are keys that belong to another caller or session now. `quiet`:
    the feed was read for the first time.
    """

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    kind: LiveResource = field(default="call", compare=False)
    was: Mapping[int, Any] = field(default_factory=dict, compare=False, repr=False)
    fields: Mapping[int, Names] = field(default_factory=dict, compare=False, repr=False)
    replaced: frozenset[int] = field(default=frozenset(), compare=False)
    quiet: bool = field(default=False, compare=False)


class StateUpdate:
    """Records of one kind that came, differ or went.

    Nothing of the live state is written before `publish`. Until then nobody else may change its
    records. A key is put or removed once.
    """

    def __init__(
        self, live_state: LiveState, kind: LiveResource, *, now: float, wall: float, quiet: bool
    ) -> None:
        """`now` is the monotonic clock's time, `wall` the server's; `quiet`: nobody has joined."""
        self._live_state = live_state
        self._kind = kind
        self._now, self._wall, self._quiet = now, wall, quiet
        self._records, self._left = live_state.records_of(kind)
        self._put: dict[int, Any] = {}
        self._gone: dict[int, Any] = {}
        self._listed: dict[int, dict[int, Call]] = {}
        self._tallies: dict[int, Tally] = {}
        self._changes: dict[Target, Change] = {}
        self._renewed: list[Target] = []
        self.replaced: list[Target] = []
        """Those with a key that belongs to another caller or session now."""
        self._added: list[int] = []
        self._changed: list[int] = []
        self._was: dict[int, Any] = {}
        self._fields: dict[int, Names] = {}
        self._differing = differing_calls if kind == "call" else differing_meetings

    def put(self, key: int, record: Any) -> None:
        """Take a record in. One that says nothing new changes nothing: the old object stays."""
        old = self._records.get(key)
        # Who has just left is still on the screen under this key.
        before = old if old is not None else self._left.get(key)
        is_another = False
        if before is not None and not self._is_same_thing(before, record):
            is_another = not same(before, record)
            record = record if is_another else anchored(record, before)
        if old is None:
            self._added.append(key)
        else:
            fields = self._differing(old, record)
            if not fields:
                return  # later stages compare with `is`
            self._changed.append(key)
            self._was[key], self._fields[key] = old, fields
        self._put[key] = record
        if self._kind == "call":
            self._list(old, record)
        target: Target = (self._kind, key)
        if before is None or is_another:
            self._renewed.append(target)
        if is_another:
            self.replaced.append(target)
        if old is not None and not is_another:
            self._changes[target] = Change("changed", self._now, was=old, now=record)
        elif not self._quiet:
            self._changes[target] = Change("joined", self._now)

    def remove(self, key: int) -> None:
        """Take out a record that is gone."""
        record = self._records.get(key)
        if record is None:
            return
        self._gone[key] = record
        if self._kind == "call":
            self._unlist(record)
        self._changes[self._kind, key] = Change("left", self._now, wall=self._wall)

    def publish(self) -> Diff:
        """Write all of it into the live state."""
        live_state = self._live_state
        self._records.update(self._put)
        for key in self._left.keys() & self._put.keys():
            del self._left[key]
        for key in self._gone:
            del self._records[key]
        self._left.update(self._gone)
        live_state.by_meeting.update(self._listed)
        # Those counted while the update was prepared are counted again.
        live_state.drop_tallies(self._listed.keys() - self._tallies.keys())
        live_state.put_tallies(self._tallies)
        live_state.changes.update(self._changes)
        live_state.touch(self._kind, [*self._put, *self._gone])
        live_state.touch("tally", list(self._listed))
        if live_state.notes:
            for target in self._renewed:
                live_state.notes.pop(target, None)  # it was about who had this key long ago
        return Diff(
            tuple(self._added),
            tuple(self._changed),
            tuple(self._gone),
            kind=self._kind,
            was=self._was | self._gone if self._gone else self._was,
            fields=self._fields,
            replaced=frozenset(key for _, key in self.replaced),
            quiet=self._quiet,
        )

    def _is_same_thing(self, before: Any, record: Any) -> bool:
        return self._kind == "call" and call_identity(before) == call_identity(record)

    def _list(self, old: Call | None, call: Call) -> None:
        """Put a call among those of its meeting, and count its heads."""
        number = call.meeting_number
        if old is not None and old.meeting_number != number:
            self._unlist(old)
        if number is not None:
            listed = self._calls_of(number)
            self._recount(number, listed.get(call.id), call)
            listed[call.id] = call

    def _unlist(self, call: Call) -> None:
        if call.meeting_number is not None:
            listed = self._calls_of(call.meeting_number).pop(call.id, None)
            self._recount(call.meeting_number, listed, None)

    def _calls_of(self, number: int) -> dict[int, Call]:
        listed = self._listed.get(number)
        if listed is None:
            known = self._live_state.by_meeting.get(number)
            listed = self._listed[number] = dict(known or ())
            tally = self._live_state.tallies.get(number) if known else Tally()
            if tally is not None:
                self._tallies[number] = tally
        return listed

    def _recount(self, number: int, old: Call | None, new: Call | None) -> None:
        known = self._tallies.get(number)
        if known is not None:  # otherwise counted when somebody looks
            self._tallies[number] = self._live_state.recounted(known, old, new)
