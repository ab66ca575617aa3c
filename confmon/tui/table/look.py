"""What a table is told to draw: plain values, compared by equality, without a style in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Align = Literal["left", "right"]

Cell = tuple[str, str]
"""A text and a tone. The text is drawn as it is, never as markup; the tone is a short name."""

Piece = tuple[str, int, tuple[str, ...]]
"""A text, the cells it takes, its tones: the last gives the colour, all give attributes."""

TONES = (
    "dim",
    "good",
    "warn",
    "bad",
    "accent",
    "pending",
    "held",
    "muted",
    "new",
    "changed",
    "gone",
    "title",
    "strong",
    "host",
    "key",
    "brand",
    "here",
    "tab",
    "sublist",
)
"""Every tone there is; any other draws plain. The text must say what the tone says."""


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column: `width` is its least number of cells, `grow` its share of spare width.

    On a terminal too narrow for all, the highest `priority` drops out first; 0 never does.
    """

    id: str
    title: str
    width: int
    grow: int = 0
    priority: int = 0
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
