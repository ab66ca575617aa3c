"""A pooler in between: everything works, and changes are looked for instead of notified."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engines.postgres import PostgresConnection
from confmon.sharing.records import FrameRow, Scope
from confmon.sharing.tables.inspection import check
from confmon.sharing.tables.preparation import prepare
from tests.sharing.pooler import Pooler
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from tests.sharing.server import Server

ENDPOINT = "https://bridge.example/v1"
FRAME = FrameRow(0, 1, Scope("calls"), asked=0, answered=0, is_key=True, data=b"d")


@pytest.mark.parametrize("refuses_options", [True, False])
def test_what_a_pooler_takes_away_is_not_needed(
    postgres: str, postgres_server: Server, *, refuses_options: bool
) -> None:
    with contextlib.ExitStack() as stack:
        pooler = stack.enter_context(
            Pooler(postgres_server.port, refuses_options=refuses_options, drops_words=True)
        )
        url = postgres.replace(f":{postgres_server.port}/", f":{pooler.port}/")
        postgres_connection = stack.enter_context(
            contextlib.closing(PostgresConnection(url, "confmon"))
        )
        prepare(postgres_connection, ENDPOINT)
        postgres_connection.execute(
            "UPDATE lease SET holder = 'one', epoch = 1, expires = now_ms() + 600000"
        )

        assert not postgres_connection.hears_words
        assert postgres_connection.append_frame("one", 1, FRAME, 60_000) == 1
        with postgres_connection.transaction():
            postgres_connection.execute("INSERT INTO read_request VALUES (?, ?)", (1, 0))
            postgres_connection.execute_many(
                "INSERT INTO read_request VALUES (?, ?)", [(2, 0), (3, 0)]
            )
        postgres_connection.execute_many("INSERT INTO read_request VALUES (?, ?)", [(4, 0)])
        postgres_connection.notify("read")
        assert postgres_connection.query("SELECT count(*) FROM read_request") == [(4,)]
        assert postgres_connection.wait(0) == set()
        assert postgres_connection.wait(PATIENCE_S) == {"any"}
        postgres_connection.wake()
        assert postgres_connection.wait(PATIENCE_S) == set()
        texts = [finding.text for finding in check(postgres_connection, ENDPOINT)]
        assert any("asked for changes four times a second" in text for text in texts)
        # What is set for a transaction is gone after it: the session is another's next.
        found = postgres_connection._db.execute("SELECT current_setting('search_path')").fetchone()
        assert found == (('"$user", public',) if refuses_options else ("confmon",))


def test_a_pooler_that_keeps_sessions_is_no_hindrance(
    postgres: str, postgres_server: Server
) -> None:
    with Pooler(postgres_server.port, refuses_options=False, drops_words=False) as pooler:
        url = postgres.replace(f":{postgres_server.port}/", f":{pooler.port}/")
        with contextlib.closing(PostgresConnection(url, "confmon")) as one:
            assert one.hears_words
