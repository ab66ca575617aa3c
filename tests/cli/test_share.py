"""`confmon share`: the tables are made, looked at and checked, in a file and on a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.cli.share import open_share
from confmon.process import exits
from confmon.sharing.tables.place import open_connection, place_of
from confmon.sharing.tables.schema import VERSION

if TYPE_CHECKING:
    from confmon.sharing.engine import Connection
    from tests.sharing.server import Server

BRIDGE = "https://bridge.example/v1"
LIMIT_S = 90


@pytest.fixture
def file(config_file: Path, tmp_path: Path) -> str:
    """The profile shares a file; the setting's text."""
    share = f"local:{tmp_path}/share.db"
    configure(config_file, share)
    return share


def configure(config_file: Path, share: str, bridge: str = BRIDGE) -> None:
    config_file.write_text(f"[profiles.p]\nbase_url = '{bridge}'\nshare = '{share}'\n")


def opened(share: str) -> Connection:
    return open_connection(place_of(share, None))


def as_role(url: str, role: str, password: str = "") -> str:
    """Return the URL for another role."""
    return url.replace("//postgres@", f"//{role}@")


def status(capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert main(["share", "status", "-o", "json"]) == exits.OK
    return json.loads(capsys.readouterr().out)


def add_members(connection: Connection) -> None:
    """Let a collector, and an operator who has claimed a meeting, be here."""
    connection.execute("UPDATE lease SET epoch = 4, holder = 'c1', box = 'ops-3', seq = 1234,"
                       " interval_ms = 2000, expires = now_ms() + 8000")  # fmt: skip
    for row in (
        ("c1", "confmon", "ops-3", "collect", None), ("s1", "ann", "ops-1", "screen", 414328),
        ("s2", "e\x1b]0;x\x07ve", "ops\n2", "screen", None),
    ):  # fmt: skip
        connection.execute(
            "INSERT INTO member (member, operator, box, kind, meeting, since, expires, changed)"
            " VALUES (?, ?, ?, ?, ?, now_ms() - 75000, now_ms() + 30000, now_ms())", row,
        )  # fmt: skip
    connection.execute(
        "INSERT INTO claim (key, operator, box, member, at, expires, data)"
        " VALUES ('414328', 'ann', 'ops-1', 's1', now_ms(), now_ms() + 60000, '{}')"
    )
    connection.execute(
        "INSERT INTO live_frame (seq, epoch, kind, meeting, asked, answered, is_key, written, data)"
        " VALUES (1234, 4, 'calls', NULL, now_ms() - 1500, now_ms() - 1200, 1, now_ms(), ?)",
        (b"x",),
    )
    connection.execute("INSERT INTO audit VALUES ('ops-1/ann', 1, now_ms(), 'p', 'h', '{}')")


@pytest.mark.parametrize("what", ["init", "status", "check"])
def test_without_the_setting_it_says_where_to_put_it(
    config_file: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    config_file.write_text(f"[profiles.p]\nbase_url = '{BRIDGE}'\n")
    assert main(["share", what]) == exits.CONFIG
    err = capsys.readouterr().err
    assert "set share in the profile, CONFMON_SHARE or --share" in err
    assert "confmon help sharing" in err


def test_a_file_is_made_and_looked_at(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["share", "init"]) == exits.OK
    assert capsys.readouterr().err == f"confmon: {file} is ready for {BRIDGE}\n"
    assert main(["share", "init"]) == exits.OK, "a second time changes nothing"
    assert main(["share", "check"]) == exits.OK
    assert capsys.readouterr().out.startswith("ok ")
    assert main(["share", "status"]) == exits.OK
    lines = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())
    assert lines["place"] == file
    assert lines["bridge"] == BRIDGE
    assert lines["collector"].startswith("nobody")
    assert lines["here"] == "0"


def test_status_says_who_collects_and_who_is_here(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["share", "init"]) == exits.OK
    connection = opened(file)
    add_members(connection)
    connection.close()
    capsys.readouterr()
    assert main(["share", "status"]) == exits.OK
    out = capsys.readouterr().out
    top, _, table = out.partition("\n\n")
    lines = dict(line.split(None, 1) for line in top.splitlines())
    assert lines["collector"].startswith("ops-3, every 2 s, its lease ends in ")
    assert lines["epoch"] == "4, frame 1,234"
    assert lines["age"].startswith("calls ")
    assert lines["claims"] == "414328 (ann@ops-1)"
    assert lines["audit"] == "1 of ops-1/ann"
    assert lines["here"] == "2 screens, 1 collector", "as the header, which counts screens"
    assert [line.split()[:3] for line in table.splitlines()] == [
        ["operator", "kind", "looks"], ["ann@ops-1", "screen", "414328"],
        ["confmon@ops-3", "collect", "(collects)"], table.splitlines()[3].split()[:3],
    ]  # fmt: skip
    assert "\x1b" not in out
    found = status(capsys)
    assert (found["collector"], found["epoch"], found["interval_s"]) == ("ops-3", 4, 2)
    assert found["collector_member"] == "confmon@ops-3"
    assert 1 < found["frame_age_s"]["calls"] < LIMIT_S
    assert [one["meeting"] for one in found["members"]] == [414328, None, None]
    assert found["claims"][0]["meeting"] == "414328"
    assert found["bytes"] > 0


def test_tables_of_another_bridge_are_refused(
    file: str, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["share", "init"]) == exits.OK
    configure(config_file, file, "https://other.example/v1")
    for argv in (["share", "status"], ["share", "init"]):
        assert main(argv) == exits.CONFIG
        assert BRIDGE in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "remedy"),
    [
        ("2", "install the confmon that the others have"),
        ("0", "install an older confmon"),
        ("\x1b[2J", "install an older confmon"),
    ],
)
def test_tables_of_another_version_are_refused_with_a_remedy(
    file: str, capsys: pytest.CaptureFixture[str], version: str, remedy: str
) -> None:
    assert main(["share", "init"]) == exits.OK
    connection = opened(file)
    connection.execute("UPDATE share_meta SET value = ? WHERE name = 'version'", (version,))
    connection.close()
    capsys.readouterr()
    for what in ("status", "init"):
        assert main(["share", what]) == exits.CONFIG
        printed = capsys.readouterr().err
        assert f"and this confmon knows {VERSION}: {remedy}" in printed
        assert "\x1b" not in printed


