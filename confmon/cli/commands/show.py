"""`rooms`, `room show`, `dids`, `bindings` …: one read of what stands, printed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.filtering import narrow
from confmon.cli.output import numbers, reveal, rows, writers
from confmon.cli.output.rows import Reveal
from confmon.clock import SystemClock
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
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from confmon.cli.filtering.narrow import ListOptions
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
    want = narrow.list_options(arguments, rows.names_of(kind.record))
    sent = want
    if lists and kind.heavy and not want.fields and kind.heavy not in want.exclude:
        sent = replace(want, exclude=(*want.exclude, kind.heavy))
    configuration = resolve.resolve(
        arguments, os.environ, resolve.MEDIATOR if kind.mediator else resolve.CONFERENCE
    )
    discretion = Reveal(reveal_codes=getattr(arguments, "reveal_codes", False))
    full = numbers.show_number(arguments, configuration.settings)
    audit = composition.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        port = client if kind.mediator else client.directory
        if lists:
            listed = await _list(port, kind, sent)
            narrate(listed)
            found: Sequence[Any] = listed.records
        else:
            key = getattr(arguments, kind.key)
            found = [await _one(port, kind, key, want)]
        if discretion.reveal_codes:
            await reveal.audited(found, audit)
        found = [numbers.cut_number(one, full) for one in found]
        printed = [rows.row(one, discretion) for one in found]
        if lists:
            names = chosen(kind, sent)
            if arguments.output == "table" and not want.fields:
                _print_table(found, kind, discretion)
            else:
                rows.print_rows(printed, names, arguments.output)
        else:
            rows.print_record(printed[0], chosen(kind, want), arguments.output)
        return exits.OK

    return with_api(configuration, work, mediator=kind.mediator)


def with_api(
    configuration: resolve.Configuration,
    work: Callable[[Any], Awaitable[int]],
    *,
    mediator: bool,
) -> int:
    """Open the API that a command speaks to, and do the command's work with it."""
    settings = configuration.settings
    if mediator:
        opener = composition.mediator_opener(configuration)
        assert opener is not None  # noqa: S101  its login was needed
        return composition.with_client(opener, work)
    return composition.with_client(
        composition.bridge_opener(settings, configuration.obtain_password()), work
    )


def chosen(kind: Kind, want: ListOptions) -> Sequence[str]:
    """Return the fields to print."""
    names: Iterable[str] = want.fields or rows.names_of(kind.record)
    return [name for name in names if name not in want.exclude]


def _print_table(records: Sequence[Any], kind: Kind, discretion: Reveal) -> None:
    """Print a list with the screen's columns, but for what needs other lists; the key first."""
    from confmon.monitor.views.directory_columns import COLUMNS

    look = RenderContext(LiveState(codes=Codes()), SystemClock().wall())
    columns = [one for one in COLUMNS[kind.plural] if one.id not in _ELSEWHERE]
    columns.sort(key=lambda column: column.id not in ("id", "sid"))
    titles = [column.title for column in columns]
    cells = [[column.cell(one, look)[0] for column in columns] for one in records]
    right = [column.align == "right" for column in columns]
    if discretion.reveal_codes:
        titles, right = [*titles, "access codes"], [*right, False]
        for one, line in zip(records, cells, strict=True):
            line.append(" ".join(f"{key.access_code}={_role(key)}" for key in one.keychain))
    writers.write_table(titles, cells, right, uncut="access codes")


async def _list(port: Any, kind: Kind, want: ListOptions) -> ListResult[Any]:
    source: narrow.FilterSource[Any] = narrow.FilterSource(
        read=getattr(port, kind.list), value=rows.value_of
    )
    try:
        return await narrow.read_list(source, want, say)
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
    one = rows.row(numbers.cut_number(record, numbers.show_number(arguments, settings)), Reveal())
    rows.print_record(one, rows.names_of(kind.record), arguments.output)


def _role(key: AccessCode) -> str:
    return ROLES.get(key.role or 0, f"role {key.role}?")


def narrate(listed: ListResult[Any]) -> None:
    """Tell on stderr what a list could not give."""
    if listed.unreadable:
        say(f"{len(listed.unreadable)} unreadable: {listed.unreadable[0]}")
    for note in listed.notes:
        say(note)
    if not listed.whole:
        say("the list is not whole")


def say(line: str) -> None:
    """Tell the operator something beside the data."""
    print(f"confmon: {line}", file=sys.stderr)
