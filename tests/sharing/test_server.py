"""The PostgreSQL of the tests: it comes back from all that tests do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from tests.sharing.server import processes_in

if TYPE_CHECKING:
    from tests.sharing.server import Server


def test_a_database_is_empty_and_outlives_a_stop_and_a_kill(
    postgres: str, postgres_server: Server
) -> None:
    database = postgres.rpartition("/")[2]
    assert postgres_server.run_sql("SELECT 1 FROM pg_class WHERE relname = 'lease'", database) == []
    postgres_server.run_sql("CREATE TABLE lease (n INTEGER)", database)

    postgres_server.stop()
    assert processes_in(postgres_server.folder) == []
    postgres_server.start()
    postgres_server.kill()
    assert processes_in(postgres_server.folder) == []
    postgres_server.make_running()

    assert postgres_server.run_sql("SELECT count(*) FROM lease", database) == [(0,)]


def test_it_answers_by_its_socket_too(postgres: str, postgres_server: Server) -> None:
    url = postgres_server.socket_url(postgres.rpartition("/")[2])
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_frozen_server_goes_on_where_it_was(postgres_server: Server) -> None:
    postgres_server.freeze()
    postgres_server.make_running()

    assert postgres_server.run_sql("SELECT 1") == [(1,)]
