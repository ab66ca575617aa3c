"""What the tools need to know of the screen that shows a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import App

    from confmon.commands import Place
    from confmon.monitor.exports.numbers import NumberVisibility
    from confmon.monitor.past.travel import PastMoment
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_view import View
    from confmon.tui.table import RowLook
    from confmon.tui.table.listing import Listing


class ShownView(Protocol):
    """A screen with one table."""

    PLACE: Place
    session: Session

    @property
    def app(self) -> App[object]:
        """The app."""
        ...

    @property
    def view(self) -> View | ListView:
        """Filter, order and columns."""
        ...

    @property
    def active(self) -> Listing:
        """The table that the keys are for."""
        ...

    @property
    def cursor_key(self) -> Any:
        """The key under the cursor."""
        ...

    @property
    def shown_keys(self) -> tuple[Any, ...]:
        """The keys of the rows that are shown, in order."""
        ...

    def record(self) -> Any:
        """Return the record under the cursor; None: there is none."""
        ...

    def record_in(self, view: Any, key: Any) -> Any:
        """Return the record of a row of a view; None: there is none."""
        ...

    def subject_of(self, record: Any) -> Any:
        """Return the call, meeting or other record that a row is about."""
        ...

    def row_look(self, view: Any, key: Any, record: Any) -> RowLook:
        """Return how a row looks."""
        ...

    @property
    def look(self) -> Any:
        """What cells are drawn with."""
        ...

    @property
    def view_name(self) -> str:
        """What is shown, in a word or two."""
        ...

    def past_moment(self) -> PastMoment | None:
        """Return the moment of the past that is shown in place of now; None: it is none."""
        ...

    def data_age_s(self) -> float | None:
        """Return how old what is shown is; None: nothing was read yet."""
        ...

    def hide_columns(self, hidden: Iterable[str]) -> None:
        """Hide columns of the view, and show the others."""

    def keep_view(self) -> None:
        """Draw a view that the operator has changed, and remember how it is left."""

    def visible_numbers(self, *, is_export: bool) -> NumberVisibility:
        """Return which telephone numbers may leave in full."""
        ...

    def say(self, text: str) -> None:
        """Say something for a moment."""

    def changed(self) -> None:
        """Draw soon."""
