"""The directory's records, there whether or not a meeting is live, and how they are sent.

`attributes` of each are the overrides, name to text; what is not there comes from further up:
room, else DID, else DID group, else the call flow's templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from confmon.simulator.directory.presets import IN_DID, IN_FLOW, IN_ROOM, PRESETS

CONF, SPECTEL = 3, 1
"""Ids of the two call flows, as in the reference's sample."""


def wired(values: dict[str, str]) -> list[dict[str, object]]:
    """Return overrides as an `attributes` array."""
    return [PRESETS[name].wire(value) for name, value in values.items()]


@dataclass(slots=True, eq=False, kw_only=True)
class CallFlow:
    """How calls are handled. `attributes` are where its templates differ from the presets."""

    id: int
    name: str
    attributes: dict[str, str] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """Return the Call Flow object."""
        templates = [one.wire(self.attributes.get(one.name)) for one in PRESETS.values()]
        path = f"/usr/local/DNCA/callflows/{self.name}"
        return {"attributeTemplates": templates, "id": self.id, "name": self.name, "path": path}


@dataclass(slots=True, eq=False, kw_only=True)
class Did:
    """A number that can be dialled."""

    id: int
    phone_number: str
    group_id: int
    country_code: str = "US"
    description: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    def wire(self) -> dict[str, Any]:
        """Return the DID object; `description` once there is one."""
        described = {} if self.description is None else {"description": self.description}
        return {
            "attributes": wired(self.attributes),
            "countryCode": self.country_code,
            **described,
            "didGroupId": self.group_id,
            "id": self.id,
            "phoneNumber": self.phone_number,
            "state": -1,
        }


@dataclass(slots=True, eq=False, kw_only=True)
class DidGroup:
    """Numbers that lead to the same rooms by one call flow. Its DIDs are found by their id."""

    id: int
    name: str
    call_flow_id: int
    subscriber_sid: str
    description: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def wire(self, dids: list[Did]) -> dict[str, Any]:
        """Return the DID Group object with its DIDs."""
        return {
            "attributes": wired(self.attributes),
            "callFlowId": self.call_flow_id,
            "description": self.description,
            "dids": [did.wire() for did in dids],
            "id": self.id,
            "name": self.name,
            "state": -1,
            "subscriberSid": self.subscriber_sid,
        }


@dataclass(slots=True, eq=False, kw_only=True)
class Key:
    """One access code and the role it gives."""

    id: int
    access_code: str
    role: int

    def wire(self) -> dict[str, Any]:
        """Return the association as the keychain has it."""
        return {"accessCode": self.access_code, "id": self.id, "role": self.role}


@dataclass(slots=True, eq=False, kw_only=True)
class Room:
    """A meeting room. `created` is epoch milliseconds; `group_ids` has the primary one first.

    `edited`: somebody changed it over the API, so the next meeting goes by it.
    """

    number: int
    created: int
    call_flow_id: int
    primary_group_id: int
    group_ids: tuple[int, ...]
    subscriber_sid: str
    description: str | None = None
    keychain: list[Key] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    edited: bool = False

    def wire(self, attributes: list[dict[str, object]]) -> dict[str, Any]:
        """Return the Meeting Room object; the call flow's id is in no reply."""
        described = {} if self.description is None else {"description": self.description}
        return {
            "attributes": attributes,
            "created": self.created,
            **described,
            "didGroupReferences": [{"didGroupId": one, "state": 0} for one in self.group_ids],
            "keychain": [key.wire() for key in self.keychain],
            "meetingNumber": self.number,
            "primaryDidGroupId": self.primary_group_id,
            "subscriberSid": self.subscriber_sid,
        }


ROOM_PRESETS = tuple(one for one in PRESETS.values() if one.group & IN_ROOM)
GROUP_PRESETS = tuple(one for one in PRESETS.values() if one.group & IN_FLOW)
DID_PRESETS = tuple(one for one in PRESETS.values() if one.group & IN_DID)


@dataclass(slots=True, eq=False, kw_only=True)
class Subscriber:
    """Who owns rooms and DID groups. `role`: 1 administrator, 2 operator, 3 regular user."""

    sid: str
    first_name: str
    last_name: str
    login: str
    role: int
    created: int
    parent_sid: str | None = None
    token: str = ""
    phone_number: str | None = None
    ext: str | None = None

    def wire(self, rooms: list[int], groups: list[int]) -> dict[str, Any]:
        """Return the Subscriber object."""
        return {
            "authenticationToken": self.token,
            "callback": None,
            "created": self.created,
            "details": None,
            "didGroupReferences": [{"didGroupId": one, "state": 0} for one in groups],
            "email": f"{self.login}@example.com",
            "ext": self.ext,
            "externalId": None,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "login": self.login,
            "meetingRooms": rooms,
            "parentSid": self.parent_sid,
            "phoneNumber": self.phone_number,
            "role": self.role,
            "sid": self.sid,
        }


ROOM_FIELDS = frozenset(
    (
        *("attributes", "created", "description", "didGroupReferences", "keychain"),
        *("meetingNumber", "primaryDidGroupId", "subscriberSid"),
    )
)
DID_FIELDS = frozenset(
    (
        *("attributes", "countryCode", "description", "didGroupId", "id", "phoneNumber"),
        "state",
    )
)
GROUP_FIELDS = frozenset(
    (
        *("attributes", "callFlowId", "description", "dids", "id", "name", "state"),
        "subscriberSid",
    )
)
FLOW_FIELDS = frozenset(("attributeTemplates", "id", "name", "path"))
SUBSCRIBER_FIELDS = frozenset(
    (
        *("authenticationToken", "callback", "created", "details", "didGroupReferences", "email"),
        *("ext", "externalId", "firstName", "lastName", "login", "meetingRooms", "parentSid"),
        *("phoneNumber", "role", "sid"),
    )
)
