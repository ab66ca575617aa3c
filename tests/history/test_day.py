"""An hour and a half of a bridge that is kept, with faults and restarts, is what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.history.conftest import postgres_tables
from tests.history.day import compare, spend
from tests.history.shared import Member

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_history_of_hours_is_what_happened(tmp_path: Path) -> None:
    day = await spend(tmp_path, 3, hours=1.5, interval_s=5.0, size=(8, 60), churn=0.3)
    check, wrong = compare(day, moments=150, meetings=40)
    assert wrong == []
    assert day.starts > 3
    assert check.moments_in_gaps > 3
    assert check.calls_compared > 3000
    assert check.stays_compared > 100
    assert sum(day.road.failed.values()) > 5


async def test_the_history_in_shared_tables_is_what_happened(postgres: str, tmp_path: Path) -> None:
    tables = postgres_tables(postgres)
    member = Member(tables, tmp_path / "alone.db")
    day = await spend(
        tmp_path, 4, hours=0.5, interval_s=5.0, size=(6, 30), churn=0.3, member=member
    )
    check, wrong = compare(day, moments=60, meetings=20)
    assert wrong == []
    assert day.starts > 3
    assert check.moments_in_gaps > 1
    assert check.calls_compared > 500
    assert check.stays_compared > 20
    member.close()
    tables.close()
