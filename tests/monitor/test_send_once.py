"""The steps of every action, in order, and that each of them can end it."""

from __future__ import annotations

import asyncio

import pytest

from confmon.models.errors import Rejected, TimedOut
from confmon.monitor.actions.action import Action, Outcome, Reply, Result
from confmon.monitor.actions.journal import ActionLines
from confmon.monitor.actions.sending import carry_out, send_once
from confmon.monitor.actions.targets.target import ActionTarget
from tests.clock import HandClock
from tests.monitor.conftest import MemoryAudit

NO = Result(outcome=Outcome.REFUSED, detail="no; nothing was sent")
STEPS = ["allowed?", "look first", "allowed?", "intent", "allowed?", "check", "send"]


class Target(ActionTarget):
    """One that writes down each step, and says no at the step with number `ends_at`."""

    def __init__(self, ends_at: int | None = None, error: Exception | None = None) -> None:
        super().__init__(
            Action(id="a", verb="mute", resource="call", key=1, method="PUT", label="Ann")
        )
        self.steps: list[str] = []
        self.ends_at = ends_at
        self.error = error

    def step(self, name: str) -> Result | None:
        self.steps.append(name)
        return NO if len(self.steps) - 1 == self.ends_at else None

    async def refusal(self) -> Result | None:
        return self.step("allowed?")

    async def read_first(self) -> Result | None:
        return self.step("look first")

    async def check(self) -> Result | None:
        return self.step("check")

    async def send(self) -> Reply:
        self.steps.append("send")
        if self.error is not None:
            raise self.error
        return Reply(200, 0.1)

    def failed(self, error: Exception, latency_s: float) -> Result | Reply:
        self.steps.append("failed")
        return Reply(lost=str(error)) if getattr(error, "lost", False) else NO

    async def intent(self, _action: Action) -> Result | None:
        return self.step("intent")


def send(target: Target) -> Reply | Result:
    return asyncio.run(send_once(target, target.intent, HandClock()))


def test_the_audit_line_is_between_two_questions_and_before_the_request() -> None:
    target = Target()
    assert send(target) == Reply(200, 0.1)
    assert target.steps == STEPS


@pytest.mark.parametrize("at", range(len(STEPS) - 1))
def test_a_no_at_any_step_ends_it_before_the_request(at: int) -> None:
    target = Target(ends_at=at)
    assert send(target) is NO
    assert target.steps == STEPS[: at + 1]


@pytest.mark.parametrize(
    ("error", "expected"), [(Rejected("no"), NO), (TimedOut("late", lost=True), Reply(lost="late"))]
)
def test_an_error_is_never_answered_by_sending_again(
    error: Exception, expected: Reply | Result
) -> None:
    target = Target(error=error)
    assert send(target) == expected
    assert target.steps == [*STEPS, "failed"]


@pytest.mark.parametrize(("ends_at", "lines"), [(1, []), (3, ["intent", "outcome"])])
def test_an_outcome_is_written_where_an_intent_was(ends_at: int, lines: list[str]) -> None:
    audit = MemoryAudit([])
    target = Target(ends_at=ends_at)
    assert asyncio.run(carry_out(target, audit, HandClock())) is NO
    assert [kind for kind, _ in audit.journal] == lines


def test_what_could_not_be_written_is_reported_with_the_result() -> None:
    audit = MemoryAudit([])
    lines, done = ActionLines(audit), Result(outcome=Outcome.DONE)
    assert lines.write_outcome(done) is done
    assert asyncio.run(lines.write_intent(Target().action)) is None
    audit.broken = True
    assert lines.write_outcome(done).detail == "its outcome could not be audited"
