"""What may happen to several confmon that share a database, and what must be so in the end."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from confmon.sharing.engine import ShareUnavailable
from tests.sharing.fact_rules import check_left, check_tidy
from tests.sharing.process import APPEND, LOOK, TAKE, Killed, Process
from tests.sharing.world import CALLS, MEETINGS, World, prepare

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES: Final = 6
ROUNDS: Final = 65
"""So often all do a step at the end: as long as the row of who is gone is kept."""
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
    "write_by_an_old_epoch": 2,
    "die": 2,
    "hole": 2,
    "pause_snapshot": 2,
    "claim": 4,
    "contest": 2,
    "drop": 1,
    "request": 3,
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
        born = Process(self.world, name, kind=kind, may_lead=number < 4, seed=seed)
        born.put("standing_order", name)
        return born

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
            self._end(who)

    def _end(self, who: int) -> None:
        """Let one be gone at once, and another one come in its place."""
        connection = self.processes[who].member.connection
        if connection is not None:
            connection.close()
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
                process.poll(lasts_s=0.05, meeting=self.random.choice((None, None, None, None, 1)))
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

    def hole(self) -> None:
        """Let one sleep while many frames are written, and some of them deleted again."""
        sleeper = self.processes[self.random.randrange(4, PROCESSES)]
        was_frozen, sleeper.is_frozen = sleeper.is_frozen, True
        for _ in range(self.random.randint(8, 14)):
            self._all_go_on(self.random.uniform(2.0, 4.0))
        self.world.delete_frames(self.random)
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
            is_connected = process.member.connection is not None and not self.world.is_away
            process.member.leave()
            if is_connected:
                check_left(self.world.look, process.name)
            self.processes[who] = self._born(who)

    def set_clock(self) -> None:
        """Set the database's clock."""
        self.world.set_clock(self.random.choice((-60, -9, -5, -1, -0.2, 0.2, 1, 5, 9, 60)))

    def die(self) -> None:
        """Kill one between two steps."""
        self._end(self._who())

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

    def pause_snapshot(self) -> None:
        """Stop a new leader before it writes its first snapshot, until another one leads."""
        for who, process in enumerate(self.processes):
            if process.mode == "leading":
                self._end(who)
        self.world.advance(9)
        for _ in range(5):
            self.world.advance(1.0)
            for who, process in enumerate(self.processes):
                self._step(who, {"any"})
                if process.mode == "leading" and not process.is_frozen:
                    process.poll()
                    looks = self.random.choice((0, 1, 2, 2, 2))
                    self._pause(
                        who, self.random.choice((9, 25, 25)), before=f"{LOOK};", skips=looks
                    )
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

    def _pause(self, who: int, seconds: float, *, before: str = "", skips: int = 0) -> None:
        process, left = self.processes[who], skips
        at = process.statements + (0 if before else self.random.randint(0, 8))
        sets_clock = self.random.choice((0, 0, 0, 0, -9, -1, 1, 9))

        def trap(when: str) -> None:
            nonlocal left
            is_there = f"{process.statement};".startswith(before) and when in ("before", "after")
            if is_there and left:
                left -= when == "after"
            elif is_there and process.statements >= at:
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
        epoch = self.world.ledger.last[0]
        for process in self.processes:
            if process.mode == "following" and process.encoder.number and epoch > 1:
                if self.random.random() < 0.5:
                    process.encoder.reset()
                self.world.write_by_an_old_epoch(process, epoch - 1)
                return

    def claim(self) -> None:
        """Let one say something; most of it ends with it."""
        process = self.processes[self._who()]
        match self.random.randrange(4):
            case 0:
                process.put("standing_order", f"{process.name} {len(process.said)}")
            case 1:
                process.put("signal", f"{process.name} {len(process.acknowledged)}")
            case _:
                process.put("claim", str(self.random.randint(1, 3)), 30)
        if self.random.random() < 0.3:
            self._cut_at(process, "INSERT INTO")

    def contest(self) -> None:
        """Let two say the same one after the other, and cut the line of the first one then."""
        first, second = self.random.sample(range(PROCESSES), 2)
        key = str(self.random.randint(1, 3))
        for who in (first, second):
            self.processes[who].put("claim", key, 30)
            self._step(who, {"any"})
        self._cut_at(self.processes[first], "SELECT")
        for _ in range(3):
            self.world.advance(1)
            self._step(first, {"any"})

    def drop(self) -> None:
        """Let one take something back, whoever said it."""
        self.processes[self._who()].drop("claim", str(self.random.randint(1, 3)))

    def request(self) -> None:
        """Let one look at a meeting, and ask for a read of it."""
        process = self.processes[self._who()]
        process.member.presence.meeting = self.random.randint(1, 2)
        process.request_read(self.random.randint(0, 2))
        if self.random.random() < 0.3:
            self._cut_at(process, "INSERT INTO read_request")

    def _cut_at(self, process: Process, begins: str) -> None:
        """Cut the line of one when it writes something."""
        when = self.random.choice(("before", "after"))

        def trap(now: str) -> None:
            if process.statement.startswith(begins) and now == when:
                process.trap = None
                raise ShareUnavailable("cut")

        process.trap = trap

    # The end.

    def be_quiet(self) -> None:
        """Let nothing go wrong for a while."""
        self.world.is_away = False
        for process in self.processes:
            process.is_frozen, process.trap = False, None
        epoch, is_slow = 0, self.world.latency_s > 0.01  # then much time passes in a step
        for number in range(ROUNDS):
            self.world.advance(1.3 if number < 30 or is_slow else 3.7)
            if number == 30:
                epoch = self.world.ledger.last[0]
            if number == 40:
                self.processes[4].put("claim", "last", 30)
            if number == ROUNDS - 4:
                self.world.change()
            for process in self.processes:
                if process.mode == "leading" and (number % 2 == 0 or number >= 30):
                    process.poll()
                process.step()
        assert self.world.ledger.last[0] == epoch, "another one leads, and nothing has failed"

    def check(self) -> None:
        """One collects, each of the others has what the bridge has, and knows who is here."""
        leaders = [one for one in self.processes if one.mode == "leading"]
        assert len(leaders) == 1, [one.mode for one in self.processes]
        assert leaders[0].kind == "collect"
        here = {one.name for one in self.processes}
        said = {key for one in self.processes for key in one.said}
        acknowledged = {key for one in self.processes for key in one.acknowledged}
        calls, meetings = (frozenset(self.world.read(scope).records) for scope in (CALLS, MEETINGS))
        for process in self.processes:
            state = process.member.state
            assert {member.member for member in state.members} == here, "somebody else is here"
            claims = state.facts.get("claim", {})
            assert {claim.member for claim in claims.values()} <= here, "a claim of who is gone"
            assert "last" in claims, "a claim is lost"
            known = state.facts.get("standing_order", {}).keys()
            assert known <= said, "a fact of who is gone"
            assert known == said, "a fact is lost"
            assert acknowledged <= state.facts.get("signal", {}).keys(), "a signal is lost"
            if process.mode != "leading":
                assert process.mode == "following"
                assert frozenset(process.given[CALLS].records) == calls
                assert frozenset(process.given[MEETINGS].records) == meetings
                process.check_freshness()
        check_tidy(self.world.look, here)
