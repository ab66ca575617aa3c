"""From what a read changed to events: each one is a difference of the confirmed state."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from confmon.monitor.memory.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.memory.authors import Authors
    from confmon.monitor.memory.events import By, Kind
    from confmon.monitor.polling.differing import Names
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.polling.state_update import Diff


class CallDifferences:
    """Makes the events of one read of calls.

    `covered` tells whether a meeting (None: calls in no meeting) was read whole before: otherwise
    a call that is new to us may have been there all the time. `asks` is "asked" or "answered",
    where that has changed.
    """

    def __init__(
        self,
        live_state: LiveState,
        at: float,
        authors: Authors,
        *,
        covered: Callable[[int | None], bool],
    ) -> None:
        self._live_state = live_state
        self._codes = live_state.codes
        self._at = at
        self._authors = authors
        self._is_idle = authors.is_idle
        self._covered = covered
        self._events: list[Event] = []
        self._ended: dict[int, bool] = {}
        """Whether we have ended a meeting, for each that was asked about."""
        self._hosts: dict[int, tuple[int, Call]] = {}
        """By how many the hosts of a meeting have changed, and the last of them."""
        self._makers = {
            "mute_mode": self._muted,
            "hold_mode": self._held,
            "custom_name": self._renamed,
            "role": self._has_role,
            "gain_level": self._has_gain,
        }

    def take(self) -> list[Event]:
        """Return the events since the last time, in the order of the read."""
        events, self._events = self._events, []
        return events

    def came(self, call: Call, asks: Kind | None) -> None:
        """Take in a call that is new."""
        if self._covered(call.meeting_number):
            self._joined(call)
        self._count_hosts(None, call)
        if asks is not None:
            self._asks(asks, call)

    def went(self, call: Call) -> None:
        """Take in a call that is gone."""
        self._left(call)
        self._count_hosts(call, None)

    def replaced(self, was: Call, now: Call, asks: Kind | None) -> None:
        """Take in another call under the same id."""
        self._left(was)
        self._joined(now)
        if asks is not None:
            self._asks(asks, now)
        self._count_hosts(was, now)

    def changed(self, names: Names, was: Call, now: Call, asks: Kind | None) -> None:
        """Take in a call that differs in these fields."""
        has_moved = "meeting_number" in names
        if has_moved:
            self._events.append(self._moved(was, now))
        if asks is not None:
            self._asks(asks, now, was)
        makers = self._makers
        for name in names:
            if name in makers:
                makers[name](was, now)
        if has_moved or "role" in names:
            self._count_hosts(was, now)

    def host_events(self) -> Iterator[Event]:
        """Yield which meetings have got or lost their hosts, once everything was taken in."""
        for number, (more, call) in self._hosts.items():
            if not more or not self._covered(number):
                continue
            tally = self._live_state.tally(number)
            if more < 0 and not tally.hosts and tally.callers:
                yield Event(self._at, "host_left", number, call.id, None, call)
            elif more > 0 and more == tally.hosts:
                yield Event(self._at, "host_joined", number, call.id, None, call)

    def _joined(self, call: Call) -> None:
        kind: Kind = "arrived" if call.meeting_number is None else "joined"
        self._events.append(Event(self._at, kind, call.meeting_number, call.id, None, call))

    def _left(self, call: Call) -> None:
        number = call.meeting_number
        kind: Kind = "left"
        by: By | None = None
        if not self._is_idle:
            if self._authors.ended(call, ("call", call.id)):
                kind, by = "dropped", "us"
            elif number is not None and self._is_ended(number):
                by = "us"
        self._events.append(Event(self._at, kind, number, call.id, by, call))

    def _is_ended(self, number: int) -> bool:
        known = self._ended.get(number)
        if known is None:
            known = self._ended[number] = self._authors.has_ended(number)
        return known

    def _asks(self, kind: Kind, call: Call, was: Call | None = None) -> None:
        by: By | None = "caller" if kind == "asked" else None
        self._events.append(Event(self._at, kind, call.meeting_number, call.id, by, call, was))

    def _moved(self, was: Call, now: Call) -> Event:
        if was.meeting_number is None:
            return Event(self._at, "joined", now.meeting_number, now.id, None, now)
        if now.meeting_number is None:
            return Event(self._at, "left", was.meeting_number, now.id, None, was)
        return Event(self._at, "moved", now.meeting_number, now.id, None, now, was)

    def _muted(self, was: Call, now: Call) -> None:
        kind, by = _muting(self._codes, was.mute_mode, now.mute_mode)
        if kind is not None:
            self._change(kind, "muteMode", was, now, by)

    def _held(self, was: Call, now: Call) -> None:
        held = self._codes.is_held(was.hold_mode), self._codes.is_held(now.hold_mode)
        if held in ((False, True), (True, False)):
            self._change("held" if held[1] else "released", "holdMode", was, now)

    def _renamed(self, was: Call, now: Call) -> None:
        if (now.custom_name or "") != (was.custom_name or ""):
            self._change("renamed", "customName", was, now)

    def _has_role(self, was: Call, now: Call) -> None:
        if None not in (now.role, was.role):
            self._change("role", "role", was, now)

    def _has_gain(self, was: Call, now: Call) -> None:
        if None not in (now.gain_level, was.gain_level):
            self._change("gain", "gainLevel", was, now)

    def _change(self, kind: Kind, wire: str, was: Call, now: Call, by: By | None = "other") -> None:
        """Add a change; `by` is who made it if we did not."""
        if not self._is_idle and self._authors.explain_change(wire, was, now, ("call", now.id)):
            by = "us"
        self._events.append(Event(self._at, kind, now.meeting_number, now.id, by, now, was))

    def _count_hosts(self, was: Call | None, now: Call | None) -> None:
        for call, more in ((was, -1), (now, 1)):
            if call is None or (number := call.meeting_number) is None:
                continue
            if self._codes.role(call.role) == "host":
                self._hosts[number] = (self._hosts.get(number, (0, call))[0] + more, call)


@lru_cache(maxsize=256)
def _muting(codes: Codes, before: int | None, after: int | None) -> tuple[Kind | None, By | None]:
    """Return whether a caller was muted or unmuted, and who did it, by the codes alone.

    A soft mute sets the same code as a caller's own: then nobody knows who did it.
    """
    kind = codes.muting(before, after)
    if kind is None:
        return None, None
    mode = after if codes.is_muted(after) else before
    if codes.muted_by(mode) == "self":
        return kind, "caller"
    return kind, None if codes.may_unmute_itself(mode) else "other"


def meeting_events(
    diff: Diff, live_state: LiveState, at: float, authors: Authors, *, started: bool
) -> Iterator[Event]:
    """Yield the events of one read of meetings; `started`: new ones have come since the last."""
    meetings = live_state.meetings
    for key in diff.added if started else ():
        yield _of(meetings[key], "started", at, None)
    for key in diff.changed:
        was, now = diff.was[key], meetings[key]
        if key in diff.replaced:
            yield from (_ended(was, at, authors), _of(now, "started", at, None))
            continue
        secured = _switched(was.is_secured, now.is_secured, "locked", "unlocked")
        recording = _switched(was.is_recording, now.is_recording, "recording_on", "recording_off")
        for wire, kind in (("isSecured", secured), ("isRecording", recording)):
            if kind is not None:
                by = authors.of_change(wire, was, now, ("meeting", key))
                yield Event(at, kind, key, None, by, now, was)
    for key in diff.gone:
        yield _ended(diff.was[key], at, authors)


def _switched(was: bool | None, now: bool | None, on: Kind, off: Kind) -> Kind | None:
    """Return what happened to a flag; None: nothing, or one of the reads does not have it."""
    if was is None or now is None or was == now:
        return None
    return on if now else off


def _ended(meeting: Meeting, at: float, authors: Authors) -> Event:
    ours = authors.ended(meeting, ("meeting", meeting.meeting_number))
    return _of(meeting, "ended", at, "us" if ours else None)


def _of(meeting: Meeting, kind: Kind, at: float, by: By | None) -> Event:
    return Event(at, kind, meeting.meeting_number, None, by, meeting)
