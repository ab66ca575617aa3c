"""What the cells of the past are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.monitor.views.live_columns import RenderContext

if TYPE_CHECKING:
    from confmon.monitor.past.timeline.tape import DrawnTape
    from confmon.monitor.past.timeline.window import Window
    from confmon.monitor.views.live_columns import Cell

UNSEEN_MS: Final = 60_000
"""After so long without a read nobody knows whether what was live still is."""


@dataclass(frozen=True, slots=True)
class PastLook(RenderContext):
    """A context that knows a tape, what of the time is shown of it, and the newest read (ms)."""

    drawn: DrawnTape | None = None
    window: Window | None = None
    newest: int | None = None


def newest_of(look: RenderContext) -> int:
    """Return when the newest read was that is recorded, epoch ms; now where nobody knows."""
    newest = look.newest if isinstance(look, PastLook) else None
    return round(look.wall * 1000) if newest is None else newest


def lasting(word: str, look: RenderContext) -> Cell:
    """Return how what was not seen to end is called: with a mark where it is not seen any more.

    >>> from confmon.models.codes import Codes
    >>> from confmon.monitor.polling.live_state import LiveState
    >>> lasting("live", PastLook(LiveState(Codes({})), 100.0, newest=99_000))
    ('live', 'good')
    >>> lasting("live", PastLook(LiveState(Codes({})), 100.0, newest=9_000))
    ('live?', 'warn')
    """
    is_seen = look.wall * 1000 - newest_of(look) <= UNSEEN_MS
    return (word, "good") if is_seen else (f"{word}?", "warn")
