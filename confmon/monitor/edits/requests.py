"""The request of each edit, and the read that shows its target."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, cast

from confmon.models.errors import BridgeError
from confmon.models.resources import BY_NAME
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS
from confmon.models.rooms import Did, DidGroup, Room
from confmon.monitor.edits.fields import PLACED, WHOLE, Record, show_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.live_records import Attribute
    from confmon.monitor.actions.action import Action
    from confmon.ports import Directory, Mediator

    Attributes = tuple[Attribute, ...]


class UnreadableParts(Exception):
    """An array can't be sent back whole: not all of it could be read exactly."""


def make_body(
    edit: Action,
    seen: Record | Attributes | None = None,
    inherited: Mapping[str, str | None] | None = None,
) -> Mapping[str, object]:
    """Return what is sent: attributes go whole, so the others are sent along unchanged.

    `seen` is the target as it was read just now, None of a new one. What it has as it has
    `inherited` it stays out: a room that was sent all it shows would not follow its DID group any
    more. UnreadableParts: what would come along is not known as it is on the server.
    """
    change = edit.change
    if edit.resource not in PLACED or isinstance(seen, tuple):
        return change
    whole = [wire for wire in WHOLE if wire in change]
    inexact: int = getattr(seen, "inexact", 0)
    if whole and inexact:
        raise UnreadableParts(
            f"{' and '.join(whole)} can't be sent back unharmed: not all of it could be read"
        )
    wanted = change.get("attributes")
    if not isinstance(wanted, dict):
        return change
    above = inherited or {}
    shown = {} if seen is None else show_value(seen, "attributes")
    own = {
        name: value for name, value in shown.items() if name not in above or above[name] != value
    }
    values = {**own, **wanted}
    listed = [{"name": name, "value": value} for name, value in values.items() if value is not None]
    return {**change, "attributes": listed}


async def read_inherited(
    edit: Action, seen: Record | Attributes, at: Directory | Mediator
) -> dict[str, str | None]:
    """Return the attributes that a target has from its DID group and call flow.

    Empty if they can't be read, or if no attribute changes.
    """
    if edit.resource not in PLACED or "attributes" not in edit.change:
        return {}
    directory = cast("Directory", at)
    group: DidGroup | None = None
    found: dict[str, str | None] = {}
    with contextlib.suppress(BridgeError):
        match seen:
            case DidGroup():
                group = seen
            case Room(primary_did_group_id=int(above)) | Did(did_group_id=int(above)):
                group = await directory.get(DID_GROUPS, above)
                found = {attribute.name: attribute.value for attribute in group.attributes}
        if group is not None and group.call_flow_id is not None:
            flow = await directory.get(CALL_FLOWS, group.call_flow_id)
            found = {template.name: template.value for template in flow.attribute_templates} | found
    return found


async def read(
    edit: Action, key: int | str | None, at: Directory | Mediator
) -> Record | Attributes:
    """Read the target; of a live meeting its attributes. Raises BridgeError."""
    if edit.resource == "attribute":
        return await cast("Directory", at).get_attributes(cast("int", key))
    found: Record = await at.get(BY_NAME[edit.resource], cast("int | str", key))
    return found


async def send(
    edit: Action, wanted: Mapping[str, object], at: Directory | Mediator
) -> Record | None:
    """Send it once. Returns what was created. Raises BridgeError."""
    if edit.resource == "attribute":
        value = str(edit.change[edit.name])
        await cast("Directory", at).put_attribute(cast("int", edit.key), edit.name, value)
        return None
    resource = BY_NAME[edit.resource]
    if edit.method == "POST":
        created: Record = await at.create(resource, wanted)
        return created
    if edit.method == "DELETE":
        await at.delete(resource, cast("int | str", edit.key))
    else:
        await at.change(resource, edit.method, cast("int | str", edit.key), wanted)
    return None
