"""Who may do what in the shared tables of a PostgreSQL, and what `confmon share check` finds."""

from __future__ import annotations

import contextlib
import re
from random import Random
from typing import TYPE_CHECKING, cast

import pytest

from confmon.cli.history_place import shared_history
from confmon.config.settings.model import Settings
from confmon.sharing.engine import Denied, NotPrepared, ShareUnavailable
from confmon.sharing.engines.postgres import PostgresConnection
from confmon.sharing.engines.sqlite import FileConnection
from confmon.sharing.frames.packing import Decoder, Encoder
from confmon.sharing.members.member import Member, Who
from confmon.sharing.records import FrameRow, Operator, Scope
from confmon.sharing.tables.inspection import check
from confmon.sharing.tables.preparation import prepare, statements
from tests.clock import HandClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from confmon.history.place import SharedTables
    from tests.sharing.server import Server

ENDPOINT = "https://bridge.example/v1"
HISTORY = "CREATE TABLE IF NOT EXISTS leg (leg INTEGER PRIMARY KEY)"
FRAME = FrameRow(0, 1, Scope("calls"), asked=0, answered=0, is_key=True, data=b"")


@pytest.fixture
def connect_as(
    postgres: str, postgres_server: Server
) -> Iterator[Callable[[str], PostgresConnection]]:
    """Connects as a user who is only that; the tables are prepared."""
    made: list[PostgresConnection] = []
    database = postgres.rpartition("/")[2]

    def connect_as(role: str) -> PostgresConnection:
        made.append(PostgresConnection(postgres_server.url(database, role), "confmon"))
        return made[-1]

    with contextlib.closing(PostgresConnection(postgres, "confmon")) as owner:
        prepare(owner, ENDPOINT, [HISTORY])
        owner.execute("UPDATE lease SET holder = 'one', epoch = 1, expires = now_ms() + 600000")
        for user in ("reader", "collector", "operator"):
            owner.execute(f"DROP ROLE IF EXISTS a_{user}")
            owner.execute(f"CREATE ROLE a_{user} LOGIN IN ROLE confmon_{user}")
        owner.execute("DROP ROLE IF EXISTS a_stranger")
        owner.execute("CREATE ROLE a_stranger LOGIN")
    yield connect_as
    for connection in made:
        connection.close()


WRITES = {
    "INSERT INTO member VALUES ('m', 'ann', 'box', 'screen', NULL, 0, 0, 0)": "roc",
    "UPDATE member SET expires = 1": "roc",
    "DELETE FROM member": "roc",
    "UPDATE lease SET interval_ms = 1": "oc",
    "INSERT INTO live_snapshot VALUES ('calls', 1, 1, 0, 0, '')": "oc",
    "DELETE FROM read_request": "oc",
    "DELETE FROM history_item": "oc",
    "INSERT INTO attributes VALUES ('k', 'o', 'b', 'm', 0, 0, '{}')": "oc",
    "DELETE FROM claim WHERE expires < now_ms()": "oc",
    "INSERT INTO leg VALUES (1)": "oc",
    "UPDATE leg SET leg = 2": "oc",
    "INSERT INTO claim VALUES ('k', 'o', 'b', 'm', 0, 0, '{}') ON CONFLICT DO NOTHING": "o",
    "UPDATE queue SET at = 1": "o",
    "INSERT INTO read_request VALUES (1, 0) ON CONFLICT (meeting) DO UPDATE SET at = 1": "o",
    "INSERT INTO history_item VALUES ('i', 0, '{}')": "o",
    "INSERT INTO audit VALUES ('b', 1, 0, '', '', '') ON CONFLICT DO NOTHING": "o",
    "UPDATE audit SET line = ''": "",
    "DELETE FROM audit": "",
    "TRUNCATE audit": "",
    "DROP TABLE audit": "",
    "UPDATE share_meta SET value = ''": "",
    "UPDATE live_frame SET data = ''": "",
    "CREATE TABLE other (n INTEGER)": "",
    "CREATE FUNCTION now_ms(n INTEGER) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'": "",
}


def test_each_role_may_do_what_it_is_for(connect_as: Callable[[str], PostgresConnection]) -> None:
    for role in ("reader", "operator", "collector"):
        connection = connect_as(f"a_{role}")
        for statement, roles in WRITES.items():
            try:
                connection.execute(statement)
                may = True
            except Denied:
                may = False
            assert may is (role[0] in roles), f"{role}: {statement}"
        assert connection.query("SELECT count(*) FROM leg") == [(1 if role != "reader" else 0,)]
        connection.execute("DELETE FROM leg") if role != "reader" else None
        connection.query("SELECT line FROM audit")
        if role == "reader":
            with pytest.raises(Denied):
                connection.append_frame("one", 1, FRAME, 60_000)
        else:
            assert connection.append_frame("one", 1, FRAME, 60_000)
            connection.execute("DELETE FROM live_snapshot")
            connection.execute("DELETE FROM attributes")
    stranger = connect_as("a_stranger")
    with pytest.raises(ShareUnavailable):
        stranger.query("SELECT 1 FROM lease")


