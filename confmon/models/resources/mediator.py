"""What Mediator keeps: bindings, dialouts, and the DIDs that can be redirected from.

Source: the Mediator quick start guide, and the vendor's Mediator reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.resources.checks import (
    pairs,
    phone_number,
    phone_or_meeting,
    telephone_keys,
    text,
    whole,
)
from confmon.models.resources.resource import Change, Field, Flag, Method, Resource, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from confmon.models.forwarding import Binding, Dialout, MediatorDid

_NO_FREE_DID: Final = (
    "No DID of this endpoint is free: name a redirect_did, delete a binding, or give the endpoint "
    "another number in the portal."
)
_REDIRECT: Final = "redirect_did has to be a free number of this endpoint."
_WHOLE: Final = {400: "A PUT replaces the whole object: every field has to be sent."}
_NUMBER: Final = "In full: country code and number, such as 15162065319."
_CHANGES: Final[Mapping[Change, Method]] = {
    "create": "POST", "update": "PATCH", "replace": "PUT", "delete": "DELETE",
}  # fmt: skip
_ASKS: Final[tuple[Change, ...]] = ("create", "update", "replace", "delete")
"""Every change does, because phones ring by it."""


def _name_binding(binding: Binding, cut: Callable[[str | None], str]) -> Sequence[str]:
    name = "" if binding.name in (None, "", "N/A") else f'"{binding.name}"'
    came, to = cut(binding.redirect_did), cut(binding.destination_did)
    return ("binding", name, f"{came}→{to}" if came else to)


def _name_new_binding(body: Mapping[str, Any]) -> Sequence[str]:
    name = body.get("name")
    return (f"to {body['destination_did']}", f'"{name}"' if name else "")


def _name_dialout(dialout: Dialout, cut: Callable[[str | None], str]) -> Sequence[str]:
    first, second = dialout.stage_one_destination_did, dialout.stage_two_destination_did
    return ("dialout", f"{cut(first)} to {cut(second)}")


def _name_new_dialout(body: Mapping[str, Any]) -> Sequence[str]:
    return (f"{body['stage_one_destination_did']} to {body['stage_two_destination_did']}",)


def _check_parties(body: Mapping[str, Any]) -> None:
    if body["stage_one_destination_did"] == body["stage_two_destination_did"]:
        raise ValueError("both parties have the same number")


BINDINGS: Final[Resource[Binding]] = Resource(
    name="binding", plural="bindings", word="binding", title="Bindings",
    api="mediator", path="bindings", record_path="forwarding.Binding", section="forwarding",
    key="binding_sid", created="date_created", is_snake=True, key_flag=Flag("SID", name="sid"),
    commands={
        "list": "list the bindings, which forward a number",
        "family": "show, create, change or delete a binding",
        "show": "show a binding",
        "create": "forward a number, after asking",
        "update": "change what is named of a binding, after asking",
        "delete": "stop forwarding, after asking",
    },
    changes=_CHANGES, asks=_ASKS, words={"create": ("binding…", "created")},
    label=_name_binding, new_label=_name_new_binding, new_attributes=True,
    form_first=("destination_did", "redirect_did", "origination_did", "name"),
    hints={404: "There is no such binding, or it has run out.", 409: _NO_FREE_DID},
    method_hints={
        "POST": {400: f"destination_did takes E.164 digits; {_REDIRECT}"}, "PUT": _WHOLE,
    },
    fields=(
        Field(
            "destination_did", phone_number, "Rings at", f"Where the calls go. {_NUMBER}",
            is_required=True, phone="person", kept=True,
            flag=Flag("NUMBER", "where calls are to ring"),
            column=Shape("destination", "ring at", 15, place=3, tone="strong"),
        ),
        Field(
            "redirect_did", phone_number, "Calls to",
            f"The DID that is forwarded. {_NUMBER} Empty: a free one.",
            empty="a free one", nullable=True, phone="rented", kept=True,
            flag=Flag("NUMBER", "the number that is forwarded; none: any free one"),
            column=Shape("redirect", "calls to", 15, place=2, tone="strong"),
        ),
        Field(
            "origination_did", phone_number, "Only from",
            f"Forward this caller alone. {_NUMBER} Empty: everybody.",
            empty="everybody", nullable=True, phone="person", kept=True,
            flag=Flag("NUMBER", "calls from this number only"),
            column=Shape("origination", "from", 15, place=4, priority=2),
        ),
        Field(
            "dtmf", telephone_keys, "Then send keys",
            "Telephone keys sent once answered: digits, *, #; a comma is a pause.",
            empty="none", nullable=True, secret=True,
            flag=Flag("KEYS", "dialled once it answers"),
            column=Shape("dtmf", "keys", 4, place=6, priority=4, tone="dim"),
        ),
        Field(
            "name", text, "Name", "What it is called.", empty="none", phone="in_text", kept=True,
            flag=Flag("TEXT"),
        ),
        Field(
            "maximum_ttl", whole(-1), "Expires after",
            "Seconds from its creation until it ends; -1 is no limit. Empty: 3600.",
            empty="3600", show="lasting",
            flag=Flag("SECONDS", "how long it lives; -1: no limit", low=-1),
        ),
        Field(
            "wait_origination_did_ttl", whole(-1), "First call within",
            "Seconds from its creation for the first caller; -1 is no limit.",
            empty="as the Mediator has it", show="lasting",
            flag=Flag("SECONDS", "how long it waits for a first caller; -1: no limit", low=-1),
            column=Shape("wait", "waits", 10, place=5, priority=3, align="right", tone="dim"),
        ),
        Field("attributes", pairs),
        Field(
            "date_created", show="moment",
            column=Shape("created", "created", place=7, priority=5),
        ),
        Field(
            "binding_sid",
            column=Shape("sid", "sid", 12, place=8, grow=1, priority=6, tone="dim"),
        ),
        Field("account_sid"),
    ),
)  # fmt: skip

DIALOUTS: Final[Resource[Dialout]] = Resource(
    name="dialout", plural="dialouts", word="dialout", title="Dialouts",
    api="mediator", path="dialouts", record_path="forwarding.Dialout", section="forwarding",
    key="dialout_sid", created="date_created", is_snake=True, key_flag=Flag("SID", name="sid"),
    commands={
        "list": "list the dialouts that are not set up yet",
        "family": "show, create, change or call off a dialout",
        "show": "show a dialout",
        "create": "dial two parties together, after asking",
        "update": "change what is named of a dialout, after asking",
        "delete": "call a dialout off, after asking",
    },
    changes=_CHANGES, asks=_ASKS,
    words={"create": ("dialling…", "dialling"), "delete": ("calling off…", "called off")},
    label=_name_dialout, new_label=_name_new_dialout, check_new=_check_parties,
    new_attributes=True, is_brief=True,
    hints={404: "Its call has been set up, or it failed, or was deleted."},
    method_hints={
        "POST": {400: f"Both destinations are required, in E.164 digits; {_REDIRECT}",
                 409: _NO_FREE_DID},
        "PUT": _WHOLE,
    },
    fields=(
        Field(
            "stage_one_destination_did", phone_number, "First party",
            f"Who is dialled first. {_NUMBER}", is_required=True, phone="person", kept=True,
            flag=Flag("NUMBER", "who is dialled first"),
            column=Shape("one", "first", 15, place=1, tone="strong"),
        ),
        Field(
            "stage_two_destination_did", phone_or_meeting, "Second party",
            f"Who is dialled when they answer. {_NUMBER} Or a meeting's number.",
            is_required=True, phone="person", kept=True,
            flag=Flag("NUMBER", "who is dialled when the first one answers"),
            column=Shape("two", "then", 15, place=2, tone="strong"),
        ),
        Field(
            "redirect_did", phone_number, "Caller id",
            f"What the first party sees. {_NUMBER} Empty: a free one.",
            empty="a free one", nullable=True, phone="rented",
            flag=Flag("NUMBER", "the number that they see"),
            column=Shape("redirect", "caller id", 15, place=3, priority=1),
        ),
        Field(
            "delay", whole(0), "Delay", "Seconds to wait before it dials. Empty: it dials at once.",
            empty="at once", show="seconds",
            flag=Flag("SECONDS", "left out: it dials at once", low=0),
        ),
        Field("attributes", pairs),
        Field(
            "date_created", show="moment",
            column=Shape("created", "created", place=4, priority=2),
        ),
        Field(
            "dialout_sid",
            column=Shape("sid", "sid", 12, place=5, grow=1, priority=3, tone="dim"),
        ),
        Field("account_sid"),
    ),
)  # fmt: skip

MEDIATOR_DIDS: Final[Resource[MediatorDid]] = Resource(
    name="mediator_did", plural="mediator_dids", word="DID", title="DIDs",
    api="mediator", path="dids", record_path="forwarding.MediatorDid", section="forwarding",
    key="did_sid", is_snake=True,
    commands={"list": "list the numbers that can be redirected from"},
    hints={404: "No such DID."},
    fields=(
        Field(
            "phonenumber", phone="rented",
            column=Shape("number", "number", 15, place=0, tone="strong"),
        ),
        Field("country_code", column=Shape("country", "country", 7, place=1, priority=1)),
        Field(
            "international_format", phone="rented",
            column=Shape("international", "international", 18, place=2, grow=1, priority=2),
        ),
        Field("did_sid", column=Shape("sid", "sid", 12, place=3, grow=1, priority=3, tone="dim")),
        Field("in_country_format", phone="rented"),
        Field("account_sid"),
    ),
)  # fmt: skip

RESOURCES: Final[tuple[Resource[Any], ...]] = (BINDINGS, DIALOUTS, MEDIATOR_DIDS)
