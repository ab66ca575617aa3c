"""The live states in the repository are what the app looks like now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PICTURES = Path(__file__).parents[2] / "screenshots"
NAMES = {
    "attendance",
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
    "shared",
    "tape",
    "time-travel",
    "tour",
    "wide-200x60",
    "who-is-here",
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


def shown_at(film: str, percent: float) -> set[str]:
    """Return the classes of the parts of a film that are seen then."""
    seen = set(re.findall(r"\.(f\d+)\{opacity:1\}", film))  # in all frames: it does not move
    for name, steps in re.findall(r"@keyframes (f\d+)\{((?:[\d.]+%\{[^}]*\})+)\}", film):
        states = re.findall(r"([\d.]+)%\{opacity:([01])\}", steps)
        if [state for start, state in states if float(start) <= percent][-1] == "1":
            seen.add(name)
    return seen


def test_a_film_shows_one_frame_after_the_other() -> None:
    film = (PICTURES / "tour.svg").read_text("utf-8")
    groups = re.findall(r'<g class="(f\d+)">(.*?)</g>', film, re.DOTALL)
    captions = [(name, drawn) for name, drawn in groups if 'class="words"' in drawn]
    lines = [(name, re.findall(r' y="(\d+)"', drawn)) for name, drawn in groups]
    order: list[str] = []
    for tenth in range(1000):
        seen = shown_at(film, tenth / 10)
        [now] = [drawn for name, drawn in captions if name in seen]
        order += [now] if order[-1:] != [now] else []
        rows = [y for name, found in lines if name in seen for y in set(found)]
        assert len(rows) == len(set(rows))  # no line over another
    assert order == [drawn for _, drawn in captions]
    poster = set(re.findall(r"\.(f\d+)\{opacity:1", film))
    assert len([name for name, _ in captions if name in poster]) == 1
