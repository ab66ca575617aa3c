"""The resource table: every field of every record is in it, and one line makes a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli.grammar.base import Parser
from confmon.cli.grammar.change_fields import fields as given_fields
from confmon.cli.grammar.directory import add_change
from confmon.models.codes import Codes
from confmon.models.forwarding import Binding
from confmon.models.resources import RESOURCES
from confmon.models.resources.checks import phone_number
from confmon.models.resources.directory import ROOMS
from confmon.models.resources.mediator import BINDINGS
from confmon.models.resources.resource import Field, Flag, Resource, Shape
from confmon.monitor.actions.action import Action
from confmon.monitor.actions.verbs import VERBS
from confmon.monitor.edits import edit_actions
from confmon.monitor.edits.requests import make_body
from confmon.monitor.exports.numbers import NumberVisibility, cut_number
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.directory_columns import columns_of
from confmon.monitor.views.live_columns import RenderContext
from confmon.simulator.http import directory, mediator
from confmon.simulator.http.calls import CALLS
from confmon.simulator.http.meetings import MEETINGS
from confmon.tui.dialogs.resource_form import resource_form

if TYPE_CHECKING:
    import argparse

ROOT = Path(__file__).parents[2]
NUMBER = "15162065319"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Binding):
    """A binding of an API that has one field more."""

    escalation_did: str | None = None


ESCALATED: Resource[Binding] = Resource(**{**vars(BINDINGS), "fields": (*BINDINGS.fields, Field(
    "escalation_did", phone_number, "Escalates to", "Who is called then.", nullable=True,
    phone="person", flag=Flag("NUMBER", "who is called then"),
    column=Shape("escalation", "then", 15),
))})  # fmt: skip
"""The table with that field, which is one line of it."""

RECORD = Escalated(binding_sid="b", destination_did="15162065586", escalation_did=NUMBER)


def parsed(*words: str) -> argparse.Namespace:
    parser = Parser()
    parser.set_defaults(command="binding", what="update")
    add_change(parser, ESCALATED, "update")
    return parser.parse_args(words)


def test_a_new_field_is_a_flag_and_is_in_the_body() -> None:
    arguments = parsed("sid", "--escalation-did", "+1 516 206 5338")
    given = given_fields(arguments, ESCALATED)
    edit = edit_actions.update(ESCALATED, RECORD, given)
    assert make_body(edit, RECORD) == {"escalation_did": "15162065338"}
    assert edit.before == {"escalation_did": NUMBER}
    with pytest.raises(ValueError, match="escalation_did of a binding can't be set"):
        edit_actions.update(BINDINGS, RECORD, given)


def test_a_flag_without_a_help_of_its_own_says_what_the_form_says() -> None:
    parser = Parser()
    add_change(parser, ROOMS, "update")
    shown = " ".join(parser.format_help().split())
    assert "--description TEXT what people call it --did-group ID the primary DID group:" in shown


def test_a_new_field_is_sent_when_the_whole_record_is() -> None:
    edit = edit_actions.replace(ESCALATED, RECORD, {"name": "Night"})
    assert edit.change["escalation_did"] == NUMBER


def test_a_new_field_is_in_the_form() -> None:
    form = resource_form(ESCALATED, RECORD)
    field = {one.name: one for one in form.fields}["escalation_did"]
    assert (field.label, field.value, field.help) == (
        "Escalates to", NUMBER, "Who is called then.",
    )  # fmt: skip
    typed = {one.name: one.value for one in form.fields}
    edit = form.make({**typed, "escalation_did": ""})
    assert isinstance(edit, Action)
    assert make_body(edit, RECORD) == {"escalation_did": None}


@pytest.mark.parametrize("mask", [True, False])
def test_a_new_field_is_a_column_with_its_number_masked(mask: bool) -> None:
    column = columns_of(ESCALATED)[-1]
    look = RenderContext(LiveState(codes=Codes()), 0.0, mask)
    assert column.title == "then"
    assert column.cell(RECORD, look) == ("•••••••5319" if mask else NUMBER, "")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_every_field_of_a_record_is_in_the_table(resource: Resource[Any]) -> None:
    names = {field.name for field in fields(resource.record)} - {"inexact"}
    assert {field.name for field in resource.fields} == names
    assert len(resource.fields) == len(names)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_every_phone_number_and_secret_is_marked_as_one(resource: Resource[Any]) -> None:
    for field in resource.fields:
        if field.check is phone_number or re.search(r"phone|_did$|country_format", field.name):
            assert field.phone in ("person", "rented"), field.name
        if re.search("dtmf|keychain|code$|pin|passw|token", field.name.replace("country_code", "")):
            assert field.secret, field.name


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_no_phone_number_of_a_record_is_printed_in_full(resource: Resource[Any]) -> None:
    phones = {name: NUMBER for name, kind in resource.phones().items() if kind != "dids"}
    key = {resource.key: 1 if resource.api == "directory" else "s"}
    record = resource.record(**{**key, **phones})
    assert NUMBER not in repr(cut_number(record, NumberVisibility.NONE))


def test_few_modules_name_a_binding() -> None:
    """Keys are bound to commands too, by Textual's class of that name: those are not counted.

    Nor is `confmon/tui/keys`, which is about keys alone, and the simulator, which is no client.
    """
    of_keys = re.compile(
        r"textual\.binding|BindingType|\bBINDINGS: ClassVar|\bBinding\($|\bBinding\(\"|bindings_of"
        r"|Binding\(BY_ID|inherit_bindings|active_bindings|input's own bindings|Textual.* binding"
        r"|binding Textual|leave the binding as it is|_dtmf_binding"
    )
    naming = [
        str(path.relative_to(ROOT / "confmon"))
        for path in sorted((ROOT / "confmon").rglob("*.py"))
        if not {"simulator", "keys"} & set(path.parts)
        and any(
            re.search("binding", line, re.IGNORECASE) and not of_keys.search(line)
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert len(naming) <= 10, naming


def test_the_demo_takes_every_field_that_can_be_set() -> None:
    served = {
        ("directory", one.path): one
        for one in (directory.ROOMS, directory.DIDS, directory.GROUPS, directory.FLOWS)
    } | {("mediator", one.path): one for one in (mediator.BINDINGS, mediator.DIALOUTS)}
    for resource in RESOURCES:
        settable = {
            resource.wire(field.name) for field in resource.fields if field.check is not None
        }
        if settable and resource.changes:
            demo = served[resource.api, resource.path]
            fields_there = {**demo.fields, **demo.create_fields, **demo.change_fields}
            taken = {name for name, field in fields_there.items() if field.read is not None}
            assert settable <= taken, resource.name


def test_the_demo_takes_every_field_that_a_verb_changes() -> None:
    for verb in VERBS.values():
        if verb.field_name:
            demo = CALLS if verb.resource == "call" else MEETINGS
            assert demo.fields[verb.field_name].read is not None, verb.id
