"""What the rules need of the past: joins and leaves of the last minutes, by number and node.

It is kept by the changes of each read, never by walking all calls, and is bounded whatever happens
on the bridge. Moments are epoch seconds by the server's clock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.monitor.attention.moments import seconds_of
from confmon.monitor.attention.numbers import block_of, did_of, number_of
from confmon.monitor.attention.past.drops import Drops
from confmon.monitor.attention.past.facts import Facts
from confmon.monitor.attention.past.foreign import CALL_FIELDS
from confmon.monitor.attention.past.usual import UsualJoins
from confmon.monitor.attention.past.windows import MOST, Groups, Rate, Share, Visit, Visits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.past.foreign import Explains
    from confmon.monitor.polling.differing import Names, Pair
    from confmon.monitor.polling.live_state import LiveState

COUNTED_S = 900.0
"""Short calls and redials are counted over so long."""
FALL_S = 120.0
"""The calls of a lost node go within so long."""
NODES_KEPT = 1000
LEAST_GAP_S, GAPS = 60.0, 4
"""After so long, or so many usual gaps, without a read of all calls, some were missed."""
FOLLOWED = frozenset((
    "caller", "address_from", "callee", "connection_status", "node_name", "meeting_number", "role",
    "joined", "state",
))  # fmt: skip
"""The fields of a call by which it joins, or belongs to others; a call that differs in none stays
where it is."""


@dataclass(slots=True)
class Node:
    """A node's legs, the most it had lately, and since when it has none after that."""

    legs: int = 0
    peak: int = 0
    peak_at: float = 0.0
    lost_at: float | None = None
    joined_at: float = 0.0
    """When the last call joined it, or it was first seen."""


