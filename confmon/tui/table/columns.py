"""Places the columns of a table in a given width."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confmon.tui.table.look import LUXURY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.tui.table.look import Align, ColumnLook

GAP = 1


class Place(NamedTuple):
    """A visible column: its index, first cell, width and alignment."""

    column: int
    x: int
    width: int
    align: Align


def place_columns(
    columns: Sequence[ColumnLook], width: int, start: int, kept_id: str | None = None
) -> tuple[Place, ...]:
    """Return the columns that fit between cell `start` and cell `width`, left to right.

    The highest priority drops out first, the rightmost among equals; columns of priority 0 stay
    and are cut at the edge. Luxury goes before another column has less than its comfort. `grow`
    shares out spare cells. The column `kept_id` stays as one of priority 0 does.
    """
    priorities = [0 if column.id == kept_id else column.priority for column in columns]
    kept = list(range(len(columns)))

    def spare(*, comfort: bool = False) -> int:
        wanted = (max(columns[i].width, columns[i].comfort * comfort) + GAP for i in kept)
        return width - start - sum(wanted) + GAP

    for least, comfort in ((LUXURY, True), (1, False)):
        while kept and spare(comfort=comfort) < 0:
            out = max(kept, key=lambda i: (priorities[i], i))
            if priorities[out] < least:
                break
            kept.remove(out)
    left, shares = max(0, spare()), sum(columns[i].grow for i in kept)
    places: list[Place] = []
    x = start
    for i in kept:
        column = columns[i]
        extra = left * column.grow // shares if shares else 0
        left, shares = left - extra, shares - column.grow
        cells = min(column.width + extra, width - x)
        if cells <= 0:
            break
        places.append(Place(i, x, cells, column.align))
        x += cells + GAP
    return tuple(places)
