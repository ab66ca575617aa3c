"""Makes the bytes that turn one screen into another: changed runs, and scrolled regions."""

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
"""This many unchanged cells of one style cost no more than a move over them."""
_DOUBTFUL_CELLS = 2
"""A terminal may draw a doubtful cluster this many cells wider than Textual expects."""
_ROWS_WORTH_SCROLLING = 3
_BYTES_WORTH_SORTING = 500
_COMPARED_CELLS = 15
_Run = tuple[int, int, int, str, Style]
"""Row, first column, column after the last, text, style."""


def difference(shown: Screen, wanted: Screen, *, erase_colours: bool) -> str:
    """Return the output that turns `shown` into `wanted`, and make `shown` equal to it.

    It looks only at the rows in `touched` of either screen. The output is "" if nothing differs.
    The cursor may end anywhere.
    """
    rows = [y for y in sorted(shown.touched | wanted.touched) if _row_differs(shown, wanted, y)]
    plain = _encode_rows(shown, wanted, rows, erase_colours=erase_colours)
    best = plain
    move = _find_moved_block(shown, wanted, rows) if len(rows) >= _ROWS_WORTH_SCROLLING else None
    if move is not None:
        top, bottom, lines = move
        scrolled = shown.copy()
        scrolled.scroll(top, bottom, lines)
        spread = sorted({*rows, *range(top, bottom + 1)})
        rows_left = [y for y in spread if _row_differs(scrolled, wanted, y)]
        rest = _encode_rows(scrolled, wanted, rows_left, erase_colours=erase_colours)
        by_region = _encode_scroll(top, bottom, lines) + rest
        best = min(plain, by_region, key=len)
        rows = spread
    for y in rows:
        shown.chars[y] = wanted.chars[y][:]
        shown.styles[y] = wanted.styles[y][:]
    shown.touched = set()
    wanted.touched = set()
    return best


def _row_differs(shown: Screen, wanted: Screen, y: int) -> bool:
    return shown.chars[y] != wanted.chars[y] or shown.styles[y] != wanted.styles[y]


def _encode_rows(shown: Screen, wanted: Screen, rows: Iterable[int], *, erase_colours: bool) -> str:
    """Encode rows one by one; or, where that is shorter, all runs of one style together."""
    writer = CursorWriter(wanted.width, erase_colours=erase_colours)
    runs: list[_Run] = []
    for y in rows:
        changed = _changed_columns(shown, wanted, y)
        if not changed:
            continue
        chars, styles = wanted.chars[y], wanted.styles[y]
        gap = _GAP
        if not (is_agreed("".join(chars)) and is_agreed("".join(shown.chars[y]))):
            if not _find_doubtful_columns(shown, wanted, y).isdisjoint(changed):
                _write_whole_row(writer, y, chars, styles)
                continue
            gap = 0  # a gap might hold a doubtful cluster
        for start, end in _join_columns(changed, chars, styles, gap):
            runs.extend(_split_by_style(y, chars, styles, start, end))
    whole_rows = "".join(writer.out)
    writer.out = []
    best = "".join(_write_runs(writer, runs).out)
    if len(best) > _BYTES_WORTH_SORTING:
        other = CursorWriter(wanted.width, erase_colours=erase_colours)
        best = min(best, "".join(_write_runs(other, _sorted_by_style(runs)).out), key=len)
    return whole_rows + best


def _write_runs(writer: CursorWriter, runs: Iterable[_Run]) -> CursorWriter:
    for y, start, end, text, style in runs:
        writer.write_run(y, start, end, text, style)
    return writer


def _sorted_by_style(runs: list[_Run]) -> list[_Run]:
    """Return the runs grouped by style, and the styles by background."""
    grounds: dict[Style, dict[Style, list[_Run]]] = {}
    for run in runs:
        style = run[4]
        grounds.setdefault(style.blank, {}).setdefault(style, []).append(run)
    return [run for styles in grounds.values() for group in styles.values() for run in group]


