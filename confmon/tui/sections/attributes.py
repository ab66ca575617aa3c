"""The attributes of a room or of a live meeting: a list of them, and the form of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from confmon.api import catalogue, discreet
from confmon.monitor.said import HIDDEN
from confmon.tui.dialogs import WARNING
from confmon.tui.forms import Field, FormScreen
from confmon.tui.modal import Modal, keys_line
from confmon.tui.table import ColumnLook, LiveTable, RowLook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual.app import ComposeResult

    from confmon.api.catalogue import Where
    from confmon.api.standing import Setting
    from confmon.monitor.edit import Edit


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: what it is set to (None: not set here), and what it is otherwise."""

    name: str
    value: str | None
    otherwise: str | None = None
    fixed: bool = False
    """Whether the bridge counts it and nobody sets it."""

    @property
    def differs(self) -> bool:
        """Whether it is set to other than it would be by itself."""
        if self.value is None:
            return False
        return self.otherwise is None or not catalogue.same(self.name, self.value, self.otherwise)


class AttributesScreen(Modal[None]):
    """A table of attributes, what the one under the cursor means, and keys to change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,a", "leave", show=False),
        Binding("d", "take_off", show=False),
        Binding("e", "edit", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Callable[[], list[Line] | None],
        change: Callable[[str, str | None], None],
        otherwise: str,
        *,
        locked: Callable[[], str],
        takes_off: bool = True,
        trouble: Callable[[], str] = lambda: "",
    ) -> None:
        """`lines` is asked whenever something has changed, None as long as nothing has been read.

        `change` is told the name and the value to begin with, None to take it off. `otherwise`
        names the column of what an attribute is by itself. `locked` says why nothing may be
        changed now.
        """
        super().__init__()
        self._title = title
        self._ask, self._change, self._otherwise = lines, change, otherwise
        self._locked, self._takes_off, self._trouble = locked, takes_off, trouble
        self._by_name: dict[str, Line] = {}

    def compose(self) -> ComposeResult:
        """Lay out title, table and meaning, with the keys on the lower edge."""
        with Vertical(id="box"):
            yield Static(Content(self._title), classes="title")
            yield LiveTable(id="attributes")
            yield Static(classes="help", id="help")

    def on_mount(self) -> None:
        """Fill it."""
        self.table = self.query_one(LiveTable)
        self.table.set_columns(
            [
                ColumnLook("name", "attribute", 30),
                ColumnLook("value", "value", 12, grow=2),
                ColumnLook("otherwise", self._otherwise, 12, grow=1, priority=1),
                ColumnLook("accepts", "accepts", 16, grow=2, priority=2),
            ]
        )
        self.table.focus()
        self.fill()

    def changed(self) -> None:
        """Show them anew."""
        if self.is_mounted:
            self.fill()

    def fill(self) -> None:
        """Show the attributes as they are now."""
        lines = self._ask()
        trouble = self._trouble()
        if lines is None:
            self.table.placeholder = trouble or "Reading…"
            lines = []
        elif not lines:
            self.table.placeholder = "No attributes"
        self._by_name = {line.name: line for line in lines}
        self.table.show(list(self._by_name), self._row)
        self._explain()
        self._keys()

    def _row(self, name: str) -> RowLook:
        line = self._by_name[name]
        preset = catalogue.BY_NAME.get(name)
        value = ("–", "dim") if line.value is None else (told(name, line.value), "")
        if line.differs and line.otherwise is not None:
            value = (value[0], "changed")
        otherwise = ("", "") if line.otherwise is None else (told(name, line.otherwise), "dim")
        accepts = ("counted", "dim") if line.fixed else (kind_of(preset), "dim")
        own = line.differs and line.otherwise is not None
        return RowLook(((name, "strong" if own else ""), value, otherwise, accepts))

    def _explain(self) -> None:
        name = cast("str | None", self.table.cursor_key)
        self.query_one("#help", Static).update(Content(meaning(name) if name else ""))

    def _keys(self) -> None:
        close = keys_line(("esc", "close"))
        if reason := self._locked():
            line = Content.assemble((reason, WARNING), "  ", close)
        else:
            takes_off = (("d", "take it off"),) if self._takes_off else ()
            line = keys_line(("enter", "change"), *takes_off, ("esc", "close"))
        self.query_one("#box").border_subtitle = line

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
        line = self._line()
        if line is None:
            return
        if line.fixed:
            self.app.notify(f"{line.name} is counted by the bridge", markup=False, timeout=4)
            return
        value = line.value if line.value is not None else line.otherwise
        self._change(line.name, "" if discreet.is_secret(line.name) else value or "")

    def action_take_off(self) -> None:
        """Ask whether the attribute shall be what it is by itself."""
        line = self._line()
        if line is not None and self._takes_off and line.value is not None:
            self._change(line.name, None)

    def _line(self) -> Line | None:
        if reason := self._locked():
            self.app.notify(f"{reason}; nothing was sent", markup=False, timeout=4)
            return None
        return self._by_name.get(cast("str", self.table.cursor_key))

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)


def told(name: str, value: str | None) -> str:
    """Return a value as it is shown; a secret one is not."""
    return discreet.shown(name, value, HIDDEN) if value else "empty"


def kind_of(preset: catalogue.Preset | None) -> str:
    """Return in a word what an attribute takes."""
    if preset is None:
        return "text"
    match preset.kind:
        case "levels":
            return "letters of h p l"
        case "switch":
            return "on, off"
        case "choice":
            return ", ".join(choice or "empty" for choice in preset.choices)
        case "per_role":
            return "three numbers"
        case "dtmf":
            return "telephone keys"
        case "url":
            return "address"
        case _:
            return preset.kind


def meaning(name: str) -> str:
    """Return what an attribute means and accepts, as far as the catalogue knows."""
    preset = catalogue.BY_NAME.get(name)
    if preset is None:
        return f"{name}: not in the catalogue; any text."
    doubt = f" ({preset.doubt})" if preset.doubt else ""
    return f"{preset.meaning}{doubt} Takes {catalogue.accepts(preset)}."


def attribute_form(
    title: str,
    name: str,
    value: str,
    where: Where,
    make: Callable[[str], Edit],
    *,
    templates: Iterable[Setting] = (),
) -> FormScreen:
    """Return the form of one attribute, checked by the catalogue as it is typed."""
    own = tuple(templates)

    def check(text: str) -> Any:
        return catalogue.check(name, text, where, own)

    known = name in catalogue.BY_NAME or any(one.name == name for one in own)
    field = Field(
        "value", "Value", value, meaning(name), options=options_of(name),
        check=check if known else None,
    )  # fmt: skip

    def made(values: Mapping[str, str]) -> Edit:
        return make(values["value"])

    return FormScreen(title, [field], made)


def options_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the values to choose from, where there are few."""
    preset = catalogue.BY_NAME.get(name)
    if preset is None:
        return ()
    if preset.kind == "switch":
        return (("on", ""), ("off", ""))
    if preset.kind == "choice":
        return tuple((choice, "") for choice in preset.choices)
    if preset.kind == "language":
        return tuple((one.code, one.name) for one in catalogue.LANGUAGES)
    if preset.kind == "levels":
        words = {"h": "hosts", "p": "participants", "l": "listeners"}
        subsets = ("", "h", "p", "l", "hp", "hl", "pl", "hpl")
        return tuple(
            (one, " and ".join(words[letter] for letter in one) or "nobody") for one in subsets
        )
    return preset.special
