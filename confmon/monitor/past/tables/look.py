"""What the cells of the past are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.monitor.views.live_columns import RenderContext

if TYPE_CHECKING:
    from confmon.monitor.past.timeline.tape import DrawnTape
    from confmon.monitor.past.timeline.window import Window


@dataclass(frozen=True, slots=True)
class PastLook(RenderContext):
    """A context that knows a tape, and what of the time is shown of it."""

    drawn: DrawnTape | None = None
    window: Window | None = None
