"""The Mediator API over the world's bindings and dialouts.

Every reply, an error too, is `{"body": …, "status": …}`; a list inside is in the other envelope.
DELETE has no body: 204, as in the other API, since no document shows it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.auth import MEDIATOR, reply
from confmon.simulator.http.errors import Refused, wrong_value
from confmon.simulator.http.fields import read_number, read_phone, read_text
from confmon.simulator.http.lists import pages
from confmon.simulator.http.resource import (
    Field,
    Resource,
    ResourceRoutes,
    constant,
    reader,
    set_fields,
)
from confmon.simulator.world.mediator import (
    ACCOUNT,
    MAXIMUM_TTL_S,
    WAIT_TTL_S,
    Binding,
    Dialout,
    Mediator,
    to_iso,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from confmon.simulator.http.lists.query import Query
    from confmon.simulator.http.resource import Reader
    from confmon.simulator.world.world import World

MAX_SECONDS = 10**9
SAMPLE_DIALOUT_ATTRIBUTES = {"hide_origination_did": "true"}
"""The default attributes of a dialout, as in the quick start's sample."""
_KEYS = re.compile("[0-9A-D*#,]*")


def _read_own_phone(world: World, value: Any, _record: object) -> str:
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
    """Return a reader that takes null: in POST as a missing field, later if it `clears`."""

    def read_optional(world: World, value: Any, record: object) -> Any:
        if value is None and (clears or record is None):
            return None
        return read(world, value, record)

    return read_optional


_TTL = reader(partial(read_number, low=-1, high=MAX_SECONDS))
_ACCOUNT = Field(constant(ACCOUNT))
_CREATED = Field(lambda _world, record: to_iso(record.created))
_DELAY = reader(partial(read_number, low=0, high=MAX_SECONDS))


