"""`room create`, `did update`, `dialout delete`, `attribute set` …: change what is set up.

The target is read first, so that it can be named, its value kept in the audit log, and
nothing be overwritten unseen. A line on stderr says what became of it; a new record is printed.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.commands import preparation, show
from confmon.cli.grammar import change_fields
from confmon.clock import SystemClock
from confmon.models.attributes import catalogue
from confmon.models.errors import NotFound
from confmon.models.people import phone_numbers
from confmon.models.resources import COMMANDS
from confmon.models.resources.directory import CALL_FLOWS, DID_GROUPS
from confmon.monitor.actions.action import Outcome
from confmon.monitor.edits import edit_actions
from confmon.monitor.edits.target import carry_out_edit
from confmon.process import exits, prompt
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from confmon.models.resources.resource import Resource
    from confmon.models.rooms import AttributeValue
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.edits.target import Edited
    from confmon.ports import Directory, ResourceClient

_SAME = "nothing would change"


def run(arguments: Namespace) -> int:
    """Carry out what the command line asks for."""
    resource = COMMANDS.get(arguments.command)
    mediator = resource is not None and resource.api == "mediator"
    asks = resource is not None and arguments.what in resource.asks and not arguments.yes
    wanted = change_fields.fields(arguments, resource) if resource else {}
    if arguments.what == "update" and not wanted:
        raise exits.usage_error(f"{_verb(arguments)}: name at least one field to change")
    configuration = preparation.prepare(arguments, _verb(arguments), asks=asks, mediator=mediator)
    audit = composition.audit_log(configuration.settings, "cli", mediator=mediator)
    mask = preparation.cuts_numbers(arguments, configuration.settings)

    async def work(client: Any) -> int:
        port = client if mediator else client.directory
        edit = await (
            _edit(arguments, resource, wanted, port, mask=mask)
            if resource
            else _attribute(arguments, port)
        )
        if edit is None:
            return exits.OK
        if asks:
            _confirm(edit, mask=mask)
        result = await carry_out_and_report(edit, port, audit, mask=mask)
        if edit.method == "POST" and result.record is not None:
            show.print_new(arguments, result.record, configuration.settings)
        return preparation.exit_code_of(result)

    return composition.with_api(configuration, work, mediator=mediator)


def _verb(arguments: Namespace) -> str:
    return f"{arguments.command} {arguments.what}"


async def _edit(
    arguments: Namespace,
    resource: Resource[Any],
    wanted: Mapping[str, object],
    port: ResourceClient,
    *,
    mask: bool,
) -> Action | None:
    """Read the target and make the edit. None: it is as wanted already. CliExit: 64, 1."""
    key: Any = vars(arguments).get(resource.key_flag.name)
    record: Any = None
    build: Callable[..., Action] = partial(edit_actions.create, resource)
    is_new = arguments.what == "create"
    with preparation.before_sending("" if is_new else f"{arguments.command} {key}"):
        if not is_new:
            record = await port.get(resource, key)
            if arguments.what == "delete":
                return edit_actions.delete(resource, record)
            is_put = getattr(arguments, "whole", False)
            change = edit_actions.replace if is_put else edit_actions.update
            build = partial(change, resource, record)
        return await _built(resource, build, wanted, record, port, mask=mask)


async def _built(
    resource: Resource[Any],
    build: Callable[..., Action],
    wanted: Mapping[str, object],
    record: Any,
    port: ResourceClient,
    *,
    mask: bool,
) -> Action | None:
    """Make the edit; where an attribute is not in the catalogue, the call flow may know it."""
    try:
        return build(wanted)
    except ValueError as error:
        complaint = str(error)
    if complaint != _SAME and wanted.get("attributes") and resource.placed:
        templates = await _templates(wanted, record, port)
        try:
            return build(wanted, templates)
        except ValueError as error:
            complaint = str(error)
    if complaint == _SAME:
        label = _discreet(edit_actions.label_of(record), edit_actions.record_key(record), mask=mask)
        print_notice(f"{label}: it is so already; nothing was sent")
        return None
    raise exits.usage_error(complaint)


async def _templates(
    wanted: Mapping[str, object], record: Any, port: ResourceClient
) -> tuple[AttributeValue, ...]:
    """Return the attribute templates of the call flow that the record belongs to, if it has one."""
    flow = wanted.get("callFlowId") or getattr(record, "call_flow_id", None)
    group = getattr(record, "primary_did_group_id", getattr(record, "did_group_id", None))
    try:
        if flow is None and group is not None:
            flow = (await port.get(DID_GROUPS, group)).call_flow_id
        number = int(str(flow))
        return (await port.get(CALL_FLOWS, number)).attribute_templates
    except (NotFound, ValueError):
        return ()


async def _attribute(arguments: Namespace, port: Directory) -> Action | None:
    number, name, value = arguments.meeting, arguments.name, arguments.value
    with preparation.before_sending(f"live meeting {number}"):
        live = await port.get_attributes(number)
    before = next((attribute.value for attribute in live if attribute.name == name), None)
    if before is not None and catalogue.same(name, value, before):
        print_notice(f"{name} of meeting {number}: it is so already; nothing was sent")
        return None
    try:
        return edit_actions.attribute_set(number, name, value, before)
    except ValueError as error:
        raise exits.usage_error(str(error)) from None


def _confirm(edit: Action, *, mask: bool) -> None:
    """Ask. CliExit: 64, whatever else than the one right answer was given."""
    label = _discreet(edit.label, edit.key, mask=mask)
    if edit.verb == "room_delete":
        print_notice(f"{label} will be deleted, with its access codes and settings")
        agreed = prompt.ask(f"Type {edit.key} to delete it:") == str(edit.key)
    else:
        what = edit.verb.rpartition("_")[2].capitalize()
        for name, value in change_fields.texts_of(edit).items():
            print(f"  {name}: {value}", file=sys.stderr)
        agreed = prompt.ask(f"{what} {label}? Type y:").lower() == "y"
    if not agreed:
        raise exits.usage_error("not confirmed; nothing was sent")


def _discreet(text: str, *ids: int | str | None, mask: bool) -> str:
    """Return a text with telephone numbers cut, if wanted; not the `ids` of what it is about."""
    return phone_numbers.cut(text, phone_numbers.hidden, ids) if mask else text


async def carry_out_and_report(edit: Action, port: Any, audit: Audit, *, mask: bool) -> Edited:
    """Carry an edit out and say what became of it."""
    try:
        result = await carry_out_edit(edit, port, audit, SystemClock())
    except asyncio.CancelledError:
        label = _discreet(edit.label, edit.key, mask=mask)
        print_notice(f"{label}: interrupted; confmon audit says how far it came")
        raise
    done = edit_actions.EDIT_WORDS[edit.verb][1]
    word = done if result.outcome is Outcome.DONE else result.outcome.value
    detail = f": {result.detail}" if result.detail else ""
    line = f"{edit.label}: {word}{detail}"
    print(_discreet(line, edit.key, mask=mask), file=sys.stderr, flush=True)
    return result
