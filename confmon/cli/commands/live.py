"""`meetings`, `calls`, `attributes`, `meeting`, `call`: one read of what is live, printed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.commands.watching.change_lines import check_watch
from confmon.cli.filtering.expression import Condition, looks_like_one
from confmon.cli.filtering.list_options import (
    ListOptions,
    from_scan,
    parse_list_options,
    pick_records,
    print_notes,
    read_list,
)
from confmon.cli.output.printing import (
    PrintOptions,
    TableColumn,
    print_list,
    print_one,
    print_options,
    screen_columns,
)
from confmon.config.settings import resolve
from confmon.models.codes import Codes
from confmon.models.errors import NotFound
from confmon.models.lists import ListResult
from confmon.models.live_records import Attribute, Call, Meeting
from confmon.monitor.exports.rows import names_of
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.call_columns import ALL_CALL_COLUMNS, CALL_COLUMNS
from confmon.monitor.views.filter import Filter
from confmon.monitor.views.live_columns import RenderContext
from confmon.monitor.views.meeting_columns import MEETING_COLUMNS
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from confmon.api.live import ConferenceClient
    from confmon.models.lists import ListQuery
    from confmon.monitor.views.live_columns import Column

RECORD_TYPES: dict[str, type[Any]] = {
    "meetings": Meeting, "meeting": Meeting, "calls": Call, "call": Call, "attributes": Attribute,
}  # fmt: skip
"""What each command reads."""
_TORN = "the list moved while it was read; one may be missing"


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    command = arguments.command
    words = ""
    if command == "calls" and arguments.filter and not looks_like_one(arguments.filter):
        words, arguments.filter = arguments.filter, None  # the screen's, not the API's
    names = names_of(RECORD_TYPES[command])
    options = parse_list_options(arguments, names)
    watches = getattr(arguments, "watch", False)
    if watches:
        check_watch(arguments, options)
    configuration = resolve.resolve(arguments, os.environ)
    printing = print_options(arguments, configuration.settings)
    codes = Codes(configuration.settings.codes)

    async def work(bridge: ConferenceClient) -> int:
        try:
            match command:
                case _ if watches:
                    from confmon.cli.commands.watching import live_changes

                    feed = live_changes.feed_of(command, getattr(arguments, "meeting", None))
                    await live_changes.print_live_changes(
                        bridge, configuration.settings, feed,
                        options=options, printing=printing, words=words,
                    )  # fmt: skip
                case "meeting" | "call":
                    record = await _read_one(bridge, command, arguments)
                    print_one(record, options.pick_fields(names), printing)
                case "attributes":
                    attributes = await _read_attributes(bridge, arguments.meeting, options)
                    print_list(attributes, options.pick_fields(names), printing)
                case "meetings":
                    await _print_meetings(bridge, LiveState(codes=codes), printing, options)
                case _:
                    state, meeting = LiveState(codes=codes), arguments.meeting
                    await _print_calls(
                        bridge, state, printing, options, meeting=meeting, words=words
                    )
        except NotFound as error:
            raise exits.exit_for_missing_list(error) from None
        return exits.OK

    return composition.with_api(configuration, work)


async def _read_one(bridge: ConferenceClient, command: str, arguments: Namespace) -> Meeting | Call:
    key = arguments.meeting if command == "meeting" else arguments.id
    try:
        return await (bridge.get_meeting(key) if command == "meeting" else bridge.get_call(key))
    except NotFound:
        raise _not_live(command, key) from None


async def _read_attributes(
    bridge: ConferenceClient, meeting: int, options: ListOptions
) -> Sequence[Attribute]:
    from confmon.models.attributes import catalogue

    async def read(query: ListQuery) -> ListResult[Attribute]:
        return ListResult(records=await bridge.get_attributes(meeting, query))

    # The paper's own example answers limit=5 with six: those of run time come in addition.
    try:
        return (
            await read_list(read, options, lambda attribute: attribute.name in catalogue.RUN_TIME)
        ).records
    except NotFound:
        raise _not_live("meeting", meeting) from None


def _not_live(what: str, key: int) -> exits.CliExit:
    return exits.CliExit(exits.NOT_PROVED, f"confmon: there is no live {what} {key}")


async def _print_meetings(
    bridge: ConferenceClient, state: LiveState, printing: PrintOptions, options: ListOptions
) -> None:
    async def read(query: ListQuery) -> ListResult[Meeting]:
        return from_scan(await bridge.list_meetings(query))

    if options.is_whole_list():
        listed = from_scan(await bridge.scan_meetings())
    else:
        listed = await read_list(read, options)
    print_notes(listed, _TORN)
    state.meetings = {record.meeting_number: record for record in listed.records}
    columns = _columns(MEETING_COLUMNS, state, printing, options)
    if printing.output == "table" and columns and listed.records:  # only this table counts heads
        calls = from_scan(await bridge.scan_calls())
        print_notes(calls, _TORN)
        _add_calls(state, calls.records)
        state.calls_known = True
    print_list(listed.records, options.pick_fields(names_of(Meeting)), printing, columns=columns)


async def _print_calls(
    bridge: ConferenceClient,
    state: LiveState,
    printing: PrintOptions,
    options: ListOptions,
    *,
    meeting: int | None,
    words: str,
) -> None:
    async def read(query: ListQuery) -> ListResult[Call]:
        return from_scan(await bridge.list_calls(query))

    if words or options.is_whole_list():
        listed = from_scan(await bridge.scan_calls(meeting))
    else:
        sent = options
        if meeting is not None:
            in_meeting = Condition("meetingNumber", "eq", (meeting,))
            sent = replace(options, conditions=(in_meeting, *options.conditions))
        if sent.conditions and not sent.order:
            sent = replace(sent, order="id")
        listed = await read_list(read, sent)
    print_notes(listed, _TORN)
    _add_calls(state, listed.records)
    records: Sequence[Call] = listed.records
    if words:
        if "owner" in words:
            found = await bridge.scan_meetings()
            state.meetings = {record.meeting_number: record for record in found.records}
        chosen = Filter()
        chosen.set(words)
        matching = [state.calls[key] for key in chosen.select(records, state)]
        records = pick_records(matching, options)
    shown = ALL_CALL_COLUMNS if meeting is None else CALL_COLUMNS
    if not state.meetings:  # they were not read, so their names are not known
        shown = tuple(column for column in shown if column.id != "owner")
    columns = _columns(shown, state, printing, options)
    if columns:
        columns = [TableColumn("id", lambda call: str(call.id), right=True), *columns]
        if printing.reveal_codes:
            columns.append(TableColumn("access code", lambda call: call.access_code or ""))
    print_list(records, options.pick_fields(names_of(Call)), printing, columns=columns)


def _columns(
    columns: Sequence[Column[Any]], state: LiveState, printing: PrintOptions, options: ListOptions
) -> list[TableColumn]:
    """Return the screen's columns; none where fields were named."""
    if options.fields or options.exclude:
        return []
    context = RenderContext(state, printing.wall_s)
    return screen_columns((column for column in columns if not column.is_drawn), context)


def _add_calls(state: LiveState, calls: Iterable[Call]) -> None:
    for call in calls:
        state.calls[call.id] = call
        if call.meeting_number is not None:
            state.by_meeting.setdefault(call.meeting_number, {})[call.id] = call
