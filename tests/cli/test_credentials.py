"""Where a password may come from, and that it shows nowhere."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import TYPE_CHECKING

import pytest

from confmon.cli import credentials, exits
from confmon.cli.configure import Configuration, resolve
from confmon.cli.credentials import Secret
from confmon.cli.parser import build

if TYPE_CHECKING:
    from pathlib import Path

ENV = {"CONFMON_BASE_URL": "https://a.example/v1", "CONFMON_LOGIN": "ann"}


def resolved(*argv: str, **environ: str) -> tuple[Configuration, dict[str, str]]:
    return resolve(build().parse_args(argv), environ), environ


def test_a_secret_hides() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret!r} {secret} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.reveal() == "hunter2"


def test_from_the_environment_with_a_warning_and_out_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = {**ENV, "CONFMON_PASSWORD": "hunter2"}
    configuration = resolve(build().parse_args([]), environ)
    assert "CONFMON_PASSWORD" not in environ
    assert configuration.obtain_password().reveal() == "hunter2"
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "hunter2" not in err + repr(configuration)


@pytest.mark.parametrize("content", ["hunter2", "hunter2\n", "hunter2\r\nuser: ann\n"])
def test_from_a_file_of_ones_own(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "password"
    path.write_text(content)
    path.chmod(0o600)
    configuration, _ = resolved(**ENV, CONFMON_PASSWORD_FILE=str(path))
    assert configuration.obtain_password().reveal() == "hunter2"
    assert capsys.readouterr().err == ""


def test_a_relative_password_file_lies_beside_the_configuration(config_file: Path) -> None:
    config_file.write_text(
        '[profiles.p]\nbase_url = "https://a.example"\nlogin = "x"\npassword_file = "p.secret"\n'
    )
    (config_file.parent / "p.secret").write_text("hunter2\n")
    (config_file.parent / "p.secret").chmod(0o400)
    assert resolved()[0].obtain_password().reveal() == "hunter2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_others_can_read_is_refused_with_the_chmod(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "password"
    path.write_text("hunter2")
    path.chmod(mode)
    with pytest.raises(exits.Quit) as quit_:
        credentials.from_file(path)
    assert quit_.value.code == exits.CONFIG
    assert f"chmod 600 {path}" in quit_.value.lines[-1]
    assert "hunter2" not in str(quit_.value)


def test_only_a_regular_file_with_something_in_it_will_do(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "empty").touch(0o600)
    (tmp_path / "binary").touch(0o600)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name, text in (
        ("pipe", "regular"), (".", "regular"), ("empty", "no password"),
        ("binary", "UTF-8"), ("missing", "No such file"),
    ):  # fmt: skip
        with pytest.raises(exits.Quit, match=text):
            credentials.from_file(tmp_path / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.touch(0o600)
    os.chown(path, 12345, 12345)
    with pytest.raises(exits.Quit, match="another user"):
        credentials.from_file(path)


def test_from_a_command() -> None:
    argv = [sys.executable, "-c", "print('hunter2'); print('note')"]
    assert credentials.from_command(argv).reveal() == "hunter2"


def test_a_command_that_fails_tells_its_name_and_nothing_it_printed() -> None:
    argv = [sys.executable, "-c", "print('hunter2'); raise SystemExit(3)"]
    with pytest.raises(exits.Quit) as quit_:
        credentials.from_command(argv)
    text = "".join(traceback.format_exception(quit_.value))
    assert "ended with 3" in text
    assert "hunter2" not in text
    with pytest.raises(exits.Quit, match="No such file"):
        credentials.from_command(["/nonexistent/pass"])


def test_without_a_terminal_there_is_no_prompt() -> None:
    with pytest.raises(exits.Quit, match="no password: set password_file"):
        resolved(**ENV)[0].obtain_password()


def test_a_profiles_password_does_not_follow_to_another_host(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p").write_text("hunter2")
    (tmp_path / "p").chmod(0o600)
    config_file.write_text(
        '[profiles.p]\nbase_url = "https://a.example/v1"\nlogin = "x"\n'
        f'password_file = "{tmp_path / "p"}"\n'
    )
    same, _ = resolved("--base-url", "https://a.example/v2")
    assert same.obtain_password().reveal() == "hunter2"
    other, _ = resolved("--base-url", "https://b.example/v1")
    assert other.password_file is None
    assert "a.example only" in capsys.readouterr().err