class Past:
    """The past, as far as rules ask for it."""

    def __init__(self, settings: AttentionSettings, codes: Codes, ours: Explains) -> None:
        self._settings, self._ours = settings, ours
        self.began: float | None = None
        """When the first read of all calls was asked for."""
        self.wall = 0.0
        self.joins = Visits(settings.flapping_s, settings.flapping_joins)
        """Joins by number."""
        self.unjoined = Visits(settings.code_guessing_s, settings.code_guessing_calls)
        """Calls that have not joined, by number."""
        self.present = Groups[str](settings.same_number_calls)
        """Who is there, by number."""
        self.blocks = Groups[tuple[str, str]](settings.pumping_calls)
        """Who is there, by DID and block of numbers."""
        self.did_calls: Counter[str] = Counter()
        self.redials = Share(COUNTED_S)
        self.short_calls = Share(COUNTED_S)
        self.joins_by_node = Rate[str](settings.node_silent_s)
        self.joins_in_minute = Rate[None](60.0)
        self.usual = UsualJoins()
        self.spike_since: float | None = None
        self.spike_limit = 0.0
        """What was usual when the spike began."""
        self.nodes: dict[str, Node] = {}
        self.drops = Drops(settings)
        self.facts = Facts(settings, codes, ours)
        self._left_at: dict[str, tuple[float, int]] = {}
        """When a number left last, and which call that was."""
        self._came: list[tuple[str, int]] = []
        """Who has joined since the last read of all calls: number and call."""
        self._read_at: float | None = None
        self._gap_s = 0.0
        """The time between two reads of all calls, on average."""
        self._new_joins = 0

    # Following the reads.

    def follows_closely(self, wall: float) -> bool:
        """Whether a read comes soon after the last one: else what is new did not just happen."""
        if self._read_at is None:
            return True
        return wall - self._read_at <= max(LEAST_GAP_S, GAPS * self._gap_s)

    def follow_call(self, was: Call | None, now: Call | None, wall: float, *, news: bool) -> None:
        """Take in one call before and after a read. `news`: it has just joined, if it is new.

        A call under a reused id has nothing before it: the other one has left.
        """
        self.wall = max(self.wall, wall)
        if now is None:
            if was is not None:
                self._leave(was, wall)
            return
        if now.role in self.facts.recording_roles:
            self.facts.note_recording_leg()
            if was is not None and self._is_in(was):
                self._take_out(was)
            return
        number, did = number_of(now), did_of(now)
        self._keep_groups(was, now, number, did)
        if was is None and now.role in self.facts.host_roles:
            self.facts.note_host(now)
        if has_joined(now):
            if was is None or not has_joined(was):
                self._join(now, number, did, wall, news=news)
        elif number and was is None:
            at = seconds_of(now.created, wall) or wall
            self.unjoined.add(number, Visit(at, now.id, now.meeting_number))

    def follow_changes(
        self, names: Names, pairs: Sequence[Pair], wall: float, *, news: bool
    ) -> None:
        """Take in calls that differ in some fields: most changes move nobody."""
        for _, now in pairs:
            if now.role in self.facts.host_roles:
                self.facts.note_host(now)
        if not FOLLOWED.isdisjoint(names):
            for was, now in pairs:
                self.follow_call(was, now, wall, news=news)
        if not CALL_FIELDS.keys().isdisjoint(names):
            people = [pair for pair in pairs if pair[1].role not in self.facts.recording_roles]
            self.facts.foreign.follow_calls(names, people, wall)

    def follow_meeting(
        self, names: Names, was: Meeting, now: Meeting | None, wall: float, *, is_another: bool
    ) -> None:
        """Take in one meeting before and after a read; `names` are the fields that differ."""
        if now is None or is_another:
            self.facts.forget(was.meeting_number)
        else:
            self.facts.foreign.follow_meeting(names, was, now, wall)

    def end_read(self, wall: float, state: LiveState, *, of_all: bool, first: bool) -> None:
        """Close a read of calls; `of_all`: of every meeting's, so what left since the last one."""
        self.wall = max(self.wall, wall)
        if of_all and self.began is None:
            self.began = wall
        for counted in (
            self.joins, self.unjoined, self.redials, self.short_calls, self.joins_by_node,
            self.joins_in_minute, self.facts.foreign,
        ):  # fmt: skip
            counted.prune(self.wall)
        self._watch_spike(wall)
        while self._left_at and next(iter(self._left_at.values()))[0] < wall - COUNTED_S:
            del self._left_at[next(iter(self._left_at))]
        if of_all:
            self._count_redials(wall)
            if not first and self.follows_closely(wall):
                self.drops.end_read(wall, state, self._read_at)
            self.drops.begin_read(state)
            if self._read_at is not None and self.follows_closely(wall):
                self._gap_s += (wall - self._read_at - self._gap_s) / 10
            self._read_at = wall
            self._forget_nodes()

    # The parts.

    def _join(self, call: Call, number: str, did: str, wall: float, *, news: bool) -> None:
        joined = seconds_of(call.joined, wall)
        if number:
            self.unjoined.discard(number, call.id)
            at = joined if joined is not None else wall
            if news or wall - at < self._settings.flapping_s:
                self.joins.add(number, Visit(at, call.id, call.meeting_number))
        if did:
            self.facts.count_role(did, call)
        if not news:
            return
        self._new_joins += 1
        self.joins_in_minute.add(wall, None)
        if len(self._came) < MOST:
            self._came.append((number, call.id))
        if call.node_name:
            self.joins_by_node.add(wall, call.node_name)
            if call.node_name in self.nodes:
                self.nodes[call.node_name].joined_at = wall

    def _leave(self, call: Call, wall: float) -> None:
        if call.role in self.facts.recording_roles:
            return
        self._take_out(call)
        if self._ours.explain_leave(call):
            return
        self.drops.add_leave(call)
        if not has_joined(call):
            return
        if number := number_of(call):
            self._left_at.pop(number, None)  # the order is that of leaving
            self._left_at[number] = (wall, call.id)
        came = seconds_of(call.joined, wall) or seconds_of(call.created, wall)
        if came is not None:
            self.short_calls.add(wall, wall - came < self._settings.short_calls_s)

    def _keep_groups(self, was: Call | None, now: Call, number: str, did: str) -> None:
        if was is not None and self._is_in(was) and _grouped(was) == _grouped(now):
            return
        if was is not None and self._is_in(was):
            self._take_out(was)
        if number and now.meeting_number is not None:
            self.present.add(number, now.id)
        if did:
            self.did_calls[did] += 1
            if block := block_of(number):
                self.blocks.add((did, block), now.id)
        if now.node_name and (now.node_name in self.nodes or len(self.nodes) < NODES_KEPT):
            node = self.nodes.get(now.node_name)
            if node is None:
                node = self.nodes[now.node_name] = Node(joined_at=self.wall)
            node.legs += 1
            node.lost_at = None
            if node.legs >= node.peak:
                node.peak, node.peak_at = node.legs, self.wall

    def _is_in(self, call: Call) -> bool:
        return call.role not in self.facts.recording_roles

    def _take_out(self, call: Call) -> None:
        number, did = number_of(call), did_of(call)
        if number:
            self.present.discard(number, call.id)
        if did:
            self.did_calls[did] -= 1
            if self.did_calls[did] <= 0:
                del self.did_calls[did]
            if block := block_of(number):
                self.blocks.discard((did, block), call.id)
        node = self.nodes.get(call.node_name or "")
        if node is None:
            return
        if self.wall - node.peak_at > FALL_S:
            node.peak, node.peak_at = node.legs, self.wall
        node.legs = max(0, node.legs - 1)
        if not node.legs and node.peak >= self._settings.node_lost_calls:
            node.lost_at = self.wall

    def _count_redials(self, wall: float) -> None:
        for number, call in self._came:
            left_at, who = self._left_at.get(number, (float("-inf"), call))
            is_back = who != call and wall - left_at <= self._settings.redials_s
            self.redials.add(wall, is_back)
        self._came = []

    def _watch_spike(self, wall: float) -> None:
        joins = len(self.joins_in_minute)
        limit = self.usual.limit(wall, self._settings.join_spike_sigmas)
        if self.spike_since is None:
            least = self._settings.join_spike_joins
            if limit is not None and joins >= least and joins > limit:
                self.spike_since, self.spike_limit = wall, max(limit, least)
        elif joins < self.spike_limit / 2:
            self.spike_since = None
        self.usual.add(self._new_joins, wall)
        self._new_joins = 0

    def _forget_nodes(self) -> None:
        shown_s = self._settings.node_lost_shown_s
        for name, node in list(self.nodes.items()) if len(self.nodes) > 1 else ():
            lost_s = self.wall - (node.lost_at if node.lost_at is not None else node.joined_at)
            if not node.legs and lost_s > shown_s:
                del self.nodes[name]


def has_joined(call: Call) -> bool:
    """Whether a call is in a meeting: it says when it joined, or that it has."""
    joined = call.joined is not None or call.state == JOINED
    return call.meeting_number is not None and joined


JOINED = 2
"""The state of every joined call."""


def _grouped(call: Call) -> tuple[object, ...]:
    return (
        call.caller, call.address_from, call.callee, call.connection_status, call.node_name,
        call.meeting_number is None,
    )  # fmt: skip
