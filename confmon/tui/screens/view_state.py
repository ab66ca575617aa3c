"""What a table screen shows, as values: made whole, then handed to its widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from confmon.tui.bars.bar import Parts
from confmon.tui.table import ColumnLook, Columns

if TYPE_CHECKING:
    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_view import View
    from confmon.tui.desk.box import Card
    from confmon.tui.table import Cell


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
    lists: Parts
    title: str = ""
    """What the table shows, for its edge: confmon's own words."""
    cards: tuple[Card, ...] = ()
    brief: Parts = field(default_factory=Parts)
    """What the cards say, in one line for a terminal too low for them."""


def columns_of(view: View | ListView) -> Columns:
    """Return what the table has to know of the columns of a view."""
    looks = tuple(
        ColumnLook(one.id, one.title, one.width, one.grow, one.priority, one.comfort, one.align)
        for one in view.columns
    )
    return Columns(looks, view.sort_id, view.descending != view.sorted_by.high_first)
