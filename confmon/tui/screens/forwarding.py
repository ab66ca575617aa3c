"""Forwarding: bindings with their time left, dialouts, and the Mediator's DIDs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.models.forwarding import Binding
from confmon.models.resources import BY_NAME, BY_PLURAL
from confmon.models.resources.mediator import BINDINGS
from confmon.monitor.edits.edit_actions import delete, label_of
from confmon.monitor.views.live_columns import duration
from confmon.monitor.views.wording import lasting
from confmon.tui.dialogs.resource_form import name_of_field, resource_form
from confmon.tui.screens.section import SectionScreen

if TYPE_CHECKING:
    from confmon.commands import Command
    from confmon.models.resources.resource import Field
    from confmon.monitor.actions.action import Action


_OF_RECORDS = ("forward_new", "forward_edit", "forward_delete", "filter")


class ForwardingScreen(SectionScreen):
    """Show what is forwarded and dialled, and change it; it asks before it does."""

    PLACE = "forwarding"
    SECTION = "forwarding"
    LABELS = 26

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
        resource = BY_PLURAL[self.list_name]
        is_binding = resource is BINDINGS
        if self.list_name == "mediator_dids":
            self.say("DIDs are not changed here")
        elif command_id == "forward_new":
            title = "Forward?" if is_binding else "Dial these two together?"
            self.ask(resource_form(resource, None), title)
        elif (record := self.record()) is None:
            self.say("nothing under the cursor")
        elif command_id == "forward_edit":
            self.ask(resource_form(resource, record), f"Change {label_of(record)}?", record)
        else:
            title = "Stop forwarding?" if is_binding else "Call this dialout off?"
            self.confirm(title, delete(resource, record), record)

    def lines_of(self, edit: Action, record: Any) -> list[str]:
        """Return what an edit sends, numbers in full, and what comes of it."""
        lines = lines_of_edit(edit)
        if edit.verb == "dialout_create":
            at_once = edit.change.get("delay") in (None, 0)
            lines.append("it dials at once" if at_once else "it dials after the delay")
        elif isinstance(record, Binding) and (ends := ending(record, edit, self.look.wall)):
            lines.append(ends)
        return lines


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
