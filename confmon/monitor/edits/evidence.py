"""What a read shows of a change of a room, number, forwarder, dialout or attribute. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from confmon.models.attributes import catalogue
from confmon.models.identity import same_moment
from confmon.models.rooms import Room
from confmon.models.text import clean
from confmon.monitor.actions.judge import Evidence
from confmon.monitor.edits.edit_actions import identity_of
from confmon.monitor.edits.fields import CALLED, PLACED, Record, are_same, show_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.monitor.actions.action import Action
    from confmon.monitor.edits.requests import Attributes


def _another(edit: Action, record: Record) -> bool:
    return not same_moment(edit.identity, identity_of(record))


def find_change(edit: Action, seen: Record | Attributes) -> str:
    """Return why the target is not as the operator saw it, or nothing."""
    if isinstance(seen, tuple):
        was = edit.before.get(edit.name)
        return "" if _value(seen, edit.name) == was else f"{edit.name} was changed meanwhile"
    if _another(edit, seen):
        return f"another {CALLED[edit.resource]} has its number by now"
    changed = []
    for wire, was in edit.before.items():
        now = show_value(seen, wire)
        if wire == "attributes" and isinstance(was, dict) and edit.resource in PLACED:
            changed += [name for name, value in was.items() if now.get(name) != value]
        elif edit.method == "DELETE" and was in (None, "", []):
            continue  # it was listed without that
        elif not are_same(wire, was, now):
            changed.append(wire)
    return f"changed meanwhile: {', '.join(changed)}" if changed else ""


def evidence_of(
    edit: Action, seen: Record | Attributes, above: Mapping[str, str | None]
) -> tuple[Evidence, str]:
    """Return what a read shows of a change, and in words what it shows that was not wanted.

    `above` are the attributes that the target inherits.
    """
    another = not isinstance(seen, tuple) and _another(edit, seen)
    if edit.method == "DELETE":
        return (Evidence.GONE, "") if another else (Evidence.NOT_SHOWN, "a read still finds it")
    if another:
        return Evidence.NOT_SHOWN, f"another {CALLED[edit.resource]} has that number"
    if missing := _missing(edit, seen, above):
        return Evidence.NOT_SHOWN, f"a read shows otherwise: {', '.join(missing)}"
    return Evidence.SHOWN, ""


def _missing(edit: Action, seen: Record | Attributes, above: Mapping[str, str | None]) -> list[str]:
    """Return the names of what was wanted and does not show."""
    if isinstance(seen, tuple):
        wants = edit.change[edit.name]
        return [] if _reads(edit.name, str(wants), _value(seen, edit.name)) else [edit.name]
    missing = []
    for wire, want in edit.change.items():
        now = show_value(seen, wire)
        if wire == "attributes" and edit.resource in PLACED:
            wanted = cast("dict[str, str | None]", want)
            for name, value in wanted.items():
                reads, inherits = now.get(name), above.get(name)
                taken_away = value is None and reads in (None, inherits)
                if not taken_away and not _reads(name, value, reads, _was(edit, name)):
                    missing.append(name)
        elif not _shows(seen, wire, want, now):
            missing.append(wire)
    return missing


def _shows(seen: Record, wire: str, want: Any, now: Any) -> bool:
    if are_same(wire, want, now) or (isinstance(want, str) and _cleaned(want) == now):
        return True
    match wire:
        case "callFlowId" if isinstance(seen, Room):
            return now is None  # in no reply of the reference
        case "redirect_did":
            return want is None and bool(now)  # the server takes a free one
        case "didGroupReferences" if isinstance(seen, Room):  # the primary one may come along
            primary = {"didGroupId": seen.primary_did_group_id}
            return [group for group in now if group != primary] == [
                group for group in want if group != primary
            ]
        case "attributes":  # of Mediator, which may add its own
            return all(now.get(name) == _cleaned(value) for name, value in want.items())
    return False


def _cleaned(text: str) -> str:
    """Return a text as it comes back: cleaned on entry, and whole."""
    return clean(text, len(text) + 1)


def _reads(name: str, want: str | None, now: str | None, was: str | None = None) -> bool:
    """Whether an attribute reads as wanted. Taken away, it may show something else."""
    if want is None:
        return now != was
    return now is not None and (now == _cleaned(want) or catalogue.same(name, want, now))


def _was(edit: Action, name: str) -> str | None:
    before = edit.before.get("attributes")
    return before.get(name) if isinstance(before, dict) else None


def _value(attributes: Attributes, name: str) -> str | None:
    return next((attribute.value for attribute in attributes if attribute.name == name), None)
