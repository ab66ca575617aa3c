"""What the Mediator API tells: bindings, dialouts and its DIDs. And Core's list of endpoints.

Plain dataclasses; these APIs spell their fields in snake case already. Source: the Mediator quick
start guide, and the Conference API reference on credentials.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A forwarder: calls to `redirect_did` ring at `destination_did`.

    `date_created` is epoch milliseconds here and ISO 8601 on the wire. `maximum_ttl` is seconds
    from then (default 3600), `wait_origination_did_ttl` the seconds to wait for a first caller;
    -1 is for ever. `redirect_did` is a free DID when it was left out. `name` is ``N/A`` by default.
    """

    KEY: ClassVar[str] = "binding_sid"

    binding_sid: str
    account_sid: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    date_created: int | None = None
    destination_did: str | None = None
    dtmf: str | None = None
    maximum_ttl: int | None = None
    name: str | None = None
    origination_did: str | None = None
    redirect_did: str | None = None
    wait_origination_did_ttl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialout:
    """Two parties being dialled together: stage one, and when it answers, stage two.

    It dials as soon as it is created unless `delay` (seconds) says otherwise, and disappears once
    the call is set up. `redirect_did` is the caller id that the first party sees.
    """

    KEY: ClassVar[str] = "dialout_sid"

    dialout_sid: str
    account_sid: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    date_created: int | None = None
    delay: int | None = None
    redirect_did: str | None = None
    stage_one_destination_did: str | None = None
    stage_two_destination_did: str | None = None


Forwarding = Binding | Dialout
"""What can be changed at Mediator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediatorDid:
    """A DID that belongs to the Mediator endpoint and can be a `redirect_did`."""

    KEY: ClassVar[str] = "did_sid"

    did_sid: str
    account_sid: str | None = None
    country_code: str | None = None
    in_country_format: str | None = None
    international_format: str | None = None
    phonenumber: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an endpoint's SIP traffic comes from or goes to. `direction`: ``any`` in the sample."""

    KEY: ClassVar[str] = "ip"

    ip: str
    direction: str | None = None
    port: int | None = None
    transport: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint of a portal login, as Core lists it.

    Those of `type` ``conference`` and ``mediator`` have `api_url`, `login` and `password`, which
    Core sends in clear inside `properties`, as it does `account_sid` and `container_sid`: the
    password is a secret. `voip_token`, which may be another, is never kept. Known from one sample:
    what `capacity` counts is not said, and `transformations` are empty there (here each as JSON).
    """

    KEY: ClassVar[str] = "endpoint_sid"

    endpoint_sid: str
    name: str | None = None
    partner_sid: str | None = None
    type: str | None = None
    capacity: int | None = None
    api_url: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    account_sid: str | None = None
    container_sid: str | None = None
    addresses: tuple[Address, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    transformations: tuple[str, ...] = ()
