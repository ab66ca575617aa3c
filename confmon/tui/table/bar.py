"""A scroll bar of one cell in each line, part of the lines: only its ends are repainted."""

from __future__ import annotations

THUMB = "▐"


def thumb_lines(track: int, total: int, top: int) -> range:
    """Return the lines of a track that the thumb covers; none if nothing can be scrolled.

    `track` lines show the lines from `top` on, of `total`.
    """
    if total <= track or track <= 0:
        return range(0)
    length = max(1, track * track // total)
    first = round(top * (track - length) / (total - track))
    return range(first, first + length)


def top_line_at(track: int, total: int, y: int) -> int:
    """Return the top line that puts the middle of the thumb on line `y` of the track."""
    length = max(1, track * track // max(1, total))
    if track <= length:
        return 0
    return max(0, min(round((y - length // 2) * (total - track) / (track - length)), total - track))
