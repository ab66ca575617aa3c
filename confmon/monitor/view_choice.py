"""How a view is left, and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.config.choices import ViewChoice

if TYPE_CHECKING:
    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_view import View


def restore(view: View | ListView, choice: ViewChoice) -> None:
    """Show a view as it was left."""
    view.hide(choice.hidden)
    if choice.sort in {column.id for column in view.columns}:
        view.order_by(choice.sort, descending=choice.descending)
    view.set_filter(choice.filter)


def choice_of(
    view: View | ListView,
    *,
    filter: str | None = None,  # noqa: A002 - what it is
) -> ViewChoice:
    """Return how a view is left; `filter` is what it is to begin with, None: its own."""
    return ViewChoice(
        tuple(sorted(view.hidden)),
        view.sort_id,
        view.descending,
        view.filter_text if filter is None else filter,
    )
