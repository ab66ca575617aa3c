"""The pictures in the repository are what the app looks like now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PICTURES = Path(__file__).parents[2] / "screenshots"
NAMES = {
    "bulk-mute",
    "drop-dialog",
    "filter",
    "forwarding",
    "help",
    "meeting",
    "meetings",
    "narrow-80x24",
    "numbers",
    "offline",
    "room-form",
    "rooms",
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every picture drawn afresh, by a process of its own."""
    folder = tmp_path_factory.mktemp("drawn")
    subprocess.run([sys.executable, PICTURES / "draw.py", folder], check=True)
    return folder


def test_every_scene_is_drawn(drawn: Path) -> None:
    assert {path.stem for path in drawn.iterdir()} == NAMES
    assert {path.stem for path in PICTURES.glob("*.svg")} == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_picture_is_what_the_app_draws(drawn: Path, name: str) -> None:
    kept = (PICTURES / f"{name}.svg").read_bytes()
    assert kept == (drawn / f"{name}.svg").read_bytes(), "run: python screenshots/draw.py"
    links = set(re.findall(rb"\w+://[^\"' <]+", kept)) - {b"http://www.w3.org/2000/svg"}
    assert not links, "a picture fetches nothing"


def test_pngs_are_small() -> None:
    for path in PICTURES.glob("*.png"):
        assert path.stem in NAMES
        assert path.stat().st_size < 200_000
