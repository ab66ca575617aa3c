"""`room keys`: the access codes of a room. They are hidden unless their reading is audited."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.cli.commands import change, preparation
from confmon.cli.filtering.list_options import parse_list_options
from confmon.cli.grammar import change_fields
from confmon.cli.output import reveal
from confmon.cli.output.printing import PrintOptions, print_list
from confmon.config.settings import resolve
from confmon.models import access_codes
from confmon.models.errors import NotFound
from confmon.models.resources.directory import ROOMS
from confmon.models.rooms import AccessCode
from confmon.monitor.edits import edit_actions
from confmon.monitor.exports import rows
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.models.rooms import Room
    from confmon.monitor.actions.action import Action


def run(arguments: Namespace) -> int:
    """List the codes; or add and remove some, and list what is left."""
    options = parse_list_options(arguments, rows.names_of(AccessCode))
    try:
        new = change_fields.keys_of(arguments)
        old = [access_codes.code_of(code) for code in arguments.remove]
    except ValueError as error:
        raise exits.usage_error(str(error)) from None
    is_change = bool(new or old)
    if is_change:
        configuration = preparation.prepare(arguments, "room keys")
    else:
        configuration = resolve.resolve(arguments, os.environ)
    audit = composition.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        number = arguments.meeting
        try:
            room = await client.directory.get(ROOMS, number)
        except NotFound as error:
            raise exits.exit_for_missing(f"room {number}", error) from None
        code = exits.OK
        if is_change:
            result = await change.carry_out_and_report(
                _edit(room, new, old), client.directory, audit, mask=False
            )
            code = preparation.exit_code_of(result)
            if code == exits.OK and result.record is not None:
                room = result.record
        if arguments.reveal_codes:
            await reveal.audit_reveal([room], audit)
        if code == exits.OK:
            names = options.pick_fields(("accessCode", "role", "id"))
            printing = PrintOptions(output=arguments.output, reveal_codes=arguments.reveal_codes)
            print_list(room.keychain, names, printing, to_row=partial(_to_row, printing))
        return code

    return composition.with_api(configuration, work)


def _to_row(printing: PrintOptions, key: AccessCode) -> dict[str, Any]:
    row = rows.to_row(key, reveal_codes=printing.reveal_codes)
    if printing.output == "table":
        row["role"] = access_codes.ROLES.get(row["role"], row["role"])
    return row


def _edit(room: Room, new: tuple[AccessCode, ...], old: list[str]) -> Action:
    keys = room.keychain
    try:
        for code in old:
            keys = access_codes.removed(keys, code)
        for key in new:
            keys = access_codes.added(keys, key.access_code, key.role or 0)
        return edit_actions.update(ROOMS, room, {"keychain": keys})
    except ValueError as error:
        raise exits.usage_error(f"{error}; nothing was sent") from None
