"""`meetings`, `calls`, `attributes`: one read of what is live, printed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.commands.show import say
from confmon.cli.filtering import expression, narrow
from confmon.cli.filtering.expression import Condition
from confmon.cli.filtering.narrow import FilterSource, ListOptions, listed_of
from confmon.cli.output import numbers
from confmon.cli.output.tables import PrintOptions, names_of, print_attributes, print_records
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.models.calls import Attribute, Call, Meeting
from confmon.models.codes import Codes
from confmon.models.errors import NotFound
from confmon.models.lists import ListResult
from confmon.monitor.actions.verbs import raw
from confmon.monitor.polling.live_state import LiveState
from confmon.monitor.views.filter import Filter
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from confmon.api.live import ConferenceClient
    from confmon.models.lists import ListQuery

_ATTRIBUTE = ("name", "value")


def run(arguments: Namespace) -> int:
    """Read and print what the command names."""
    want, words = _wanted(arguments)
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    open_bridge = composition.bridge_opener(settings, configuration.obtain_password())
    sheet = PrintOptions(
        output=arguments.output,
        settings=settings,
        numbers=numbers.show_number(arguments, settings),
        reveal_codes=getattr(arguments, "reveal_codes", False),
        wall=SystemClock().wall(),
    )

    async def work(bridge: ConferenceClient) -> int:
        if arguments.command == "attributes":
            return await _attributes(bridge, sheet, arguments.meeting, want)
        try:
            if arguments.command == "meetings":
                await _meetings(bridge, sheet, want)
            else:
                await _calls(bridge, sheet, arguments.meeting, words, want)
        except NotFound as error:  # a list that is not there is a wrong base URL
            raise exits.CliExit(exits.CONFIG, f"confmon: {error}", error.hint) from None
        return exits.OK

    return composition.with_client(open_bridge, work)


def _wanted(arguments: Namespace) -> tuple[ListOptions, str]:
    """Return what is wanted, and the screen's words where ``--filter`` of calls has those."""
    match arguments.command:
        case "meetings":
            return narrow.list_options(arguments, names_of(Meeting)), ""
        case "attributes":
            return narrow.list_options(arguments, _ATTRIBUTE), ""
    words = arguments.filter or ""
    if words and not expression.looks_like_one(words):
        arguments.filter = None
        return narrow.list_options(arguments, names_of(Call)), words
    return narrow.list_options(arguments, names_of(Call)), ""


async def _attributes(
    bridge: ConferenceClient, sheet: PrintOptions, meeting: int, want: ListOptions
) -> int:
    from confmon.models.attributes import catalogue

    async def read(listing: ListQuery) -> ListResult[Attribute]:
        return ListResult(records=await bridge.get_attributes(meeting, listing))

    # The paper's own example answers limit=5 with six: those of run time come in addition.
    source = FilterSource(
        read=read, value=getattr, beside=lambda one: one.name in catalogue.RUN_TIME
    )
    try:
        listed = await narrow.read_list(source, want, say)
    except NotFound:
        raise exits.CliExit(
            exits.NOT_PROVED, f"confmon: there is no live meeting {meeting}"
        ) from None
    print_attributes(listed.records, sheet, _printed(want, _ATTRIBUTE) or _ATTRIBUTE)
    return exits.OK


async def _meetings(bridge: ConferenceClient, sheet: PrintOptions, want: ListOptions) -> None:
    async def read(listing: ListQuery) -> ListResult[Meeting]:
        return listed_of(await bridge.list_meetings(**_asked(listing)))

    if want.narrows():
        listed = await narrow.read_list(FilterSource(read=read, value=raw), want, say)
    else:
        listed = listed_of(await bridge.scan_meetings())
    _narrate(listed)
    live_state = LiveState(codes=Codes(sheet.settings.codes))
    live_state.meetings = {one.meeting_number: one for one in listed.records}
    names = _printed(want, names_of(Meeting))
    counts = sheet.output == "table" and not names  # only the table counts heads
    if counts and listed.records:
        calls = listed_of(await bridge.scan_calls())
        _narrate(calls)
        _place(live_state, calls.records)
        live_state.calls_known = True
    print_records(listed.records, Meeting, live_state, sheet, names=names)


async def _calls(
    bridge: ConferenceClient,
    sheet: PrintOptions,
    meeting: int | None,
    words: str,
    want: ListOptions,
) -> None:
    async def read(listing: ListQuery) -> ListResult[Call]:
        return listed_of(await bridge.list_calls(**_asked(listing)))

    if words or not want.narrows():
        listed = listed_of(await bridge.scan_calls(meeting))
    else:
        sent = want
        if meeting is not None:
            of_it = Condition("meetingNumber", "eq", (meeting,))
            sent = replace(want, conditions=(of_it, *want.conditions))
        if sent.conditions and not sent.order:
            sent = replace(sent, order="id")
        listed = await narrow.read_list(FilterSource(read=read, value=raw), sent, say)
    _narrate(listed)
    live_state = LiveState(codes=Codes(sheet.settings.codes))
    _place(live_state, listed.records)
    records: Sequence[Call] = listed.records
    if words:
        if "owner" in words:
            found = await bridge.scan_meetings()
            live_state.meetings = {one.meeting_number: one for one in found.records}
        chosen = Filter()
        chosen.set(words)
        matching = [live_state.calls[key] for key in chosen.select(records, live_state)]
        records = narrow.pick_records(matching, want, raw)
    names = _printed(want, names_of(Call))
    print_records(records, Call, live_state, sheet, one_meeting=meeting is not None, names=names)


def _asked(listing: ListQuery) -> dict[str, Any]:
    return {
        "filter": listing.filter, "order": listing.order, "limit": listing.limit,
        "offset": listing.offset, "include": listing.include, "exclude": listing.exclude,
    }  # fmt: skip


def _printed(want: ListOptions, names: Sequence[str]) -> tuple[str, ...]:
    """Return the fields to print; () where nothing was said of them."""
    if not want.fields and not want.exclude:
        return ()
    return tuple(name for name in want.fields or names if name not in want.exclude)


def _place(live_state: LiveState, calls: Iterable[Call]) -> None:
    for call in calls:
        live_state.calls[call.id] = call
        if call.meeting_number is not None:
            live_state.by_meeting.setdefault(call.meeting_number, {})[call.id] = call


def _narrate(listed: ListResult[Any]) -> None:
    if listed.unreadable:
        say(f"{len(listed.unreadable)} unreadable: {listed.unreadable[0]}")
    for note in listed.notes:
        say(note)
    if not listed.whole:
        say("the list moved while it was read; one may be missing")
