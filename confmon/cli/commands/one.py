"""`meeting` and `call`: one live record, every field."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.filtering import narrow
from confmon.cli.output import numbers, rows
from confmon.cli.output.tables import PrintOptions, as_row, names_of
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.models.calls import Call, Meeting
from confmon.models.errors import NotFound
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.api.live import ConferenceClient


def run(arguments: Namespace) -> int:
    """Read it and print it."""
    kind = Meeting if arguments.command == "meeting" else Call
    want = narrow.list_options(arguments, names_of(kind))
    configuration = resolve.resolve(arguments, os.environ)
    sheet = PrintOptions(
        output=arguments.output,
        settings=configuration.settings,
        numbers=numbers.show_number(arguments, configuration.settings),
        reveal_codes=getattr(arguments, "reveal_codes", False),
        wall=SystemClock().wall(),
    )

    async def work(bridge: ConferenceClient) -> int:
        record: Meeting | Call
        try:
            if kind is Meeting:
                record = await bridge.get_meeting(arguments.meeting)
            else:
                record = await bridge.get_call(arguments.id)
        except NotFound:
            which = getattr(arguments, "meeting" if kind is Meeting else "id")
            raise exits.CliExit(
                exits.NOT_PROVED, f"confmon: there is no live {arguments.command} {which}"
            ) from None
        names = [name for name in want.fields or names_of(kind) if name not in want.exclude]
        rows.print_record(
            as_row(numbers.cut_number(record, sheet.numbers), sheet), names, arguments.output
        )
        return exits.OK

    return composition.with_client(
        composition.bridge_opener(configuration.settings, configuration.obtain_password()), work
    )
