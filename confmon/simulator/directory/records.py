"""The directory's records, which exist whether or not a meeting is live.

`attributes` of each are its overrides, name to text. What it does not override comes from the
next of: room, DID, DID group, call flow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CONF, SPECTEL = 3, 1
"""Ids of the two call flows, as in the reference's sample."""


@dataclass(slots=True, eq=False, kw_only=True)
class CallFlow:
    """How calls are handled. `attributes` are where its templates differ from the presets."""

    id: int
    name: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Did:
    """A number that can be dialled."""

    id: int
    phone_number: str
    group_id: int
    country_code: str = "US"
    description: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class DidGroup:
    """Numbers that lead to the same rooms by one call flow. A DID names its group."""

    id: int
    name: str
    call_flow_id: int
    subscriber_sid: str
    description: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Key:
    """One access code and the role it gives."""

    id: int
    access_code: str
    role: int


@dataclass(slots=True, eq=False, kw_only=True)
class Room:
    """A meeting room. `created` is epoch milliseconds; `group_ids` has the primary one first.

    `edited`: the API changed it, so the next meeting takes its settings. No reply has the call
    flow's id.
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


@dataclass(slots=True, eq=False, kw_only=True)
class Subscriber:
    """The owner of rooms and DID groups. `role`: 1 administrator, 2 operator, 3 regular user."""

    sid: str
    first_name: str
    last_name: str
    login: str
    role: int
    created: int
    parent_sid: str | None
    token: str
    phone_number: str
