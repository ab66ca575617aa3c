"""The attributes of a room or of a live meeting: a list of them, and the form of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from confmon.commands import BY_ID, sign_of
from confmon.models import privacy
from confmon.models.attributes import catalogue
from confmon.monitor.views.attributes import describe_value, kind_of, meaning, options_of, searched
from confmon.monitor.views.list_view import holds, search_words
from confmon.tui.bars.bar import Bar, Part, Parts
from confmon.tui.dialogs.confirm import WARNING
from confmon.tui.dialogs.form import Field, FormScreen
from confmon.tui.dialogs.modal import Modal, keys_line
from confmon.tui.keys.pace import Kind
from confmon.tui.keys.presses import presses_of
from confmon.tui.table import ColumnLook, Columns, LiveTable, RowLook, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual import events
    from textual.app import ComposeResult

    from confmon.models.attributes.catalogue import Where
    from confmon.models.rooms import AttributeValue
    from confmon.monitor.actions.action import Action
    from confmon.monitor.views.attributes import Line
    from confmon.tui.keys.pace import Press


FOUND_NONE = (("Nothing matches the filter", "title"), ("escape clears it", "dim"))

NARROW = 56
"""On fewer columns not every key has room on the lower edge."""


class AttributesScreen(Modal[None]):
    """A table of attributes, what the one under the cursor means, and keys to find and change it.

    No letter closes it: those typed after it would be commands of the screen behind.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("d", "take_off", show=False),
        Binding("e", "edit", show=False),
        # At once, so that what is typed in one burst with the slash goes into the filter.
        Binding(BY_ID["filter"].keys, "filter", show=False, id="filter", priority=True),
        Binding("tab,shift+tab", "keep_filter", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Callable[[], list[Line] | None],
        change: Callable[[str, str | None], None],
        otherwise: str,
        *,
        locked: Callable[[], str],
        remapped: Mapping[str, str],
        takes_off: bool = True,
        trouble: Callable[[], str] = lambda: "",
    ) -> None:
        """`lines` is asked whenever something has changed, None as long as nothing has been read.

        `change` gets the name and the value to begin with, None to take it off. `otherwise`
        names the column of what an attribute is by itself. `locked` says why nothing may be
        changed now. `remapped` has the operator's own keys, by command id.
        """
        super().__init__()
        self._title = title
        self._ask, self._change, self._otherwise = lines, change, otherwise
        self._locked, self._takes_off, self._trouble = locked, takes_off, trouble
        self._remapped = remapped
        self._by_name: dict[str, Line] = {}

    def compose(self) -> ComposeResult:
        """Lay out title, filter, table and meaning, with the keys on the lower edge."""
        self._filter = Input(id="filter", placeholder="name, value, meaning", compact=True)
        self._filter.select_on_focus = self._filter.cursor_blink = False
        self._filter.display = False
        self._box = Vertical(id="box")
        self._total, self._help = Bar(id="count"), Static(classes="help", id="help")
        with self._box:
            yield Static(Content(self._title), classes="title")
            with Horizontal(classes="filtering"):
                yield self._filter
                yield self._total
            yield LiveTable(id="attributes")
            yield self._help

    def on_mount(self) -> None:
        """Fill it."""
        self.table = self.query_one(LiveTable)
        self.table.columns = Columns(
            (
                ColumnLook("name", "attribute", 30),
                ColumnLook("value", "value", 12, grow=2),
                ColumnLook("otherwise", self._otherwise, 12, grow=1, priority=1),
                ColumnLook("accepts", "accepts", 16, grow=2, priority=2),
            )
        )
        self.table.focus()
        self.fill()

    def changed(self) -> None:
        """Show them again. No widget is queried: all but the screen may be gone already."""
        if self.is_mounted:
            self.fill()

    def fill(self) -> None:
        """Show the attributes as they are now, those that the filter leaves."""
        if (lines := self._ask()) is None:
            self.table.placeholder = ((self._trouble() or "Reading…", ""),)
        else:
            self.table.placeholder = FOUND_NONE if lines else (("No attributes", ""),)
        words = search_words(self._filter.value)
        self._by_name = {line.name: line for line in lines or () if holds(searched(line), words)}
        self.table.rows = Rows(tuple(self._by_name), self._row)
        self._total.parts = Parts(tuple(self._count_parts(None if lines is None else len(lines))))
        self._explain()
        self._show_keys()

    def _count_parts(self, total: int | None) -> list[Part]:
        if total is None:
            return []
        if not self._filter.value:
            return [Part(f"{total} attributes", "dim")]
        typed = [] if self.is_typing else [Part(f"/{self._filter.value} ", "accent", yields=True)]
        return [*typed, Part(f"{len(self._by_name)} of {total} attributes", "strong")]

    def _row(self, name: str) -> RowLook:
        line = self._by_name[name]
        own = "strong" if line.differs and line.otherwise is not None else ""
        value = "–" if line.value is None else describe_value(name, line.value)
        otherwise = "" if line.otherwise is None else describe_value(name, line.otherwise)
        accepts = "counted" if line.fixed else kind_of(catalogue.BY_NAME.get(name))
        tone = own or ("dim" if line.value is None else "")
        return RowLook(((name, own), (value, tone), (otherwise, "dim"), (accepts, "dim")))

    def _explain(self) -> None:
        name = cast("str | None", self.table.cursor_key)
        self._help.update(Content(meaning(name) if name else ""))

    def _show_keys(self) -> None:
        sign = sign_of(BY_ID["filter"], self._remapped)
        find = [(sign, "filter")] if sign else []
        wide = self.app.size.width >= NARROW
        clear = "clear the filter" if wide else "clear"
        close = ("esc", clear if self._filter.value else "close")
        if self.is_typing:
            line = keys_line(("enter", "keep the filter"), ("esc", "clear"))
        elif reason := self._locked():
            line = Content.assemble(keys_line(*find, close), "  ", (reason, WARNING))
        else:
            off = [("d", "take it off")] if self._takes_off and wide else []
            line = keys_line(("enter", "change"), *off, *find, close)
        self._box.border_subtitle = line

    # The filter.

    @property
    def is_typing(self) -> bool:
        """Whether the filter is being typed: then no letter is a command."""
        return bool(self._filter.display)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Open the filter only where it is there and shut: in it, its key is text."""
        if action == "filter":
            return self.is_mounted and self.is_active and not self.is_typing
        return super().check_action(action, parameters)

    def action_filter(self) -> None:
        """Let the operator type a filter."""
        self._filter.display = True
        self.set_focus(self._filter)
        self.fill()

    def action_keep_filter(self) -> None:
        """Go back to the table; the filter stays."""
        self.set_focus(self.table)
        self._filter.display = False
        self.fill()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        event.stop()
        self.fill()
        # The operator chose these rows, so the cursor may be on the first of them.
        if self.table.cursor_key is None and self._by_name:
            self.table.move_to(next(iter(self._by_name)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and go back to the table."""
        event.stop()
        self.action_keep_filter()

    def on_descendant_focus(self) -> None:
        """Keep the filter where a click goes to the table."""
        if self.is_typing and self.focused is self.table:
            self.action_keep_filter()

    def on_paste(self, event: events.Paste) -> None:
        """Take a filter that is pasted with its slash."""
        event.stop()
        line, *_ = [*event.text.splitlines(), ""]
        if line.startswith("/") and self.is_active:
            self.action_filter()
            self._filter.value = line[1:]

    def on_key(self, event: events.Key) -> None:
        """Take letters for text that were on their way to the table when the filter opened."""
        if self.is_typing and event.is_printable and event.character:
            self._filter.insert_text_at_cursor(event.character)
            event.stop()
            event.prevent_default()

    # The table.

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here: a verb, a move, or neither."""
        kinds = {"d": Kind.VERB, "e": Kind.VERB, "j": Kind.MOVE, "k": Kind.MOVE}
        return kinds.get(event.key, Kind.VIEW)

    def may_run(self, action: str, press: Press | None) -> bool | None:
        """Whether a key may change something: one that was pressed alone."""
        if action not in ("take_off", "edit"):
            return None
        return presses_of(self.app).may_act(press, verb=True)

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        """Say what the attribute under the cursor means."""
        message.stop()
        self._explain()

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Change the attribute."""
        message.stop()
        self.action_edit()

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        """Keep that from the screen below."""
        message.stop()

    def action_edit(self) -> None:
        """Ask for another value."""
        line = self._line() if self.is_active else None
        if line is None:
            return
        if line.fixed:
            self.app.notify(f"{line.name} is counted by the bridge", markup=False, timeout=4)
            return
        value = line.value if line.value is not None else line.otherwise
        self._change(line.name, "" if privacy.is_secret(line.name) else value or "")

    def action_take_off(self) -> None:
        """Ask whether to take the attribute off."""
        line = self._line() if self.is_active else None
        if line is not None and self._takes_off and line.value is not None:
            self._change(line.name, None)

    def _line(self) -> Line | None:
        if reason := self._locked():
            self.app.notify(f"{reason}; nothing was sent", markup=False, timeout=4)
            return None
        return self._by_name.get(cast("str", self.table.cursor_key))

    # The end.

    def action_leave(self) -> None:
        """Clear the filter; where there is none, close."""
        if not self.is_active:
            return
        if self.is_typing or self._filter.value:
            self._filter.value = ""
            self.action_keep_filter()
        else:
            self.dismiss(None)


def attribute_form(
    title: str,
    name: str,
    value: str,
    where: Where,
    make: Callable[[str], Action],
    *,
    templates: Iterable[AttributeValue] = (),
) -> FormScreen:
    """Return the form of one attribute, checked by the catalogue as it is typed."""
    own = tuple(templates)

    def check(text: str) -> Any:
        return catalogue.check(name, text, where, own)

    known = name in catalogue.BY_NAME or any(
        attribute_value.name == name for attribute_value in own
    )
    field = Field(
        "value", "Value", value, meaning(name), options=options_of(name),
        check=check if known else None,
    )  # fmt: skip
    return FormScreen(title, [field], lambda values: make(values["value"]))
