"""The Mediator API over the world's bindings and dialouts.

Every reply, an error too, is `{"body": …, "status": …}`; lists inside are in the other envelope.
Only DELETE has no body: 204, as elsewhere, since no document shows it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.auth import MEDIATOR, reply
from confmon.simulator.http.errors import Refused, wrong_value
from confmon.simulator.http.fields import read_number, read_phone, read_text
from confmon.simulator.http.lists import pages
from confmon.simulator.http.resource import Resource, ResourceRoutes, reader, set_fields
from confmon.simulator.world.mediator import (
    ACCOUNT,
    BINDING_FIELDS,
    DIALOUT_FIELDS,
    DID_FIELDS,
    MAXIMUM_TTL_S,
    WAIT_TTL_S,
    Binding,
    Dialout,
    Mediator,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from confmon.simulator.http.lists.query import Query
    from confmon.simulator.http.resource import Reader
    from confmon.simulator.world.world import World

MAX_SECONDS = 10**9
SAMPLE_DIALOUT_ATTRIBUTES = {"hide_origination_did": "true"}
"""What a dialout gets when none are sent, as in the quick start's sample."""
_KEYS = re.compile("[0-9A-D*#,]*")
_SYSTEM_FIELDS = frozenset(("account_sid", "binding_sid", "dialout_sid", "date_created"))
"""What the system sets by itself: it may be sent along and changes nothing."""


def _own_phone(world: World, value: Any, _record: object) -> str:
    phone = read_phone(value)
    if phone not in world.mediator.phones:
        raise wrong_value()
    return phone


def _read_keys(value: object) -> str:
    if not _KEYS.fullmatch(text := read_text(value)):
        raise wrong_value()
    return text


def _read_texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise wrong_value()
    return value


def _optional(read: Reader, *, clears: bool = True) -> Reader:
    """Return a reader that takes null: in POST as if it was not sent, later where it `clears`."""

    def read_optional(world: World, value: Any, record: object) -> Any:
        if value is None and (clears or record is None):
            return None
        return read(world, value, record)

    return read_optional


def _inputs(**readers: Reader) -> dict[str, tuple[str, Reader]]:
    return {name: (name, read) for name, read in readers.items()}


_TTL = reader(partial(read_number, low=-1, high=MAX_SECONDS))
_DELAY = reader(partial(read_number, low=0, high=MAX_SECONDS))


