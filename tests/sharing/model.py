"""Several confmon share a database in which everything goes wrong, in any order.

`play` plays what one seed draws. ``python -m tests.sharing.model --seconds 600`` plays more of it
than a test run does, and shortens what it finds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from confmon.sharing.engine import ShareUnavailable
from tests.sharing.world import APPEND, CALLS, MEETINGS, TAKE, Killed, Process, World, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROCESSES: Final = 6
LINE_S: Final = (0.0, 0.0, 0.005, 0.05)
"""How long half a statement may take."""
ACTIONS: Final = {
    "step": 6,
    "go_on": 8,
    "go_on_for_long": 2,
    "poll": 4,
    "advance": 3,
    "freeze": 2,
    "thaw": 3,
    "take_away": 1,
    "bring_back": 2,
    "leave": 1,
    "set_clock": 2,
    "kill": 2,
    "cut": 2,
    "pause": 3,
    "pause_leader": 4,
    "race": 3,
    "write_by_an_old_epoch": 1,
    "claim": 2,
    "drop": 1,
    "request": 1,
}
"""What may happen, and how often."""


class Event(NamedTuple):
    """One thing that happens. `chance` draws its details."""

    name: str
    chance: int


class Model:
    """Two screens and a `collect` may lead, one more screen, and two that only follow."""

    def __init__(self, path: Path, seed: int) -> None:
        prepare(path)
        random = Random(seed)  # noqa: S311
        self.world = World(path, seed=seed, latency_s=random.choice(LINE_S))
        self.seed, self.born = seed * 1000, 0
        self.world.change()
        self.processes = [self._born(number) for number in range(PROCESSES)]
        self.random = random

    def _born(self, number: int) -> Process:
        self.born += 1
        kind = "collect" if number == 2 else "screen"
        name = f"{number}-{self.born}"
        seed = self.seed + self.born
        return Process(self.world, name, kind=kind, may_lead=number < 4, seed=seed)

    def happen(self, event: Event) -> None:
        """Let something happen."""
        self.random = Random(event.chance)  # noqa: S311
        getattr(self, event.name)()

    def _who(self) -> int:
        return self.random.randrange(PROCESSES)

    def _step(self, who: int, words: set[str]) -> None:
        process = self.processes[who]
        if process.is_frozen:
            return
        try:
            process.step(words)
        except Killed:
            if process.member.connection is not None:
                process.member.connection.close()
            self.processes[who] = self._born(who)

    # What may happen.

    def step(self) -> None:
        """Let one do a step."""
        self._step(self._who(), {"any"} if self.random.random() < 0.5 else set())

    def go_on(self) -> None:
        """Let a while pass in which all do what they do."""
        for _ in range(self.random.randint(1, 8)):
            self._all_go_on(self.random.uniform(0.1, 1.5))

    def _all_go_on(self, seconds: float) -> None:
        self.world.advance(seconds)
        for who, process in enumerate(self.processes):
            if process.mode == "leading" and not process.is_frozen:
                self.world.change()
                process.poll(lasts_s=0.05)
            self._step(who, {"any"} if self.random.random() < 0.5 else set())

    def go_on_for_long(self) -> None:
        """Let so much time pass that frames are deleted which a frozen process has not read.

        If the clock is set back before, the later ones are deleted first.
        """
        sleeper = self.processes[self.random.randrange(4, PROCESSES)]
        was_frozen, sleeper.is_frozen = sleeper.is_frozen, True
        for _ in range(self.random.randint(0, 5)):
            self._all_go_on(1.0)
        if self.random.random() < 0.5:
            self.world.set_clock(-self.random.choice((300, 660, 1200)))
        for _ in range(self.random.randint(5, 20)):
            self._all_go_on(60)
            for _ in range(2):
                self._all_go_on(0)
        sleeper.is_frozen = was_frozen

    def poll(self) -> None:
        """Read the bridge and hand it over; at another time than the steps."""
        process = self.processes[self._who()]
        if process.mode == "leading" and not process.is_frozen:
            self.world.change()
            meeting = self.random.choice((None, None, 1, 2))
            process.poll(self.random.uniform(0, 1), meeting=meeting)

    def advance(self) -> None:
        """Let time pass in which nobody does anything."""
        self.world.advance(self.random.choice((0.05, 0.5, 2, 6, 9, 15, 40)))

    def freeze(self) -> None:
        """Let one sleep."""
        self.processes[self._who()].is_frozen = True

    def thaw(self) -> None:
        """Let one go on."""
        self.processes[self._who()].is_frozen = False

    def take_away(self) -> None:
        """Let nobody reach the database."""
        self.world.is_away = True

    def bring_back(self) -> None:
        """Let all reach it again."""
        self.world.is_away = False

    def leave(self) -> None:
        """Let one leave, and another one come in its place."""
        who = self._who()
        process = self.processes[who]
        if not process.is_frozen:
            process.trap = None
            process.member.leave()
            self.processes[who] = self._born(who)

    def set_clock(self) -> None:
        """Set the database's clock."""
        self.world.set_clock(self.random.choice((-60, -9, -5, -1, -0.2, 0.2, 1, 5, 9, 60)))

    def kill(self) -> None:
        """Kill one in the midst of a step to come."""
        self._set_trap(self._who(), Killed())

    def cut(self) -> None:
        """Cut the line of one in the midst of a step to come."""
        self._set_trap(self._who(), ShareUnavailable("cut"))

    def _set_trap(self, who: int, error: BaseException) -> None:
        process = self.processes[who]
        at = process.statements + self.random.randint(0, 12)
        when = self.random.choice(("before", "after"))

        def trap(now: str) -> None:
            if process.statements >= at and now.startswith(when):
                process.trap = None
                raise error

        process.trap = trap

    def pause(self) -> None:
        """Stop one in the midst of a step to come, while the others go on."""
        self._pause(self._who(), self.random.choice((1, 7, 9, 12, 25)))

    def pause_leader(self) -> None:
        """Stop who leads while it writes what it has read."""
        for who, process in enumerate(self.processes):
            if process.mode == "leading" and not process.is_frozen:
                self.world.change()
                process.poll(self.random.choice((0, 0.5)))
                before = self.random.choice(("", "", APPEND))
                self._pause(who, self.random.choice((1, 7, 9, 12, 25)), before=before)
                self._step(who, {"any"})
                return

    def race(self) -> None:
        """Let the lease expire, and stop one that is about to take it."""
        for process in self.processes:
            if process.mode == "leading":
                process.is_frozen = True
        self.world.advance(9)
        for _ in range(2):
            for who in range(4):
                if self.processes[who].mode == "following":
                    self._pause(who, self.random.choice((0.3, 5)), before=TAKE)
                    self._step(who, {"any"})
            self.world.advance(4)

    def _pause(self, who: int, seconds: float, *, before: str = "") -> None:
        process = self.processes[who]
        at = process.statements + (0 if before else self.random.randint(0, 8))
        sets_clock = self.random.choice((0, 0, 0, 0, -9, -1, 1, 9))

        def trap(when: str) -> None:
            is_there = process.statement.startswith(before)
            if is_there and process.statements >= at and when in ("before", "after"):
                process.trap = None
                for _ in range(3):
                    self.world.advance(seconds / 3)
                    self._step_others(process)
                self.world.set_clock(sets_clock)

        process.trap = trap

    def _step_others(self, process: Process) -> None:
        for who, other in enumerate(self.processes):
            if other is not process and other.trap is None:
                if other.mode == "leading" and not other.is_frozen:
                    other.poll()
                self._step(who, {"any"})

    def write_by_an_old_epoch(self) -> None:
        """Let one that led once write although the fence should keep it out."""
        process = self.processes[self._who()]
        epoch = self.world.ledger.last[0]
        if process.mode == "following" and process.encoder.number and epoch > 1:
            self.world.write_by_an_old_epoch(process, epoch - 1)

    def claim(self) -> None:
        """Let one say something that ends with it."""
        facts = self.processes[self._who()].member.facts
        key = str(self.random.randint(1, 3))
        if self.random.random() < 0.5:
            facts.put("claim", key, "{}", 30)
        else:
            facts.put("standing_order", key, "{}", 0)

    def drop(self) -> None:
        """Let one take something back, whoever put it there."""
        self.processes[self._who()].member.facts.drop("claim", str(self.random.randint(1, 3)))

    def request(self) -> None:
        """Let one look at a meeting, and ask for a read of it."""
        member = self.processes[self._who()].member
        member.presence.meeting = self.random.randint(1, 2)
        member.request_read(1)

    # The end.

    def be_quiet(self) -> None:
        """Let nothing go wrong for a while."""
        self.world.is_away = False
        for process in self.processes:
            process.is_frozen, process.trap = False, None
        for number in range(100):
            self.world.advance(1.3)
            if number == 40:
                self.processes[4].member.facts.put("standing_order", "last", "{}", 0)
            if number == 96:
                self.world.change()
            for process in self.processes:
                if process.mode == "leading" and number % 2 == 0:
                    process.poll()
                process.step()

    def check(self) -> None:
        """One collects, each of the others has what the bridge has, and knows who is here."""
        leaders = [one for one in self.processes if one.mode == "leading"]
        assert len(leaders) == 1, [one.mode for one in self.processes]
        assert leaders[0].kind == "collect"
        here = {one.name for one in self.processes}
        calls, meetings = (frozenset(self.world.read(one).records) for one in (CALLS, MEETINGS))
        for process in self.processes:
            state = process.member.state
            assert {one.member for one in state.members} == here, "somebody else is here"
            for kind in ("claim", "standing_order"):
                facts = state.facts.get(kind, {}).values()
                assert {one.member for one in facts} <= here, "a fact of who is gone"
            assert state.fact("standing_order", "last") is not None, "a fact is lost"
            if process.mode != "leading":
                assert process.mode == "following"
                assert frozenset(process.given[CALLS].records) == calls
                assert frozenset(process.given[MEETINGS].records) == meetings


