"""What a table screen shows, as values: made whole, then handed to its widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.tui.bars.bar import NO_PARTS, Parts

if TYPE_CHECKING:
    from confmon.tui.desk.box import Card
    from confmon.tui.table import Cell, Columns


@dataclass(frozen=True, slots=True)
class ViewState:
    """What a screen shows, as of one moment. What depends on the cursor is made of it later."""

    columns: Columns
    keys: tuple[Any, ...]
    """The keys of the rows, in order."""
    look: Any
    """What the cells of a row are drawn with."""
    placeholder: tuple[Cell, ...]
    is_stale: bool
    top: Parts
    tabs: Parts
    banner: Parts
    lists: Parts = NO_PARTS
    title: str = ""
    """What the table shows, for its edge: confmon's own words."""
    cards: tuple[Card, ...] = ()
    brief: Parts = NO_PARTS
    """What the cards say, in one line for a terminal too low for them."""