def test_a_file_has_no_sql_for_others(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["share", "init", "--print"]) == exits.USAGE
    assert f"{file} is a file: confmon share init makes it" in capsys.readouterr().err


def test_what_is_not_there_is_not_made_by_looking(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for what in ("status", "check"):
        assert main(["share", what]) == exits.CONFIG
        assert (
            f"{file}: there is no such file: run 'confmon share init' once"
            in capsys.readouterr().err
        )
    assert not Path(file.removeprefix("local:")).exists()


def test_a_file_that_can_not_be_made_is_69(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plain").touch()
    configure(config_file, f"local:{tmp_path}/plain/share.db")
    assert main(["share", "init"]) == exits.DOWN
    assert f"local:{tmp_path}/plain/share.db: " in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_file_in_a_folder_of_others_is_77() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place = place_of(f"local:{folder}/share.db", None)
        open_connection(place).close()
        os.seteuid(65534)
        try:
            with pytest.raises(exits.CliExit) as ended, open_share(place):
                pass
        finally:
            os.seteuid(0)
    assert ended.value.code == exits.AUTH
    assert "this user may not write the shared file" in ended.value.lines[0]


def test_what_libpq_reads_elsewhere_may_not_weaken_it(
    config_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(config_file, "postgresql:///confmon?sslmode=disable")
    monkeypatch.setenv("PGHOST", "db.example")
    assert main(["share", "status"]) == exits.CONFIG
    assert "confmon: share must have sslmode=verify-full" in capsys.readouterr().err


def test_a_server_that_is_away_is_69(config_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psycopg")
    configure(config_file, "postgresql://ann@127.0.0.1:1/confmon")
    for what in ("init", "status", "check"):
        assert main(["share", what]) == exits.DOWN
        assert "postgresql://ann@127.0.0.1:1/confmon: the database" in capsys.readouterr().err


def test_without_the_extra_it_says_how_to_install_it(home: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None; from confmon.cli import main;"
        " sys.exit(main(['--base-url', 'https://a.example', '--share',"
        " 'postgresql://ann@127.0.0.1:1/confmon', 'share', 'status']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == exits.CONFIG
    first, second = done.stderr.splitlines()
    assert "needs the library psycopg, which is not installed" in first
    assert "pip install 'confmon[postgres]'" in second


def test_the_sql_that_is_printed_prepares_a_server(
    postgres: str, postgres_server: Server, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(config_file, f"{postgres}?schema=prod")
    assert main(["share", "status"]) == exits.CONFIG
    assert "confmon share init" in capsys.readouterr().err
    assert main(["share", "init", "--print"]) == exits.OK
    out = capsys.readouterr().out
    assert out.startswith("BEGIN;\n")
    assert out.endswith("COMMIT;\n")
    database = postgres.rpartition("/")[2]
    postgres_server.run_sql(out, database)
    postgres_server.run_sql(out, database)
    assert main(["share", "check"]) == exits.NOT_PROVED
    [wrong] = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("ok ")]
    assert wrong.startswith("NO  postgres may change audit lines"), "a superuser may everything"
    found = status(capsys)
    assert (found["endpoint"], found["collector"], found["members"]) == (BRIDGE, None, [])
    assert found["bytes"] > 0


def test_each_role_may_what_it_is_for(
    postgres: str, postgres_server: Server, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(config_file, postgres)
    assert main(["share", "init"]) == exits.OK
    database = postgres.rpartition("/")[2]
    postgres_server.run_sql(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
    for group in ("operator", "reader", "collector"):
        role = f"{group}_of_{database}"
        postgres_server.run_sql(f"CREATE ROLE {role} LOGIN IN ROLE confmon_{group}")
        configure(config_file, as_role(postgres, role))
        capsys.readouterr()
        assert main(["share", "check"]) == exits.OK, capsys.readouterr().out
        assert status(capsys)["endpoint"] == BRIDGE
        assert main(["share", "init"]) == exits.AUTH
    postgres_server.run_sql(f"CREATE ROLE nobody_of_{database} LOGIN")
    configure(config_file, as_role(postgres, f"nobody_of_{database}"))
    capsys.readouterr()
    for what in ("status", "check"):
        assert main(["share", what]) == exits.AUTH
        assert "permission denied for database" in capsys.readouterr().err
    postgres_server.run_sql(f"GRANT CONNECT ON DATABASE {database} TO PUBLIC")
    assert main(["share", "check"]) == exits.NOT_PROVED
    assert main(["share", "status"]) == exits.AUTH


def test_an_audit_that_can_be_changed_is_found(
    postgres: str, postgres_server: Server, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(config_file, postgres)
    assert main(["share", "init"]) == exits.OK
    database = postgres.rpartition("/")[2]
    role = f"ann_of_{database}"
    postgres_server.run_sql(f"CREATE ROLE {role} LOGIN IN ROLE confmon_operator")
    postgres_server.run_sql(f"GRANT UPDATE ON confmon.audit TO {role}", database)
    configure(config_file, as_role(postgres, role))
    capsys.readouterr()
    assert main(["share", "check"]) == exits.NOT_PROVED
    assert "NO " in capsys.readouterr().out


def test_a_password_comes_from_pgpass(
    postgres: str, postgres_server: Server, config_file: Path, home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    configure(config_file, postgres)
    assert main(["share", "init"]) == exits.OK
    database = postgres.rpartition("/")[2]
    role = f"eve_of_{database}"
    postgres_server.run_sql(
        "DO $$ BEGIN CREATE ROLE needs_password; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    postgres_server.run_sql(
        f"CREATE ROLE {role} LOGIN PASSWORD 'sesame' IN ROLE confmon_operator, needs_password"
    )
    configure(config_file, as_role(postgres, role))
    capsys.readouterr()
    assert main(["share", "status"]) == exits.AUTH
    assert "pgpass" in capsys.readouterr().err
    pgpass = home / ".pgpass"
    for password, code in (("wrong", exits.AUTH), ("sesame", exits.OK)):
        pgpass.write_text(f"*:*:*:{role}:{password}\n")
        pgpass.chmod(0o600)
        assert main(["share", "status"]) == code
        out, err = capsys.readouterr()
        assert password not in out + err.replace("password", "")
