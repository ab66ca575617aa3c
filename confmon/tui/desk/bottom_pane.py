"""The pane below the table: what happened, and what became of the operator's own actions.

Both are side by side where the terminal is wide, one at a time where it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.containers import Horizontal
from textual.content import Content

from confmon.monitor.views.event_lines import BY
from confmon.monitor.views.event_lines import WIDTHS as EVENT_WIDTHS
from confmon.tui.bars.action_log import WIDTHS
from confmon.tui.table import LinesPane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

Shown = Literal["both", "events", "actions", "off"]

SIDE_BY_SIDE_FROM = 120
"""The columns from which both are shown beside each other."""


def next_shown(shown: Shown, *, wide: bool) -> Shown:
    """Return what is shown after what is shown now, as its key goes round.

    >>> next_shown("both", wide=True), next_shown("events", wide=False)
    ('off', 'actions')
    """
    choices: tuple[Shown, ...] = ("both", "off") if wide else ("events", "actions", "off")
    return choices[(choices.index(shown) + 1) % len(choices)] if shown in choices else choices[0]


class BottomPane(Horizontal):
    """Events and actions; the screen gives their lines."""

    DEFAULT_CSS = """
    BottomPane { height: 6; }
    BottomPane > LinesPane { display: none; width: 1fr; }
    BottomPane > LinesPane.-on { display: block; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        """Make an empty one."""
        super().__init__(id=id)
        self.events = LinesPane(
            id="events", widths=EVENT_WIDTHS, wraps=False, follows=True, ends=BY
        )
        self.actions = LinesPane(id="log", widths=WIDTHS, follows=True)
        self._is_wide = False
        self._has_acted = False
        self._chosen: dict[bool, Shown] = {}
        """What the operator chose for a wide terminal (True), and for a narrow one."""

    def compose(self) -> ComposeResult:
        """Lay them out: events left, actions right."""
        yield self.events
        yield self.actions

    @property
    def shown(self) -> Shown:
        """What is shown: as chosen; else both, or where there is no room what is likelier wanted.

        That is what became of the operator's own actions, once there are any.
        """
        chosen = self._chosen.get(self._is_wide)
        if chosen is not None:
            return chosen
        return "both" if self._is_wide else "actions" if self._has_acted else "events"

    def has(self, widget: Widget | None) -> bool:
        """Whether a widget is one of the two."""
        return widget is self.events or widget is self.actions

    def fit_width(self, width: int) -> None:
        """Show both where there is room beside each other."""
        self._is_wide = width >= SIDE_BY_SIDE_FROM
        self.show_chosen()

    def cycle(self) -> None:
        """Show the other one, or none of them."""
        self._chosen[self._is_wide] = next_shown(self.shown, wide=self._is_wide)
        self.show_chosen()

    def bring_up(self, name: Literal["events", "actions"]) -> None:
        """Show one of them, beside the other if there is room."""
        if self.shown not in ("both", name):
            self._chosen[self._is_wide] = "both" if self._is_wide else name
            self.show_chosen()

    def note_actions(self, *, any_: bool) -> None:
        """Let the actions come up where only one is shown, once there are any."""
        if any_ != self._has_acted:
            self._has_acted = any_
            self.set_class(any_, "-acted")
            self.show_chosen()

    def show_chosen(self) -> None:
        """Show what is chosen."""
        shown = self.shown
        self.events.set_class(shown in ("both", "events"), "-on")
        self.actions.set_class(shown in ("both", "actions"), "-on")
        self.set_class(shown == "off", "-off")
        self.set_class(shown == "both", "-both")

    def set_titles(self, events: str, actions: str, key: str) -> None:
        """Title both; the one that is shown alone says which `key` shows the other."""
        alone = bool(key) and self.shown in ("events", "actions")
        set_title(self.events, f"{events} · {key} my actions" if alone else events)
        set_title(self.actions, f"{actions} · {key} events" if alone else actions)


def set_title(widget: Widget, title: str) -> None:
    """Title the edge of a widget, if it says something else by now: it is repainted each time."""
    content = Content(title)  # never markup
    if widget.border_title != content.markup:
        widget.border_title = content
