"""`rooms`, `room show`, `dids`, `dialouts` …: one read of what is set up, printed."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
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
from confmon.models.resources import COMMANDS, LIST_COMMANDS
from confmon.models.resources.directory import SUBSCRIBERS
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.live_columns import RenderContext
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from confmon.cli.filtering.narrow import ListOptions
    from confmon.config.settings.model import Settings
    from confmon.models.lists import ListResult
    from confmon.models.resources.resource import Resource
    from confmon.models.rooms import AccessCode


_ELSEWHERE = ("live", "dial")
"""Columns that other lists fill."""


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    lists = arguments.command in LIST_COMMANDS
    kind = (LIST_COMMANDS if lists else COMMANDS)[arguments.command]
    want = narrow.list_options(arguments, rows.names_of(kind.record))
    sent = want
    if lists and not want.fields:
        heavy = [kind.wire(name) for name in kind.long_fields()]
        sent = replace(want, exclude=tuple(dict.fromkeys((*want.exclude, *heavy))))
    mediator = kind.api == "mediator"
    configuration = resolve.resolve(
        arguments, os.environ, resolve.MEDIATOR if mediator else resolve.CONFERENCE
    )
    discretion = Reveal(reveal_codes=getattr(arguments, "reveal_codes", False))
    full = numbers.show_number(arguments, configuration.settings)
    audit = composition.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        port = client if mediator else client.directory
        if lists:
            listed = await _list(port, kind, sent)
            narrate(listed)
            found: Sequence[Any] = listed.records
        else:
            key = getattr(arguments, kind.key_flag.name)
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

    return with_api(configuration, work, mediator=mediator)


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


def chosen(kind: Resource[Any], want: ListOptions) -> Sequence[str]:
    """Return the fields to print."""
    names: Iterable[str] = want.fields or rows.names_of(kind.record)
    return [name for name in names if name not in want.exclude]


def _print_table(records: Sequence[Any], kind: Resource[Any], discretion: Reveal) -> None:
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


async def _list(port: Any, kind: Resource[Any], want: ListOptions) -> ListResult[Any]:
    source: narrow.FilterSource[Any] = narrow.FilterSource(
        read=partial(port.list, kind), value=rows.value_of
    )
    try:
        return await narrow.read_list(source, want, say)
    except NotFound as error:  # a list that is not there is a wrong base URL
        raise exits.CliExit(exits.CONFIG, f"confmon: {error}", error.hint) from None


async def _one(port: Any, kind: Resource[Any], key: int | str, want: ListOptions) -> Any:
    selection = {"include": want.fields, "exclude": want.exclude}
    try:
        return await port.get(kind, key, **({} if kind is SUBSCRIBERS else selection))
    except NotFound as error:
        raise exits.absent(f"{kind.word} {key}", error) from None


def print_new(arguments: Namespace, record: Any, settings: Settings) -> None:
    """Print a record that was just made."""
    kind = COMMANDS[arguments.command]
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
