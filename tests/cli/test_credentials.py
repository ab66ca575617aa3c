"""Where a password may come from, and that it shows nowhere."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from confmon.cli.grammar.parser import build
from confmon.config.credentials import credentials_file, lookup
from confmon.config.credentials.command import run_credentials_command
from confmon.config.credentials.secret import Account, Secret
from confmon.config.settings.resolve import Configuration, resolve
from confmon.process import exits

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
    assert "other processes" in err
    assert "hunter2" not in err + repr(configuration)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_no_process_list_shows_it_once_it_was_taken() -> None:
    program = (
        "from confmon.cli import main; main(['config', 'show']); import os, subprocess;"
        "print(open('/proc/self/environ').read(), flush=True); subprocess.run(['env'])"
    )
    environ = {**os.environ, **ENV, "CONFMON_PASSWORD": "hunter2"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, timeout=90,
        check=True,
    )  # fmt: skip
    assert "# password from: CONFMON_PASSWORD" in done.stdout
    assert "CONFMON_LOGIN=ann" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_each_source_comes_before_the_next(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "password"
    file.write_text("from the file")
    file.chmod(0o600)
    profile = f'[profiles.p]\nbase_url = "{ENV["CONFMON_BASE_URL"]}"\nlogin = "ann"\n'
    command = f'credentials_command = ["{sys.executable}", "-c", "print(\'from the command\')"]\n'
    account = Account.of(ENV["CONFMON_BASE_URL"], "ann")
    credentials_file.store(account, Secret("from login"))
    variables = {"CONFMON_PASSWORD": "from the variable", "CONFMON_PASSWORD_FILE": str(file)}

    def obtained() -> str:
        configuration, _ = resolved(**variables)
        found = configuration.obtain_password().reveal()
        err = capsys.readouterr().err
        assert found not in err
        assert len(err.splitlines()) == 1
        assert ("is not used" in err) == (found != "from the variable")
        return found

    config_file.write_text(profile + command)
    assert obtained() == "from the command"
    config_file.write_text(profile)
    assert obtained() == "from login"
    assert credentials_file.remove(account)
    assert obtained() == "from the file"
    del variables["CONFMON_PASSWORD_FILE"]
    assert obtained() == "from the variable"


def test_a_source_that_is_named_and_fails_ends_the_search(config_file: Path) -> None:
    config_file.write_text(
        f'[profiles.p]\nbase_url = "{ENV["CONFMON_BASE_URL"]}"\nlogin = "ann"\n'
        'credentials_command = ["false"]\n'
    )
    with pytest.raises(exits.CliExit, match="false: ended with 1"):
        resolved(CONFMON_PASSWORD="hunter2")[0].obtain_password()


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o1777, 0o755])
def test_a_folder_that_others_can_write_to_is_pointed_out(
    tmp_path: Path, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "password").write_text("hunter2")
    (folder / "password").chmod(0o600)
    folder.chmod(mode)
    assert lookup.read_password_file(folder / "password").reveal() == "hunter2"
    err = capsys.readouterr().err
    assert (f"chmod go-w {folder}" in err) == (mode in (0o777, 0o775))


def test_a_file_too_long_for_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes(b"x" * 70_000)
    path.chmod(0o600)
    with pytest.raises(exits.CliExit, match="longer than 64 kB"):
        lookup.read_password_file(path)


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


@pytest.mark.parametrize(
    "raw",
    [b"hunter2 ", b"hunter2\t \r\n", b"\xef\xbb\xbfhunter2\n", b"\xef\xbb\xbfhunter2\r\nremark"],
)  # fmt: skip
def test_what_an_editor_adds_is_no_part_of_it(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "password"
    path.write_bytes(raw)
    path.chmod(0o600)
    assert lookup.read_password_file(path).reveal() == "hunter2"
    program = f"import sys; sys.stdout.buffer.write({raw!r})"
    assert run_credentials_command([sys.executable, "-c", program]).reveal() == "hunter2"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b" \t\n", "no password in its first line"), (b"hun\0ter2\n", "a control character"),
        ("hunter2".encode("utf-16-le"), "a control character"),
        ("hunter2".encode("utf-16"), "not UTF-8 text"), (b"h\xfcnter2\n", "not UTF-8 text"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "password"
    path.write_bytes(raw)
    path.chmod(0o600)
    with pytest.raises(exits.CliExit, match=why):
        lookup.read_password_file(path)


@pytest.mark.parametrize(
    "environ", [{"CONFMON_PASSWORD": "h\udcfcnter2"}, {"CONFMON_LOGIN": "\udce9"}]
)
def test_bytes_of_the_environment_that_are_no_text_are_78(environ: dict[str, str]) -> None:
    with pytest.raises(exits.CliExit, match="UTF-8 text") as caught:
        resolved(**{**ENV, **environ})[0].obtain_password()
    assert caught.value.code == exits.CONFIG


def test_a_relative_password_file_is_next_to_the_configuration(config_file: Path) -> None:
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
    with pytest.raises(exits.CliExit) as quit_:
        lookup.read_password_file(path)
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
        with pytest.raises(exits.CliExit, match=text):
            lookup.read_password_file(tmp_path / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.touch(0o600)
    os.chown(path, 12345, 12345)
    with pytest.raises(exits.CliExit, match="another user"):
        lookup.read_password_file(path)


def test_without_a_terminal_there_is_no_prompt() -> None:
    with pytest.raises(exits.CliExit, match="no password: confmon login stores one"):
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
    assert other.access.password_file is None
    assert "a.example only" in capsys.readouterr().err


def test_the_mediator_has_sources_of_its_own(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("p", "m"):
        (tmp_path / name).write_text(f"of-{name}")
        (tmp_path / name).chmod(0o600)
    config_file.write_text(
        '[profiles.p]\nbase_url = "https://a.example/v1"\nlogin = "x"\n'
        f'password_file = "{tmp_path / "p"}"\nmediator_login = "y"\n'
        'mediator_base_url = "https://b.example/m"\n'
        f'mediator_password_file = "{tmp_path / "m"}"\n'
    )
    here, _ = resolved()
    assert here.mediator is not None
    assert here.mediator.obtain_password().reveal() == "of-m"
    assert here.obtain_password().reveal() == "of-p"
    elsewhere, _ = resolved(CONFMON_MEDIATOR_BASE_URL="https://c.example/m")
    assert elsewhere.mediator is not None
    assert elsewhere.mediator.password_file is None
    assert elsewhere.access.password_file is not None
    assert "mediator password of profile p is for b.example only" in capsys.readouterr().err
    resolved(CONFMON_MEDIATOR_BASE_URL="https://c.example/m", CONFMON_MEDIATOR_PASSWORD="theirs")
    assert "b.example" not in capsys.readouterr().err  # none is missed


def test_without_a_login_there_is_no_mediator_and_its_password_leaves_the_environment() -> None:
    environ = {**ENV, "CONFMON_MEDIATOR_PASSWORD": "hunter2", "CONFMON_PORTAL_PASSWORD": "hunter3",
               "CONFMON_PORTAL_TOKEN": "hunter4"}  # fmt: skip
    configuration = resolve(build().parse_args([]), environ)
    assert configuration.mediator is None
    assert not any("hunter" in value for value in environ.values())


def test_a_mediator_password_in_the_profile_is_refused(config_file: Path) -> None:
    config_file.write_text(
        '[profiles.p]\nbase_url = "https://a.example/v1"\nlogin = "x"\n'
        'mediator_password = "hunter2"\n'
    )
    with pytest.raises(exits.CliExit, match="mediator_password_file") as caught:
        resolved()
    assert "hunter2" not in str(caught.value)
