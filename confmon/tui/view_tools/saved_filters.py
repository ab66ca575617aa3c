"""The saved filters of a screen: apply one, save the present one under a name, delete one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from confmon.config.choices import LONGEST, LONGEST_NAME, MOST
from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from confmon.tui.view_tools.shown import ShownView

NONE_YET = "No filter is saved yet."
NOTHING_TO_SAVE = "Nothing is filtered now: type a filter after /, then save it here."
TOO_LONG = f"A filter of more than {LONGEST} characters is not kept."
TOO_MANY = f"There are {MOST} already: delete one first."


def choose_filter(screen: ShownView) -> None:
    """List the saved filters of a screen over it."""
    choices, place, view = screen.session.choices, screen.PLACE, screen.view

    def chosen(text: str | None) -> None:
        if text is not None and screen.view is view:  # a narrower terminal has no callers beside
            view.set_filter(text)
            screen.keep_view()

    dialog = FiltersDialog(
        choices.filters(place), view.filter_text, partial(choices.keep_filters, place)
    )
    screen.app.push_screen(dialog, chosen)


class FiltersDialog(Modal[str]):
    """The list by name. Its result is the text of the filter to apply."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False),
        Binding("q", "cancel", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("n", "name", show=False),
        Binding("d", "delete", show=False),
    ]

    def __init__(
        self, filters: Mapping[str, str], now: str, keep: Callable[[Mapping[str, str]], None]
    ) -> None:
        """`now` is the present filter; `keep` remembers all of them."""
        super().__init__()
        self._filters = dict(filters)
        self._now = now
        self._keep = keep

    def compose(self) -> ComposeResult:
        """Lay out the list, the line for a name, and the one for a warning."""
        with Vertical() as box:
            box.border_title = "Saved filters"
            box.border_subtitle = keys_line(
                ("enter", "apply"), ("n", "save the present one"), ("d", "delete"), ("esc", "back")
            )
            yield OptionList(compact=True)
            name = Input(placeholder="its name", max_length=LONGEST_NAME, compact=True)
            name.display = False
            yield name
            yield Static(classes="warning")

    def on_mount(self) -> None:
        """List what there is."""
        self._show()

    def _show(self, here: str = "") -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        width = max(map(len, self._filters), default=0)
        for name, text in self._filters.items():
            line = Content.assemble((f"{name:<{width}}", "bold"), f"  {text}")
            options.add_option(Option(line))
        if not self._filters:
            options.add_option(Option(Content(NONE_YET), disabled=True))
        elif here in self._filters:
            options.highlighted = list(self._filters).index(here)
        else:
            options.highlighted = 0
        options.focus()

    def _name_here(self) -> str | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or not self._filters else list(self._filters)[at]

    def _say(self, text: str) -> None:
        warning = self.query_one(Static)
        warning.update(Content(text))
        warning.set_class(bool(text), "-on")

    def on_option_list_option_selected(self) -> None:
        """Apply the filter under the cursor."""
        if (name := self._name_here()) is not None:
            self.dismiss(self._filters[name])

    def action_move(self, by: int) -> None:
        """Move as in a table."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if by > 0 else options.action_cursor_up()

    def action_name(self) -> None:
        """Ask for the name to save the present filter under."""
        text = self._now.strip()
        wrong = (
            NOTHING_TO_SAVE if not text
            else TOO_LONG if len(text) > LONGEST
            else TOO_MANY if len(self._filters) >= MOST
            else ""
        )  # fmt: skip
        self._say(wrong)
        if not wrong:
            name = self.query_one(Input)
            name.display = True
            name.value = ""
            name.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save the present filter; under a name that is taken, in its place."""
        name = event.value.strip()
        event.input.display = False
        if name and name.isprintable():
            self._filters[name] = self._now.strip()
            self._keep(self._filters)
            self._say(f"Saved as {name}.")
        self._show(name)

    def action_delete(self) -> None:
        """Delete the filter under the cursor."""
        if (name := self._name_here()) is not None:
            del self._filters[name]
            self._keep(self._filters)
            self._say(f"{name} is deleted.")
            self._show()

    def action_cancel(self) -> None:
        """Leave the line for a name; from the list, close."""
        name = self.query_one(Input)
        if name.has_focus:
            name.display = False
            self._show()
        else:
            self.dismiss(None)
