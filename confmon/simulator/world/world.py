"""A conference bridge in memory: meetings and their calls, at the moment the clock shows."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from confmon.simulator.directory.directory import Directory
from confmon.simulator.entities import (
    CONNECTING,
    HOST,
    JOINED,
    PARTICIPANT,
    RECORDER,
    Call,
    Meeting,
)
from confmon.simulator.sample.network import CODECS, DIDS, NODES, Node, draw_phone
from confmon.simulator.world import rules
from confmon.simulator.world.event_queue import EventQueue
from confmon.simulator.world.mediator import Mediator
from confmon.simulator.world.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Callable


class World:
    """Meetings and calls, seeded and reproducible, on a clock that is passed in.

    A new world is empty: `confmon.simulator.simulation.build_world` fills it.
    `on_joined` is called when a caller has joined a meeting or has become its host, `on_host_left`
    when the last host of a meeting has left. `on_change` is called after a call came, changed or
    left, and after a meeting opened or ended. `happened` counts events by name. The nodes named in
    `closed_nodes` take no new calls.
    """

    def __init__(
        self,
        seed: int,
        meetings: int,
        calls: int,
        clock: Callable[[], float],
        *,
        hostile: bool = False,
        quirks: Quirks | None = None,
    ) -> None:
        self.rng = Random(seed)  # noqa: S311 - reproducible on purpose
        self.clock = clock
        self.events = EventQueue(clock())
        self.hostile = hostile
        self.quirks = quirks or Quirks()
        self.closed_nodes: set[str] = set()
        self.wanted_calls = calls
        self.wanted_meetings = meetings
        self.calls: dict[int, Call] = {}
        self.call_ids: list[int] = []
        self.meetings: dict[int, Meeting] = {}
        self.meeting_numbers: list[int] = []
        self.retired: list[Meeting] = []
        self.happened: Counter[str] = Counter()
        self._last_call_id = 6_889_000 + self.rng.randrange(1000)
        self._last_meeting_id = 196_000 + self.rng.randrange(1000)
        self.directory = Directory(seed, self.now_ms)
        self.mediator = Mediator(seed, self.events, self.happened)
        self.mediator.on_talk = self._lead_in
        self.on_joined: Callable[[Call], object] = lambda _call: None
        self.on_host_left: Callable[[Meeting], object] = lambda _meeting: None
        self.on_change: Callable[[Call | Meeting], object] = lambda _what: None

    @property
    def now(self) -> float:
        """The current moment in epoch seconds."""
        return self.events.now

    @property
    def now_ms(self) -> int:
        """The current moment in epoch milliseconds."""
        return self.events.now_ms

    def advance(self, now: float | None = None) -> None:
        """Run the events up to `now` (epoch seconds), or up to the clock's time."""
        self.events.run(self.clock() if now is None else now)

    def after(self, delay_s: float, happen: Callable[[], object]) -> None:
        """Call `happen` in `delay_s` seconds of the world's time."""
        self.events.after(delay_s, happen)

    def open(self, number: int, **details: Any) -> Meeting:
        """Open a session of a meeting number that is not in use, with a new id."""
        self._last_meeting_id += self.rng.randrange(1, 4)
        details.setdefault("created", self.now_ms)
        meeting = Meeting(id=self._last_meeting_id, number=number, **details)
        self.meetings[number] = meeting
        insort(self.meeting_numbers, number)
        longest_s = rules.read_number(meeting.attributes.get("conference_maxduration"), -1)
        if longest_s > 0:
            left_s = max(0.0, meeting.created / 1000 + longest_s - self.now)
            self.after(left_s, partial(self.end, meeting))
        self.happened["meeting opened"] += 1
        self.on_change(meeting)
        return meeting

    def next_call_id(self) -> int:
        """Return an id that no call has or had; ids grow."""
        self._last_call_id += self.rng.randrange(1, 4)
        return self._last_call_id

    def enter(
        self, meeting: Meeting, role: int, *, connecting_s: float = 0.0, **details: Any
    ) -> Call | None:
        """Admit a call by the meeting's rules; None if the meeting is over or they refuse it.

        With `connecting_s` the call rings that long before it joins.
        """
        if self.meetings.get(meeting.number) is not meeting or meeting.ending:
            return None
        if why := rules.reason_to_refuse(meeting, role, self.now):
            self.happened.update(["turned away", f"turned away: {why}"])
            return None
        if role != RECORDER:
            details.setdefault("mute_mode", meeting.mute_mode >> 2 * (role - 1) & 3)
            if rules.must_wait(meeting, role, self.now):
                details.update(hold_mode=1, waiting=True)
        details.setdefault("created", self.now_ms)
        call = self.place(meeting, role, **details)
        if connecting_s > 0:
            call.state, call.joined = CONNECTING, None
            self.after(connecting_s, partial(self.connect_call, call))
        elif role != RECORDER:
            self.on_joined(call)
        return call

    def place(
        self, meeting: Meeting, role: int, *, node: Node | None = None, **details: Any
    ) -> Call:
        """Put a call into a meeting without asking the rules; draw the details not given."""
        rng = self.rng
        node = node or rng.choice(NODES)
        while node.name in self.closed_nodes:
            node = rng.choice(NODES)
        details.setdefault("id", 0)
        details["id"] = details["id"] or self.next_call_id()
        details.setdefault("caller", "")
        caller = details["caller"] = details["caller"] or draw_phone(rng)
        callee = details.setdefault("callee", "") or rng.choice(DIDS)
        details["callee"] = callee
        details.setdefault("codec", rng.choice(CODECS))
        details.setdefault("joined", details["created"])
        details.setdefault("access_code", meeting.codes[role - 1] if role else "")
        details.setdefault("staged", meeting.staged)
        call = Call(
            meeting=meeting,
            role=role,
            node=node,
            node_name=node.name,
            bridge_name=node.bridge,
            address_from=f'"{caller}" <sip:{caller}@{node.name}>',
            address_to=f"<sip:{callee}@{node.name}>" if node.newer else None,
            operator_mode=0 if node.newer else None,
            **details,
        )
        self.calls[call.id] = call
        insort(self.call_ids, call.id)
        meeting.calls[call.id] = call
        meeting.heads[role] += 1
        self.happened["joined"] += 1
        self.on_change(call)
        return call

    def is_live(self, call: Call) -> bool:
        """Tell whether the call is still on the bridge."""
        return self.calls.get(call.id) is call

    def connect_call(self, call: Call) -> None:
        """Let a ringing call join its meeting."""
        if self.is_live(call) and call.joined is None:
            self.change(call, state=JOINED, joined=self.now_ms)
            self.on_joined(call)

    def change(self, call: Call, **fields: Any) -> None:
        """Set fields of a call, unless it has left."""
        if not self.is_live(call):
            return
        if "role" in fields:
            call.meeting.heads[call.role] -= 1
            call.meeting.heads[fields["role"]] += 1
        for name, value in fields.items():
            setattr(call, name, value)
        call.parts.clear()
        self.on_change(call)
        if fields.get("role") == HOST and call.joined is not None:
            self.on_joined(call)

    def leave(self, call: Call) -> None:
        """Remove a call. A meeting ends a few seconds after its last person has left."""
        if not self.is_live(call):
            return
        meeting = call.meeting
        del self.calls[call.id]
        del self.call_ids[bisect_left(self.call_ids, call.id)]
        del meeting.calls[call.id]
        meeting.heads[call.role] -= 1
        self.happened["left"] += 1
        self.on_change(call)
        if call.role == RECORDER:
            meeting.is_recording = False
            return
        if call.role == HOST and not meeting.heads[HOST]:
            self.on_host_left(meeting)
        if not meeting.participant_count:
            self.after(self.rng.uniform(3, 12), partial(self._end_if_empty, meeting))

    def end(self, meeting: Meeting) -> None:
        """Remove every call of a meeting and close it."""
        if self.meetings.get(meeting.number) is not meeting:
            return
        meeting.ending = True
        for call in list(meeting.calls.values()):
            self.leave(call)
        del self.meetings[meeting.number]
        del self.meeting_numbers[bisect_left(self.meeting_numbers, meeting.number)]
        self.retired.append(meeting)
        del self.retired[:-32]
        self.happened["meeting ended"] += 1
        self.on_change(meeting)

    def _lead_in(self, phone: str, number: str) -> None:
        """Let a phone that was dialled join, where the second number is that of a meeting."""
        meeting = self.meetings.get(int(number))
        if meeting is not None:
            caller = f"+{phone}"
            self.enter(meeting, PARTICIPANT, caller=caller, callee=number, connection_status=1)

    def record(self, meeting: Meeting, *, on: bool) -> None:
        """Start or stop the recording and its leg, which has role 0."""
        if meeting.is_recording == on or self.meetings.get(meeting.number) is not meeting:
            return
        if on:
            meeting.is_recording = True
            self.enter(meeting, RECORDER, caller="recorder", custom_name="Recording", codec="PCMU")
        else:
            for call in [call for call in meeting.calls.values() if call.role == RECORDER]:
                self.leave(call)
            meeting.is_recording = False

    def _end_if_empty(self, meeting: Meeting) -> None:
        if not meeting.participant_count:
            self.end(meeting)
