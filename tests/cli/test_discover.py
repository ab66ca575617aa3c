"""`discover`: endpoints are listed, a profile is added, no password is shown."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.config.settings import config_file as profiles
from confmon.config.settings import new_profile, toml_lines
from confmon.models.forwarding import Endpoint
from confmon.process import exits
from tests.cli.test_live import in_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Served

SECRETS = ("hunter2", "medium7", "portal9")


def test_endpoints_are_listed_without_their_passwords(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for output in ("table", "json", "jsonl", "csv"):
        assert main(["discover", "-o", output]) == exits.OK
        out, err = capsys.readouterr()
        assert not any(secret in out + err for secret in SECRETS)
        assert served.base_url in out
        assert 'login = "ann"' in err
    assert main(["discover", "--fields", "login,password", "-o", "json"]) == exits.OK
    kept = [row for row in json.loads(capsys.readouterr().out) if row["login"]]
    assert {row["password"] for row in kept} == {"****"}
    assert not config_file.exists()


def test_a_profile_is_written_that_works(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    was = '[profiles.old]  # mine\nbase_url = "https://a.example/v1"\nlogin = "x"'
    config_file.write_text(was)
    assert main(["discover", "--write", "--yes", "--name", "prod"]) == exits.OK
    out, err = capsys.readouterr()
    assert not any(secret in out + err for secret in SECRETS)
    text = config_file.read_text()
    assert text.startswith(was)
    assert not any(secret in text for secret in SECRETS)
    for name in ("prod.conference.password", "prod.mediator.password"):
        assert stat.S_IMODE(config_file.with_name(name).stat().st_mode) == 0o600
    for name in ("BASE_URL", "LOGIN", "PASSWORD_FILE"):
        monkeypatch.delenv(f"CONFMON_{name}")
        monkeypatch.delenv(f"CONFMON_MEDIATOR_{name}")
    assert main(["--profile", "prod", "meetings"]) == exits.OK
    assert main(["--profile", "prod", "bindings"]) == exits.OK
    assert main(["discover", "--write", "--yes", "--name", "prod"]) == exits.USAGE
    assert "there is a profile prod already" in capsys.readouterr().err
    assert config_file.read_text() == text


def test_a_new_file_is_private(served: Served, home: Path) -> None:
    assert main(["discover", "--write", "--yes"]) == exits.OK
    file = home / "config" / "confmon" / "config.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert profiles.check_file(toml_lines.read(file)).complaints == []


def test_nothing_is_overwritten(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = config_file.with_name("prod.mediator.password")
    other.write_text("somebody's")
    assert main(["discover", "--write", "--yes", "--name", "prod"]) == exits.CONFIG
    assert "the file exists already" in capsys.readouterr().err
    assert other.read_text() == "somebody's"
    assert sorted(path.name for path in config_file.parent.iterdir()) == [other.name]


def test_a_file_that_is_not_right_is_not_added_to(
    served: Served, config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in ("profiles = {}\n", "[profiles\n", "[profiles.p]\nlogn = 'x'\n"):
        config_file.write_text(source)
        assert main(["discover", "--write", "--yes", "--name", "prod"]) == exits.CONFIG
        assert config_file.read_text() == source
        assert capsys.readouterr().err
    assert len(list(config_file.parent.iterdir())) == 1


def test_it_asks_before_it_writes(served: Served, config_file: Path) -> None:
    assert main(["discover", "--write"]) == exits.USAGE
    code, seen = in_a_terminal(["discover", "--write"], b"Type y:", b"n\n")
    assert code == exits.USAGE
    assert not config_file.exists()
    code, seen = in_a_terminal(["discover", "--write"], b"Type y:", b"y\n")
    assert code == exits.OK
    assert config_file.exists()
    assert not any(secret.encode() in seen for secret in SECRETS)


def test_the_portals_login_is_asked_for_and_can_be_wrong(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONFMON_PORTAL_PASSWORD_FILE")
    code, seen = in_a_terminal(["discover"], b"Password of portal at", b"portal9\n")
    assert code == exits.OK
    assert b"portal9" not in seen
    monkeypatch.setenv("CONFMON_PORTAL_PASSWORD", "hunter2")
    assert main(["discover"]) == exits.AUTH
    assert "portal login" in capsys.readouterr().err
    monkeypatch.delenv("CONFMON_PORTAL_LOGIN")
    assert main(["discover"]) == exits.CONFIG
    assert main(["discover", "--core-url", "http://elsewhere/core/v2"]) == exits.USAGE


TOKEN = "portal-token"  # the simulator's


def test_a_token_will_do_without_a_login(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    for name in ("PORTAL_LOGIN", "PORTAL_PASSWORD_FILE"):
        monkeypatch.delenv(f"CONFMON_{name}")
    monkeypatch.setenv("CONFMON_PORTAL_TOKEN", TOKEN)
    assert main(["discover"]) == exits.OK
    out, err = capsys.readouterr()
    assert served.base_url in out
    assert "CONFMON_PORTAL_TOKEN is seen by other processes" in err
    assert TOKEN not in out + err
    assert "CONFMON_PORTAL_TOKEN" not in os.environ

    file = tmp_path / "token"
    file.write_text(f"{TOKEN} \n# of the night shift\n")
    file.chmod(0o600)
    monkeypatch.setenv("CONFMON_PORTAL_TOKEN_FILE", str(file))
    assert main(["discover"]) == exits.OK
    out, err = capsys.readouterr()
    assert (served.base_url in out, "token" in err.lower().split("for ")[0]) == (True, False)

    file.chmod(0o644)
    assert main(["discover"]) == exits.CONFIG
    assert f"chmod 600 {file}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("of-yesterday", (exits.AUTH, "The token has run out")),
        ("two words", (exits.CONFIG, "CONFMON_PORTAL_TOKEN: that is no token")),
        ("ev\til", (exits.CONFIG, "CONFMON_PORTAL_TOKEN: that is no token")),
    ],
)
def test_a_token_that_will_not_do(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    text: str, ends: tuple[int, str],
) -> None:  # fmt: skip
    monkeypatch.delenv("CONFMON_PORTAL_LOGIN")
    monkeypatch.setenv("CONFMON_PORTAL_TOKEN", text)
    code, shown = ends
    assert main(["discover"]) == code
    out, err = capsys.readouterr()
    assert shown in err
    assert text not in out + err


def test_of_login_and_token_one_is_used_and_named(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_PORTAL_TOKEN", TOKEN)
    assert main(["discover"]) == exits.OK
    assert "CONFMON_PORTAL_LOGIN is not used" in capsys.readouterr().err
    monkeypatch.setenv("CONFMON_PORTAL_TOKEN", "of-yesterday")
    assert main(["discover", "--portal-login", "portal"]) == exits.OK
    assert "CONFMON_PORTAL_TOKEN is not used: there is --portal-login" in capsys.readouterr().err


def test_a_token_can_be_typed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFMON_PORTAL_LOGIN")
    code, seen = in_a_terminal(
        ["discover"],
        b"(empty: a token instead):",
        b"\n",
        b"Token of the portal at",
        b"portal-token\n",
    )
    assert code == exits.OK
    assert TOKEN.encode() not in seen


def test_which_endpoint_is_meant_has_to_be_clear() -> None:
    bare = Endpoint(endpoint_sid="a", type="conference", login="x", api_url="http://far.example/v1")
    with pytest.raises(ValueError, match="must be https"):
        new_profile.build("p", bare, None, ())
    with pytest.raises(ValueError, match="--name"):
        new_profile.build("", bare, None, ())
