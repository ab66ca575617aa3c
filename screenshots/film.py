"""Draws a few frames of the screen as one SVG that plays them, over and over, by CSS alone.

A line that is the same in several frames is drawn once. Where nothing moves (another viewer, or a
reader who wants less motion) the poster is shown.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from svg import CELL, FONTS, LINE, MARGIN, SIZE, draw_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment

FOOT = 44
"""The height of the line below the screen that tells what is seen."""


class Frame(NamedTuple):
    """What the screen shows for some seconds, the key that led to it, and what it means."""

    lines: list[list[Segment]]
    seconds: float
    key: str
    words: str


def film(frames: Sequence[Frame], width: int, title: str, background: str, poster: int = 1) -> str:
    """Return the frames as one picture, each `width` cells wide. It refers to nothing outside."""
    classes: dict[str, str] = {}
    parts: dict[str, set[int]] = {}
    height = len(frames[0].lines)
    for nth, frame in enumerate(frames):
        for row, segments in enumerate(frame.lines):
            drawn = "\n".join(
                part for kind in draw_line(row, segments, background, classes) for part in kind
            )
            parts.setdefault(drawn, set()).add(nth)
        parts.setdefault(_foot(frame, height), set()).add(nth)
    parts.pop("", None)
    moves = {
        seen: f"f{at}" for at, seen in enumerate(dict.fromkeys(map(frozenset, parts.values())))
    }
    tall, wide = height * LINE + 2 * MARGIN + FOOT, round(width * CELL + 2 * MARGIN)
    css = [f".{name}{{{rules}}}" for rules, name in classes.items()]
    css += [_motion(name, seen, frames, poster) for seen, name in moves.items()]
    groups = [f'<g class="{moves[frozenset(seen)]}">{drawn}</g>' for drawn, seen in parts.items()]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}"'
            f' width="{wide}" height="{tall}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text{{font:{SIZE}px {FONTS}}}",
            f"text.key,text.words{{font-size:{SIZE + 3}px;fill:#f0f0f0}}",
            "text.key{font-weight:bold}",
            *css,
            "@media(prefers-reduced-motion:reduce){g{animation:none!important}}</style>",
            f'<rect width="{wide}" height="{tall}" rx="6" fill="{background}"/>',
            *groups,
            "</svg>\n",
        )
    )


def _motion(name: str, seen: frozenset[int], frames: Sequence[Frame], poster: int) -> str:
    """Return the rules by which a part is seen in some of the frames."""
    rest = f".{name}{{opacity:{int(poster in seen)}"
    if len(seen) == len(frames):
        return rest + "}"
    ends = list(accumulate(frame.seconds for frame in frames))
    steps = []
    for nth, start in enumerate((0.0, *ends[:-1])):
        if nth == 0 or (nth in seen) != (nth - 1 in seen):
            steps.append(f"{start / ends[-1]:.2%}{{opacity:{int(nth in seen)}}}")
    steps.append(f"100%{{opacity:{int(len(frames) - 1 in seen)}}}")
    play = f";animation:{name} {ends[-1]:g}s step-end infinite}}"
    return f"{rest}{play}@keyframes {name}{{{''.join(steps)}}}"


def _foot(frame: Frame, height: int) -> str:
    """Return the line below the screen: a key cap, and the words."""
    top = height * LINE + 2 * MARGIN
    x = 2 * MARGIN + CELL
    base = top + 23
    cap = ""
    if frame.key:
        broad = (len(frame.key) + 2) * 10.2
        cap = (
            f'<rect x="{x:.1f}" y="{top}" width="{broad:.1f}" height="32" rx="5" fill="none"'
            f' stroke="#f0f0f0"/><text class="key" x="{x + broad / 2:.1f}" y="{base}"'
            f' text-anchor="middle">{escape(frame.key)}</text>'
        )
        x += broad + 2 * CELL
    return f'{cap}<text class="words" x="{x:.1f}" y="{base}">{escape(frame.words)}</text>'
