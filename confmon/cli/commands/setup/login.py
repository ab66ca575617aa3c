"""`confmon login` and `confmon logout`: ask for a password once, check it, keep it; forget it.

It goes into the keyring where there is a real one, else into ``credentials.toml``, 0600.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from confmon.cli import composition
from confmon.config.credentials import credentials_file, keyring, lookup
from confmon.config.settings import resolve
from confmon.models.errors import BridgeError
from confmon.models.lists import ListQuery
from confmon.models.resources.mediator import MEDIATOR_DIDS
from confmon.process import exits, prompt
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.config.credentials.lookup import Access
    from confmon.config.credentials.secret import Account, Secret
    from confmon.config.settings.resolve import Configuration


def run(arguments: Namespace) -> int:
    """Carry out ``login`` or ``logout`` for the profile of the command line."""
    need = resolve.MEDIATOR if arguments.mediator else resolve.CONFERENCE
    configuration = resolve.resolve(arguments, os.environ, need)
    access = configuration.mediator if arguments.mediator else configuration.access
    assert access is not None  # noqa: S101  it is what was needed
    if arguments.command == "logout":
        return _forget(access.account)
    if not prompt.can_ask():
        raise exits.usage_error(
            "login asks for the password, and there is no terminal to ask on",
            "Without one: set password_file (chmod 600) or credentials_command in the profile.",
        )
    password = lookup.ask_password(access.login, access.base_url)
    if not arguments.no_check:
        _try_password(configuration, password, mediator=arguments.mediator)
    _store(access, password)
    return exits.OK


def _try_password(configuration: Configuration, password: Secret, *, mediator: bool) -> None:
    """Read one record with it. CliExit: 77, the login is refused; 69, that can't be known now."""

    async def read(client: Any) -> int:
        query = ListQuery(limit=1)
        try:
            await (client.list(MEDIATOR_DIDS, query) if mediator else client.list_meetings(query))
        except BridgeError as error:
            quit_ = exits.exit_after_error(error, "nothing was stored")
            hint = () if quit_.code == exits.AUTH else ("--no-check stores it as it is.",)
            raise exits.CliExit(quit_.code, *quit_.lines, *hint) from None
        return exits.OK

    opener: Any = composition.mediator_of if mediator else composition.bridge_opener
    composition.with_client(opener(configuration.settings, password), read)


def _store(access: Access, password: Secret) -> None:
    account = access.account
    ring = keyring.find_backend()
    if ring is not None and keyring.store_password(ring, account, password):
        credentials_file.remove(account)  # it would come before the keyring
        where = f"the keyring {keyring.name_of(ring)}"
    else:
        where = str(credentials_file.store(account, password))
    print_notice(f"the password of {account.login} at {account.origin} is in {where}")
    if access.credentials_command is not None:
        _warn_of_unused("credentials_command")
    elif access.password_file is not None and credentials_file.find(account) is None:
        _warn_of_unused("password_file")


def _warn_of_unused(setting: str) -> None:
    print_notice(f"it is not used as long as there is a {setting}, which comes first")


def _forget(account: Account) -> int:
    places = []
    if credentials_file.remove(account):
        places.append("the credentials file")
    if keyring.remove(account):
        places.append("the keyring")
    where = " and ".join(places)
    account_text = f"{account.login} at {account.origin}"
    print_notice(f"the password of {account_text} is no longer in {where}" if where
        else f"no password of {account_text} was stored")  # fmt: skip
    return exits.OK
