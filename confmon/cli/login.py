"""`confmon login` and `confmon logout`: ask for a password once, check it, keep it; forget it.

It goes into the keyring where there is a real one, else into ``credentials.toml``, 0600.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.cli import compose, configure, credentials, exits, keyrings, stored, terminal
from confmon.cli.secret import say

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.api.client import ConferenceClient
    from confmon.cli.configure import Configuration
    from confmon.cli.secret import Secret


def run(arguments: Namespace) -> int:
    """Carry out ``login`` or ``logout`` for the profile of the command line."""
    configuration = configure.resolve(arguments, os.environ)
    if arguments.command == "logout":
        return _logout(configuration)
    if not terminal.answers():
        raise exits.Quit(
            exits.USAGE,
            "confmon: login asks for the password, and there is no terminal to ask on",
            "Without one: set password_file (chmod 600) or credentials_command in the profile.",
        )
    settings = configuration.settings
    password = credentials.from_prompt(settings.login, settings.base_url)
    if not arguments.no_check:
        _check(configuration, password)
    _keep(configuration, password)
    return exits.OK


def _check(configuration: Configuration, password: Secret) -> None:
    """Read one meeting with it. Quit: 77, the login is refused; 69, it can't be told now."""
    from confmon.api.errors import BridgeError

    async def look(bridge: ConferenceClient) -> int:
        try:
            await bridge.list_meetings(limit=1)
        except BridgeError as error:
            quit_ = exits.ended_by(error, "nothing was stored")
            hint = () if quit_.code == exits.AUTH else ("--no-check stores it as it is.",)
            raise exits.Quit(quit_.code, *quit_.lines, *hint) from None
        return exits.OK

    compose.with_bridge(compose.bridge_opener(configuration.settings, password), look)


def _keep(configuration: Configuration, password: Secret) -> None:
    account = configuration.account
    ring = keyrings.backend()
    if ring is not None and keyrings.keep(ring, account, password):
        stored.forget(account)  # it would come before the keyring
        where = f"the keyring {keyrings.name_of(ring)}"
    else:
        where = str(stored.keep(account, password))
    say(f"the password of {account.login} at {account.origin} is in {where}")
    if configuration.credentials_command is not None:
        _warn_of("credentials_command")
    elif configuration.password_file is not None and stored.find(account) is None:
        _warn_of("password_file")


def _warn_of(setting: str) -> None:
    say(f"it is not used as long as there is a {setting}, which comes first")


def _logout(configuration: Configuration) -> int:
    account = configuration.account
    places = []
    if stored.forget(account):
        places.append("the credentials file")
    if keyrings.forget(account):
        places.append("the keyring")
    where = " and ".join(places)
    whose = f"{account.login} at {account.origin}"
    say(f"the password of {whose} is no longer in {where}" if where
        else f"no password of {whose} was stored")  # fmt: skip
    return exits.OK
