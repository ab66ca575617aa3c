"""The callers of the meeting under the cursor, beside the list of meetings.

It is looked at only: to act on a caller one goes into the meeting, where the keys belong to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.table import LiveTable
from confmon.tui.table.rows import Row

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual import events


class CallersTable(LiveTable, can_focus=False):
    """A table without a cursor. A click on a row opens it at once."""

    def visible_lines(self) -> list[Hashable]:
        """Return the title line and the rows in view, none of them set off."""
        return [
            Row(line.look, "") if isinstance(line, Row) else line
            for line in super().visible_lines()
        ]

    def on_click(self, event: events.Click) -> None:
        """Open the row that was clicked. A click on a title sorts nothing here."""
        event.prevent_default()
        offset = event.get_content_offset(self)
        at = -1 if offset is None else offset.y - self.FIXED
        if 0 <= at < len(self.visible_keys):
            self.post_message(self.Opened(self, self.visible_keys[at]))
