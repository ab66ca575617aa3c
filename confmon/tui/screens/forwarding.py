"""Forwarding: bindings with their time left, dialouts, and the Mediator's DIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from confmon.models.forwarding import Binding, Dialout
from confmon.monitor.edits.fields import FIELDS
from confmon.monitor.edits.plan import (
    binding_create,
    binding_delete,
    binding_update,
    dialout_create,
    dialout_delete,
    dialout_update,
    label_of,
)
from confmon.monitor.views.live_columns import duration
from confmon.monitor.views.wording import lasting
from confmon.tui.dialogs.form import AskEdit, Field, FormScreen
from confmon.tui.screens.screen_actions import bindings_of
from confmon.tui.screens.section import SectionScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.binding import BindingType

    from confmon.commands import Command, Place
    from confmon.monitor.actions.action import Action
    from confmon.monitor.sections import SectionId

_NUMBER = "In full: country code and number, such as 15162065319."
_BINDING = (
    ("destination_did", "Rings at", f"Where the calls go. {_NUMBER}"),
    ("redirect_did", "Calls to", f"The DID that is forwarded. {_NUMBER} Empty: a free one."),
    ("origination_did", "Only from", f"Forward this caller alone. {_NUMBER} Empty: everybody."),
    ("name", "Name", "What it is called."),
    ("dtmf", "Then dials", "Telephone keys sent once answered: digits, *, #; a comma is a pause."),
    (
        "maximum_ttl",
        "Lives",
        "Seconds from its creation until it ends; -1 is for ever. Empty: 3600.",
    ),
    (
        "wait_origination_did_ttl",
        "Waits",
        "Seconds from its creation for the first caller; -1 is for ever.",
    ),
)
_DIALOUT = (
    ("stage_one_destination_did", "First party", f"Who is dialled first. {_NUMBER}"),
    ("stage_two_destination_did", "Second party", f"Who is dialled when they answer. {_NUMBER}"),
    ("redirect_did", "Caller id", f"What the first party sees. {_NUMBER} Empty: a free one."),
    ("delay", "Delay", "Seconds to wait before it dials. Empty: it dials at once."),
)
_LABELS = {name: label for name, label, _ in (*_BINDING, *_DIALOUT)}
_EMPTY = {
    "redirect_did": "a free one",
    "origination_did": "everybody",
    "maximum_ttl": "3600",
    "wait_origination_did_ttl": "as the Mediator has it",
    "delay": "at once",
}
"""What an empty field of a new one means."""
_NEEDED = {"destination_did", "stage_one_destination_did", "stage_two_destination_did"}


class ForwardingScreen(SectionScreen):
    """Show what is forwarded and dialled, and change it; it asks before it does."""

    PLACE: Place = "forwarding"
    SECTION: SectionId = "forwarding"
    LABELS = 22
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("forwarding")

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        if self.session.open_mediator is None and command.id not in ("help", "quit"):
            return False
        if command.id == "forward_new":
            return self.list_name != "mediator_dids"
        if command.id in ("forward_edit", "forward_delete"):
            return self.cursor_key is not None and self.list_name != "mediator_dids"
        return super().means(command)

    def action_verb(self, command_id: str) -> None:
        """Ask for what a command needs to know."""
        if self.list_name == "mediator_dids":
            self.say("DIDs are not changed here")
        elif command_id == "forward_new":
            self.ask_new()
        elif (record := self.record()) is None:
            self.say("nothing under the cursor")
        elif command_id == "forward_edit":
            self.ask_change(record)
        else:
            self.ask_delete(record)

    def ask_new(self) -> None:
        """Ask for a new binding or dialout."""
        if self.list_name == "bindings":
            self.ask(_form("New binding", "binding", _BINDING, None, binding_create), "Forward?")
        else:
            form = _form("New dialout", "dialout", _DIALOUT, None, dialout_create)
            self.ask(form, "Dial these two together?")

    def ask_change(self, record: Binding | Dialout) -> None:
        """Ask for what shall be changed."""
        if isinstance(record, Binding):

            def make(body: Mapping[str, object]) -> Action:
                return binding_update(record, body)

            form = _form("Change binding", "binding", _BINDING, record, make)
        else:

            def make(body: Mapping[str, object]) -> Action:
                return dialout_update(record, body)

            form = _form("Change dialout", "dialout", _DIALOUT, record, make)
        self.ask(form, f"Change {label_of(record)}?", record)

    def ask(self, form: FormScreen, title: str, record: Any = None) -> None:
        """Show the form, then what it makes, and send that when it is confirmed."""
        self.app.push_screen(form, lambda edit: self.confirm(title, edit, record))

    def confirm(self, title: str, edit: Action | None, record: Any = None) -> None:
        """Show what will be sent, numbers in full, and send it when that is confirmed."""
        if edit is None:
            return
        if edit.verb == "dialout_create":
            at_once = edit.change.get("delay") in (None, 0)
            lines = [*said_of(edit), "it dials at once" if at_once else "it dials after the delay"]
        else:
            lines = said_of(edit)
            if isinstance(record, Binding) and (ends := ending(record, edit, self.look.wall)):
                lines.append(ends)
        dialog = AskEdit(title, lines)
        self.follow(dialog, record)
        self.app.push_screen(
            dialog, lambda yes: self.send(edit, self.list_name, record) if yes else None
        )

    def ask_delete(self, record: Binding | Dialout) -> None:
        """Ask before a binding ends or a dialout is called off."""
        if isinstance(record, Binding):
            title, edit = "Stop forwarding?", binding_delete(record)
        else:
            title, edit = "Call this dialout off?", dialout_delete(record)
        self.confirm(title, edit, record)


def _form(
    title: str,
    thing: str,
    rows: tuple[tuple[str, str, str], ...],
    record: Binding | Dialout | None,
    make: Callable[[Mapping[str, object]], Action],
) -> FormScreen:
    fields = []
    for name, label, help_ in rows:
        value = getattr(record, name, None) if record is not None else None
        fields.append(
            Field(
                name, label, "" if value is None else str(value), help_,
                _EMPTY.get(name, "" if name in _NEEDED else "none"), check=_checked(thing, name),
            )
        )  # fmt: skip

    def made(values: Mapping[str, str]) -> Action:
        body: dict[str, object] = {}
        for field in fields:
            typed = values[field.name].strip()
            if typed != field.value:
                body[field.name] = typed or None
        return make(body)

    return FormScreen(title, fields, made)


def _checked(thing: str, name: str) -> Callable[[str], object]:
    rule = FIELDS[thing][name]

    def check(text: str) -> object:
        if not text.strip() and name not in _NEEDED:
            return None
        try:
            return rule(text.strip())
        except ValueError as error:
            raise ValueError(f"It takes {error}.") from None

    return check


def said_of(edit: Action) -> list[str]:
    """Return what an edit sends, a line each, numbers in full."""
    lines = [] if edit.method == "POST" else [edit.label]
    for name, value in edit.change.items():
        label = _LABELS.get(name, name).lower()
        now = _said(name, value)
        if edit.method == "POST":
            lines.append(f"{label} {now}")
        else:
            was = edit.before.get(name)
            lines.append(f"{label} {_said(name, was)} → {now}")
    return lines


def _said(name: str, value: object) -> str:
    if isinstance(value, int) and name in ("maximum_ttl", "wait_origination_did_ttl"):
        return lasting(value)
    return "none" if value is None else f"{value} s" if name == "delay" else str(value)


def ending(binding: Binding, edit: Action, wall: float) -> str:
    """Return when a change of its life ends a binding: that counts from when it was created."""
    ttl = edit.change.get("maximum_ttl")
    if not isinstance(ttl, int) or ttl < 0 or binding.date_created is None:
        return ""
    rest_s = binding.date_created / 1000 + ttl - wall
    return f"it ends in {duration(rest_s)}" if rest_s > 0 else "it ends at once: it is older"
