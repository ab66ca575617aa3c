"""Every command line test has a home of its own and an environment that says nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the XDG folders at a new home and take confmon's variables away."""
    for name in list(os.environ):
        if name.startswith("CONFMON_"):
            monkeypatch.delenv(name)
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    return place


@pytest.fixture
def config_file(home: Path) -> Path:
    """Return where the configuration is looked for; its folder exists."""
    path = home / "config" / "confmon" / "config.toml"
    path.parent.mkdir(parents=True)
    return path
