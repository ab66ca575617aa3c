"""The line in which the operator types a filter, in a frame that shows what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.views.filter import complete, completions
from confmon.tui.desk.frame import Frame

if TYPE_CHECKING:
    from textual.widgets import Input

    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_view import View
    from confmon.tui.table.listing import Listing


class FilteredFrame(Frame):
    """Opens the line, filters the view as it is typed, and closes it again."""

    FILTER_WORDS: tuple[str, ...] = ()
    """The words of a filter that Tab completes."""
    FILTER_HINT = "filter: words that are all in the row, -word"

    _filter: Input | None = None

    @property
    def view(self) -> View | ListView:
        """What the keys are for: filter and order."""
        raise NotImplementedError

    @property
    def active(self) -> Listing:
        """The table that the keys are for."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Show what there is now."""
        raise NotImplementedError

    def keep_view(self) -> None:
        """Draw a view that the operator has changed, and remember how it is left."""
        raise NotImplementedError

    @property
    def is_typing(self) -> bool:
        """Whether the filter is being typed."""
        return self._filter is not None and self._filter.has_focus

    @property
    def is_filter_open(self) -> bool:
        """Whether the filter line is there."""
        return self._filter is not None and self._filter.display

    async def _mount_filter(self) -> None:
        # Behind the first frame, for it costs an import; before it is needed, for a key typed
        # after the slash must find it there, and not the table and its verbs.
        from textual.widgets import Input

        self._filter = Input(id="filter", placeholder=self.FILTER_HINT, compact=True)
        self._filter.cursor_blink = False
        self._filter.select_on_focus = False
        self._filter.display = False
        await self.mount(self._filter, before="#bottom")

    def open_filter(self) -> None:
        """Let the operator type a filter."""
        if self._filter is not None and self._filter.is_mounted:
            self._filter.display = True
            self._filter.value = self.view.filter_text
            self.set_focus(self._filter)
            self.changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if event.input is self._filter:
            self.view.set_filter(event.value)
            self.redraw()
            # The operator chose these rows, so the cursor may be on the first of them.
            self.active.first_row()

    def complete_filter(self) -> bool:
        """Complete the last word of the filter that is typed. False: there is nothing to do so."""
        field = self._filter
        if field is None or not self.FILTER_WORDS:
            return False
        found = completions(field.value, self.FILTER_WORDS)
        if (text := complete(field.value, found)) != field.value:
            field.value = text
            field.cursor_position = len(text)
        return True

    @property
    def filter_words(self) -> tuple[str, ...]:
        """What the last word of the filter that is typed may become."""
        return completions(self.view.filter_text, self.FILTER_WORDS) if self.is_typing else ()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and go back to the table."""
        if event.input is self._filter:
            self.close_filter()
            self.set_focus(self.active.table)
            self.keep_view()

    def clear_filter(self) -> None:
        """Take the filter away and go back to the table."""
        self.view.set_filter("")
        self.close_filter()
        self.set_focus(self.active.table)
        self.keep_view()

    def close_filter(self) -> None:
        """Take the filter line away; the filter stays."""
        if self._filter is not None:
            self._filter.display = False