def draw(seed: int, count: int = 45) -> list[Event]:
    """Draw what happens."""
    random = Random(seed)  # noqa: S311
    names, weights = tuple(ACTIONS), tuple(ACTIONS.values())
    return [Event(name, random.getrandbits(32)) for name in random.choices(names, weights, k=count)]


def play(seed: int, events: Sequence[Event] | None = None) -> None:
    """Let things happen one after another, and then nothing. AssertionError."""
    with tempfile.TemporaryDirectory() as folder:
        model = Model(Path(folder) / "share.db", seed)
        with contextlib.closing(model.world):
            for event in draw(seed) if events is None else events:
                model.happen(event)
            model.be_quiet()
            model.check()


def shorten(events: list[Event], fails: Callable[[list[Event]], bool]) -> list[Event]:
    """Leave out what need not happen for a failure."""
    size = max(1, len(events) // 2)
    while size:
        at = 0
        while at < len(events):
            fewer = events[:at] + events[at + size :]
            if fails(fewer):
                events = fewer
            else:
                at += size
        size //= 2
    return events


def _why(seed: int, events: Sequence[Event]) -> str:
    try:
        play(seed, events)
    except (AssertionError, LookupError) as error:
        return str(error).partition("\n")[0] or "an assertion"
    return ""


def main(argv: Sequence[str] | None = None) -> int:
    """Search for so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1000, help="the first one")
    given: Any = parser.parse_args(argv)
    until, seed = time.monotonic() + given.seconds, given.seed
    while time.monotonic() < until:
        if found := _search(seed):
            sys.stdout.write(found)
            return 1
        seed += 1
    sys.stdout.write(f"{seed - given.seed} seeds from {given.seed}: nothing found\n")
    return 0


def _search(seed: int) -> str:
    """Play a seed; return what went wrong, and the fewest events that suffice."""
    events = draw(seed)
    why = _why(seed, events)
    if not why:
        return ""
    shorter = shorten(events, lambda fewer: _why(seed, fewer) == why)
    return f"seed {seed}: {why}\n{json.dumps(shorter)}\n"


if __name__ == "__main__":
    sys.exit(main())
