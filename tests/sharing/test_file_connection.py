"""The shared tables in a file: two connections, a clock of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engine import ShareUnavailable
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.records import FrameRow, Scope
from confmon.sharing.tables.schema import INDEXES, TABLES

if TYPE_CHECKING:
    from pathlib import Path


def test_a_frame_is_written_only_by_who_holds_the_lease(tmp_path: Path) -> None:
    clock = [1_000]
    file_connection = FileConnection(tmp_path / "share.db", lambda: clock[0])
    for statement in (*TABLES, *INDEXES):
        file_connection.execute(statement.replace("{BLOB}", "BLOB"))
    two = FileConnection(tmp_path / "share.db", lambda: clock[0])
    file_connection.execute("UPDATE lease SET epoch = 1, holder = 'one', expires = now_ms() + 10")
    frame = FrameRow(0, 1, Scope("calls"), asked=900, answered=950, is_key=True, data=b"data")

    assert file_connection.append_frame("one", 1, frame, 60_000) == 1
    assert two.append_frame("two", 1, frame, 60_000) is None
    assert two.wait(0) == {"any"}
    clock[0] += 10
    assert file_connection.append_frame("one", 1, frame, 60_000) is None
    assert two.query("SELECT seq, data FROM live_frame") == [(1, b"data")]
    file_connection.close()
    two.close()


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    connection = FileConnection(tmp_path / "share.db")
    connection.execute("CREATE TABLE kept (data BLOB)")
    pages = connection.query("PRAGMA page_count")[0][0]
    connection.query(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ShareUnavailable, match="disk is full"), connection.transaction():
        connection.execute("INSERT INTO kept VALUES (zeroblob(1000000))")
    connection.query("PRAGMA max_page_count = 1000000")
    with connection.transaction():
        connection.execute("INSERT INTO kept VALUES (zeroblob(1000000))")
    connection.close()