def _drop_nulls(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


# -- bindings


def _bindings(world: World) -> dict[str, Binding]:
    world.mediator.list_bindings()
    return world.mediator.bindings


def create_binding(world: World, fields: dict[str, Any]) -> Binding:
    """Add a binding. Without `redirect_did` it takes a free one; 409 if there is none."""
    mediator, given = world.mediator, _drop_nulls(fields)
    if "redirect_did" not in given:
        free = mediator.find_free_phone()
        if free is None:
            raise Refused(409, "No redirect_did could be found")
        given["redirect_did"] = free
    _check_unique(mediator, given["redirect_did"], given.get("origination_did"), None)
    return mediator.add_binding(given)


def change_binding(world: World, binding: Binding, fields: dict[str, Any]) -> None:
    """Change what is sent; null sets the default of a new binding."""
    redirect = fields.get("redirect_did") or binding.redirect_did
    origin = fields.get("origination_did", binding.origination_did)
    _check_unique(world.mediator, redirect, origin, binding)
    defaults = {
        "redirect_did": binding.redirect_did,
        "maximum_ttl": MAXIMUM_TTL_S,
        "wait_origination_did_ttl": WAIT_TTL_S,
        "name": "N/A",
        "attributes": {},
    }
    unset = {name: defaults.get(name) for name, value in fields.items() if value is None}
    set_fields(world, binding, fields | unset)


def _check_unique(
    mediator: Mediator, redirect: str, origination: str | None, own: Binding | None
) -> None:
    """Raise Refused (409) if another binding has the same DID and the same caller, or any."""
    for other in mediator.list_bindings():
        same = other.redirect_did == redirect and other.origination_did == origination
        if same and other is not own:
            raise Refused(409, "This redirect_did is already in use")


def _change_reply(world: World, binding: Binding, method: str) -> dict[str, Any]:
    wire = BINDINGS.wire(world, binding)
    if method == "PATCH" and binding.dtmf is None:
        del wire["dtmf"]
    return wire


BINDINGS = Resource(
    path="bindings",
    records=_bindings,
    numbered=False,
    fields={
        "account_sid": _ACCOUNT,
        "attributes": Field("attributes", _optional(reader(_read_texts))),
        "binding_sid": Field("sid"),
        "date_created": _CREATED,
        "destination_did": Field("destination_did", reader(read_phone)),
        "dtmf": Field("dtmf", _optional(reader(_read_keys)), clears=True),
        "maximum_ttl": Field("maximum_ttl", _optional(_TTL)),
        "name": Field("name", _optional(reader(read_text))),
        "origination_did": Field("origination_did", _optional(reader(read_phone))),
        "redirect_did": Field("redirect_did", _optional(_read_own_phone)),
        "wait_origination_did_ttl": Field("wait_origination_did_ttl", _optional(_TTL)),
    },
    required=("destination_did",),
    replaces=True,
    change_reply=_change_reply,
    create=create_binding,
    change=change_binding,
    remove=lambda world, binding: world.mediator.bindings.pop(binding.sid),
)


# -- dialouts


def create_dialout(world: World, fields: dict[str, Any]) -> Dialout:
    """Dial stage one at once or after `delay` seconds."""
    given = _drop_nulls(fields)
    given.setdefault("redirect_did", next(iter(world.mediator.phones)))
    given.setdefault("attributes", dict(SAMPLE_DIALOUT_ATTRIBUTES))
    return world.mediator.add_dialout(given)


def change_dialout(world: World, dialout: Dialout, fields: dict[str, Any]) -> None:
    """Change what is sent. A new `delay` counts from the creation, and only before it rings."""
    before = dialout.delay
    set_fields(world, dialout, fields)
    if dialout.delay != before and not dialout.stage:
        world.mediator.plan_dialling(dialout)


DIALOUTS = Resource(
    path="dialouts",
    records=lambda world: world.mediator.dialouts,
    numbered=False,
    fields={
        "account_sid": _ACCOUNT,
        "attributes": Field("attributes", _optional(reader(_read_texts), clears=False)),
        "date_created": _CREATED,
        "delay": Field("delay", _optional(_DELAY, clears=False)),
        "dialout_sid": Field("sid"),
        "redirect_did": Field("redirect_did", _optional(_read_own_phone, clears=False)),
        "stage_one_destination_did": Field("stage_one_destination_did", reader(read_phone)),
        "stage_two_destination_did": Field("stage_two_destination_did", reader(read_phone)),
    },
    required=("stage_one_destination_did", "stage_two_destination_did"),
    replaces=True,
    create=create_dialout,
    change=change_dialout,
    remove=lambda world, dialout: world.mediator.dialouts.pop(dialout.sid),
)

DIDS = Resource(
    path="dids",
    records=lambda world: dict(enumerate(world.mediator.phones.items())),
    single=False,
    fields={
        "account_sid": _ACCOUNT,
        "country_code": Field(constant(None)),
        "did_sid": Field(lambda _world, phone_and_sid: phone_and_sid[1]),
        "in_country_format": Field(constant(None)),
        "international_format": Field(constant(None)),
        "phonenumber": Field(lambda _world, phone_and_sid: phone_and_sid[0]),
    },
)


class MediatorRoutes(ResourceRoutes):
    """The endpoints, over one world's Mediator."""

    base = MEDIATOR
    resources = (BINDINGS, DIALOUTS, DIDS)
    created = 200

    def answer(self, body: bytes, status: int = 200) -> Response:
        """Return a reply in the envelope."""
        return reply(wrap(body, status), status)

    def page(
        self, request: Request, resource: Resource, items: list[bytes], total: int, asked: Query
    ) -> bytes:
        """Return a page in the other envelope."""
        return pages.encode_core_page(request.url.path, items, total, asked, self.auth.world.quirks)


def wrap(body: bytes, status: int = 200) -> bytes:
    """Return the Mediator's envelope."""
    return b'{"body":%b,"status":%d}' % (body, status)
