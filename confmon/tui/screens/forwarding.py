"""Forwarding: bindings with their time left, dialouts, and the Mediator's DIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from confmon.models.forwarding import Binding, Dialout
from confmon.models.resources import BY_NAME, BY_PLURAL
from confmon.models.resources.mediator import BINDINGS
from confmon.monitor.edits.edit_actions import delete, label_of
from confmon.monitor.views.live_columns import duration
from confmon.monitor.views.wording import lasting
from confmon.tui.dialogs.form import AskEdit
from confmon.tui.dialogs.resource_form import name_of_field, resource_form
from confmon.tui.screens.keyed_screen import bindings_of
from confmon.tui.screens.section import SectionScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from confmon.commands import Command, Place
    from confmon.models.resources.resource import Field
    from confmon.monitor.actions.action import Action
    from confmon.monitor.sections import SectionId
    from confmon.tui.dialogs.form import FormScreen


_OF_RECORDS = ("forward_new", "forward_edit", "forward_delete", "filter")


class ForwardingScreen(SectionScreen):
    """Show what is forwarded and dialled, and change it; it asks before it does."""

    PLACE: Place = "forwarding"
    SECTION: SectionId = "forwarding"
    LABELS = 26
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("forwarding")

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        if self.session.open_mediator is None and command.id in _OF_RECORDS:
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
        resource = BY_PLURAL[self.list_name]
        title = "Forward?" if resource is BINDINGS else "Dial these two together?"
        self.ask(resource_form(resource, None), title)

    def ask_change(self, record: Binding | Dialout) -> None:
        """Ask what to change."""
        form = resource_form(BY_PLURAL[self.list_name], record)
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
            lines = [
                *lines_of_edit(edit),
                "it dials at once" if at_once else "it dials after the delay",
            ]
        else:
            lines = lines_of_edit(edit)
            if isinstance(record, Binding) and (ends := ending(record, edit, self.look.wall)):
                lines.append(ends)
        dialog = AskEdit(title, lines)
        self.follow(dialog, record)
        self.app.push_screen(
            dialog, lambda yes: self.send(edit, self.list_name, record) if yes else None
        )

    def ask_delete(self, record: Binding | Dialout) -> None:
        """Ask before a binding ends or a dialout is called off."""
        resource = BY_PLURAL[self.list_name]
        title = "Stop forwarding?" if resource is BINDINGS else "Call this dialout off?"
        self.confirm(title, delete(resource, record), record)


def lines_of_edit(edit: Action) -> list[str]:
    """Return what an edit sends, a line each, numbers in full."""
    resource = BY_NAME[edit.resource]
    lines = [] if edit.method == "POST" else [edit.label]
    for name, value in edit.change.items():
        field = resource.field(name)
        label = name_of_field(resource, name)
        now = _text_of(field, value)
        if edit.method == "POST":
            lines.append(f"{label} {now}")
        else:
            lines.append(f"{label} {_text_of(field, edit.before.get(name))} → {now}")
    return lines


def _text_of(field: Field | None, value: object) -> str:
    show = field.show if field is not None else ""
    if isinstance(value, int) and show == "lasting":
        return lasting(value)
    return "none" if value is None else f"{value} s" if show == "seconds" else str(value)


def ending(binding: Binding, edit: Action, wall: float) -> str:
    """Return when a change of its life ends a binding: that counts from when it was created."""
    ttl = edit.change.get("maximum_ttl")
    if not isinstance(ttl, int) or ttl < 0 or binding.date_created is None:
        return ""
    rest_s = binding.date_created / 1000 + ttl - wall
    return f"it ends in {duration(rest_s)}" if rest_s > 0 else "it ends at once: it is older"
