"""A user without a home: no HOME, and no entry in the system's list of users."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import confmon
from confmon.process import exits
from tests.cli.conftest import LIMIT_S

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Served

NOBODY = ("unshare", "--user", "--map-user=54321")
"""Runs a program as a user that the system does not know, and who has our rights."""
SENTENCE = "confmon: there is no home folder: HOME is not set, and the system has no user 54321"


def known() -> bool:
    """Tell whether a user can be made up here."""
    try:
        return subprocess.run([*NOBODY, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not known(), reason="no user namespaces here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to start from."""
    place = tmp_path / "empty"
    place.mkdir()
    return place


def run(folder: Path, *argv: str, **environ: object) -> subprocess.CompletedProcess[str]:
    root = os.path.dirname(os.path.dirname(confmon.__file__))  # noqa: PTH120
    given = {name: str(value) for name, value in environ.items()}
    return subprocess.run(
        [*NOBODY, sys.executable, "-m", "confmon", *argv], cwd=folder, capture_output=True,
        text=True, timeout=LIMIT_S, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": root, **given},
    )  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["", "meetings", "mute 1", "rooms", "config show", "config path", "config validate", "audit",
     "--profile p meetings", "login"],
)  # fmt: skip
def test_it_is_78_with_the_reason(folder: Path, line: str) -> None:
    done = run(folder, *line.split())
    assert (done.returncode, done.stdout) == (exits.CONFIG, "")
    assert done.stderr.splitlines() == [
        SENTENCE, "Set HOME; or XDG_CONFIG_HOME and XDG_STATE_HOME.",
    ]  # fmt: skip
    assert not list(folder.iterdir()), "nothing is put where the shell happens to be"


def test_a_home_that_is_no_full_path_is_none(folder: Path) -> None:
    done = run(folder, "config", "path", HOME="here", XDG_CONFIG_HOME="there")
    assert done.returncode == exits.CONFIG
    assert "HOME is 'here', which is not a full path" in done.stderr
    done = run(folder, "config", "path", XDG_CONFIG_HOME=folder)
    assert done.stdout == f"{folder}/confmon/config.toml\n"


def test_what_needs_none_works(served: Served, folder: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if name.startswith("CONFMON_")}
    file = folder / "own.toml"
    file.write_text('[keys]\nmute = "f9"\n')
    for argv in (["meetings", "-o", "json"], ["--config", str(file), "rooms", "-o", "json"]):
        done = run(folder, *argv, **environ)
        assert (done.returncode, done.stderr) == (exits.OK, "")
        assert json.loads(done.stdout)
    done = run(folder, "config", "show", **environ)
    assert done.returncode == exits.OK
    assert "# audit log: none: there is no home folder" in done.stdout


def test_what_has_to_be_written_down_is_refused(served: Served, folder: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if name.startswith("CONFMON_")}
    [call] = served.callers(1)
    done = run(folder, "mute", str(call.id), **environ)
    assert done.returncode == exits.NOT_PROVED
    assert "refused" in done.stderr
    assert "there is no home folder" in done.stderr
    done = run(folder, "rooms", "--reveal-codes", **environ)
    assert (done.returncode, done.stdout) == (exits.CONFIG, "")
    assert "there is no home folder; no access code is shown" in done.stderr
    assert {method for method, *_ in served.requests} == {"GET"}
