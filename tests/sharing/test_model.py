"""Several confmon share a database in which everything goes wrong, in any order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from confmon.sharing.engine import ShareUnavailable
from tests.sharing.world import CALLS, MEETINGS, Killed, Process, World, prepare

WHO = st.integers(0, 5)


class Sharing(RuleBasedStateMachine):
    """Two screens and a `collect` may lead, two screens may not, one more comes now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "share.db"
        prepare(path)
        self.world = World(path)
        self.born = 0
        self.processes: list[Process] = []

    @initialize()
    def begin(self) -> None:
        self.world.change()
        self.processes = [self._born(number) for number in range(6)]

    def _born(self, number: int) -> Process:
        self.born += 1
        kind = "collect" if number == 2 else "screen"
        name = f"{number}-{self.born}"
        return Process(self.world, name, kind=kind, may_lead=number < 4, seed=self.born)

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

    @rule(who=WHO, is_notified=st.booleans())
    def step(self, who: int, is_notified: bool) -> None:
        self._step(who, {"any"} if is_notified else set())

    @rule(rounds=st.integers(1, 8), seconds=st.floats(0.1, 1.5))
    def go_on(self, rounds: int, seconds: float) -> None:
        """Let a while pass in which all do what they do."""
        for _ in range(rounds):
            self.world.advance(seconds)
            for who, process in enumerate(self.processes):
                if process.mode == "leading" and not process.is_frozen:
                    process.poll(lasts_s=0.05)
                self._step(who, set())

    @rule(rounds=st.integers(5, 15))
    def go_on_for_long(self, rounds: int) -> None:
        """Let so much time pass that frames are deleted which a frozen process has not read."""
        for _ in range(rounds):
            self.world.advance(60)
            for seconds in (2, 0, 0):
                self.go_on(1, seconds)

    @rule(who=WHO, lasts_s=st.floats(0, 1), meeting=st.sampled_from((None, None, 1, 2)))
    def poll(self, who: int, lasts_s: float, meeting: int | None) -> None:
        """Read the bridge and hand it over; at another time than the steps."""
        process = self.processes[who]
        if process.mode == "leading" and not process.is_frozen:
            self.world.change()
            process.poll(lasts_s, meeting=meeting)

    @rule(seconds=st.floats(0.05, 40))
    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(who=WHO, is_frozen=st.booleans())
    def freeze_or_thaw(self, who: int, is_frozen: bool) -> None:
        self.processes[who].is_frozen = is_frozen

    @rule(is_away=st.booleans())
    def take_database_away_or_bring_it_back(self, is_away: bool) -> None:
        self.world.is_away = is_away

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        process = self.processes[who]
        if process.is_frozen:
            return
        process.trap = None
        process.member.leave()
        self.processes[who] = self._born(who)

    @rule(seconds=st.sampled_from((-60, -5, -1, -0.2, 0.2, 1, 5, 60)))
    def set_clock(self, seconds: float) -> None:
        self.world.set_clock(seconds)

    @rule(who=WHO, count=st.integers(0, 12), is_after=st.booleans())
    def kill_at_a_statement(self, who: int, count: int, is_after: bool) -> None:
        self._set_trap(who, count, is_after, Killed())

    @rule(who=WHO, count=st.integers(0, 12), is_after=st.booleans())
    def cut_at_a_statement(self, who: int, count: int, is_after: bool) -> None:
        self._set_trap(who, count, is_after, ShareUnavailable("cut"))

    def _set_trap(self, who: int, count: int, is_after: bool, error: BaseException) -> None:
        process = self.processes[who]
        at = process.statements + count

        def trap(when: str) -> None:
            if process.statements >= at and when.startswith("after" if is_after else "before"):
                process.trap = None
                raise error

        process.trap = trap

    @rule(who=WHO, count=st.integers(0, 12), seconds=st.floats(0.1, 12))
    def pause_at_a_statement(self, who: int, count: int, seconds: float) -> None:
        """Stop a process in the midst of a step, while the others go on."""
        process = self.processes[who]
        at = process.statements + count

        def trap(when: str) -> None:
            if process.statements >= at and when in ("before", "after"):
                process.trap = None
                for _ in range(3):
                    self.world.advance(seconds / 3)
                    self._step_others(process)

        process.trap = trap

    def _step_others(self, process: Process) -> None:
        for who, other in enumerate(self.processes):
            if other is not process and other.trap is None:
                if other.mode == "leading" and not other.is_frozen:
                    other.poll()
                self._step(who, {"any"})

    def teardown(self) -> None:
        """After some quiet time, one collects, and each of the others knows what the bridge has."""
        try:
            if self.processes:
                self._be_quiet()
                self._check()
        finally:
            self.world.close()
            self._folder.cleanup()

    def _be_quiet(self) -> None:
        self.world.is_away = False
        for process in self.processes:
            process.is_frozen, process.trap = False, None
        for number in range(161):
            self.world.advance(0.5)
            if number == 156:
                self.world.change()
            for process in self.processes:
                if process.mode == "leading" and number % 4 == 0:
                    process.poll()
                process.step()

    def _check(self) -> None:
        leaders = [one for one in self.processes if one.mode == "leading"]
        assert len(leaders) == 1, [one.mode for one in self.processes]
        assert leaders[0].kind == "collect"
        for process in self.processes:
            assert len(process.member.state.members) == len(self.processes)
            if process.mode == "leading":
                continue
            assert process.mode == "following"
            assert process.given[CALLS].records == tuple(
                one for _, one in sorted(self.world.calls.items())
            )
            found = {one.meeting_number for one in process.given[MEETINGS].records}
            assert found == self.world.meetings()


Sharing.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
TestSharing = Sharing.TestCase
