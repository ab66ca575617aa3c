"""Every line of the log gets into the table once, in order, whatever is interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.audit import append_file
from confmon.audit.shared import position, verify
from confmon.audit.shared.shipper import BATCH, LOST, AuditChanged
from confmon.sharing.engine import Denied, ShareUnavailable
from confmon.sharing.tables import preparation
from confmon.sharing.tables.place import open_connection, place_of
from tests.audit.shared.tables import (
    append,
    line_of,
    open_tables,
    shared_lines,
    ship_all,
    shipper_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from confmon.sharing.engine import Connection
    from tests.sharing.server import Server

FULL = 2_000
"""Bytes of a file here: some fourteen lines."""


class Ended(BaseException):
    """The process ends at this step."""


class FailingConnection:
    """Ends the process, or loses the database, at one of the steps of a batch.

    The steps are: before anything is sent, in the transaction, at its commit, after it.
    """

    def __init__(self, inner: Connection, step: int, error: BaseException) -> None:
        self._inner, self._step, self._error = inner, step, error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        self._reach(0)
        with self._inner.transaction():
            yield
            self._reach(2)
        self._reach(3)

    def execute_many(self, statement: str, rows: Any) -> None:
        self._inner.execute_many(statement, rows)
        self._reach(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _reach(self, step: int) -> None:
        if step == self._step:
            raise self._error


STEPS = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 8)),
    st.tuples(st.just("other"), st.integers(1, 4)),
    st.tuples(st.just("cut"), st.just(0)),
    st.tuples(st.just("hold"), st.just(0)),
    st.tuples(st.just("late"), st.just(0)),
    st.tuples(st.just("ship"), st.just(0)),
    st.tuples(st.just("killed"), st.integers(0, 3)),
    st.tuples(st.just("away"), st.integers(0, 3)),
)


@settings(max_examples=50)
@given(steps=st.lists(STEPS, max_size=25))
def test_every_line_is_there_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("shared")
    log = folder / "audit.jsonl"
    tables = open_tables(folder / "share.db")
    shipper = shipper_of(folder)
    written: list[str] = []
    late: list[str] = []
    held = -1
    for number, (step, count) in enumerate(steps):
        match step:
            case "append" | "other":
                origin = {} if step == "append" else {"origin": "https://other.example"}
                lines = [line_of(f"{number}-{one}", **origin) for one in range(count)]
                append(folder, *lines, full=FULL)
                written += lines if step == "append" else []
            case "cut" if log.exists():
                with log.open("ab") as file:
                    file.write(b'{"event":"int')
            case "hold" if held < 0 and log.exists():
                held = os.open(log, os.O_WRONLY | os.O_APPEND)
            case "late" if held >= 0:  # a writer that was stopped before its write
                late.append(line_of(f"{number}-late"))
                os.write(held, b"\n" + late[-1].encode() + b"\n")
                os.close(held)
                held = -1
            case "ship":
                ship_all(shipper, tables)
            case "killed":
                with contextlib.suppress(Ended):
                    shipper.ship(FailingConnection(tables, count, Ended()))
            case "away":
                with contextlib.suppress(ShareUnavailable):
                    shipper.ship(FailingConnection(tables, count, ShareUnavailable("away")))
            case _:
                pass
    if held >= 0:
        os.close(held)
    ship_all(shipper, tables)

    found = shared_lines(tables)
    assert [line for line in found if line not in late] == written
    assert sorted(line for line in found if line in late) == sorted(late)
    assert ship_all(shipper, tables) == 0
    reports = verify.verify(tables, lambda: position.read(shipper.state))
    assert [(report.lines, report.trouble) for report in reports] == (
        [(len(found), "")] if found else []
    )
    tables.close()


def test_lines_of_others_and_of_the_demo_stay_here(tmp_path: Path) -> None:
    mine = [line_of("a-1"), line_of("a-2", "https://mediator.example")]
    append(tmp_path, mine[0], line_of("b-1", "https://other.example"), "[]", "{", mine[1])
    append(tmp_path, line_of("a-3", via="demo"))
    tables = open_tables(tmp_path / "share.db")
    assert ship_all(shipper_of(tmp_path), tables) == 2
    assert shared_lines(tables) == mine
    tables.close()


def test_a_line_that_grows_is_copied_when_it_is_whole(tmp_path: Path) -> None:
    tables = open_tables(tmp_path / "share.db")
    line = line_of("a-1")
    log = tmp_path / "audit.jsonl"
    log.write_text(line[:20])
    assert ship_all(shipper_of(tmp_path), tables) == 0
    log.write_text(line + "\n")
    assert ship_all(shipper_of(tmp_path), tables) == 1
    assert shared_lines(tables) == [line]
    tables.close()


def test_many_lines_go_in_batches(tables: Connection, tmp_path: Path) -> None:
    lines = [line_of(f"a-{one}", before="." * 3800) for one in range(BATCH + 5)]
    (tmp_path / "audit.jsonl").write_text("".join(f"{line}\n" for line in lines))
    shipper = shipper_of(tmp_path)
    with pytest.raises(Ended):
        shipper.ship(FailingConnection(tables, 3, Ended()))
    assert [shipper.ship(tables) for _ in range(3)] == [BATCH, 5, 0]
    assert shared_lines(tables) == lines


def test_what_was_rotated_away_before_it_was_copied_is_said_once(tmp_path: Path) -> None:
    tables = open_tables(tmp_path / "share.db")
    shipper = shipper_of(tmp_path)
    append(tmp_path, line_of("first"))
    ship_all(shipper, tables)
    lines = [line_of(f"a-{one}", before="." * 800) for one in range(30)]
    append(tmp_path, *lines, full=FULL)
    ship_all(shipper, tables)
    found = shared_lines(tables)
    assert found[0] == line_of("first")
    assert json.loads(found[1])["event"] == LOST
    left = [
        line
        for file in append_file.files(tmp_path / "audit.jsonl")
        for line in file.read_text().splitlines()
    ]
    assert 0 < len(left) < 30
    assert found[2:] == left == lines[-len(left) :]
    assert ship_all(shipper, tables) == 0
    tables.close()


def test_a_file_that_was_read_to_its_end_may_go(tmp_path: Path) -> None:
    tables = open_tables(tmp_path / "share.db")
    shipper = shipper_of(tmp_path)
    lines = [line_of(f"a-{one}", before="." * 800) for one in range(30)]
    for line in lines:
        append(tmp_path, line, full=FULL)
        ship_all(shipper, tables)
    assert shared_lines(tables) == lines
    tables.close()


def test_two_boxes_of_one_name_have_a_chain_each(tmp_path: Path) -> None:
    tables = open_tables(tmp_path / "share.db")
    for folder in (tmp_path / "a", tmp_path / "b"):
        append(folder, line_of(folder.name))
        assert ship_all(shipper_of(folder), tables) == 1
    assert [box_report.trouble for box_report in verify.verify(tables)] == ["", ""]
    tables.close()


def test_one_process_at_a_time_copies(tmp_path: Path) -> None:
    tables = open_tables(tmp_path / "share.db")
    append(tmp_path, line_of("a-1"))
    shipper = shipper_of(tmp_path)
    with position.locked(shipper.state):
        assert shipper.ship(tables) == 0
    assert shipper.ship(tables) == 1
    tables.close()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM audit WHERE n = 3",
        "UPDATE audit SET hash = 'f' WHERE n = 3",
        "INSERT INTO audit SELECT box, 4, at, hash, 'f', line FROM audit WHERE n = 3",
    ],
)
def test_it_stops_where_its_last_line_was_changed(
    tables: Connection, tmp_path: Path, damage: str
) -> None:
    shipper = shipper_of(tmp_path)
    append(tmp_path, *(line_of(f"a-{one}") for one in range(3)))
    ship_all(shipper, tables)
    tables.execute(damage)
    there = tables.query("SELECT * FROM audit ORDER BY n")
    append(tmp_path, line_of("next"))
    for _ in range(2):
        with pytest.raises(AuditChanged, match="was changed"):
            shipper.ship(tables)
    assert tables.query("SELECT * FROM audit ORDER BY n") == there


KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from tests.audit.shared.tables import open_tables, ship_all, shipper_of

folder, step = Path(sys.argv[1]), sys.argv[2]
tables = open_tables(folder / "share.db")
def end():
    os.kill(os.getpid(), signal.SIGKILL)
class Connection:
    @contextmanager
    def transaction(self):
        if step == "before":
            end()
        with tables.transaction():
            yield
            if step == "within":
                end()
        if step == "after":
            end()
    execute_many, query = tables.execute_many, tables.query
ship_all(shipper_of(folder), Connection())
"""


