"""`meetings`, `calls`, `attributes`: one read, printed."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from confmon.api.codes import Codes
from confmon.api.errors import NotFound, Rejected
from confmon.api.records import Call, Meeting, wire_name
from confmon.cli import compose, configure, exits, expression
from confmon.cli.sheet import Sheet, print_attributes, print_records
from confmon.clock import SystemClock
from confmon.monitor.filter import Filter
from confmon.monitor.picture import Picture
from confmon.monitor.verbs import raw

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from confmon.api.client import ConferenceClient
    from confmon.api.records import Scan


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    conditions = _conditions(getattr(arguments, "filter", None))
    configuration = configure.resolve(arguments, os.environ)
    settings = configuration.settings
    open_bridge = compose.bridge_opener(settings, configuration.obtain_password())
    sheet = Sheet(
        output=arguments.output,
        settings=settings,
        reveal_codes=getattr(arguments, "reveal_codes", False),
        wall=SystemClock().wall(),
    )

    async def work(bridge: ConferenceClient) -> int:
        if arguments.command == "attributes":
            return await _attributes(bridge, sheet, arguments.meeting)
        try:
            if arguments.command == "meetings":
                await _meetings(bridge, sheet)
            else:
                await _calls(bridge, sheet, arguments.meeting, arguments.filter, conditions)
        except NotFound as error:  # a list that is not there is a wrong base URL
            raise exits.Quit(exits.CONFIG, f"confmon: {error}", error.hint) from None
        return exits.OK

    return compose.with_client(open_bridge, work)


def _conditions(text: str | None) -> tuple[expression.Condition, ...]:
    """Return the API conditions of ``--filter``; () where it is the screen's words, or nothing."""
    if not text or not expression.looks_like_one(text):
        return ()
    names = [wire_name(field.name) for field in fields(Call)]
    try:
        conditions = expression.parse(text, names)
        for one in conditions:
            one.query()
    except ValueError as error:
        raise exits.Quit(exits.USAGE, f"confmon: --filter: {error}") from None
    return conditions


async def _attributes(bridge: ConferenceClient, sheet: Sheet, meeting: int) -> int:
    try:
        attributes = await bridge.get_attributes(meeting)
    except NotFound:
        raise exits.Quit(exits.NOT_PROVED, f"confmon: there is no live meeting {meeting}") from None
    print_attributes(attributes, sheet)
    return exits.OK


async def _meetings(bridge: ConferenceClient, sheet: Sheet) -> None:
    scan = await bridge.scan_meetings()
    _narrate(scan)
    picture = Picture(codes=Codes(sheet.settings.codes))
    picture.meetings = {one.meeting_number: one for one in scan.records}
    if sheet.output == "table" and scan.records:  # only the table counts heads
        calls = await bridge.scan_calls()
        _narrate(calls)
        _place(picture, calls.records)
        picture.calls_known = True
    print_records(scan.records, Meeting, picture, sheet)


async def _calls(
    bridge: ConferenceClient,
    sheet: Sheet,
    meeting: int | None,
    text: str | None,
    conditions: Sequence[expression.Condition],
) -> None:
    scan = await _scan_calls(bridge, meeting, conditions)
    _narrate(scan)
    picture = Picture(codes=Codes(sheet.settings.codes))
    _place(picture, scan.records)
    if text and not conditions:
        if "owner" in text:
            found = await bridge.scan_meetings()
            picture.meetings = {one.meeting_number: one for one in found.records}
        words = Filter()
        words.set(text)
        records = [picture.calls[key] for key in words.select(scan.records, picture)]
    else:
        records = [one for one in scan.records if _meets(one, conditions)]
    print_records(records, Call, picture, sheet, one_meeting=meeting is not None)


async def _scan_calls(
    bridge: ConferenceClient, meeting: int | None, conditions: Sequence[expression.Condition]
) -> Scan[Call]:
    """Let the server pick where it can; what it sends is picked from once more."""
    if conditions and meeting is None:
        wanted = " and ".join(str(one.query()) for one in conditions)
        try:
            return await bridge.list_calls(filter=wanted, order="id")
        except Rejected:
            print("confmon: the server refuses that filter; all calls are read", file=sys.stderr)
    return await bridge.scan_calls(meeting)


def _meets(call: Call, conditions: Iterable[expression.Condition]) -> bool:
    return all(one.holds(raw(call, one.field)) for one in conditions)


def _place(picture: Picture, calls: Iterable[Call]) -> None:
    for call in calls:
        picture.calls[call.id] = call
        if call.meeting_number is not None:
            picture.by_meeting.setdefault(call.meeting_number, {})[call.id] = call


def _narrate(scan: Scan[Any]) -> None:
    if scan.unreadable:
        print(f"confmon: {len(scan.unreadable)} unreadable: {scan.unreadable[0]}", file=sys.stderr)
    for note in scan.notes:
        print(f"confmon: {note}", file=sys.stderr)
    if not scan.clean:
        print("confmon: the list moved while it was read; one may be missing", file=sys.stderr)
