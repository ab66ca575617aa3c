"""Random towns: what happens in them is drawn, and written by `Town`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.history.town import NOON, Town

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = (
    ("+493012345601", "Anna Berg"),
    ("+493012345602", None),
    ("+493012345603", "Cleo"),
    ("+493012345603", "Cléo"),
    ("+493012345603", "Dan"),
    (None, "Guest"),
    ("anonymous", "Guest"),
    (None, None),
    ("4711", None),
    ("4712", None),
)
ROLES = (1, 2, 3, 0, None)
KINDS = (
    *["join"] * 6, *["exact"] * 2, *["leave"] * 5, "move", "move", *["mute"] * 3, "hold", "hold",
    "role", "start", "end", *["read"] * 12, "long read", "gap", "restart",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from((*KINDS, "set back")), st.integers(0, 50), st.integers(0, 50)),
    min_size=40, max_size=120,
)  # fmt: skip
STEPS_FORWARD = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 50), st.integers(0, 50)),
    min_size=40, max_size=120,
)  # fmt: skip
"""Without a clock that is set back."""


@dataclass
class World:
    """A town, and what is needed to say what must be true of it.

    `gaps` are its gaps, and `exact` the moments that the server gave for the joining of a leg.
    """

    town: Town
    who: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    sessions: list[int] = field(default_factory=list)
    exact: dict[int, int] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    _touched: set[int] = field(default_factory=set)
    _fresh: set[int] = field(default_factory=set)

    def do(self, kind: str, one: int, two: int) -> None:
        town = self.town
        before = town.at
        match kind:
            case "start":
                self._start(one)
            case "join" | "exact":
                session = self._session(two)
                caller, name = PEOPLE[one % len(PEOPLE)]
                moment = town.at + 1 + one * 10 if kind == "exact" else None
                leg = town.joins(session, caller, name, joined=moment, role=ROLES[two % 5],
                                 mute_mode=0, hold_mode=0)  # fmt: skip
                self.who[leg] = caller, name
                self._touched.add(leg)
                if moment is not None:
                    self.exact[leg] = moment
            case "read":
                town.read(2_000)
            case "long read":
                town.read(61_000 + one * 1_000, key=bool(two % 2))
            case "gap":
                town.misses(5_000 + one * 5_000)
                self.gaps.append((before, town.at))
            case "restart":
                town.restarts(10_000 + one * 5_000)
                self.gaps.append((before, town.at))
            case "set back":
                town.read(2_000)
                town.sets_back(1_000 + one * 3_000)
            case "end":
                self._end(one)
            case _:
                self._change(kind, one, two)
        if len(town.seen) and town.seen[-1].at == town.at and before != town.at:
            self._touched.clear()
            self._fresh.clear()

    def _start(self, one: int) -> None:
        session = self.town.meets(309000 + len(self.sessions))
        self.sessions.append(session)
        self._fresh.add(session)

    def _session(self, two: int) -> int:
        live = [session for session in self.sessions if session not in self.ended]
        return live[two // 9 % len(live)] if live and two % 9 else 0

    def _end(self, one: int) -> None:
        live = [session for session in self.sessions if session not in self.ended]
        if not live:
            return
        session = live[one % len(live)]
        legs = [leg for leg, (where, _) in self.town._calls.items() if where == session]
        if session in self._fresh or self._touched.intersection(legs):
            return
        self.town.ends(session)
        self.ended.add(session)
        self._touched.update(legs)

    def _change(self, kind: str, one: int, two: int) -> None:
        town = self.town
        legs = [leg for leg in town._calls if leg not in self._touched]
        if not legs:
            return
        leg = legs[one % len(legs)]
        self._touched.add(leg)
        state = town._calls[leg][1]
        match kind:
            case "leave":
                town.leaves(leg)
            case "move":
                town.moves(leg, self._session(two))
            case "mute":
                town.changes(leg, mute_mode=0 if state.mute_mode else 1 + two % 3)
            case "hold":
                town.changes(leg, hold_mode=0 if state.hold_mode else 1)
            case "role":
                town.changes(leg, role=ROLES[two % 4])


def build(path: Path, steps: list[tuple[str, int, int]], keep: int) -> World:
    """Write a world, and end it with a read."""
    world = World(Town(path, began=NOON, keep=keep))
    for number in range(2):
        world.do("start", number, 0)
    world.town.read()
    for step in steps:
        world.do(*step)
    world.do("read", 0, 0)
    world.town.close()
    return world
