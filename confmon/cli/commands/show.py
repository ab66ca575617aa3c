"""`rooms`, `room show`, `dids`, `dialouts` …: one read of what is set up, printed."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.commands.watching.change_lines import check_watch
from confmon.cli.filtering.list_options import (
    parse_list_options,
    print_notes,
    read_list,
)
from confmon.cli.output import reveal
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
from confmon.models.resources import COMMANDS, LIST_COMMANDS
from confmon.models.resources.directory import SUBSCRIBERS
from confmon.monitor.exports import rows
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import RenderContext
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.cli.filtering.list_options import ListOptions
    from confmon.config.settings.model import Settings
    from confmon.models.resources.resource import Resource


_ELSEWHERE = ("live", "dial")
"""Columns that other lists fill."""


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    lists = arguments.command in LIST_COMMANDS
    kind = (LIST_COMMANDS if lists else COMMANDS)[arguments.command]
    names = rows.names_of(kind.record)
    want = parse_list_options(arguments, names)
    sent = want
    watches = getattr(arguments, "watch", False)
    if watches:
        check_watch(arguments, want)
        if getattr(arguments, "reveal_codes", False):
            raise exits.usage_error("--watch never prints access codes")
    if lists and not want.fields:
        heavy = [kind.wire(name) for name in kind.long_fields()]
        sent = replace(want, exclude=tuple(dict.fromkeys((*want.exclude, *heavy))))
    mediator = kind.api == "mediator"
    configuration = resolve.resolve(
        arguments, os.environ, resolve.MEDIATOR if mediator else resolve.CONFERENCE
    )
    printing = print_options(arguments, configuration.settings)
    audit = composition.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        port = client if mediator else client.directory
        found: Sequence[Any]
        try:
            if watches:
                from confmon.cli.commands.watching.list_changes import print_list_changes

                await print_list_changes(port, kind, want, printing)
                return exits.OK
            if lists:
                listed = await read_list(partial(port.list, kind), sent)
                print_notes(listed)
                found = listed.records
            else:
                found = [await _one(port, kind, getattr(arguments, kind.key_flag.name), want)]
        except NotFound as error:
            raise exits.exit_for_missing_list(error) from None
        if printing.reveal_codes:
            await reveal.audit_reveal(found, audit)
        if lists:
            columns = [] if want.fields else _columns(kind, printing)
            print_list(found, sent.pick_fields(names), printing, columns=columns)
        else:
            print_one(found[0], want.pick_fields(names), printing)
        return exits.OK

    return composition.with_api(configuration, work, mediator=mediator)


def _columns(kind: Resource[Any], printing: PrintOptions) -> list[TableColumn]:
    """Return the screen's columns, but for what needs other lists; the key first."""
    from confmon.monitor.views.directory_columns import COLUMNS

    shown = [column for column in COLUMNS[kind.plural] if column.id not in _ELSEWHERE]
    shown.sort(key=lambda column: column.id not in ("id", "sid"))
    context = RenderContext(LiveState(codes=Codes()), printing.wall_s)
    columns = screen_columns(shown, context)
    if printing.reveal_codes:
        columns.append(TableColumn("access codes", _access_codes, uncut=True))
    return columns


def _access_codes(room: Any) -> str:
    return " ".join(
        f"{key.access_code}={ROLES.get(key.role or 0, f'role {key.role}?')}"
        for key in room.keychain
    )


async def _one(port: Any, kind: Resource[Any], key: int | str, want: ListOptions) -> Any:
    selection = {"include": want.fields, "exclude": want.exclude}
    try:
        return await port.get(kind, key, **({} if kind is SUBSCRIBERS else selection))
    except NotFound as error:
        raise exits.exit_for_missing(f"{kind.word} {key}", error) from None


def print_new(arguments: Namespace, record: Any, settings: Settings) -> None:
    """Print a record that was just made."""
    kind = COMMANDS[arguments.command]
    printing = replace(print_options(arguments, settings), reveal_codes=False)
    print_one(record, rows.names_of(kind.record), printing)
