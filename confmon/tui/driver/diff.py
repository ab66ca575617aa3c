"""From one screen to the next in the fewest bytes: changed runs, and scrolling by region."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from confmon.tui.driver.cells import is_agreed
from confmon.tui.driver.cursor_writer import CursorWriter
from confmon.tui.driver.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confmon.tui.driver.screen import Screen

_GAP = 4
"""Unchanged cells of one style are written again when a move over them costs as much."""
_SPILL = 2
"""How far a terminal may draw a doubtful cluster wider than Textual thinks."""
_ROWS_WORTH_SCROLLING = 3
_BYTES_WORTH_SORTING = 500
_STRETCH = 15
_Run = tuple[int, int, int, str, Style]
"""Row, first column, column after the last, text, style."""


def difference(shown: Screen, wanted: Screen, *, erase_colours: bool) -> str:
    """What turns a terminal that shows `shown` into `wanted`; `shown` becomes equal to it.

    Only rows in either screen's `touched` are looked at. "" if nothing differs. The cursor is
    left anywhere.
    """
    rows = [y for y in sorted(shown.touched | wanted.touched) if _differs(shown, wanted, y)]
    plain = _paint(shown, wanted, rows, erase_colours=erase_colours)
    best = plain
    move = _moved_block(shown, wanted, rows) if len(rows) >= _ROWS_WORTH_SCROLLING else None
    if move is not None:
        top, bottom, lines = move
        scrolled = shown.copy()
        scrolled.scroll(top, bottom, lines)
        spread = sorted({*rows, *range(top, bottom + 1)})
        rows_left = [y for y in spread if _differs(scrolled, wanted, y)]
        rest = _paint(scrolled, wanted, rows_left, erase_colours=erase_colours)
        by_region = _scroll(top, bottom, lines) + rest
        best = min(plain, by_region, key=len)
        rows = spread
    for y in rows:
        shown.chars[y] = wanted.chars[y][:]
        shown.styles[y] = wanted.styles[y][:]
    shown.touched = set()
    wanted.touched = set()
    return best


def _differs(shown: Screen, wanted: Screen, y: int) -> bool:
    return shown.chars[y] != wanted.chars[y] or shown.styles[y] != wanted.styles[y]


def _paint(shown: Screen, wanted: Screen, rows: Iterable[int], *, erase_colours: bool) -> str:
    """Row by row; or, where it is shorter, one style after another over all rows."""
    brush = CursorWriter(wanted.width, erase_colours=erase_colours)
    runs: list[_Run] = []
    for y in rows:
        changed = _changed(shown, wanted, y)
        if not changed:
            continue
        chars, styles = wanted.chars[y], wanted.styles[y]
        gap = _GAP
        if not (is_agreed("".join(chars)) and is_agreed("".join(shown.chars[y]))):
            zone = _doubtful_zone(shown.chars[y]) | _doubtful_zone(chars)
            if not zone.isdisjoint(changed):
                _paint_whole_row(brush, y, chars, styles)
                continue
            gap = 0  # a gap might hold a doubtful cluster
        for start, end in _spans(changed, chars, styles, gap):
            runs.extend(_runs(y, chars, styles, start, end))
    whole_rows = "".join(brush.out)
    brush.out = []
    best = "".join(_write(brush, runs).out)
    if len(best) > _BYTES_WORTH_SORTING:
        other = CursorWriter(wanted.width, erase_colours=erase_colours)
        best = min(best, "".join(_write(other, _sorted_by_style(runs)).out), key=len)
    return whole_rows + best


def _write(brush: CursorWriter, runs: Iterable[_Run]) -> CursorWriter:
    for y, start, end, text, style in runs:
        brush.run(y, start, end, text, style)
    return brush


def _sorted_by_style(runs: list[_Run]) -> list[_Run]:
    """The same runs, those of one style together, and styles of one background side by side."""
    grounds: dict[Style, dict[Style, list[_Run]]] = {}
    for run in runs:
        style = run[4]
        grounds.setdefault(style.blank, {}).setdefault(style, []).append(run)
    return [run for styles in grounds.values() for group in styles.values() for run in group]


def _changed(shown: Screen, wanted: Screen, y: int) -> list[int]:
    """The columns of a row that look different."""
    old_chars, old_styles = shown.chars[y], shown.styles[y]
    chars, styles = wanted.chars[y], wanted.styles[y]
    changed = []
    for left in range(0, wanted.width, _STRETCH):  # whole stretches compare fast
        stretch = slice(left, left + _STRETCH)
        if old_chars[stretch] != chars[stretch] or old_styles[stretch] != styles[stretch]:
            for x in range(left, min(left + _STRETCH, wanted.width)):
                if old_chars[x] != chars[x] or (
                    old_styles[x] is not styles[x]
                    and (chars[x] != " " or old_styles[x].blank is not styles[x].blank)
                ):
                    changed.append(x)
    return changed


def _runs(y: int, chars: list[str], styles: list[Style], start: int, end: int) -> Iterator[_Run]:
    """Cut a span where the style changes; blanks go with any neighbour of their background."""
    i = start
    while i < end:
        style = styles[i]
        blank = style.blank
        inked = chars[i] != " "
        j = i + 1
        while j < end:
            if not (
                (inked and styles[j] is style) or (chars[j] == " " and styles[j].blank is blank)
            ):
                if inked or styles[j].blank is not blank:
                    break
                style = styles[j]
                inked = True
            j += 1
        yield y, i, j, "".join(chars[i:j]), style if inked else blank
        i = j


def _spans(
    changed: list[int], chars: list[str], styles: list[Style], gap: int
) -> list[tuple[int, int]]:
    """Runs to write: wide characters whole, gaps up to `gap` cells of one style filled in."""
    width = len(chars)
    spans: list[tuple[int, int]] = []
    start = changed[0]
    for x, following in pairwise([*changed, width + _GAP + 1]):
        end = x + 1
        if following == end:
            continue
        if following - end <= gap and all(
            styles[between] is styles[x] for between in range(end, following + 1)
        ):
            continue
        while chars[start] == "":
            start -= 1
        while end < width and chars[end] == "":
            end += 1
        spans.append((start, end))
        start = following
    return spans


def _doubtful_zone(chars: list[str]) -> set[int]:
    """Columns where a cluster of doubtful width stands or may spill to."""
    zone: set[int] = set()
    for x, char in enumerate(chars):
        if char and not is_agreed(char):
            end = x + 1
            while end < len(chars) and chars[end] == "":
                end += 1
            zone.update(range(x, end + _SPILL))
    return zone


def _paint_whole_row(brush: CursorWriter, y: int, chars: list[str], styles: list[Style]) -> None:
    """Write a row from its first column, the cursor placed afresh after each doubtful cluster."""
    start = x = 0
    width = len(chars)
    while x < width:
        char = chars[x]
        end = x + 1
        if char and not is_agreed(char):
            while end < width and chars[end] == "":
                end += 1
            _write(brush, _runs(y, chars, styles, start, x))
            brush.doubtful(y, x, char, end - x, styles[x])
            start = end
        x = end
    _write(brush, _runs(y, chars, styles, start, width))


def _moved_block(shown: Screen, wanted: Screen, rows: list[int]) -> tuple[int, int, int] | None:
    """The block of rows that moved: its first and last row, and by how many lines up."""
    for until in (wanted.width, wanted.width // 2):  # a pane at the right may not move along
        found: dict[str, int] = {}
        twice: set[str] = set()
        for y in rows:
            text = "".join(shown.chars[y][:until])
            if text in found:
                twice.add(text)
            found[text] = y
        moved = [
            (y, found[text] - y)
            for y in rows
            if (text := "".join(wanted.chars[y][:until])) in found and text not in twice
        ]
        if moved:
            lines, votes = Counter(step for _, step in moved).most_common(1)[0]
            if lines and votes >= _ROWS_WORTH_SCROLLING - 1:
                rows_moved = [y for y, step in moved if step == lines]
                first, last = rows_moved[0], rows_moved[-1]
                return min(first, first + lines), max(last, last + lines), lines
    return None


def _scroll(top: int, bottom: int, lines: int) -> str:
    """Scroll by index at a margin: the one way every terminal has had since the VT100.

    The pen is reset first, so that the lines that come in are plain blanks whether or not the
    terminal fills them with the current background.
    """
    if lines > 0:
        at, step = bottom, "\n"
    else:
        at, step = top, "\x1bM"
    region = f"\x1b[m\x1b[{top + 1};{bottom + 1}r\x1b[{at + 1}H"
    return region + step * abs(lines) + "\x1b[r"