def test_a_process_that_is_killed_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    written = []
    for step, code in (("before", -9), ("within", -9), ("after", -9), ("never", 0)):
        written.append(line_of(step))
        append(tmp_path, written[-1])
        ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), step], check=False)
        assert ended.returncode == (-signal.SIGKILL if code else 0)
    tables = open_tables(tmp_path / "share.db")
    assert shared_lines(tables) == written
    assert [box_report.trouble for box_report in verify.verify(tables)] == [""]
    tables.close()


def test_an_operator_may_copy_lines_and_change_none(postgres: str, tmp_path: Path) -> None:
    place = place_of(postgres, None)
    with contextlib.closing(open_connection(place)) as admin:
        preparation.prepare(admin, "https://api.example/v1")
        admin.execute("CREATE ROLE audit_tester LOGIN IN ROLE confmon_operator")
        try:
            url = postgres.replace("//postgres@", "//audit_tester@")
            append(tmp_path, line_of("a-1"))
            with contextlib.closing(open_connection(place_of(url, None))) as operator:
                assert ship_all(shipper_of(tmp_path), operator) == 1
                assert shared_lines(operator) == [line_of("a-1")]
                for change in ("UPDATE audit SET n = 2", "DELETE FROM audit", "TRUNCATE audit"):
                    with pytest.raises(Denied):
                        operator.execute(change)
        finally:
            admin.execute("DROP ROLE audit_tester")


def test_lines_are_copied_when_the_database_is_back(
    postgres: str, postgres_server: Server, tmp_path: Path
) -> None:
    place = place_of(postgres, None)
    shipper = shipper_of(tmp_path)
    with contextlib.closing(open_connection(place)) as tables:
        preparation.prepare(tables, "https://api.example/v1")
        append(tmp_path, line_of("a-1"))
        ship_all(shipper, tables)
        postgres_server.stop()
        append(tmp_path, line_of("a-2"))
        with pytest.raises(ShareUnavailable):
            shipper.ship(tables)
    postgres_server.make_running()
    append(tmp_path, line_of("a-3"))
    with contextlib.closing(open_connection(place)) as tables:
        ship_all(shipper, tables)
        assert shared_lines(tables) == [line_of(one) for one in ("a-1", "a-2", "a-3")]
        (report,) = verify.verify(tables, lambda: position.read(shipper.state))
        assert report.trouble == ""
