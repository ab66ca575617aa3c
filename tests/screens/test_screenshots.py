"""The live states in the repository are what the app looks like now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PICTURES = Path(__file__).parents[2] / "screenshots"
NAMES = {
    "attention",
    "bulk-mute",
    "drop-dialog",
    "filter",
    "forwarding",
    "help",
    "light",
    "meeting",
    "meetings",
    "narrow-80x24",
    "numbers",
    "offline",
    "room-form",
    "rooms",
    "wide-200x60",
}


def test_the_pictures_are_what_the_app_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, PICTURES / "draw.py", tmp_path], check=True)
    drawn = {path.stem: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.stem: path.read_bytes() for path in PICTURES.glob("*.svg")}
    assert set(drawn) == set(kept) == NAMES
    old = [name for name in kept if kept[name] != drawn[name]]
    assert not old, "run: python screenshots/draw.py"


def test_a_picture_fetches_nothing() -> None:
    for path in PICTURES.glob("*.svg"):
        links = set(re.findall(rb"\w+://[^\"' <]+", path.read_bytes()))
        assert not links - {b"http://www.w3.org/2000/svg"}, path.name


def test_pngs_are_small() -> None:
    for path in PICTURES.glob("*.png"):
        assert path.stem in NAMES
        assert path.stat().st_size < 200_000
