"""The first configuration: asked for or printed, right, private, and never over another."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.cli import main
from confmon.config.settings import config_file as profiles
from confmon.config.settings import toml_lines
from confmon.config.settings.first_profile import SOURCES, Answers, example, write
from confmon.process import exits
from tests.cli.test_live import in_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://bridge.example/conference/v1"


def answers(**given: str) -> Answers:
    return Answers(**{"name": "lab", "base_url": URL, "login": "ann", "source": "prompt"} | given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "config.toml"


def test_it_is_private_and_right(file: Path) -> None:
    write(answers(source="command", where="pass show 'my bridge'"), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]
    document = profiles.check_file(toml_lines.read(file))
    assert document.complaints == []
    assert document.profiles["lab"]["base_url"] == URL
    assert document.profiles["lab"]["credentials_command"] == ("pass", "show", "my bridge")


def test_a_file_or_a_link_that_is_there_stays(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    file.write_text("# mine\n")
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "nothing.toml")
    for there in (file, link):
        with pytest.raises(exits.CliExit, match="the file exists already; nothing was written"):
            write(answers(), there)
    assert file.read_text() == "# mine\n"
    assert not (tmp_path / "nothing.toml").exists()


@given(
    name=st.text(), base_url=st.one_of(st.just(URL), st.text()), login=st.text(),
    source=st.one_of(st.sampled_from(list(SOURCES)), st.text()), where=st.text(),
)  # fmt: skip
def test_whatever_is_answered_is_refused_or_is_a_right_file(
    name: str, base_url: str, login: str, source: str, where: str
) -> None:
    given_ = Answers(name=name, base_url=base_url, login=login, source=source, where=where)
    try:
        text = given_.toml()
    except ValueError:
        return
    [profile] = tomllib.loads(text)["profiles"].values()
    assert profile["login"] == login.strip()


def test_the_example_is_right_as_it_is_and_with_its_defaults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "init", "--print"]) == exits.OK
    printed = capsys.readouterr().out
    assert printed == example()
    all_set = "\n".join(
        line.removeprefix("# ")
        for line in printed.splitlines()
        if not line.endswith(" =") and not line.startswith(("# The", "# credentials"))
    )
    for text in (printed, all_set):
        path = tmp_path / "config.toml"
        path.write_text(text)
        assert profiles.check_file(toml_lines.read(path)).complaints == []
    assert main(["config", "path", "--print"]) == exits.USAGE


def test_init_asks_and_asks_again(home: Path) -> None:
    code, seen = in_a_terminal(
        ["config", "init"],
        b"Name of the profile", b"\n",
        b"Full base", b"http://far.example/v1\n",
        b"Full base", f"{URL}\n".encode(),
        b"Login of", b"ann\n",
        b"Where does the password come from", b"file\n",
        b"Which file", b"ann.password\n",
    )  # fmt: skip
    assert code == exits.OK, seen
    assert b"must be https" in seen
    path = home / "config" / "confmon" / "config.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [profile] = tomllib.loads(path.read_text())["profiles"].values()
    assert profile == {"base_url": URL, "login": "ann", "password_file": "ann.password"}


def test_init_never_overwrites_and_needs_somebody_to_ask(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "init"]) == exits.USAGE
    assert "no terminal to ask on" in capsys.readouterr().err
    config_file.write_text("# mine\n")
    assert main(["config", "init"]) == exits.CONFIG
    assert "nothing was changed" in capsys.readouterr().err
    assert config_file.read_text() == "# mine\n"


def test_without_a_terminal_the_screen_still_says_what_to_do(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == exits.CONFIG
    err = capsys.readouterr().err
    assert "no bridge is configured" in err
    assert "confmon config init" in err


def test_in_a_terminal_the_set_up_opens_and_may_be_left(home: Path) -> None:
    code, seen = in_a_terminal([], b"No bridge is configured", b"q")
    assert code == exits.OK, seen
    assert not (home / "config").exists()
