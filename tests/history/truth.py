"""What really happened on a simulated bridge, by the bridge itself."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confmon.simulator.entities import RECORDER, Call, Meeting

if TYPE_CHECKING:
    from confmon.simulator.world.world import World

Seen = tuple[int, int, int, int, int]
"""Meeting number, role, mute mode, hold mode, hand: of one call."""


@dataclass(slots=True)
class TrueCall:
    """One call: from when to when, and each state it was in, with the moment it began."""

    id: int
    number: int
    session: int
    phone: str
    created: int
    states: list[tuple[int, Seen]] = field(default_factory=list)
    joined: int | None = None
    left: int | None = None
    name: str = ""

    def at(self, moment: int) -> Seen | None:
        """Return the state at a moment; None: it was not there."""
        if moment < self.created or (self.left is not None and moment >= self.left):
            return None
        return self.states[bisect_right(self.states, moment, key=lambda one: one[0]) - 1][1]

    def states_between(self, since: int, until: int) -> set[Seen | None]:
        """Return every state of a stretch of time; None among them: for a while it was away."""
        found = {self.at(since), self.at(until)}
        found.update(state for at, state in self.states if since < at <= until)
        if since < self.created <= until or (self.left is not None and since < self.left <= until):
            found.add(None)
        return found

    @property
    def is_caller(self) -> bool:
        """Whether it is a person: a recording leg is none."""
        return all(state[1] != RECORDER for _, state in self.states)


class Truth:
    """Every call and meeting session of a world, from now on. Moments are epoch milliseconds."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: dict[int, TrueCall] = {}
        self.sessions: dict[int, tuple[int, int, int | None]] = {}
        """For each session id its number, when it was opened and when it ended."""
        for meeting in world.meetings.values():
            self._note(meeting)
        for call in world.calls.values():
            self._note(call)
        world.on_change = self._note

    def _note(self, what: Call | Meeting) -> None:
        now = self._world.now_ms
        if isinstance(what, Meeting):
            is_open = self._world.meetings.get(what.number) is what
            self.sessions[what.id] = (what.number, what.created, None if is_open else now)
            return
        call = self.calls.get(what.id)
        if call is None:
            number, session = what.meeting.number, what.meeting.id
            call = TrueCall(what.id, number, session, what.caller, min(what.created, now))
            self.calls[what.id] = call
        call.name, call.joined = what.custom_name, what.joined
        if not self._world.is_live(what):
            call.left = now
            return
        state = (call.number, what.role, what.mute_mode, what.hold_mode, what.qa_mode)
        if call.states and call.states[-1][0] == now:
            call.states[-1] = (now, state)
        elif not call.states or call.states[-1][1] != state:
            call.states.append((now if call.states else call.created, state))

    def live_at(self, moment: int) -> set[int]:
        """Return the ids of the calls that were there."""
        return {call.id for call in self.calls.values() if call.at(moment) is not None}
