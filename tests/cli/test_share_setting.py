"""The setting `share`: what it may be, and who needs no login because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confmon.cli import main
from confmon.cli.grammar.parser import build
from confmon.config.settings.checks import check_share
from confmon.config.settings.resolve import Configuration, resolve
from confmon.process import exits

if TYPE_CHECKING:
    from pathlib import Path

URL = "postgresql://ann@db.example/confmon"
PROFILE = "[profiles.p]\nbase_url = 'https://bridge.example/v1'\n"


def resolved(*, may_follow: bool = False) -> Configuration:
    return resolve(build().parse_args([]), {}, may_follow=may_follow)


@pytest.mark.parametrize(
    "text",
    [
        "", "local", "local:/var/lib/confmon/share.db", URL, f"{URL}?schema=prod",
        "postgres://db.example", "postgresql:///confmon", "postgresql://127.0.0.1:5433/confmon",
        "postgresql://ann%40corp@db.example/confmon?sslrootcert=%2Fetc%2Fca.pem",
        "postgresql://one.example:5432,two.example:5433/confmon?target_session_attrs=read-write",
        f"{URL}?sslmode=verify-full", "postgresql://ann@[::1]/confmon?sslmode=disable",
        "postgresql://localhost/confmon?sslmode=prefer",
        "postgresql://%2Frun%2Fpostgresql/confmon?sslmode=disable",
        "postgresql:///confmon?host=/run/postgresql&sslmode=disable",
        "postgresql:///confmon?service=prod",
    ],
)  # fmt: skip
def test_places_that_are_taken(text: str) -> None:
    assert check_share(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Local", "must be postgresql://"), ("mysql://db.example/x", "must be postgresql://"),
        ("postgresql:confmon", "must be postgresql://"), ("/var/lib/share.db", "must be postgres"),
        ("local:share.db", "must have a full path"), ("local:", "must be a path"),
        ("postgresql://ann:sesame@db.example/x", "must not carry a password"),
        ("postgresql://ann:ses/ame@db.example/x", "must not carry a password"),
        ("postgresql://ann:ses?ame@db.example/x", "must not carry a password"),
        ("postgresql://db.example/x?user=ann&password=sesame", "must not carry a password"),
        ("postgresql://db.example/x?sslpassword=sesame", "must not carry a password"),
        ("postgresql://ann:sesame", "a host or a port that is none"),
        ("postgresql://db.example:port/x", "a host or a port that is none"),
        ("postgresql://db.example/x?user=a@b", "is not a URL"), (f"{URL} ", ""),
        ("postgresql://db example/x", "is not a URL"), (f"{URL}?schema", "not NAME=VALUE"),
        (f"{URL}?schema=Prod", "a schema that is none"), (f"{URL}?schema=pg_x", "a schema that is"),
        (f"{URL}?schema=", "a schema that is none"), (f"{URL}?schema=a&schema=b", "twice"),
        (f"{URL}?sslmode=require", "must have sslmode=verify-full"),
        (f"{URL}?sslmode=verify-ca", "must have sslmode=verify-full"),
        (f"{URL}?host=127.0.0.1&sslmode=disable", "must have sslmode=verify-full"),
        ("postgresql://127.0.0.1,db.example/x?sslmode=disable", "must have sslmode=verify-full"),
        ("postgresql:///x?hostaddr=10.0.0.1&sslmode=disable", "must have sslmode=verify-full"),
        ("postgresql:///x?service=prod&sslmode=disable", "must have sslmode=verify-full"),
        ("a\nb", "one line"),
    ],
)  # fmt: skip
def test_places_that_are_none(text: str, why: str) -> None:
    if not why:
        assert check_share(text) == text.strip()
        return
    with pytest.raises(ValueError, match=why) as found:
        check_share(text)
    assert "sesame" not in str(found.value)


def test_a_wrong_place_is_78_with_a_sentence_without_the_password(
    config_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.write_text(f"{PROFILE}login = 'x'\nshare = 'postgresql://a:sesame@db.example/x'\n")
    assert main(["config", "validate"]) == exits.CONFIG
    err = capsys.readouterr().err
    assert f"{config_file}:4: profiles.p.share: must not carry a password" in err
    assert "sesame" not in err
    config_file.write_text(f"{PROFILE}login = 'x'\n")
    monkeypatch.setenv("CONFMON_SHARE", "local:x")
    assert main(["meetings"]) == exits.CONFIG
    assert "CONFMON_SHARE must have a full path" in capsys.readouterr().err
    monkeypatch.delenv("CONFMON_SHARE")
    assert main(["--share", "local:x", "meetings"]) == exits.USAGE
    assert "--share must have a full path" in capsys.readouterr().err


def test_a_home_in_the_path_is_this_users(home: Path) -> None:
    assert check_share("local:~/share.db") == f"local:{home}/share.db"


def test_who_only_follows_needs_no_login(config_file: Path) -> None:
    config_file.write_text(f"{PROFILE}read_only = true\nshare = '{URL}'\n")
    found = resolved(may_follow=True)
    assert (found.settings.login, found.has_login) == ("", False)
    with pytest.raises(exits.CliExit, match="no login"):
        resolved()
    for left_out in ("read_only = true\n", f"share = '{URL}'\n"):
        config_file.write_text(PROFILE + left_out)
        with pytest.raises(exits.CliExit, match="no login"):
            resolved(may_follow=True)


def test_what_asks_the_bridge_still_says_that_there_is_no_login(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(f"{PROFILE}read_only = true\nshare = '{URL}'\n")
    for argv in (["login"], ["meetings"], ["mute", "1"], ["record", "--for", "0"]):
        assert main(argv) == exits.CONFIG
        assert f"{config_file}: profiles.p: no login" in capsys.readouterr().err


def test_show_says_that_no_password_is_needed(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(f"{PROFILE}read_only = true\nshare = '{URL}'\n")
    assert main(["config", "show"]) == exits.OK
    out = capsys.readouterr().out
    assert "# password from: nowhere: without a login it only follows those who share" in out
    assert f'share = "{URL}"  # {config_file}:4' in out


@pytest.mark.parametrize("name", ["passw%6frd", "%70assword", "sslpassw%6Frd"])
def test_an_encoded_name_of_a_password_is_one(name: str) -> None:
    with pytest.raises(ValueError, match="must not carry a password"):
        check_share(f"postgresql://ann@localhost/db?{name}=secret")
