"""From what a read changed to events: each one is a difference of the confirmed state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.memory.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.memory.authors import Authors
    from confmon.monitor.memory.events import By, Kind
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.polling.state_update import Diff


class CallDifferences:
    """Makes the events of one read of calls.

    `covered` tells whether a meeting (None: calls in no meeting) was read whole before: otherwise
    a call that is new to us may have been there all the time. `asking` has "asked" or "answered"
    for the calls of which that has changed.
    """

    def __init__(
        self,
        diff: Diff,
        live_state: LiveState,
        at: float,
        authors: Authors,
        *,
        covered: Callable[[int | None], bool],
        asking: Mapping[int, Kind],
    ) -> None:
        self._diff = diff
        self._live_state = live_state
        self._codes = live_state.codes
        self._at = at
        self._authors = authors
        self._is_idle = authors.is_idle
        self._covered = covered
        self._asking = asking
        self._ended: dict[int, bool] = {}
        """Whether we have ended a meeting, for each that was asked about."""
        self._hosts: dict[int, tuple[int, Call]] = {}
        """By how many the hosts of a meeting have changed, and the last of them."""

    def events(self) -> Iterator[Event]:
        """Yield what happened, in the order of the read; who came or left as host last."""
        calls, diff = self._live_state.calls, self._diff
        for key in diff.added:
            call = calls[key]
            if self._covered(call.meeting_number):
                yield self._came(call)
            self._count_hosts(None, call)
            yield from self._asks(call)
        for key in diff.changed:
            was, now = diff.was[key], calls[key]
            if key in diff.replaced:
                yield from (self._went(was), self._came(now), *self._asks(now))
            else:
                yield from self._differs(was, now)
                if was.role == now.role and was.meeting_number == now.meeting_number:
                    continue
            self._count_hosts(was, now)
        for key in diff.gone:
            yield self._went(diff.was[key])
            self._count_hosts(diff.was[key], None)
        yield from self._hosts_changed()

    def _came(self, call: Call) -> Event:
        kind: Kind = "arrived" if call.meeting_number is None else "joined"
        return Event(self._at, kind, call.meeting_number, call.id, None, call)

    def _went(self, call: Call) -> Event:
        number = call.meeting_number
        if self._is_idle:
            return Event(self._at, "left", number, call.id, None, call)
        if self._authors.ended(call, ("call", call.id)):
            return Event(self._at, "dropped", number, call.id, "us", call)
        by: By | None = "us" if number is not None and self._is_ended(number) else None
        return Event(self._at, "left", number, call.id, by, call)

    def _is_ended(self, number: int) -> bool:
        known = self._ended.get(number)
        if known is None:
            known = self._authors.has_ended(number)
            self._ended[number] = known
        return known

    def _asks(self, call: Call, was: Call | None = None) -> Iterator[Event]:
        kind = self._asking.get(call.id)
        if kind is not None:
            by: By | None = "caller" if kind == "asked" else None
            yield Event(self._at, kind, call.meeting_number, call.id, by, call, was)

    def _differs(self, was: Call, now: Call) -> Iterator[Event]:
        if now.meeting_number != was.meeting_number:
            yield self._moved(was, now)
        yield from self._asks(now, was)
        if now.mute_mode != was.mute_mode and (kind := _muting(was, now, self._codes)):
            yield self._change(kind, "muteMode", was, now, self._muted_by)
        if now.hold_mode != was.hold_mode:
            held = self._codes.is_held(was.hold_mode), self._codes.is_held(now.hold_mode)
            if held in ((False, True), (True, False)):
                kind = "held" if held[1] else "released"
                yield self._change(kind, "holdMode", was, now)
        if (now.custom_name or "") != (was.custom_name or ""):
            yield self._change("renamed", "customName", was, now)
        if now.role != was.role and None not in (now.role, was.role):
            yield self._change("role", "role", was, now)
        if now.gain_level != was.gain_level and None not in (now.gain_level, was.gain_level):
            yield self._change("gain", "gainLevel", was, now)

    def _moved(self, was: Call, now: Call) -> Event:
        if was.meeting_number is None:
            return Event(self._at, "joined", now.meeting_number, now.id, None, now)
        if now.meeting_number is None:
            return Event(self._at, "left", was.meeting_number, now.id, None, was)
        return Event(self._at, "moved", now.meeting_number, now.id, None, now, was)

    def _change(
        self,
        kind: Kind,
        wire: str,
        was: Call,
        now: Call,
        otherwise: Callable[[Call, Call], By | None] = lambda _was, _now: "other",
    ) -> Event:
        by: By | None = "other"
        if not self._is_idle:
            by = self._authors.of_change(wire, was, now, ("call", now.id))
        if by != "us":
            by = otherwise(was, now)
        return Event(self._at, kind, now.meeting_number, now.id, by, now, was)

    def _muted_by(self, was: Call, now: Call) -> By | None:
        """Return who muted or unmuted, by the codes alone.

        A soft mute sets the same code as a caller's own: then nobody knows.
        """
        codes = self._codes
        is_muted = codes.is_muted(now.mute_mode)
        mode = now.mute_mode if is_muted else was.mute_mode
        if codes.muted_by(mode) == "self":
            return "caller"
        return None if codes.may_unmute_itself(mode) else "other"

    def _count_hosts(self, was: Call | None, now: Call | None) -> None:
        for call, more in ((was, -1), (now, 1)):
            if call is None or (number := call.meeting_number) is None:
                continue
            if self._codes.role(call.role) == "host":
                self._hosts[number] = (self._hosts.get(number, (0, call))[0] + more, call)

    def _hosts_changed(self) -> Iterator[Event]:
        for number, (more, call) in self._hosts.items():
            if not more or not self._covered(number):
                continue
            tally = self._live_state.tally(number)
            if more < 0 and not tally.hosts and tally.callers:
                yield Event(self._at, "host_left", number, call.id, None, call)
            elif more > 0 and more == tally.hosts:
                yield Event(self._at, "host_joined", number, call.id, None, call)


def _muting(was: Call, now: Call, codes: Codes) -> Kind | None:
    """Return whether a caller was muted or unmuted; "muted" also if a host did on top."""
    muted = codes.is_muted(was.mute_mode), codes.is_muted(now.mute_mode)
    if muted == (False, True):
        return "muted"
    if muted == (True, False):
        return "unmuted"
    by_host = _is_host_muted(was.mute_mode, codes), _is_host_muted(now.mute_mode, codes)
    return "muted" if muted == (True, True) and by_host == (False, True) else None


def _is_host_muted(mode: int | None, codes: Codes) -> bool:
    return codes.is_muted(mode) is True and not codes.may_unmute_itself(mode)


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