def _changed_columns(shown: Screen, wanted: Screen, y: int) -> list[int]:
    """Return the columns of a row that look different."""
    old_chars, old_styles = shown.chars[y], shown.styles[y]
    chars, styles = wanted.chars[y], wanted.styles[y]
    changed = []
    for left in range(0, wanted.width, _COMPARED_CELLS):  # slices compare fast
        part = slice(left, left + _COMPARED_CELLS)
        if old_chars[part] != chars[part] or old_styles[part] != styles[part]:
            for x in range(left, min(left + _COMPARED_CELLS, wanted.width)):
                if old_chars[x] != chars[x] or (
                    old_styles[x] is not styles[x]
                    and (chars[x] != " " or old_styles[x].blank is not styles[x].blank)
                ):
                    changed.append(x)
    return changed


def _split_by_style(
    y: int, chars: list[str], styles: list[Style], start: int, end: int
) -> Iterator[_Run]:
    """Split a span where the style changes; a blank joins any neighbour of its background."""
    i = start
    while i < end:
        style = styles[i]
        blank = style.blank
        has_text = chars[i] != " "
        j = i + 1
        while j < end:
            if not (
                (has_text and styles[j] is style) or (chars[j] == " " and styles[j].blank is blank)
            ):
                if has_text or styles[j].blank is not blank:
                    break
                style = styles[j]
                has_text = True
            j += 1
        yield y, i, j, "".join(chars[i:j]), style if has_text else blank
        i = j


def _join_columns(
    changed: list[int], chars: list[str], styles: list[Style], gap: int
) -> list[tuple[int, int]]:
    """Return spans to write: wide characters whole, gaps up to `gap` cells of one style filled."""
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


def _find_doubtful_columns(shown: Screen, wanted: Screen, y: int) -> set[int]:
    """Return the columns that a cluster of doubtful width has, had or may cover.

    Not those of one that stays as it is: what is behind it was put into its place, and is again.
    """
    before, after = (set(_doubtful_clusters(s.chars[y], s.styles[y])) for s in (shown, wanted))
    zone: set[int] = set()
    for x, end, _, _ in before ^ after:
        zone.update(range(x, end + _DOUBTFUL_CELLS))
    return zone


def _doubtful_clusters(
    chars: list[str], styles: list[Style]
) -> Iterator[tuple[int, int, str, Style]]:
    """Yield first column, column after the last, text and style of each such cluster."""
    for x, char in enumerate(chars):
        if char and not is_agreed(char):
            end = x + 1
            while end < len(chars) and chars[end] == "":
                end += 1
            yield x, end, char, styles[x]


def _write_whole_row(writer: CursorWriter, y: int, chars: list[str], styles: list[Style]) -> None:
    """Write a row from its first column, with a cursor move after each doubtful cluster."""
    start = x = 0
    width = len(chars)
    while x < width:
        char = chars[x]
        end = x + 1
        if char and not is_agreed(char):
            while end < width and chars[end] == "":
                end += 1
            _write_runs(writer, _split_by_style(y, chars, styles, start, x))
            writer.write_doubtful(y, x, char, end - x, styles[x])
            start = end
        x = end
    _write_runs(writer, _split_by_style(y, chars, styles, start, width))


def _find_moved_block(
    shown: Screen, wanted: Screen, rows: list[int]
) -> tuple[int, int, int] | None:
    """Return the first and last row of the block that moved, and by how many lines up."""
    for until in (wanted.width, wanted.width // 2):  # a pane at the right may have stayed
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


def _encode_scroll(top: int, bottom: int, lines: int) -> str:
    """Return the sequence that scrolls a region by index at its margin, as since the VT100.

    It resets the style first, so that the new lines are plain blanks even where the terminal fills
    them with the current background.
    """
    if lines > 0:
        at, step = bottom, "\n"
    else:
        at, step = top, "\x1bM"
    region = f"\x1b[m\x1b[{top + 1};{bottom + 1}r\x1b[{at + 1}H"
    return region + step * abs(lines) + "\x1b[r"
