"""What a PostgreSQL may do to who waits for it, and what an operator reads then."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import pytest

from confmon.sharing.engine import Denied, NotPrepared, ShareUnavailable
from confmon.sharing.engines.failures import explain, explain_connecting
from confmon.sharing.engines.postgres import PostgresConnection
from confmon.sharing.tables.place import open_connection, place_of
from confmon.sharing.tables.preparation import prepare
from tests.sharing.server import free_port
from tests.stopwatch import PATIENCE_S, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sharing.server import Server

LIMIT_S = 0.3


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_end_of_the_server_ends_a_wait(postgres: str, postgres_server: Server, end: str) -> None:
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as one:
        thread = threading.Thread(target=getattr(postgres_server, end))
        thread.start()
        with pytest.raises(ShareUnavailable, match=r"connection .* is (?:broken|lost)|stopping"):
            wait_for_ever(one)
        with pytest.raises(ShareUnavailable):
            one.query("SELECT 1")
    thread.join()
    postgres_server.make_running()
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as two:
        assert two.query("SELECT 1") == [(1,)]


def wait_for_ever(connection: PostgresConnection) -> None:
    while True:
        connection.wait(PATIENCE_S)


def test_a_server_that_is_not_there_is_no_answer(postgres: str, postgres_server: Server) -> None:
    del postgres
    url = f"postgresql://ann@127.0.0.1:{free_port()}/desk"
    with pytest.raises(ShareUnavailable, match=r"does not answer \(.*refused") as found:
        PostgresConnection(url, "confmon")
    assert "127.0.0.1" not in str(found.value)
    with pytest.raises(ShareUnavailable, match="does not answer"):
        PostgresConnection(f"postgresql:///desk?host={postgres_server.folder}/none", "confmon")


@pytest.mark.parametrize(
    "use",
    [
        lambda one: one.query("SELECT 1"),
        lambda one: one.execute_many("SELECT ?", [(1,)]),
        lambda one: one.notify("word"),
        lambda one: one.transaction().__enter__(),
    ],
)
def test_a_frozen_server_is_given_up(
    postgres: str, postgres_server: Server, use: Callable[[PostgresConnection], object]
) -> None:
    with contextlib.closing(PostgresConnection(postgres, "confmon", statement_s=LIMIT_S)) as one:
        watch = Stopwatch()
        began = watch.now()
        postgres_server.freeze()
        with pytest.raises(ShareUnavailable, match="the database does not answer"):
            use(one)
        assert watch.now() - began < 3 + LIMIT_S
        postgres_server.thaw()
        with pytest.raises(ShareUnavailable):
            one.query("SELECT 1")


def test_connecting_to_a_frozen_server_is_given_up(postgres: str, postgres_server: Server) -> None:
    postgres_server.freeze()
    with pytest.raises(ShareUnavailable, match=r"the database does not answer \(.*timeout"):
        PostgresConnection(postgres, "confmon")


def test_a_slow_statement_and_a_held_row_are_given_up(postgres: str) -> None:
    with (
        contextlib.closing(PostgresConnection(postgres, "confmon", statement_s=LIMIT_S)) as one,
        contextlib.closing(PostgresConnection(postgres, "confmon")) as two,
    ):
        prepare(two, "https://bridge.example/v1")
        with pytest.raises(ShareUnavailable, match="too slow"):
            one.query("SELECT pg_sleep(?)", (PATIENCE_S,))
        assert one.query("SELECT 1") == [(1,)]
        with two.transaction():
            two.execute("UPDATE lease SET epoch = 2")
            with pytest.raises(ShareUnavailable, match="too slow"):
                one.execute("UPDATE lease SET epoch = 3")
        assert one.query("SELECT epoch FROM lease") == [(2,)]


def test_what_fails_in_a_transaction_is_not_committed_unseen(postgres: str) -> None:
    def add_twice(connection: PostgresConnection) -> None:
        with connection.transaction():
            connection.execute("INSERT INTO one VALUES (1)")
            with contextlib.suppress(ShareUnavailable):
                connection.execute("INSERT INTO one VALUES (1)")

    with contextlib.closing(PostgresConnection(postgres, "confmon")) as one:
        one.execute("CREATE TEMP TABLE one (n INTEGER PRIMARY KEY)")
        with pytest.raises(ShareUnavailable, match="did not carry"):
            add_twice(one)
        assert one.query("SELECT n FROM one") == []


def test_a_password_is_asked_for_and_never_shown(postgres: str, postgres_server: Server) -> None:
    database = postgres.rpartition("/")[2]
    for statement in (
        "DROP ROLE IF EXISTS ann",
        "DROP ROLE IF EXISTS needs_password",
        "CREATE ROLE needs_password",
        "CREATE ROLE ann LOGIN PASSWORD 'sesame' IN ROLE needs_password",
    ):
        postgres_server.run_sql(statement)
    url = postgres_server.url(database, "ann")
    with pytest.raises(Denied, match=r"asks for a password: ~/\.pgpass"):
        PostgresConnection(f"{url}?passfile=/dev/null", "confmon")
    with pytest.raises(Denied, match="password authentication failed") as found:
        PostgresConnection(f"{url}?password=wrong-one", "confmon")
    assert "wrong-one" not in str(found.value)
    passfile = postgres_server.folder.with_name(f"{postgres_server.folder.name}-pgpass")
    try:
        passfile.touch(0o600)
        passfile.write_text(f"127.0.0.1:{postgres_server.port}:*:ann:sesame\n")
        with contextlib.closing(PostgresConnection(f"{url}?passfile={passfile}", "confmon")) as one:
            assert one.query("SELECT current_user::text") == [("ann",)]
    finally:
        passfile.unlink()
    with pytest.raises(Denied, match=r"refuses the login \(.*role \"bob\" does not exist"):
        PostgresConnection(postgres_server.url(database, "bob"), "confmon")
    with pytest.raises(Denied, match=r"refuses the login \(.*database \"none\" does not exist"):
        PostgresConnection(postgres_server.url("none"), "confmon")


def test_tls_that_is_asked_for_is_not_done_without(postgres: str) -> None:
    place = place_of(f"{postgres}?sslmode=verify-full", None, environ={})
    with pytest.raises(ShareUnavailable, match="does not answer"):
        open_connection(place)


@pytest.mark.parametrize("url", ["postgresql://x/y?nonsense=1", "postgresql://[x/y", "x='"])
def test_what_libpq_does_not_understand_is_not_repeated(url: str) -> None:
    with pytest.raises(ShareUnavailable, match="no URL that PostgreSQL knows"):
        PostgresConnection(url, "confmon")


def test_a_parameter_with_a_wrong_name_is_named() -> None:
    with pytest.raises(ShareUnavailable, match="it has no parameter 'shcema'"):
        PostgresConnection("postgresql://x/y?connect_timeout=5&shcema=lab", "confmon")


def test_a_server_s_words_are_cleaned_and_decide_nothing() -> None:
    found = explain("XX000", "FATAL:  \x1b[2Jdreadful\u202e\nDETAIL: more")
    assert str(found) == "the database fails (\u241b[2Jdreadful\ufffd)"
    assert type(explain("42501", "verboten")) is Denied
    assert type(explain("42P01", "fehlt")) is NotPrepared
    assert type(explain(None, "permission denied")) is ShareUnavailable
    text = 'connection failed: connection to server at "10.0.0.1", port 5432 failed: FATAL:  kein'
    assert (
        str(explain_connecting(text, needs_password=False)) == "the database does not answer (kein)"
    )
