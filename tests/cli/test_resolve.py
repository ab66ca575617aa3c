"""Flags over environment over profile over defaults, and complaints that name the place."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.cli.grammar.parser import build
from confmon.config.settings import toml_lines
from confmon.config.settings.checks import check_base_url
from confmon.config.settings.config_file import check_file
from confmon.config.settings.model import PASSWORD_SOURCES, Settings, profile_table
from confmon.config.settings.resolve import Configuration, resolve
from confmon.process import exits

if TYPE_CHECKING:
    from pathlib import Path

PROD = """\
default_profile = "prod"

[profiles.prod]
base_url = "https://api.example.com/conference/v1/"
login = "ann"
interval_s = 3
accent = "red"

[profiles.lab]
base_url = "http://127.0.0.1:8080/conference/v1"
login = "lab"
read_only = true

[keys]
mute = "f9"

[codes."call.muteMode"]
7 = "muted by robot"
"""


def resolved(*argv: str, **environ: str) -> Configuration:
    return resolve(build().parse_args(argv), environ)


def complaints(path: Path, text: str) -> list[str]:
    path.write_text(text)
    return [line.removeprefix(f"{path}:") for line in check_file(toml_lines.read(path)).complaints]


def test_every_setting_can_be_set() -> None:
    assert set(profile_table()) == {*Settings.table, *PASSWORD_SOURCES} - {
        "profile", "keys", "codes", "attention", "alerts",
    }  # fmt: skip


def test_settings_are_complete_and_do_not_change() -> None:
    with pytest.raises(TypeError, match="login is needed"):
        Settings(profile="", base_url="")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no settings: logn"):
        Settings(profile="", base_url="", login="", logn="")  # type: ignore[call-arg]
    settings = Settings(profile="", base_url="", login="")
    with pytest.raises(AttributeError, match="read_only"):
        settings.read_only = True  # type: ignore[misc]
    assert not settings.read_only


def test_a_profile_fills_the_settings(config_file: Path) -> None:
    config_file.write_text(PROD)
    settings = resolved().settings
    assert settings.profile == "prod"
    assert settings.base_url == "https://api.example.com/conference/v1"
    assert (settings.login, settings.interval_s, settings.accent) == ("ann", 3.0, "red")
    assert settings.keys == {"mute": "f9"}
    assert settings.codes == {"call.muteMode": {7: "muted by robot"}}
    assert settings.deadline_s == Settings(profile="", base_url="", login="").deadline_s


def test_each_layer_lies_over_the_next(config_file: Path) -> None:
    config_file.write_text(PROD)
    lab = resolved(CONFMON_PROFILE="lab", CONFMON_LOGIN="eve", CONFMON_INTERVAL="5")
    assert lab.settings.read_only
    assert (lab.settings.profile, lab.settings.login, lab.settings.interval_s) == ("lab", "eve", 5)
    both = resolved("--profile", "prod", "--interval", "9", CONFMON_PROFILE="lab",
                    CONFMON_INTERVAL="5", CONFMON_READ_ONLY="yes")  # fmt: skip
    assert (both.settings.profile, both.settings.interval_s) == ("prod", 9)
    assert both.settings.read_only
    assert both.sources["interval_s"] == "--interval"
    assert both.sources["read_only"] == "CONFMON_READ_ONLY"
    assert both.sources["login"] == f"{config_file}:5"


def test_the_environment_alone_is_enough() -> None:
    found = resolved(CONFMON_BASE_URL="https://a.example/v1", CONFMON_LOGIN="ann")
    assert (found.settings.profile, found.settings.login) == ("env", "ann")
    assert not found.settings.read_only


def test_another_file_by_flag_or_variable(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(PROD)
    assert resolved("--config", str(other)).settings.profile == "prod"
    assert resolved(CONFMON_CONFIG=str(other)).settings.profile == "prod"
    with pytest.raises(exits.CliExit, match="No such file") as quit_:
        resolved("--config", str(tmp_path / "missing.toml"))
    assert quit_.value.code == exits.CONFIG


def test_the_only_profile_needs_no_choosing(config_file: Path) -> None:
    config_file.write_text('[profiles.one]\nbase_url = "https://a.example"\nlogin = "x"\n')
    assert resolved().settings.profile == "one"


@pytest.mark.parametrize(
    ("argv", "environ", "text"),
    [
        (["--profile", "prodd"], {}, "did you mean prod?"),
        (["--profile", "nope"], {}, "there: prod, lab"),
        ([], {"CONFMON_INTERVAL": "soon"}, "CONFMON_INTERVAL must be a number"),
        ([], {"CONFMON_READ_ONLY": "maybe"}, "CONFMON_READ_ONLY must be true or false"),
        ([], {"CONFMON_BASE_URL": "http://a.example"}, "plain http is for this machine only"),
    ],
)
def test_wrong_choices_are_78(
    config_file: Path, argv: list[str], environ: dict[str, str], text: str
) -> None:
    config_file.write_text(PROD)
    with pytest.raises(exits.CliExit) as quit_:
        resolved(*argv, **environ)
    assert quit_.value.code == exits.CONFIG
    assert text in "\n".join(quit_.value.lines)


def test_profiles_without_a_default_have_to_be_chosen(config_file: Path) -> None:
    config_file.write_text(PROD.partition("\n")[2])
    with pytest.raises(
        exits.CliExit, match="choose one by --profile or default_profile: prod, lab"
    ):
        resolved()


def test_a_profile_without_a_login_is_incomplete(config_file: Path) -> None:
    config_file.write_text('[profiles.one]\nbase_url = "https://a.example"\n')
    with pytest.raises(exits.CliExit, match=r"profiles\.one: no login"):
        resolved()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[profiles.p]\nintervall_s = 2", "2: profiles.p.intervall_s: unknown key; did you mean"
         " interval_s?"),
        ("[profiles.p]\n\ninterval_s = 0.1", "3: profiles.p.interval_s: must be from 0.5 to 60"),
        ("[profiles.p]\ninterval_s = nan", "2: profiles.p.interval_s: must be from 0.5 to 60"),
        ("[profiles.p]\nlogin = 5", "2: profiles.p.login: must be a string"),
        ("[profiles.p]\nlogin = 'ann:secret'",
         "2: profiles.p.login: must have no colon: a password does not belong here"),
        ("[profiles.p]\nmediator_login = ':'",
         "2: profiles.p.mediator_login: must have no colon: a password does not belong here"),
        ("[profiles.p]\nread_only = 1", "2: profiles.p.read_only: must be true or false"),
        ("[profiles.p]\noutput = 'fast'", "2: profiles.p.output: must be one of auto, diff, plain"),
        ("[profiles.p]\nbase_url = 'https://u:p@a.example'",
         "2: profiles.p.base_url: must not carry a login; set login, and see password_file"),
        ("[profiles.p]\npassword = 'x'", "2: profiles.p.password: a password does not belong here;"
         " use password_file (chmod 600)"),
        ("[profiles.p]\ncredentials_command = 'pass show x'",
         '2: profiles.p.credentials_command: must be a list of words, such as'
         ' ["pass", "show", "bridge"]'),
        ("[profiles.p]\npassword_file = 'a'\ncredentials_command = ['b']",
         "3: profiles.p.credentials_command: there is a password_file too; keep one"),
        ("profiles.p.logn = 'x'", "1: profiles.p.logn: unknown key; did you mean login?"),
        ("profile = 'x'", "1: profile: unknown key; did you mean profiles?"),
        ("default_profile = 'q'\n[profiles.p]", "1: default_profile: there is no profile 'q'"),
        ("profiles = 3", "1: profiles: must be a table"),
        ("[profiles]\np = 3", "2: profiles.p: must be a table"),
        ("[profiles.'a b']", "1: profiles.\"a b\": a profile's name is letters, digits, dot, dash"
         " and underscore"),
        ("[keys]\nmutee = 'm'", "2: keys.mutee: unknown key; did you mean mute?"),
        ("[keys]\nmute = 'd'", "2: keys.mute: d is the key of drop too"),
        ("[keys]\nmute = ['m']", '2: keys.mute: must be a string, such as "m" or "m,f5"'),
        ('[codes."call.muteMode"]\nx = "y"',
         '2: codes."call.muteMode".x: a code is a whole number'),
        ('[codes."call.mutMode"]\n7 = "y"', '1: codes."call.mutMode": unknown key; did you mean'
         " call.muteMode?"),
        ('[codes."call.muteMode"]\n7 = ""', '2: codes."call.muteMode".7: must be a string of 1 to'
         " 40 printable characters"),
    ],
)  # fmt: skip
def test_a_complaint_names_line_key_and_the_nearest_known(
    tmp_path: Path, text: str, complaint: str
) -> None:
    assert complaints(tmp_path / "c.toml", text) == [complaint]


def test_a_setting_that_means_nothing_any_more_is_still_taken(tmp_path: Path) -> None:
    assert complaints(tmp_path / "c.toml", "[profiles.p]\ntyped_over = 5") == []


def test_every_complaint_is_made_at_once(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text("[profiles.p]\na = 1\n[keyz]\n[profiles.p.b]\n")
    assert main(["config", "validate"]) == exits.CONFIG
    err = capsys.readouterr().err
    assert [line.split(": ")[1] for line in err.splitlines()] == [
        f"{config_file}:2", f"{config_file}:3", f"{config_file}:4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a = 1\nb = = 2\n", "c.toml:2: "),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 5000, "c.toml"),
    ],
)
def test_what_is_not_toml_is_reported(tmp_path: Path, raw: bytes, text: str) -> None:
    (tmp_path / "c.toml").write_bytes(raw)
    with pytest.raises(toml_lines.Unreadable, match=text):
        toml_lines.read(tmp_path / "c.toml")


def test_swapped_keys_are_no_clash(tmp_path: Path) -> None:
    assert complaints(tmp_path / "c.toml", "[keys]\nmute = 'd'\ndrop = 'm'\n") == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com", "ftp://example.com", "example.com/v1", "https://", "https://a:b",
        "https://u@example.com", "https://example.com/?x=1", "https://example.com/#a", "",
        "https://exa\nmple.com", "http://127.0.0.1.example.com", "https://[::1", 5, None,
    ],
)  # fmt: skip
def test_base_urls_that_are_refused(url: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        check_base_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://api.carrierx.com/conference/v1", "http://127.0.0.1:8080/v1", "http://[::1]:1/v1",
     "http://localhost/v1", "http://127.8.9.1"],
)  # fmt: skip
def test_base_urls_that_are_taken(url: str) -> None:
    assert check_base_url(url + "/") == url


def test_show_is_toml_and_keeps_the_proxys_login(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(
        PROD.replace('accent = "red"', 'proxy = "http://u:hunter2@proxy.example:3128"')
    )
    assert main(["config", "show"]) == exits.OK
    out, err = capsys.readouterr()
    assert err == ""
    assert "hunter2" not in out
    shown = tomllib.loads(out)
    assert shown["proxy"] == "http://proxy.example:3128"
    assert shown["interval_s"] == 3
    assert shown["codes"] == {"call.muteMode": {"7": "muted by robot"}}


def test_without_a_file_the_environment_may_be_enough(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", "https://a.example/v1")
    assert main(["config", "validate"]) == exits.CONFIG
    assert "no login: set CONFMON_LOGIN or --login" in capsys.readouterr().err
    assert main(["config", "validate", "--login", "ann"]) == exits.OK
    assert "base_url from CONFMON_BASE_URL, login from --login" in capsys.readouterr().err
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    monkeypatch.setenv("CONFMON_PASSWORD", "hunter2")
    assert main(["config", "validate"]) == exits.OK
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"confmon: there is no {home / 'config' / 'confmon' / 'config.toml'}, and none is needed:"
        " base_url from CONFMON_BASE_URL, login from CONFMON_LOGIN,"
        " password from CONFMON_PASSWORD\n"
    )
    monkeypatch.setenv("CONFMON_INTERVAL", "soon")
    assert main(["config", "validate"]) == exits.CONFIG
    assert "CONFMON_INTERVAL must be a number" in capsys.readouterr().err


def test_a_file_that_is_named_has_to_be_there(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", "https://a.example/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    assert main(["config", "validate", "--config", str(home / "no.toml")]) == exits.CONFIG
    assert "No such file" in capsys.readouterr().err
    monkeypatch.setenv("CONFMON_CONFIG", str(home / "no.toml"))
    assert main(["config", "validate"]) == exits.CONFIG


def test_without_anything_validate_says_what_to_do(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "validate"]) == exits.CONFIG
    assert "no bridge is configured" in capsys.readouterr().err


def test_path(config_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "path"]) == exits.OK
    assert capsys.readouterr().out == f"{config_file}\n"


def test_nothing_writes_the_configuration(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(PROD)
    config_file.chmod(0o400)
    before = config_file.stat().st_mtime_ns
    for what in ("path", "show", "validate"):
        assert main(["config", what]) == exits.OK
    assert config_file.stat().st_mtime_ns == before
    assert config_file.read_text() == PROD
    assert sorted(os.listdir(config_file.parent)) == ["config.toml"]  # noqa: PTH208
    assert "2 profiles" in capsys.readouterr().err


def test_a_variable_nobody_reads_is_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    resolved(CONFMON_BASE_URL="https://a.example", CONFMON_LOGIN="x", CONFMON_PASWORD="hunter2")
    err = capsys.readouterr().err
    assert "did you mean CONFMON_PASSWORD?" in err
    assert "hunter2" not in err
