"""The files that are read: what kind of file, which owner, and how it was written."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from confmon.cli import main
from confmon.process import exits

PROFILE = '[profiles.p]\nbase_url = "https://a.example/v1"\nlogin = "ann"\n'


def shown(capsys: pytest.CaptureFixture[str], file: Path | str) -> str:
    """Return what `config show` says of a file that is in order."""
    assert main(["--config", str(file), "config", "show"]) == exits.OK, capsys.readouterr().err
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], file: Path | str, *argv: str) -> str:
    """Return the message about a file that is not."""
    assert main(["--config", str(file), *(argv or ("meetings",))]) == exits.CONFIG
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe, folder, door = tmp_path / "pipe", tmp_path / "folder", tmp_path / "door"
    os.mkfifo(pipe)
    folder.mkdir()
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(door))
        for file in (pipe, folder, door, Path("/dev/zero"), Path("/dev/tty")):
            for argv in (["meetings"], ["config", "show"], ["config", "validate"], ["mute", "1"]):
                assert refused(capsys, file, *argv) == f"confmon: {file}: not a regular file\n"


def test_nothing_and_an_empty_file_are_a_configuration_that_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for file in (empty, Path(os.devnull)):
        assert main(["--config", str(file), "config", "validate"]) == exits.OK
        assert "no complaints" in capsys.readouterr().err
        assert f"[profiles.NAME] of {file}," in refused(capsys, file)
    monkeypatch.setenv("CONFMON_BASE_URL", "https://a.example/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    for file in (empty, Path(os.devnull)):
        assert 'login = "ann"' in shown(capsys, file)


@pytest.mark.parametrize("mode", [0o622, 0o620, 0o664, 0o602, 0o666, 0o777])
def test_one_that_others_can_write_is_refused_with_the_chmod(
    config_file: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    config_file.write_text(PROFILE + 'credentials_command = ["touch", "owned"]\n')
    config_file.chmod(mode)
    for argv in (["meetings"], ["config", "show"], ["config", "validate"], ["login"]):
        assert main(argv) == exits.CONFIG
        assert capsys.readouterr().err.splitlines() == [
            f"confmon: {config_file}: others can write it (mode {mode:04o}),"
            " and it names what is run",
            f"confmon: fix it with: chmod go-w {config_file}",
        ]
    os.chmod(config_file, stat.S_IMODE(config_file.stat().st_mode) & ~0o022)  # noqa: PTH101
    assert main(["config", "validate"]) == exits.OK


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o444])
def test_others_may_read_it(
    config_file: Path, capsys: pytest.CaptureFixture[str], mode: int
) -> None:
    config_file.write_text(PROFILE)
    config_file.chmod(mode)
    assert main(["config", "validate"]) == exits.OK
    assert "others can" not in capsys.readouterr().err


def test_a_folder_that_others_can_write_is_reported(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(PROFILE)
    config_file.parent.chmod(0o777)
    assert main(["config", "validate"]) == exits.OK
    assert f"chmod go-w {config_file.parent}" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_one_of_another_user_is_refused(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(PROFILE)
    os.chown(config_file, 54321, -1)
    assert "belongs to another user, and names what is run" in refused(capsys, config_file)


@pytest.mark.parametrize("text", ["\ufeff" + PROFILE, PROFILE.replace("\n", "\r\n")])
def test_what_an_editor_adds_is_read_over(
    config_file: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    config_file.write_bytes(text.encode())
    assert f'login = "ann"  # {config_file}:3' in shown(capsys, config_file)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (PROFILE.encode("utf-16"), "not UTF-8 text"), (b"a = '\xe9'", "not UTF-8 text"),
        (b"a\0b = 1", ":1:"), (b"a = " + b"9" * 5000, "too many digits"),
        (b"#" * (1 << 20) + b"\n", "longer than 1024 kB"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_reported(
    config_file: Path, capsys: pytest.CaptureFixture[str], raw: bytes, why: str
) -> None:
    config_file.write_bytes(raw)
    assert why in refused(capsys, config_file)


@pytest.mark.parametrize("name", [" ", "\t", "~nobody.at.all/x", "a\nb"])
def test_what_is_no_path_is_64_as_a_flag_and_78_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert main(["--config", name, "config", "path"]) == exits.USAGE
    monkeypatch.setenv("CONFMON_CONFIG", name)
    assert main(["config", "path"]) == exits.CONFIG
    monkeypatch.delenv("CONFMON_CONFIG")
    monkeypatch.setenv("CONFMON_BASE_URL", "https://a.example/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    monkeypatch.setenv("CONFMON_PASSWORD_FILE", name)
    assert main(["meetings"]) == exits.CONFIG
    assert "internal" not in capsys.readouterr().err


def test_a_name_that_cannot_be_looked_up_is_reported(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ("x" * 300)))
    assert main(["meetings"]) == exits.CONFIG
    assert "File name too long" in capsys.readouterr().err


def test_a_complaint_is_one_line_without_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(f'{PROFILE}"a\\u001b[31m\\n\\"b" = 1\n')
    assert refused(capsys, file) == (
        f'confmon: {file}:4: profiles.p."a\\U0000001B[31m\\U0000000A\\"b": unknown key\n'
    )


def test_a_command_that_cannot_be_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(f'{PROFILE}credentials_command = ["pass", "a\\u0000b"]\n')
    assert refused(capsys, file, "config", "validate") == (
        f"confmon: {file}:4: profiles.p.credentials_command: has a word with a zero"
        " character, which no command can take\n"
    )


def test_profiles_are_counted_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.toml"
    for text, count in ((PROFILE, "1 profile"), (PROFILE + "[profiles.q]\n", "2 profiles")):
        file.write_text(text)
        assert main(["--config", str(file), "config", "validate"]) == exits.OK
        assert capsys.readouterr().err == f"confmon: {file}: {count}, no complaints\n"
