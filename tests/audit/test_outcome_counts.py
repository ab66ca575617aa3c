"""The outcomes of actions, counted while the audit log is written and rotated."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confmon.audit.log import AuditLog
from confmon.audit.outcome_counts import OutcomeCounts
from confmon.monitor.actions.action import Action, Outcome, Result

if TYPE_CHECKING:
    from pathlib import Path

HERE, ELSEWHERE = "https://a.example", "https://b.example"
VERBS = ("mute", "hold")
SETTLED = tuple(outcome for outcome in Outcome if outcome.settled)


def write(log: AuditLog, verb: str, outcome: Outcome) -> None:
    action = Action(id="a", verb=verb, resource="call", key=4711, label="Jane", method="PUT")
    log.intent(action)
    log.outcome(action, Result(outcome=outcome))


def test_what_was_there_before_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path, "p", HERE, "cli")
    write(log, "mute", Outcome.DONE)
    counts = OutcomeCounts(path, (HERE,), VERBS)
    assert counts.read() == {}
    write(log, "mute", Outcome.DONE)
    write(log, "drop", Outcome.GONE)
    write(AuditLog(path, "p", ELSEWHERE, "cli"), "mute", Outcome.DONE)
    assert counts.read() == {("mute", "done"): 1, ("other", "already left"): 1}
    counts.close()


def test_a_line_that_is_no_line_of_ours_counts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    counts = OutcomeCounts(path, (HERE,), VERBS)
    path.write_bytes(
        b'\n\xff\n[]\n{"event":"outcome"}\n{"event":"outcome","origin":["x"]}\n'
        b'{"event":"outcome","origin":"https://a.example","verb":["x"],"result":{}}\n'
    )
    assert counts.read() == {("other", "other"): 1}
    with path.open("ab") as file:
        file.write(b'{"event":"outcome","origin":"https://a.example",')
        file.flush()
        assert counts.read() == {("other", "other"): 1}
        file.write(b'"verb":"mute","result":"done"}\n')
    assert counts.read() == {("other", "other"): 1, ("mute", "done"): 1}
    counts.close()


def test_without_a_folder_there_is_nothing_to_count() -> None:
    counts = OutcomeCounts(None, (HERE,), VERBS)
    assert counts.read() == {}
    counts.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    st.lists(st.none() | st.tuples(st.sampled_from(VERBS), st.sampled_from(SETTLED)), max_size=12)
)
def test_every_outcome_counts_once_through_rotations(
    tmp_path: Path, steps: list[tuple[str, Outcome] | None]
) -> None:
    """None: it is looked at. The log is rotated after two or three actions."""
    path = tmp_path / str(len(list(tmp_path.iterdir()))) / "audit.jsonl"
    log = AuditLog(path, "p", HERE, "cli", full=2500)
    counts = OutcomeCounts(path, (HERE,), VERBS)
    expected: Counter[tuple[str, str]] = Counter()
    for step in (*steps, None):
        if step is None:
            assert counts.read() == expected
        else:
            write(log, *step)
            expected[step[0], step[1].value] += 1
    counts.close()


def test_several_rotations_between_two_looks(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path, "p", HERE, "cli", full=2500)
    write(log, "mute", Outcome.DONE)
    counts = OutcomeCounts(path, (HERE,), VERBS)
    for _ in range(15):
        write(log, "mute", Outcome.DONE)
    assert len(list(tmp_path.iterdir())) > 3
    assert counts.read() == {("mute", "done"): 15}
    counts.close()
