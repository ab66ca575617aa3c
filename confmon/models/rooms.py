"""The directory's records: rooms, DIDs, DID groups, call flows, subscribers.

Plain dataclasses as in `confmon.models.live_records`: the wire's names in snake case, texts cleaned
on entry, a field that was left out or cannot be read is None (a list: empty). The tables and the
samples of the reference disagree on many types (ids as strings or integers, `countryCode` as
integer or string), so every field takes either. Source: the Conference API reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from confmon.models.records import (
    ConferenceRecord,
    Items,
    LongText,
    Moment,
    Number,
    NumberKey,
    Numbers,
    Text,
    TextKey,
    Texts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeValue(ConferenceRecord):
    """One attribute of a call flow, DID, DID group or room, as its `attributes` array has it.

    `type`: 0 string, 1 unknown, 2 int, 3 DTMF, 4 role, 5 choice (then `enum_values`), 6 database
    reference, 7 upload. `group` is a bit mask of where it may be overridden: 1 call flow and DID
    group, 2 DID, 4 room. Both lists come from the vendor's later edition.
    What each preset name means: `confmon.models.attributes.catalogue`.
    """

    name: TextKey
    value: LongText = None
    description: LongText = None
    enum_values: Texts = ()
    group: Number = None
    type: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCode(ConferenceRecord):
    """One access code of a room and the role it gives: a secret. Several may give one role.

    `role`: 1 host, 2 participant, 3 listener. `id` is the association's own.
    """

    access_code: TextKey = field(repr=False)
    id: Number = None
    role: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DidGroupReference(ConferenceRecord):
    """A DID group through which a room can be dialled. `state`: 0 in every sample."""

    did_group_id: NumberKey
    state: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(ConferenceRecord):
    """A meeting room, keyed by `meeting_number`: the settings that a live meeting begins with.

    `created` is epoch milliseconds, and is in the samples alone. `call_flow_id` is required to
    create one and is in no reply. Replies have `description` once it is set.
    `inexact` counts what of its arrays could not be read exactly as it was sent: unless it is 0,
    sending `attributes` or `keychain` back whole would lose something.
    """

    meeting_number: NumberKey
    attributes: Items[AttributeValue] = ()
    call_flow_id: Number = None
    created: Moment = None
    description: LongText = None
    did_group_references: Items[DidGroupReference] = ()
    inexact: int = field(default=0, compare=False)
    keychain: Items[AccessCode] = field(default=(), repr=False)
    primary_did_group_id: Number = None
    subscriber_sid: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did(ConferenceRecord):
    """A phone number rented through CarrierX. `phone_number` is E.164 without the plus.

    `country_code` is ISO 3166-1 alpha-2. `state` is -1 in every sample; unknown. The table has the
    country code's meaning for `description`: a slip. `inexact` as in `Room`.
    """

    id: NumberKey
    attributes: Items[AttributeValue] = ()
    country_code: Text = None
    description: LongText = None
    did_group_id: Number = None
    inexact: int = field(default=0, compare=False)
    phone_number: Text = None
    state: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DidGroup(ConferenceRecord):
    """A set of DIDs that lead to the same rooms by one call flow. `inexact` as in `Room`."""

    id: NumberKey
    attributes: Items[AttributeValue] = ()
    call_flow_id: Number = None
    description: LongText = None
    dids: Items[Did] = ()
    inexact: int = field(default=0, compare=False)
    name: Text = None
    state: Number = None
    subscriber_sid: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFlow(ConferenceRecord):
    """How calls are handled: ``CONF`` also makes meetings on the fly, ``SPECTEL`` does not.

    `attribute_templates` are the defaults that DID groups, DIDs and rooms override; there are
    about seventy, so lists leave them out. `path` is the vendor's own.
    """

    id: NumberKey
    attribute_templates: Items[AttributeValue] = ()
    name: Text = None
    path: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber(ConferenceRecord):
    """Who owns rooms and DID groups. Known from the vendor's later edition; only read here.

    `role`: 1 administrator, 2 operator, 3 regular user. `authentication_token` is a secret and is
    never asked for. `created` is epoch milliseconds.
    """

    sid: TextKey
    callback: Text = None
    created: Moment = None
    details: LongText = None
    did_group_references: Items[DidGroupReference] = ()
    email: Text = None
    ext: Text = None
    external_id: Text = None
    first_name: Text = None
    last_name: Text = None
    login: Text = None
    meeting_rooms: Numbers = ()
    parent_sid: Text = None
    phone_number: Text = None
    role: Number = None
