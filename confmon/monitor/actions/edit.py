"""A wanted change of what stands: a room, a DID, a dialout … and the protocol that audits share.

Calls and meetings are changed by `confmon.monitor.actions.action`: they come and go under the key,
and polls prove them. What stands is changed rarely and one at a time:
`confmon.monitor.edits.readback` sends an edit and reads it back at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.models.resources.resource import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One wanted change, with everything needed to send, audit and prove it.

    `thing` is the name of a resource, or ``attribute``: a run-time attribute of a live meeting.
    `verb` is the thing and what is done to it (``room_create``); ``room_reveal`` is the reading of
    access codes, which is audited like a change (method GET). `key` is the meeting number, id or
    sid; None before a create. For an `attribute` it is the meeting number, and `name` the
    attribute's. `change` and `before` are keyed by wire name, as JSON, but for the attributes of
    a room or number: they are ``{name: value}`` with None for one that is taken away, and have
    only the names to be changed. `label` names the target as the operator saw it. `identity` is
    when the target was created: a number may be given to another.
    """

    id: str
    verb: str
    thing: str
    method: Method
    label: str
    key: int | str | None = None
    name: str = ""
    change: Mapping[str, object] = field(default_factory=dict, repr=False)
    before: Mapping[str, object] = field(default_factory=dict, repr=False)
    meeting: int | None = None
    identity: int | None = None
    group: str | None = None
    undoes: str | None = None

    @property
    def path(self) -> str:
        """The request's path below the base URL, as the audit log shows it."""
        if self.thing == "attribute":
            return f"/meetings/{self.key}/attributes/{self.name}"
        from confmon.models.resources import BY_NAME  # nothing of it is needed to watch

        return f"/{BY_NAME[self.thing].path}" + ("" if self.key is None else f"/{self.key}")
