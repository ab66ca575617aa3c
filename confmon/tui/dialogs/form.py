"""Forms that make an edit of what was typed, and the questions before it is sent.

Nothing typed into a form is sent by it: it ends in a question that only a `y` by itself, or a
number typed, confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from confmon.commands import Danger
from confmon.monitor.actions.plan import Plan
from confmon.tui.dialogs.confirm import WARNING, ConfirmDialog, TypedDialog
from confmon.tui.dialogs.modal import Modal, keys_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult


MANY = 8
"""So many of the accepted values are shown at once, fewer on a short terminal."""

_BESIDE = 13
"""The lines of a form that are neither fields nor accepted values."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form.

    `help` says what it means and what is accepted. `options` are (value, what it is): up and down
    go through them. `check` raises ValueError with a sentence.
    """

    name: str
    label: str
    value: str = ""
    help: str = ""
    placeholder: str = ""
    options: tuple[tuple[str, str], ...] = ()
    check: Callable[[str], object] | None = None


class FieldInput(Input):
    """The input of a field. Up and down go through what is accepted, or to the next field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(
            value=field.value, placeholder=field.placeholder, select_on_focus=False, compact=True
        )
        self.field = field
        self.cursor_blink = False

    def action_choose(self, by: int) -> None:
        """Take the next accepted value."""
        values = [value for value, _ in self.field.options]
        if not values:
            if isinstance(self.screen, FormScreen):
                self.screen.action_step(by)
            return
        at = values.index(self.value) + by if self.value in values else (0 if by > 0 else -1)
        self.value = values[at % len(values)]
        self.cursor_position = len(self.value)


class FormScreen(Modal[Any]):
    """A box of fields. Enter makes an edit or an order, or says what is wrong and goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, so that what is typed in one burst goes into the field it was meant for.
        Binding("tab", "step(1)", show=False, priority=True),
        Binding("shift+tab", "step(-1)", show=False, priority=True),
        Binding("enter", "submit", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        make: Callable[[Mapping[str, str]], object],
        *,
        done: str = "next",
    ) -> None:
        """`make` raises ValueError with a sentence. `done` says what Enter does."""
        super().__init__()
        self._title = title
        self.fields = tuple(fields)
        self.make = make
        self._leaving = False
        self._done = done

    def compose(self) -> ComposeResult:
        """Lay out a line for each field, the help of the one with the cursor, and the keys."""
        self._help = Static(classes="help", id="help")
        self._accepted = Static(classes="options", id="options")
        self._warning = Static(classes="warning", id="warning")
        with Vertical() as box:
            more = (("tab", "next field"),) if len(self.fields) > 1 else ()
            line = keys_line(*more, ("enter", self._done), ("esc", "cancel"))
            box.border_subtitle = line
            yield Static(Content(self._title), classes="title")
            for field in self.fields:
                with Horizontal(classes="field"):
                    yield Static(Content(field.label), classes="label")
                    yield FieldInput(field)
            yield from (self._help, self._accepted, self._warning)

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query(FieldInput).first().focus()

    @property
    def inputs(self) -> list[FieldInput]:
        """The fields' inputs, in order."""
        return list(self.query(FieldInput))

    def values(self) -> dict[str, str]:
        """Return what has been typed, by field."""
        return {field_input.field.name: field_input.value for field_input in self.inputs}

    def on_descendant_focus(self) -> None:
        """Show the help of the field that has the cursor."""
        for field_input in self.inputs:
            if field_input.parent is not None:
                field_input.parent.set_class(field_input is self.focused, "-here")
        self.explain()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once whether that will do."""
        event.stop()
        self._leaving = False
        self._warning.remove_class("-on")
        self.explain()

    def explain(self) -> None:
        """Show what the field means, what it accepts, and what is wrong with it."""
        if not isinstance(self.focused, FieldInput):
            return
        field, wrong = self.focused.field, trouble(self.focused)
        help_text = Content(field.help)
        if wrong:
            help_text = Content.assemble(help_text, "\n" if field.help else "", (wrong, WARNING))
        self._help.update(help_text)
        self._accepted.update(_options(field, self.focused.value, self._room()))

    def _room(self) -> int:
        """Return how many accepted values there is room for."""
        return max(2, min(MANY, self.app.size.height - len(self.fields) - _BESIDE))

    def action_step(self, by: int) -> None:
        """Go to the next field."""
        inputs = self.inputs
        at = next(
            (nth for nth, field_input in enumerate(inputs) if field_input is self.focused), -by
        )
        self.set_focus(inputs[(at + by) % len(inputs)])

    def action_submit(self) -> None:
        """Make the edit of what was typed before; what follows in the same burst is lost."""
        if isinstance(self.focused, FieldInput):
            here = self.focused
            self.set_focus(None)
            self._hear_out(self.inputs, here)

    def _hear_out(self, inputs: Sequence[FieldInput], here: FieldInput) -> None:
        """Let every field take in what was typed into it, then submit."""
        if inputs:
            inputs[0].call_later(self._hear_out, inputs[1:], here)
        elif self.is_active:
            self._submit(here)

    def _submit(self, here: FieldInput) -> None:
        for field_input in self.inputs:
            if trouble(field_input):
                self.set_focus(field_input)
                self.explain()
                return
        try:
            edit = self.make(self.values())
        except ValueError as error:
            self.set_focus(here)
            self.warn(str(error))
        else:
            self.dismiss(edit)

    def warn(self, text: str) -> None:
        """Say something above the keys."""
        self._warning.update(Content.styled(text, WARNING))
        self._warning.add_class("-on")
        self._warning.call_after_refresh(self._warning.scroll_visible, animate=False)

    def on_key(self, event: events.Key) -> None:
        """Leave on escape; a second one, if something has been typed."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            typed = any(field_input.value != field_input.field.value for field_input in self.inputs)
            if typed and not self._leaving:
                self._leaving = True
                self.warn("esc again throws away what was typed")
            else:
                self.dismiss(None)


def trouble(field_input: FieldInput) -> str:
    """Return what is wrong with the text of a field, or nothing."""
    if field_input.field.check is None:
        return ""
    try:
        field_input.field.check(field_input.value)
    except ValueError as error:
        return str(error)
    return ""


def _options(field: Field, value: str, room: int) -> Content:
    """Return the accepted values around the one that is chosen."""
    if not field.options:
        return Content("")
    values = [option for option, _ in field.options]
    at = values.index(value) if value in values else 0
    first = max(0, min(at - room // 2, len(values) - room))
    width = max(len(option) for option in values)
    lines = [Content.styled("↑ ↓ choose:", "$text-muted")]
    for option, meaning in field.options[first : first + room]:
        sign = "▌" if option == value else " "
        style = "bold" if option == value else "$text-muted"
        lines.append(Content.styled(f"{sign} {option or '(empty)':<{width}}  {meaning}", style))
    if (more := len(values) - first - room) > 0:
        lines.append(Content.styled(f"  … {more} more", "$text-muted"))
    return Content("\n").join(lines)


class AskEdit(ConfirmDialog):
    """Says in full what will be sent, and waits for a `y`."""

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__(Plan(title, danger=Danger.ASK), lines)


class TypedEdit(TypedDialog):
    """Wants the key of what is to go typed."""

    def __init__(self, title: str, lines: Sequence[str], typed: str, what: str) -> None:
        super().__init__(Plan(title, danger=Danger.TYPED, typed=typed), lines, what)
