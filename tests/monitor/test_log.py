"""The log: a line a bulk that counts right for ever, and names everyone who was not done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.actions import log as logs
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.log import LINES_KEPT, NAMED_KEPT, ActionLog, Bulk, LogEntry
from confmon.monitor.actions.verbs import build
from tests.monitor.conftest import a_call

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTLED = [outcome for outcome in Outcome if outcome.settled]


def bulk_of(log: ActionLog, count: int, group: str, meeting: int = 100) -> list[LogEntry]:
    entries = [
        LogEntry(
            build("mute", a_call(key, meeting_number=meeting), f"caller {key}", group=group),
            5.0,
            Result(outcome=Outcome.WAITING),
        )
        for key in range(1, count + 1)
    ]
    for entry in entries:
        log.append(entry)
    return entries


def end(log: ActionLog, entries: Iterable[LogEntry], outcome: Outcome, detail: str = "") -> None:
    for entry in entries:
        log.tell(entry, Result(outcome=outcome, detail=detail))


def named(bulk: Bulk) -> list[str]:
    return [entry.action.label for entry in bulk.named.values()]


def test_a_bulk_over_500_counts_everyone_and_names_who_was_not_done() -> None:
    log = ActionLog(lambda: 0.0)
    entries = bulk_of(log, 620, "g")
    end(log, entries[3:], Outcome.DONE)
    end(log, entries[:3], Outcome.REFUSED, "403")
    [bulk] = log
    assert isinstance(bulk, Bulk)
    assert (bulk.total, bulk.settled, bulk.meetings) == (620, 620, {100})
    assert +bulk.counts == {Outcome.DONE: 617, Outcome.REFUSED: 3}
    assert named(bulk) == ["caller 1", "caller 2", "caller 3"]


def test_later_bulks_shrink_no_older_line() -> None:
    log = ActionLog(lambda: 0.0)
    first = bulk_of(log, 620, "first")
    end(log, first[:-1], Outcome.DONE)
    end(log, first[-1:], Outcome.GONE)
    for nth in range(5):
        end(log, bulk_of(log, 620, f"later {nth}", meeting=200 + nth), Outcome.DONE)
    lines = list(log)
    assert len(lines) == 6
    assert isinstance(lines[0], Bulk)
    assert +lines[0].counts == {Outcome.DONE: 619, Outcome.GONE: 1}
    assert named(lines[0]) == ["caller 620"]


def test_old_lines_leave_whole() -> None:
    log = ActionLog(lambda: 0.0)
    for nth in range(LINES_KEPT + 10):
        end(log, bulk_of(log, 2, f"g{nth}"), Outcome.REFUSED)
    lines = list(log)
    assert len(lines) == LINES_KEPT
    assert all(isinstance(line, Bulk) and len(line.named) == 2 for line in lines)
    assert len(log._bulks) == LINES_KEPT


def test_names_are_bounded_by_whole_lines() -> None:
    log = ActionLog(lambda: 0.0)
    for nth in range(12):
        end(log, bulk_of(log, 1000, f"g{nth}"), Outcome.REFUSED)
    lines = list(log)
    assert sum(len(line.named) for line in lines if isinstance(line, Bulk)) <= NAMED_KEPT
    assert all(isinstance(line, Bulk) and len(line.named) == line.total for line in lines)
    late = bulk_of(log, NAMED_KEPT + 7, "all at once")
    end(log, late, Outcome.REFUSED)
    [only] = log
    assert isinstance(only, Bulk)
    assert len(only.named) == NAMED_KEPT + 7  # each of the newest is named


def test_news_of_an_action_without_a_line_is_dropped() -> None:
    log = ActionLog(lambda: 0.0)
    entries = bulk_of(log, 2, "g")
    for nth in range(LINES_KEPT):
        bulk_of(log, 1, f"later {nth}")
    end(log, entries, Outcome.DONE)
    assert all(entry.result.outcome is Outcome.DONE for entry in entries)
    assert len(log) == logs.LINES_KEPT


def test_a_correction_keeps_the_name_and_moves_the_count() -> None:
    log = ActionLog(lambda: 0.0)
    late, reverted, quiet = bulk_of(log, 3, "g")
    end(log, [late], Outcome.NOT_APPLIED)
    end(log, [reverted, quiet], Outcome.DONE)
    log.tell(late, Result(outcome=Outcome.DONE, detail="applied late"), named=True)
    log.tell(reverted, Result(outcome=Outcome.DONE, detail="changed back"), named=True)
    [bulk] = log
    assert isinstance(bulk, Bulk)
    assert +bulk.counts == {Outcome.DONE: 3}
    assert named(bulk) == ["caller 1", "caller 2"]
    assert quiet.action.id not in bulk.named


@given(st.lists(st.lists(st.sampled_from(SETTLED), min_size=1, max_size=8), max_size=8))
def test_counts_are_those_of_the_outcomes_in_any_order(bulks: list[list[Outcome]]) -> None:
    log = ActionLog(lambda: 0.0)
    groups = [bulk_of(log, len(outcomes), f"g{nth}") for nth, outcomes in enumerate(bulks)]
    for place in range(8):
        for entries, outcomes in zip(groups, bulks, strict=True):
            if place < len(outcomes):
                end(log, [entries[place]], Outcome.SENT)
                end(log, [entries[place]], outcomes[place])
    for line, outcomes in zip(log, bulks, strict=True):
        assert isinstance(line, Bulk)
        assert +line.counts == Counter(outcomes)
        assert len(line.named) == sum(outcome is not Outcome.DONE for outcome in outcomes)
