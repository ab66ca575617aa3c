"""What is checked after several have shared a bridge can be found to be wrong."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.faults.bench import Bench
from tests.faults.sharing import Together
from tests.faults.test_bench import note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sharing.server import Server


@pytest.fixture
def together(tmp_path: Path, postgres_server: Server) -> Iterator[Together]:
    """Return what several programs share; none runs, and nothing is checked in the end."""
    bench = Bench(tmp_path)
    with contextlib.closing(bench), contextlib.closing(Together(bench, postgres_server)) as made:
        yield made


def wrote(together: Together, *rows: tuple[int, int, int, str]) -> None:
    """Note who has written: number, epoch, connection, holder."""
    together.sql("DELETE FROM writer_log")
    for seq, epoch, pid, holder in rows:
        together.sql(f"INSERT INTO writer_log VALUES ({seq}, {epoch}, {pid}, '{holder}')")  # noqa: S608


def test_a_writer_who_must_not_write_is_found(together: Together) -> None:
    with pytest.raises(AssertionError, match="nobody"):
        together.check_writers()
    wrote(together, (1, 1, 7, "a"), (2, 1, 8, "a"), (3, 2, 9, "b"))
    together.check_writers()
    wrote(together, (1, 1, 7, "a"), (3, 1, 7, "a"))
    with pytest.raises(AssertionError, match="hole"):
        together.check_writers()
    wrote(together, (1, 2, 7, "a"), (2, 1, 8, "b"))
    with pytest.raises(AssertionError, match="old epoch"):
        together.check_writers()
    wrote(together, (1, 1, 7, "a"), (2, 1, 8, "b"))
    with pytest.raises(AssertionError, match="in epoch 1"):
        together.check_writers()
    wrote(together, (1, 1, 7, "a"), (2, 1, 8, "a"), (3, 1, 7, "a"))
    with pytest.raises(AssertionError, match="two write"):
        together.check_writers()


def test_the_log_of_writers_has_every_frame(together: Together) -> None:
    together.sql("UPDATE lease SET holder = 'a'")
    together.sql("INSERT INTO live_frame VALUES (1, 4, 'calls', NULL, 0, 0, 1, 0, 'x')")
    assert [row[:2] + row[3:] for row in together.sql("SELECT * FROM writer_log")] == [(1, 4, "a")]


def test_a_verb_that_is_sent_twice_is_found(together: Together) -> None:
    note(together.bench, "PUT", "/calls/1")
    note(together.bench, "PUT", "/calls/2")
    together.check_sent()
    note(together.bench, "PUT", "/calls/1")
    with pytest.raises(AssertionError, match="sent twice"):
        together.check_sent()


@pytest.mark.parametrize("lines", [[], ["a"], ["a", "b", "b"], ["b", "a"], ["a", "x"]])
def test_an_audit_that_is_not_the_local_one_is_found(together: Together, lines: list[str]) -> None:
    together.bench.state.mkdir(parents=True)
    (together.bench.state / "audit.jsonl").write_text("a\nb\n")
    for n, line in enumerate(lines):
        together.sql(f"INSERT INTO audit VALUES ('box', {n}, 0, '', '', '{line}')")  # noqa: S608
    assert not together.audit_is_complete()
    together.sql("DELETE FROM audit")
    together.sql("INSERT INTO audit VALUES ('box', 1, 0, '', '', 'a'), ('box', 2, 0, '', '', 'b')")
    assert together.audit_is_complete()
    together.sql("INSERT INTO audit VALUES ('other', 1, 0, '', '', 'a')")
    assert not together.audit_is_complete()
