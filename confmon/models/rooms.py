"""What stands whether or not a meeting is live: rooms, DIDs, DID groups, call flows, subscribers.

Plain dataclasses as in `confmon.models.calls`: the wire's names in snake case, texts cleaned on
entry, a field that was left out or cannot be read is None (a list: empty). The tables and the
samples of the reference disagree on many types (ids as strings or integers, `countryCode` as
integer or string), so every field takes either. Source: the Conference API reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeValue:
    """One attribute of a call flow, DID, DID group or room, as its `attributes` array has it.

    `type`: 0 string, 1 unknown, 2 int, 3 DTMF, 4 role, 5 choice (then `enum_values`), 6 database
    reference, 7 upload. `group` is a bit mask of where it may be overridden: 1 call flow and DID
    group, 2 DID, 4 room. Both lists come from the vendor's later edition.
    What each preset name means: `confmon.models.attributes.catalogue`.
    """

    KEY: ClassVar[str] = "name"

    name: str
    value: str | None = None
    description: str | None = None
    enum_values: tuple[str, ...] = ()
    group: int | None = None
    type: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCode:
    """One access code of a room and the role it gives: a secret. Several may give one role.

    `role`: 1 host, 2 participant, 3 listener. `id` is the association's own.
    """

    KEY: ClassVar[str] = "accessCode"

    access_code: str = field(repr=False)
    id: int | None = None
    role: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DidGroupReference:
    """A DID group through which a room can be dialled. `state`: 0 in every sample."""

    KEY: ClassVar[str] = "didGroupId"

    did_group_id: int
    state: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A meeting room, keyed by `meeting_number`: the settings that a live meeting begins with.

    `created` is epoch milliseconds, and is in the samples alone. `call_flow_id` is required to
    create one and is in no reply. `description` comes back once it has been set.
    `inexact` counts what of its arrays could not be read exactly as it was sent: unless it is 0,
    sending `attributes` or `keychain` back whole would lose something.
    """

    KEY: ClassVar[str] = "meetingNumber"

    meeting_number: int
    attributes: tuple[AttributeValue, ...] = ()
    call_flow_id: int | None = None
    created: int | None = None
    description: str | None = None
    did_group_references: tuple[DidGroupReference, ...] = ()
    inexact: int = field(default=0, compare=False)
    keychain: tuple[AccessCode, ...] = field(default=(), repr=False)
    primary_did_group_id: int | None = None
    subscriber_sid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """A phone number rented through CarrierX. `phone_number` is E.164 without the plus.

    `country_code` is ISO 3166-1 alpha-2. `state` is -1 in every sample; unknown. The table has the
    country code's meaning for `description`: a slip. `inexact` as in `Room`.
    """

    KEY: ClassVar[str] = "id"

    id: int
    attributes: tuple[AttributeValue, ...] = ()
    country_code: str | None = None
    description: str | None = None
    did_group_id: int | None = None
    inexact: int = field(default=0, compare=False)
    phone_number: str | None = None
    state: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DidGroup:
    """A set of DIDs that lead to the same rooms by one call flow. `inexact` as in `Room`."""

    KEY: ClassVar[str] = "id"

    id: int
    attributes: tuple[AttributeValue, ...] = ()
    call_flow_id: int | None = None
    description: str | None = None
    dids: tuple[Did, ...] = ()
    inexact: int = field(default=0, compare=False)
    name: str | None = None
    state: int | None = None
    subscriber_sid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFlow:
    """How calls are handled: ``CONF`` also makes meetings on the fly, ``SPECTEL`` does not.

    `attribute_templates` are the defaults that DID groups, DIDs and rooms override; there are
    about seventy, so lists leave them out. `path` is the vendor's own.
    """

    KEY: ClassVar[str] = "id"

    id: int
    attribute_templates: tuple[AttributeValue, ...] = ()
    name: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who owns rooms and DID groups. Known from the vendor's later edition; only read here.

    `role`: 1 administrator, 2 operator, 3 regular user. `authentication_token` is a secret and is
    never asked for. `created` is epoch milliseconds.
    """

    KEY: ClassVar[str] = "sid"

    sid: str
    callback: str | None = None
    created: int | None = None
    details: str | None = None
    did_group_references: tuple[DidGroupReference, ...] = ()
    email: str | None = None
    ext: str | None = None
    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    login: str | None = None
    meeting_rooms: tuple[int, ...] = ()
    parent_sid: str | None = None
    phone_number: str | None = None
    role: int | None = None
