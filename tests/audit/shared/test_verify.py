"""Whatever is done to the shared lines behind confmon's back shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.audit.shared import position
from confmon.audit.shared.chain import first_previous, next_hash
from confmon.audit.shared.verify import verify
from tests.audit.shared.tables import append, line_of, ship_all, shipper_of

if TYPE_CHECKING:
    from pathlib import Path

    from confmon.sharing.engine import Connection


def rewrite(connection: Connection) -> None:
    """Change a line, and write the chain anew from there on, as who knows how it is made."""
    rows = connection.query("SELECT n, previous, line FROM audit WHERE n > 2 ORDER BY n")
    previous = rows[0][1]
    for n, _, line in rows:
        changed = line.replace("a-2", "a-x")
        hash_ = next_hash(previous, changed)
        connection.execute(
            "UPDATE audit SET previous = ?, hash = ?, line = ? WHERE n = ?",
            (previous, hash_, changed, n),
        )
        previous = hash_


SWAP = "UPDATE audit SET line = (SELECT line FROM audit AS other WHERE other.n = 7 - audit.n)"


@pytest.mark.parametrize(
    ("damage", "trouble"),
    [
        ("SELECT 1", ""),
        ("UPDATE audit SET line = replace(line, 'a-2', 'a-x') WHERE n = 3", "line 3 was changed"),
        ("DELETE FROM audit WHERE n = 3", "line 3 is missing"),
        ("DELETE FROM audit WHERE n = 3 OR n = 4", "lines 3 to 4 are missing"),
        ("DELETE FROM audit WHERE n = 1", "line 1 is missing"),
        ("DELETE FROM audit WHERE n = 5", "line 5 was removed from the end"),
        ("DELETE FROM audit WHERE n > 3", "lines 4 to 5 were removed from the end"),
        ("DELETE FROM audit", "lines 1 to 5 were removed from the end"),
        (f"{SWAP} WHERE n = 3 OR n = 4", "line 3 was changed"),
        (
            "INSERT INTO audit SELECT box, 0, at, previous, hash, line FROM audit WHERE n = 1",
            "line 0 was inserted",
        ),
        (
            "INSERT INTO audit SELECT box, 6, at, previous, hash, line FROM audit WHERE n = 5",
            "line 6 does not follow the line before it",
        ),
        ("UPDATE audit SET previous = hash WHERE n = 2", "line 2 does not follow"),
    ],
)
def test_each_change_is_found(
    tables: Connection, tmp_path: Path, damage: str, trouble: str
) -> None:
    shipper = shipper_of(tmp_path)
    append(tmp_path, *(line_of(f"a-{one}") for one in range(5)))
    ship_all(shipper, tables)
    tables.execute(damage)
    (report,) = verify(tables, lambda: position.read(shipper.state))
    assert report.trouble.startswith(trouble)
    assert bool(report.trouble) == bool(trouble)


def test_a_chain_that_was_written_anew_is_found_by_its_own_box(
    tables: Connection, tmp_path: Path
) -> None:
    shipper = shipper_of(tmp_path)
    append(tmp_path, *(line_of(f"a-{one}") for one in range(5)))
    ship_all(shipper, tables)
    rewrite(tables)
    (report,) = verify(tables, lambda: position.read(shipper.state))
    assert report.trouble == "line 5 is not what this box wrote"


def test_a_line_that_others_add_at_the_end_is_found(tables: Connection, tmp_path: Path) -> None:
    shipper = shipper_of(tmp_path)
    append(tmp_path, line_of("a-1"))
    ship_all(shipper, tables)
    ((box, previous),) = tables.query("SELECT box, hash FROM audit")
    line = line_of("forged")
    tables.execute(
        "INSERT INTO audit VALUES (?, 2, now_ms(), ?, ?, ?)",
        (box, previous, next_hash(previous, line), line),
    )
    (report,) = verify(tables, lambda: position.read(shipper.state))
    assert report.trouble == "line 2 is not what this box wrote"


def test_what_is_no_line_of_a_log_is_found(tables: Connection) -> None:
    previous = first_previous("box")
    tables.execute(
        "INSERT INTO audit VALUES ('box', 1, 5, ?, ?, 'text')",
        (previous, next_hash(previous, "text")),
    )
    (report,) = verify(tables)
    assert (report.box, report.lines, report.first, report.last) == ("box", 1, 5, 5)
    assert report.trouble == "line 1 is no line of an audit log"


def test_lines_may_be_copied_while_it_looks(tables: Connection, tmp_path: Path) -> None:
    shipper = shipper_of(tmp_path)
    append(tmp_path, line_of("a-1"))
    ship_all(shipper, tables)
    old = position.read(shipper.state)
    append(tmp_path, line_of("a-2"))
    ship_all(shipper, tables)
    answers = [old, position.read(shipper.state)]
    (report,) = verify(tables, lambda: answers.pop(0))
    assert (report.lines, report.trouble) == (2, "")
