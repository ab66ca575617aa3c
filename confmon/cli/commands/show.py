"""`rooms`, `room show`, `dids`, `bindings` …: one read of what stands, printed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.filtering.list_options import (
    FilterSource,
    parse_list_options,
    print_notes,
    read_list,
)
from confmon.cli.output import reveal, rows
from confmon.cli.output.printing import (
    PrintOptions,
    TableColumn,
    print_list,
    print_one,
    print_options,
    screen_columns,
)
from confmon.config.settings import resolve
from confmon.models.access_codes import ROLES
from confmon.models.codes import Codes
from confmon.models.errors import NotFound
from confmon.models.forwarding import Binding, Dialout, MediatorDid
from confmon.models.rooms import CallFlow, Did, DidGroup, Room, Subscriber
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import RenderContext
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.cli.filtering.list_options import ListOptions
    from confmon.config.settings.model import Settings
    from confmon.models.lists import ListResult
    from confmon.models.rooms import AccessCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record, and the client's methods for it.

    `key` is the command line's name for what one is reached by. `heavy` is left out of lists
    unless it is named.
    """

    record: type[Any]
    plural: str
    list: str
    get: str = ""
    key: str = "id"
    mediator: bool = False
    heavy: str = ""


KINDS = {
    "room": Kind(
        record=Room,
        plural="rooms",
        list="list_rooms",
        get="get_room",
        key="meeting",
        heavy="attributes",
    ),
    "did": Kind(
        record=Did,
        plural="dids",
        list="list_dids",
        get="get_did",
        heavy="attributes",
    ),
    "did-group": Kind(
        record=DidGroup,
        plural="did_groups",
        list="list_did_groups",
        get="get_did_group",
        heavy="attributes",
    ),
    "call-flow": Kind(
        record=CallFlow,
        plural="call_flows",
        list="list_call_flows",
        get="get_call_flow",
        heavy="attributeTemplates",
    ),
    "subscriber": Kind(
        record=Subscriber,
        plural="subscribers",
        list="list_subscribers",
        get="get_subscriber",
        key="sid",
    ),
    "binding": Kind(
        record=Binding,
        plural="bindings",
        list="list_bindings",
        get="get_binding",
        key="sid",
        mediator=True,
    ),
    "dialout": Kind(
        record=Dialout,
        plural="dialouts",
        list="list_dialouts",
        get="get_dialout",
        key="sid",
        mediator=True,
    ),
    "mediator-did": Kind(
        record=MediatorDid,
        plural="mediator_dids",
        list="list_dids",
        mediator=True,
    ),
}
"""By the command that shows one; the list's is the same with an ``s``."""


_ELSEWHERE = ("live", "dial")
"""Columns that other lists fill."""


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    lists = arguments.command.endswith("s")
    kind = KINDS[arguments.command.removesuffix("s")]
    names = rows.names_of(kind.record)
    want = parse_list_options(arguments, names)
    sent = want
    if lists and kind.heavy and not want.fields and kind.heavy not in want.exclude:
        sent = replace(want, exclude=(*want.exclude, kind.heavy))
    configuration = resolve.resolve(
        arguments, os.environ, resolve.MEDIATOR if kind.mediator else resolve.CONFERENCE
    )
    printing = print_options(arguments, configuration.settings)
    audit = composition.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        port = client if kind.mediator else client.directory
        if lists:
            listed = await _list(port, kind, sent)
            print_notes(listed)
            found: Sequence[Any] = listed.records
        else:
            key = getattr(arguments, kind.key)
            found = [await _one(port, kind, key, want)]
        if printing.reveal_codes:
            await reveal.audited(found, audit)
        if lists:
            columns = [] if want.fields else _columns(kind, printing)
            print_list(found, sent.pick_fields(names), printing, columns=columns)
        else:
            print_one(found[0], want.pick_fields(names), printing)
        return exits.OK

    return composition.with_api(configuration, work, mediator=kind.mediator)


def _columns(kind: Kind, printing: PrintOptions) -> list[TableColumn]:
    """Return the screen's columns, but for what needs other lists; the key first."""
    from confmon.monitor.views.directory_columns import COLUMNS

    shown = [one for one in COLUMNS[kind.plural] if one.id not in _ELSEWHERE]
    shown.sort(key=lambda column: column.id not in ("id", "sid"))
    context = RenderContext(LiveState(codes=Codes()), printing.wall_s)
    columns = screen_columns(shown, context)
    if printing.reveal_codes:
        columns.append(TableColumn("access codes", _access_codes, uncut=True))
    return columns


def _access_codes(room: Any) -> str:
    return " ".join(f"{key.access_code}={_role(key)}" for key in room.keychain)


async def _list(port: Any, kind: Kind, want: ListOptions) -> ListResult[Any]:
    source: FilterSource[Any] = FilterSource(read=getattr(port, kind.list), value=rows.value_of)
    try:
        return await read_list(source, want)
    except NotFound as error:  # a list that is not there is a wrong base URL
        raise exits.CliExit(exits.CONFIG, f"confmon: {error}", error.hint) from None


async def _one(port: Any, kind: Kind, key: int | str, want: ListOptions) -> Any:
    selection = {"include": want.fields, "exclude": want.exclude}
    get = getattr(port, kind.get)
    try:
        return await (get(key) if kind.record is Subscriber else get(key, **selection))
    except NotFound as error:
        name = kind.get.removeprefix("get_").replace("did", "DID").replace("_", " ")
        raise exits.absent(f"{name} {key}", error) from None


def print_new(arguments: Namespace, record: Any, settings: Settings) -> None:
    """Print a record that was just made."""
    kind = KINDS[arguments.command]
    printing = replace(print_options(arguments, settings), reveal_codes=False)
    print_one(record, rows.names_of(kind.record), printing)


def _role(key: AccessCode) -> str:
    return ROLES.get(key.role or 0, f"role {key.role}?")