def test_tables_that_come_later_are_readable_and_the_audit_stays_as_it_is(
    connect_as: Callable[[str], PostgresConnection], postgres: str
) -> None:
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as owner:
        owner.execute("CREATE TABLE later (n INTEGER)")
        owner.execute("GRANT UPDATE, DELETE ON audit TO confmon_operator")
        prepare(owner, ENDPOINT, [HISTORY])
    operator = connect_as("a_operator")
    assert operator.execute("INSERT INTO later VALUES (1)") == 1
    assert connect_as("a_reader").query("SELECT n FROM later") == [(1,)]
    with pytest.raises(Denied):
        operator.execute("DELETE FROM audit")


def found_by(connection: PostgresConnection) -> tuple[set[str], set[str]]:
    findings = check(connection, ENDPOINT)
    return (
        {finding.text for finding in findings if finding.ok},
        {finding.text for finding in findings if not finding.ok},
    )


def test_the_check_says_what_each_may(
    connect_as: Callable[[str], PostgresConnection], postgres: str
) -> None:
    for role, does in (
        ("a_reader", "only follows"),
        ("a_collector", "may collect"),
        ("a_operator", "may collect and act"),
    ):
        good, bad = found_by(connect_as(role))
        assert bad == set()
        assert good >= {
            "the shared tables are those of https://bridge.example/v1",
            f"{role} may read",
            f"{role} may be seen by the others",
            f"{role} {does}",
            "audit lines can't be changed by it",
            "text is kept as UTF8",
            "changes are notified at once",
            "plain, to this machine",
        }
    _, bad = found_by(connect_as("a_stranger"))
    assert bad == {
        "a_stranger has no part in the shared tables: grant it confmon_operator or confmon_reader"
    }
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as owner:
        _, bad = found_by(owner)
        assert bad == {
            "postgres may change audit lines (UPDATE, DELETE, TRUNCATE): use a role that may not"
        }
        owner.execute("REVOKE DELETE ON live_frame FROM confmon_collector")
        owner.execute("REVOKE INSERT ON claim FROM confmon_operator")
    _, bad = found_by(connect_as("a_operator"))
    assert bad == {
        "a_operator may collect, but not in live_frame",
        "a_operator may act, but not in claim",
    }


def test_the_check_of_a_file_and_of_nothing(tmp_path: Path, postgres: str) -> None:
    with contextlib.closing(FileConnection(tmp_path / "share.db")) as file:
        assert [finding.ok for finding in check(file, ENDPOINT)] == [False]
        prepare(file, ENDPOINT)
        good, slow, clock = check(file, ENDPOINT, lambda: 0.0)
        assert (good.ok, slow.ok, clock.ok) == (True, True, False)
        assert clock.text.endswith("s ahead of that of this machine")
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as empty:
        (finding,) = check(empty, ENDPOINT)
        assert "confmon share init" in finding.text


def test_the_printed_statements_are_what_is_run(postgres: str, postgres_server: Server) -> None:
    database = postgres.rpartition("/")[2]
    script = ";\n".join(["BEGIN", *statements("https://it's.example/v1", "west"), "COMMIT"])
    postgres_server.run_sql(script, database)
    postgres_server.run_sql(script, database)
    with contextlib.closing(PostgresConnection(postgres, "west")) as one:
        found: dict[str, str] = dict(one.query("SELECT name, value FROM share_meta"))
        assert re.fullmatch("[0-9a-f]{16}", found.pop("id"))
        assert found == {"version": "1", "endpoint": "https://it's.example/v1"}
        assert one.query("SELECT count(*) FROM lease") == [(1,)]


def test_the_history_of_another_bridge_is_not_opened(postgres: str) -> None:
    """Neither read, nor pruned: a profile may name the wrong schema."""
    with contextlib.closing(PostgresConnection(postgres, "confmon")) as owner:
        prepare(owner, ENDPOINT)

    def history_of(base_url: str) -> SharedTables:
        settings = Settings(profile="p", base_url=base_url, login="x", share=postgres)
        return cast("SharedTables", shared_history(settings))

    history_of(ENDPOINT).open_connection().close()
    with pytest.raises(NotPrepared, match="another bridge"):
        history_of("https://other.example/v1").open_connection()


@pytest.mark.parametrize(("role", "leads"), [("reader", False), ("collector", True)])
def test_a_role_that_may_not_act_follows_or_collects_and_is_never_alone(
    connect_as: Callable[[str], PostgresConnection], role: str, leads: bool
) -> None:
    with contextlib.closing(connect_as("a_operator")) as operator:
        operator.execute("UPDATE lease SET expires = 0")
    clock = HandClock()
    member = Member(
        lambda: connect_as(f"a_{role}"),
        Who("one", Operator("wall", "box"), "screen"),
        may_lead=True,
        clock=clock,
        random=Random(1),  # noqa: S311
        encoder=Encoder(),
        decoder=Decoder(lambda raw: raw, lambda raw: raw),
        interval_s=2.0,
        hand_on=lambda scope, scan: None,
    )
    member.facts.put("queue", "early", "{}", 0)
    modes = set()
    for _ in range(8):
        member.step()
        clock.time_s += 1.0
        member.facts.put("queue", "1", "{}", 0)
        member.facts.put("claim", "1", "{}", 30)
        member.facts.drop("signal", "2")
        member.request_read(7)
        modes.add(member.state.mode)
    assert modes == ({"following", "leading"} if leads else {"following"})
    assert member.state.may_claim is False  # neither of them acts
    reader = connect_as("a_reader")
    assert reader.query("SELECT count(*) FROM queue") == [(0,)]
    assert len(reader.query("SELECT member FROM member")) == 1
    member.leave()
    assert reader.query("SELECT member FROM member") == []
