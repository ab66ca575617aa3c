"""Which toasts give way to a new one, where there is no room for all."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.notifications import Notification

EDGES = 3
"""The cells of a line that a toast has no words in."""


def without_room(
    new: str, shown: Sequence[Notification], *, width: int, lines: int
) -> list[Notification]:
    """Return the oldest of what is shown that `lines` of `width` cells have no room for."""
    words = max(1, width - EDGES)
    room = lines - ceil(len(new) / words)
    dropped = []
    for notice in reversed(shown):
        room -= ceil(len(notice.message) / words)
        if room < 0:
            dropped.append(notice)
    return dropped
