"""One confmon among those that share: what it does next, step by step, on one thread.

It follows the collector, becomes the collector when there is none, and is alone while there is no
database. Time, chance and the database are passed in, so a test can drive many of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.sharing.engine import Denied, NotPrepared, ShareUnavailable
from confmon.sharing.members import giving_way, lease, read_requests
from confmon.sharing.members.clock_offset import ClockOffset
from confmon.sharing.members.collector import Collector
from confmon.sharing.members.facts import KINDS, Facts
from confmon.sharing.members.follower import Follower
from confmon.sharing.members.giving_way import GivingWay
from confmon.sharing.members.presence import BEAT_S, GONE_MS, Presence
from confmon.sharing.members.timetable import Timetable
from confmon.sharing.records import ShareState
from confmon.sharing.tables.inspection import tables_to_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

    from confmon.clock import Clock
    from confmon.models.live_records import Scan
    from confmon.sharing.engine import Connection
    from confmon.sharing.frames.packing import Decoder, Encoder
    from confmon.sharing.members.collector import Publication
    from confmon.sharing.records import Lease, Mode, Operator, Scope
    from confmon.sharing.records import Member as MemberRow

MAY_BE_FRAMES: Final = frozenset({"frame", "any"})
"""Words after which a follower looks for frames, and for nothing else."""


class Who(NamedTuple):
    """What a member says of itself. `member` is an id that no other process has."""

    member: str
    operator: Operator
    kind: str


class Member:
    """The state of one confmon among the others. Everything is called on one thread.

    `state` and `wanted` are replaced by `step`. `hand_on` is called with each read that another one
    made. `rest` is called between pieces of work that are long.
    """

    def __init__(
        self,
        open_connection: Callable[[], Connection],
        who: Who,
        *,
        may_lead: bool,
        clock: Clock,
        random: Random,
        encoder: Encoder,
        decoder: Decoder,
        interval_s: float,
        hand_on: Callable[[Scope, Scan[Any]], None],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._open, self.who, self._may_lead = open_connection, who, may_lead
        self._clock, self._random = clock, random
        self._encoder, self._decoder = encoder, decoder
        self._interval_s, self._hand_on, self._rest = interval_s, hand_on, rest
        self.state = ShareState()
        self.wanted: Mapping[int, int] = {}
        """What others want to be read, and when they asked last, while this confmon leads."""
        self.connection: Connection | None = None
        self.presence = Presence(who.member, who.operator, who.kind)
        self.facts = Facts(who.member, who.operator, clock)
        self._publications: dict[Scope, Publication] = {}
        self._requests: set[int] = set()
        self._writes: frozenset[str] = frozenset()
        """Into which tables the role may write: a reader's only follows."""
        self._offset = ClockOffset(clock.now())
        self._collector: Collector | None = None
        self._follower: Follower | None = None
        self._lease: Lease | None = None
        self._trouble = self._away = ""
        self._failures = 0
        self._times = Timetable(clock.now())
        self._is_refused = False
        self._giving_way = GivingWay(who.kind, clock)

    # What others ask for: done by the next step.

    def publish(self, publication: Publication) -> None:
        """Write a read, if this confmon leads by then. Only the newest of a scope is."""
        self._publications.pop(publication.scope, None)
        self._publications[publication.scope] = publication

    def set_interval(self, interval_s: float) -> None:
        """Read more or less often, if this confmon leads."""
        self._interval_s = interval_s

    def set_refused(self, is_refused: bool) -> None:
        """Give the lease back and leave it alone, as long as the bridge refuses the login."""
        self._is_refused = is_refused

    def request_read(self, meeting: int) -> None:
        """Ask the collector to read a meeting; 0: the list."""
        self._requests.add(meeting)

    @property
    def leads(self) -> bool:
        """Whether this confmon is the collector, as far as it knows."""
        return self._collector is not None

    def due_in(self) -> float:
        """Return after how many seconds `step` has something to do by itself."""
        is_connected = self.connection is not None
        due_at = self._times.due_at(self._lease, is_connected=is_connected, leads=self.leads)
        return max(0.0, due_at - self._clock.now())

    # One step.

    def step(self, words: Iterable[str] = ()) -> None:
        """Do what is due, after others notified of some words."""
        try:
            if self.connection is None:
                if self._clock.now() < self._times.connect_at:
                    self._publications.clear()
                    return
                self._connect()
            if self.connection is not None:
                self._work(self.connection, set(words))
        except ShareUnavailable as error:
            self.fall_alone(error)

    def fall_alone(self, error: ShareUnavailable) -> None:
        """Give the connection up, and try again later."""
        self._disconnect()
        least_s, most_s = giving_way.RECONNECT_S
        wait_s = min(most_s, least_s * 2**self._failures)
        if isinstance(error, (NotPrepared, Denied)):
            wait_s = most_s  # it won't mend by itself
        self._failures = min(self._failures + 1, 10)
        self._times.connect_at = self._clock.now() + wait_s * self._random.uniform(0.5, 1.0)
        self._trouble, self._away = str(error), error.short
        self._say("alone")

    def leave(self) -> None:
        """Give the lease back and take the own rows away. Then disconnect."""
        try:
            if self.connection is not None:
                self._step_down(self.connection)
                self.facts.leave(self.connection)
                self.presence.leave(self.connection)
        except ShareUnavailable:
            pass  # the others find out by themselves
        self._disconnect()

    def _disconnect(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()
        self._collector = self._follower = self._lease = self._times.take_at = None
        self._publications.clear()
        self.wanted = {}

    def _connect(self) -> None:
        self.connection = connection = self._open()
        self._read_lease(connection)
        self._writes = tables_to_write(connection, (*KINDS, "lease", "read_request"))
        self.facts.allow([kind for kind in KINDS if kind in self._writes])
        if self._may_lead and "lease" in self._writes:
            lease.release_old(connection, self.who.member)
        self.presence.beat(connection)
        self.facts.say_again(connection)
        self._follower = self._new_follower(connection)
        self._times.note_connection(self._clock.now())
        self.presence.refresh(connection)
        self.facts.refresh(connection, KINDS)

    def _work(self, connection: Connection, words: set[str]) -> None:
        self._write_own(connection, words)
        now = self._clock.now()
        if now >= self._times.beat_at:
            self._beat(connection)
            words.add("any")
        if self._is_refused:
            self._step_down(connection)
        if self._collector is not None:
            self._collect(connection, self._collector)
        self._publications.clear()
        if words:
            self._times.note_word(now)
        is_lost = False
        if self._follower is not None and words & MAY_BE_FRAMES:
            is_lost = not self._fetch(self._follower)  # before all else: a screen waits for it
        is_time = is_lost or self._times.is_poll_due(now, self._lease)
        is_led_here = self.leads and bool(words)
        if self._times.are_members_due(now, words) or is_time or is_led_here:
            self.presence.refresh(connection)
        self.facts.refresh(connection, self.facts.kinds_due(words))
        if is_time or is_led_here or "lease" in words:
            self._times.note_poll(now, is_hearing=connection.hears_words and not self.leads)
            self._poll(connection)
        self._failures, self._trouble = 0, ""
        self._say("following" if self._collector is None else "leading")

    def _fetch(self, follower: Follower) -> bool:
        """Take the frames that were written since. False: the lease must be looked at first."""
        before, is_whole = follower.last, follower.fetch()
        if follower.last != before and self._lease and follower.epoch == self._lease.epoch:
            self._times.note_frame(self._clock.now())
        return is_whole

    def _write_own(self, connection: Connection, words: set[str]) -> None:
        self.presence.write_look(connection)
        words.update(self.facts.write(connection))
        for meeting in sorted(self._requests):
            if "read_request" in self._writes:  # else it is read at the next interval
                read_requests.put(connection, meeting)
            self._requests.discard(meeting)

    def _beat(self, connection: Connection) -> None:
        self._times.beat_at = self._clock.now() + BEAT_S
        if self.presence.beat(connection):  # it slept, or the clock was set
            self.facts.say_again(connection)
        self.facts.renew(connection)
        if self._collector is not None:
            self.presence.forget_others(connection)
            self.facts.delete_old(connection)
            read_requests.delete_old(connection)

    def _poll(self, connection: Connection) -> None:
        known = self._read_lease(connection)
        if self._collector is not None:
            is_mine = known.expires and known.holder == self.who.member
            if not is_mine or known.epoch != self._collector.epoch:
                self._depose(connection)
            else:
                self.wanted = read_requests.read(connection)
                if self._giving_way.is_due(connection, known, self._others(), self._interval_s):
                    self._step_down(connection)
                return
        if self._follower is not None:
            self._follower.catch_up(known)
        self._consider_taking(connection, known)

    def _read_lease(self, connection: Connection) -> Lease:
        sent_s = self._clock.now()
        now_ms, known = lease.read(connection)
        answered_s = self._clock.now()
        self._offset.add(sent_s, answered_s, now_ms, known.seq)
        self._lease = known
        if known.expires:
            self._times.note_lease(answered_s, (known.expires - now_ms) / 1000)
        return known

    # The collector.

    def _collect(self, connection: Connection, collector: Collector) -> None:
        known, interval_ms = self._lease, round(self._interval_s * 1000)
        if known is not None and known.interval_ms != interval_ms:
            if not lease.set_interval(connection, self.who.member, collector.epoch, interval_ms):
                self._depose(connection)
                return
            connection.notify("lease")
            self._read_lease(connection)
        if not self._renew(connection, collector.epoch):
            self._depose(connection)
            return
        for scope, publication in list(self._publications.items()):
            if not collector.publish(publication):
                self._depose(connection)
                return
            del self._publications[scope]
            self._giving_way.read_at = self._clock.now()
        if collector.snapshot_due_in() <= 0 and not collector.write_snapshot():
            self._depose(connection)

    def _renew(self, connection: Connection, epoch: int) -> bool:
        """Make the lease last, if it is time. False: it is lost."""
        now = self._clock.now()
        if now < self._times.renew_at:
            return True
        self._times.renew_at = now + lease.RENEW_S
        return lease.renew(connection, self.who.member, epoch)

    def _rest_and_renew(self) -> None:
        """Rest in the midst of a frame. On a busy machine a large one takes as long as a lease."""
        self._rest()
        if self.connection is not None and self._collector is not None:
            # If it is lost, nothing can be written: that is noticed soon enough.
            self._renew(self.connection, self._collector.epoch)

    def _consider_taking(self, connection: Connection, known: Lease) -> None:
        now = self._clock.now()
        may_lead = self._may_lead and not self._is_refused and "lease" in self._writes
        if known.expires or not may_lead or now < self._giving_way.takes_after:
            self._times.take_at = None
            return
        if self._times.take_at is None:
            others = {member.kind for member in self._others() if member.member != known.holder}
            hesitation_s = giving_way.hesitation_s(self.who.kind, others, self._random)
            self._times.take_at = now + hesitation_s
        if now < self._times.take_at:
            return
        self._times.take_at = None
        interval_ms = round(self._interval_s * 1000)
        taken = lease.take(connection, self.who.member, self.who.operator.box, interval_ms)
        if taken is None:
            return
        self._collector = Collector(
            connection,
            self.who.member,
            taken,
            encoder=self._encoder,
            clock=self._clock,
            offset=self._offset,
            rest=self._rest_and_renew,
        )
        self._follower = None
        self._giving_way.read_at = now
        if any(member.member == known.holder for member in self._others()):
            # It may be dead: its row lives longer than its lease.
            self._giving_way.give_after(now + GONE_MS / 1000)
        self._times.renew_at = now + lease.RENEW_S
        connection.notify("lease")
        self._read_lease(connection)

    def _others(self) -> list[MemberRow]:
        return [member for member in self.presence.members() if member.member != self.who.member]

    def _step_down(self, connection: Connection) -> None:
        if self._collector is not None:
            lease.release(connection, self.who.member, self._collector.epoch)
            connection.notify("lease")
            self._depose(connection)

    def _depose(self, connection: Connection) -> None:
        """Follow from now on: another one is the collector, or will be."""
        self._collector = None
        self.wanted = {}
        self._publications.clear()
        self._follower = self._new_follower(connection)
        self._times.poll_at = self._clock.now()

    def _new_follower(self, connection: Connection) -> Follower:
        return Follower(
            connection,
            self._decoder,
            clock=self._clock,
            offset=self._offset,
            hand_on=self._hand_on,
            rest=self._rest,
        )

    def _is_read(self, known: Lease) -> bool:
        """Tell whether the collector has read everything once since it has the lease."""
        if self._collector is not None:
            return self._collector.has_read
        return self._follower is not None and self._follower.whole_epoch == known.epoch

    def _say(self, mode: Mode) -> None:
        """Make the state anew, if it changed."""
        state = ShareState(mode=mode, trouble=self._trouble, away=self._away)
        known = self._lease
        if known is not None:
            trouble = self._follower.trouble if self._follower is not None else ""
            state = ShareState(
                mode=mode,
                trouble=trouble,
                collector=known.box if known.expires else "",
                epoch=known.epoch,
                is_read=self._is_read(known),
                interval_s=lease.pace_s(known),
                ahead_ms=self._offset.ahead_ms,
                may_claim="claim" in self._writes,
                may_collect="lease" in self._writes,
                members=self.presence.members(),
                facts=self.facts.known,
            )
        if state != self.state:
            self.state = state
