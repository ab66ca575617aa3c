"""Which columns of a view are shown, and how a view is left and found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.config.choices import ViewChoice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_columns import Column
    from confmon.monitor.views.live_view import View


def without(columns: Sequence[Column[Any]], hidden: Collection[str]) -> tuple[Column[Any], ...]:
    """Return the columns that are not hidden; all, where none would be left that says something."""
    shown = tuple(column for column in columns if column.id not in hidden)
    return shown if any(not column.is_drawn for column in shown) else tuple(columns)


def first_told(columns: Sequence[Column[Any]]) -> str:
    """Return the id of the first column that says something: what a view is sorted by at least."""
    return next(column.id for column in columns if not column.is_drawn)


def restore(view: View | ListView, choice: ViewChoice) -> None:
    """Show a view as it was left."""
    view.hide(choice.hidden)
    known = {column.id for column in view.columns}  # of a list that was not shown yet: none
    if choice.sort and (not known or choice.sort in known):
        view.order_by(choice.sort, descending=choice.descending)
    view.set_filter(choice.filter)


def choice_of(view: View | ListView, *, with_filter: bool = True) -> ViewChoice:
    """Return how a view is left."""
    return ViewChoice(
        tuple(sorted(view.hidden)),
        view.sort_id,
        view.descending,
        view.filter_text if with_filter else "",
    )
