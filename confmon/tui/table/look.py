"""The values that a table draws: compared by equality, without styles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

LUXURY = 6
"""From this priority on, a column is less worth than room for the others."""

Align = Literal["left", "right"]

Cell = tuple[str, str]
"""A text and a tone. The text is never markup; the tone is a short name."""

TextSegment = tuple[str, int, tuple[str, ...]]
"""A text, its width in cells, its tones: the last sets the colour, all set attributes."""


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column: `width` is its least number of cells, `grow` its share of spare width.

    On a terminal too narrow for all, the highest `priority` drops out first; 0 never does. One of
    `LUXURY` or more also drops out as long as another has fewer cells than its `comfort`.
    """

    id: str
    title: str
    width: int
    grow: int = 0
    priority: int = 0
    comfort: int = 0
    align: Align = "left"


class RowLook(NamedTuple):
    """How one row looks: a cell for each column in order, dropped columns included.

    `tone` colours the cells that have no tone of their own. `marked` puts a sign in the gutter.
    """

    cells: tuple[Cell, ...]
    tone: str = ""
    marked: bool = False


class Columns(NamedTuple):
    """The columns of a table, and the id of the one that it is sorted by."""

    looks: tuple[ColumnLook, ...] = ()
    sort_id: str | None = None
    descending: bool = False


class Rows(NamedTuple):
    """The rows of a table in order. `look` is asked for a row only when it is on the screen.

    Every key is unique and not None. A key means one record for as long as it is listed.
    """

    keys: tuple[Hashable, ...] = ()
    look: Callable[[Any], RowLook] = lambda _: RowLook(())