def _sent(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# -- bindings


def _live_bindings(world: World) -> dict[str, Binding]:
    world.mediator.live()
    return world.mediator.bindings


def create_binding(world: World, fields: dict[str, Any]) -> Binding:
    """Begin to forward. Without `redirect_did` it takes a free one; 409 when none is."""
    mediator, given = world.mediator, _sent(fields)
    if "redirect_did" not in given:
        free = mediator.free_phone()
        if free is None:
            raise Refused(409, "No redirect_did could be found")
        given["redirect_did"] = free
    _unique(mediator, given["redirect_did"], given.get("origination_did"), None)
    return mediator.bind(given)


def change_binding(world: World, binding: Binding, fields: dict[str, Any]) -> None:
    """Change what is sent; null sets what a new binding gets."""
    redirect = fields.get("redirect_did") or binding.redirect_did
    origin = fields.get("origination_did", binding.origination_did)
    _unique(world.mediator, redirect, origin, binding)
    defaults = {
        "redirect_did": binding.redirect_did,
        "maximum_ttl": MAXIMUM_TTL_S,
        "wait_origination_did_ttl": WAIT_TTL_S,
        "name": "N/A",
        "attributes": {},
    }
    unset = {name: defaults.get(name) for name, value in fields.items() if value is None}
    set_fields(world, binding, fields | unset)


def _unique(
    mediator: Mediator, redirect: str, origination: str | None, own: Binding | None
) -> None:
    """409 when another binding takes the same calls: the same DID, and the same caller or any."""
    for other in mediator.live():
        same = other.redirect_did == redirect and other.origination_did == origination
        if same and other is not own:
            raise Refused(409, "This redirect_did is already in use")


def _written(binding: Binding, method: str) -> dict[str, Any]:
    wire = binding.wire()
    if method == "PATCH" and binding.dtmf is None:
        del wire["dtmf"]
    return wire


BINDINGS = Resource(
    path="bindings",
    fields=BINDING_FIELDS,
    records=_live_bindings,
    wire=lambda _world, binding: binding.wire(),
    written=_written,
    numbered=False,
    inputs=_inputs(
        attributes=_optional(reader(_read_texts)),
        destination_did=reader(read_phone),
        dtmf=_optional(reader(_read_keys)),
        maximum_ttl=_optional(_TTL),
        name=_optional(reader(read_text)),
        origination_did=_optional(reader(read_phone)),
        redirect_did=_optional(_own_phone),
        wait_origination_did_ttl=_optional(_TTL),
    ),
    ignored=_SYSTEM_FIELDS & BINDING_FIELDS,
    required=("destination_did",),
    whole=BINDING_FIELDS - _SYSTEM_FIELDS - {"dtmf"},
    create=create_binding,
    change=change_binding,
    deletes=True,
)


# -- dialouts


def create_dialout(world: World, fields: dict[str, Any]) -> Dialout:
    """Let stage one ring at once or after `delay` seconds."""
    given = _sent(fields)
    given.setdefault("redirect_did", next(iter(world.mediator.phones)))
    given.setdefault("attributes", dict(SAMPLE_DIALOUT_ATTRIBUTES))
    return world.mediator.dial_out(given)


def change_dialout(world: World, dialout: Dialout, fields: dict[str, Any]) -> None:
    """Change what is sent: a new `delay` counts from the creation, and only before it rings."""
    before = dialout.delay
    set_fields(world, dialout, fields)
    if dialout.delay != before and not dialout.stage:
        world.mediator.wait(dialout)


DIALOUTS = Resource(
    path="dialouts",
    fields=DIALOUT_FIELDS,
    records=lambda world: world.mediator.dialouts,
    wire=lambda _world, dialout: dialout.wire(),
    numbered=False,
    inputs=_inputs(
        attributes=_optional(reader(_read_texts), clears=False),
        delay=_optional(_DELAY, clears=False),
        redirect_did=_optional(_own_phone, clears=False),
        stage_one_destination_did=reader(read_phone),
        stage_two_destination_did=reader(read_phone),
    ),
    ignored=_SYSTEM_FIELDS & DIALOUT_FIELDS,
    required=("stage_one_destination_did", "stage_two_destination_did"),
    whole=DIALOUT_FIELDS - _SYSTEM_FIELDS,
    create=create_dialout,
    change=change_dialout,
    deletes=True,
)


# -- DIDs


def _did(_world: World, phone_and_sid: tuple[str, str]) -> dict[str, Any]:
    return {
        "account_sid": ACCOUNT,
        "country_code": None,
        "did_sid": phone_and_sid[1],
        "in_country_format": None,
        "international_format": None,
        "phonenumber": phone_and_sid[0],
    }


DIDS = Resource(
    path="dids",
    fields=DID_FIELDS,
    records=lambda world: {item[0]: item for item in world.mediator.phones.items()},
    wire=_did,
    single=False,
)


class MediatorRoutes(ResourceRoutes):
    """The endpoints, over one world's Mediator."""

    base = MEDIATOR
    resources = (BINDINGS, DIALOUTS, DIDS)
    created = 200

    def answer(self, body: bytes, status: int = 200) -> Response:
        """Return a reply in the envelope."""
        return reply(wrapped(body, status), status)

    def page(
        self, request: Request, resource: Resource, items: list[bytes], total: int, asked: Query
    ) -> bytes:
        """Return a page in the other envelope."""
        return pages.core_page(request.url.path, items, total, asked, self.auth.world.quirks)


def wrapped(body: bytes, status: int = 200) -> bytes:
    """Return the Mediator's envelope."""
    return b'{"body":%b,"status":%d}' % (body, status)
