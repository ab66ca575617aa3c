"""`room keys`: the access codes of a room. They are hidden unless their reading is audited."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from confmon.cli import composition as compose
from confmon.cli.commands import change
from confmon.cli.commands import show as stands
from confmon.cli.filtering import narrow
from confmon.cli.grammar import change_fields as given
from confmon.cli.output import reveal, rows
from confmon.cli.output.rows import Discretion
from confmon.clock import SystemClock
from confmon.config.settings import resolve as configure
from confmon.models import access_codes as keychain
from confmon.models.errors import BridgeError, NotFound
from confmon.models.rooms import Key
from confmon.monitor.edits import plan as edits
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.models.rooms import Room
    from confmon.monitor.actions.edit import Edit


def run(arguments: Namespace) -> int:
    """List the codes; or add and remove some, and list what is left."""
    want = narrow.wanted(arguments, rows.names_of(Key))
    try:
        new = given.keys_of(arguments)
        old = [keychain.code_of(code) for code in arguments.remove]
    except ValueError as error:
        raise exits.Quit(exits.USAGE, f"confmon: {error}") from None
    changes = bool(new or old)
    if changes:
        configuration = change.prepared(arguments, "room keys", asks=False, mediator=False)
    else:
        configuration = configure.resolve(arguments, os.environ)
    audit = compose.audit_log(configuration.settings, "cli")

    async def work(client: Any) -> int:
        number = arguments.meeting
        try:
            room = await client.directory.get_room(number)
        except NotFound as error:
            raise exits.absent(f"room {number}", error) from None
        except BridgeError as error:
            raise exits.ended_by(error) from None
        code = exits.OK
        if changes:
            result = await change.carried_out(
                _edit(room, new, old), client.directory, audit, SystemClock(), mask=False
            )
            code = change.code_of(result)
            if code == exits.OK and result.record is not None:
                room = result.record
        if arguments.reveal_codes:
            await reveal.audited([room], audit)
        if code == exits.OK or not changes:
            shown = [rows.row(key, Discretion(reveal_codes=arguments.reveal_codes))
                     for key in room.keychain]  # fmt: skip
            for one in shown:
                if arguments.output == "table":
                    one["role"] = keychain.ROLES.get(one["role"], one["role"])
            names = want.fields or ("accessCode", "role", "id")
            rows.print_rows(
                shown, [name for name in names if name not in want.exclude], arguments.output
            )
        return code

    return stands.with_api(configuration, work, mediator=False)


def _edit(room: Room, new: tuple[Key, ...], old: list[str]) -> Edit:
    keys = room.keychain
    try:
        for code in old:
            keys = keychain.removed(keys, code)
        for key in new:
            keys = keychain.added(keys, key.access_code, key.role or 0)
        return edits.room_update(room, {"keychain": keys})
    except ValueError as error:
        raise exits.Quit(exits.USAGE, f"confmon: {error}; nothing was sent") from None
