"""How the lines of the screen are shared between the cards, the table and the pane below it."""

from __future__ import annotations

LEAST_TABLE = 6
"""The lines a table keeps, with its edges: its titles, and rows around the cursor."""
SPARE = 2
"""The empty lines below the rows, so that not every newcomer moves the pane."""
STEP = 4
"""The pane grows when it has so many lines more to take, not at each row that goes."""
MOST = 0.6
"""The part of the room that the pane takes by itself at most."""


def card_height(height: int) -> int:
    """Return the lines of the cards, edges included, on a terminal so high; 0: there are none."""
    if height < 30:
        return 0
    return 3 if height < 36 else 4 if height < 50 else 5


def pane_height(room: int, wanted: int, *, before: int, least: int) -> int:
    """Return the lines of the pane below a table that wants `wanted` of the `room` for both.

    What the table has no rows for goes to the pane. `before` is what the pane had: it gives lines
    up at once where the table wants them, and takes them only where there are many.
    """
    most = max(least, int(room * MOST))
    found = max(least, min(most, room - wanted - SPARE))
    kept = min(before, most)
    if found - STEP < kept <= min(most, room - wanted):
        return max(least, kept)
    return found


def resized(height: int, *, room: int, least: int) -> int:
    """Return the lines of the pane after the operator made it higher or lower."""
    return max(least, min(height, room - LEAST_TABLE))
