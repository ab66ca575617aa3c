"""Draws the cells of a terminal as SVG: the same cells, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import bidirectional
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from confmon.tui.table.cells import split_clusters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.color import Color
    from rich.segment import Segment
    from rich.style import Style

CELL, LINE, SIZE, MARGIN = 8.4, 17, 14, 10
FONTS = "'Fira Code','DejaVu Sans Mono',Menlo,Consolas,monospace"


def svg(lines: Sequence[Iterable[Segment]], width: int, title: str, background: str) -> str:
    """Return the picture of some lines, each `width` cells wide. It refers to nothing outside."""
    classes: dict[str, str] = {}
    under: list[str] = []
    over: list[str] = []
    for row, segments in enumerate(lines):
        rects, texts = draw_line(row, segments, background, classes)
        under += rects
        over += texts
    tall = len(lines) * LINE + 2 * MARGIN
    wide = round(width * CELL + 2 * MARGIN)
    css = "".join(f".{name}{{{rules}}}" for rules, name in classes.items())
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}"'
            f' width="{wide}" height="{tall}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text{{font:{SIZE}px {FONTS}}}{css}</style>",
            f'<rect width="{wide}" height="{tall}" rx="6" fill="{background}"/>',
            *_merged(under),
            *over,
            "</svg>\n",
        )
    )


def draw_line(
    row: int, segments: Iterable[Segment], background: str, classes: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Return the grounds and the texts of a line; `classes` takes in the styles it needs."""
    under: list[str] = []
    over: list[str] = []
    x = 0
    for segment in segments:
        cells = cell_len(segment.text)
        if cells:
            ink, paper, face = _look(segment.style, background)
            if paper != background:
                under.append(_rect(x, row, cells, paper))
            name = classes.setdefault(f"fill:{ink}{face}", f"s{len(classes)}")
            over += [_text(x + at, row, text, name) for at, text in _runs(segment.text)]
        x += cells
    return under, over


def _look(style: Style | None, background: str) -> tuple[str, str, str]:
    """Return the colours of a style, and the rest of it as CSS."""
    if style is None:
        return "#e0e0e0", background, ""
    ink = _hex(style.color, "#e0e0e0")
    paper = _hex(style.bgcolor, background)
    if style.reverse:
        ink, paper = paper, ink
    face = ";font-weight:bold" if style.bold else ""
    face += ";font-style:italic" if style.italic else ""
    face += ";text-decoration:underline" if style.underline else ""
    face += ";text-decoration:line-through" if style.strike else ""
    face += ";opacity:.6" if style.dim else ""
    return ink, paper, face


def _hex(color: Color | None, default: str) -> str:
    if color is None or color.is_default:
        return default
    return color.downgrade(ColorSystem.TRUECOLOR).get_truecolor(DEFAULT_TERMINAL_THEME).hex


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Split a text where a font may take other widths than the terminal; yield cell and run.

    Spaces are places and not text: renderers differ on how many of them they draw.
    """
    run, start, at, kind = "", 0, 0, ""
    for cluster, cells in split_clusters(text):
        now = _kind(cluster, cells)
        if now != kind or now == "alone":
            if run and kind != "space":
                yield start, run
            run, start, kind = "", at, now
        run += cluster
        at += cells
    if run and kind != "space":
        yield start, run


def _kind(cluster: str, cells: int) -> str:
    """Return what may stand in one run: words of one direction, signs and wide ones alone."""
    if cluster == " ":
        return "space"
    if bidirectional(cluster[0]) in ("R", "AL"):
        return "leftward"
    return "word" if cells == 1 and (cluster.isascii() or cluster.isalpha()) else "alone"


def _text(x: int, row: int, text: str, name: str) -> str:
    """Return a run of text, held to the width it has in the terminal."""
    length = cell_len(text) * CELL
    left, base = x * CELL + MARGIN, row * LINE + SIZE - 1 + MARGIN
    fit = f' textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs"' if len(text) > 1 else ""
    return f'<text class="{name}" x="{left:.1f}" y="{base}"{fit}>{escape(text)}</text>'


def _rect(x: int, row: int, cells: int, paper: str) -> str:
    left, top = x * CELL + MARGIN, row * LINE + MARGIN
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{cells * CELL:.1f}" height="{LINE}"'
        f' fill="{paper}" shape-rendering="crispEdges"/>'
    )


def _merged(rects: list[str]) -> list[str]:
    """Drop what is drawn twice."""
    return list(dict.fromkeys(rects))
