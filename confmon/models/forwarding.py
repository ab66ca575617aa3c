"""Records of the Mediator API (bindings, dialouts, DIDs), and of Core's list of endpoints.

Plain dataclasses; these APIs spell their fields in snake case already. Source: the Mediator quick
start guide, and the Conference API reference on credentials.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from confmon.models.records import Items, Moment, Number, Pairs, Record, Text, TextKey, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Record):
    """A forwarder: calls to `redirect_did` ring at `destination_did`.

    `date_created` is epoch milliseconds here and ISO 8601 on the wire. `maximum_ttl` is seconds
    from then (default 3600), `wait_origination_did_ttl` the seconds to wait for a first caller;
    -1 is no limit. `redirect_did` is a free DID when it was left out. `name` is ``N/A`` by default.
    """

    binding_sid: TextKey
    account_sid: Text = None
    attributes: Pairs = ()
    date_created: Moment = None
    destination_did: Text = None
    dtmf: Text = None
    maximum_ttl: Number = None
    name: Text = None
    origination_did: Text = None
    redirect_did: Text = None
    wait_origination_did_ttl: Number = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialout(Record):
    """Two parties to connect: stage one, and when it answers, stage two.

    It dials at once, or `delay` seconds after its creation, and disappears once the call is set
    up. `redirect_did` is the caller id that the first party sees.
    """

    dialout_sid: TextKey
    account_sid: Text = None
    attributes: Pairs = ()
    date_created: Moment = None
    delay: Number = None
    redirect_did: Text = None
    stage_one_destination_did: Text = None
    stage_two_destination_did: Text = None


Forwarding = Binding | Dialout
"""What can be changed at Mediator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorDid(Record):
    """A DID that belongs to the Mediator endpoint and can be a `redirect_did`."""

    did_sid: TextKey
    account_sid: Text = None
    country_code: Text = None
    in_country_format: Text = None
    international_format: Text = None
    phonenumber: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Record):
    """A SIP address of an endpoint. `direction`: ``any`` in the sample."""

    ip: TextKey
    direction: Text = None
    port: Number = None
    transport: Text = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Record):
    """One endpoint of a portal login, as Core lists it.

    Those of `type` ``conference`` and ``mediator`` have `api_url`, `login` and `password`, which
    Core sends in clear inside `properties`, as it does `account_sid` and `container_sid`: the
    password is a secret. `voip_token`, which may be another, is never kept. Known from one sample:
    what `capacity` counts is unknown, and `transformations` are empty there (here each as JSON).
    """

    endpoint_sid: TextKey
    name: Text = None
    partner_sid: Text = None
    type: Text = None
    capacity: Number = None
    api_url: Text = None
    login: Text = None
    password: Text = field(default=None, repr=False)
    account_sid: Text = None
    container_sid: Text = None
    addresses: Items[Address] = ()
    attributes: Pairs = ()
    transformations: Texts = ()
