"""The callers of the meeting under the cursor, beside the list of meetings.

With the focus in it the keys are for its callers, as they are inside the meeting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.commands import BY_ID, sign_of
from confmon.tui.desk.bottom_pane import set_title
from confmon.tui.table import LiveTable
from confmon.tui.table.listing import Listing, columns_of
from confmon.tui.table.rows import Row

if TYPE_CHECKING:
    from collections.abc import Hashable

    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import RenderContext
    from confmon.monitor.views.live_view import View
    from confmon.tui.table.listing import Source


class CallersTable(LiveTable, can_focus=True):
    """A table that sets a row off only while it has the focus."""

    def visible_lines(self) -> list[Hashable]:
        """Return the title line and the rows in view."""
        lines = super().visible_lines()
        if self.has_focus:
            return lines
        return [Row(line.look, "") if isinstance(line, Row) else line for line in lines]

    def on_focus(self) -> None:
        """Set the row under the cursor off."""
        self.repaint_changed()

    def on_blur(self) -> None:
        """Set no row off."""
        self.repaint_changed()


class CallersBeside:
    """Fills that table with the callers of one meeting."""

    def __init__(self, session: Session, source: Source) -> None:
        self.table = CallersTable(id="callers")
        self.listing = Listing(self.table, source)
        self._session = session
        self.view: View | None = None
        """How the callers are ordered and marked: as inside the meeting. None: no meeting."""
        self._restored: View | None = None
        """The view in which the cursor was put back where it was left."""

    def show(self, number: int | None, look: RenderContext) -> None:
        """Show the callers of a meeting, or that there is none."""
        self.table.can_focus = number is not None
        if number is None:
            self.leave()
            self.table.placeholder = (("nothing under the cursor", "dim"),)
            set_title(self.table, "callers")
            return
        view = self._view_of(number)
        keys = view.keys(look, self._session.clock.now())
        self.table.columns = columns_of(view)
        is_past = self._session.is_past
        self.table.placeholder = ((_why_empty(view, look, is_past=is_past), "dim"),)
        is_stale = not is_past and self._session.is_stale(view)
        self.table.set_class(is_stale and bool(keys), "-stale")
        self.listing.show(view, keys)
        if view is not self._restored:
            self._restored = view
            self.listing.restore_cursor()
        set_title(self.table, f"callers of {number}{self._title_words(view)}")

    def _title_words(self, view: View) -> str:
        """Return what the callers are filtered by, and the key that goes to them."""
        words = f" /{view.filter_text}" if view.filter else ""
        if self._session.views.beside is not None:
            return words
        sign = sign_of(BY_ID["next_pane"], self._session.settings.keys)
        return f"{words} · {sign} goes there" if sign else words

    def _view_of(self, number: int) -> View:
        if self.view is None or self.view.meeting != number:
            self.leave()
            self.view = self._session.views.view_of(number)
        return self.view

    def leave(self) -> None:
        """Forget the meeting: what is looked at changes. Its cursor is kept."""
        if self.view is not None:
            self.listing.keep_cursor()
        self.view = self._restored = None
        self.listing.show(None, ())
        self.table.reset()


def _why_empty(view: View, look: RenderContext, *, is_past: bool) -> str:
    number = view.meeting or 0
    if view.filter and view.total:
        return "nobody matches the filter"
    if number not in look.live_state.meetings:
        return "the meeting was not live" if is_past else "the meeting has ended"
    if is_past:
        return "nobody was in it"
    return "nobody is in it" if look.live_state.knows(number) else "reading…"
