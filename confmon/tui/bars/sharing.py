"""What the header says of the others on this bridge: who reads it, and how many look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.sharing.engine import ShareUnavailable
from confmon.tui.bars.bar import Part
from confmon.tui.table.cells import cut

if TYPE_CHECKING:
    from confmon.monitor.session import Session
    from confmon.sharing.records import ShareState

BOX_CELLS = 16
"""So much of the name of a box is shown at most: the list of who is here has all of it."""


def share_parts(session: Session) -> list[Part]:
    """Return who reads the bridge for all; nothing where it is not shared, or not known yet."""
    if session.share is None or (state := session.share.state).mode == "starting":
        return []
    if state.mode == "alone":
        why = state.away or ShareUnavailable.short
        return [Part(f" alone · {why} ", "paused", short=" alone "), Part(" ")]
    if state.collector:
        name = cut(state.collector, BOX_CELLS)
        who = [Part(" shared · "), Part("collector ", priority=7), Part(f"{name} ", yields=True)]
    else:
        who = [Part(" shared · no collector ", "paused", short=" no collector "), Part(" ")]
    return [*who, *_here(state), Part(" ")]


def _here(state: ShareState) -> list[Part]:
    """Return how many screens there are, this one too."""
    count = sum(member.kind == "screen" for member in state.members)
    return [Part(f"· {count} here ", priority=3)] if count else []
