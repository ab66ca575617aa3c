"""A Bearer token of the portal, for the one request of `discover`; it is stored nowhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.config.credentials import lookup, private_file
from confmon.config.credentials.secret import Secret, first_line, refuse
from confmon.config.credentials.tokens import is_token
from confmon.config.settings import environment, resolve
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace


def token(arguments: Namespace, variable: Secret | None) -> Secret | None:
    """Return the token of a file or of the environment, which `variable` was taken out of.

    A portal login on the command line beats it. CliExit: 78, it can't be read or is no token.
    """
    name = os.environ.get(environment.PORTAL_TOKEN_FILE)
    source = environment.PORTAL_TOKEN_FILE if name else environment.PORTAL_TOKEN
    if not name and variable is None:
        return None
    if arguments.portal_login:
        print_notice(f"{source} is not used: there is --portal-login")
        return None
    if os.environ.get(environment.PORTAL_LOGIN):
        print_notice(f"{environment.PORTAL_LOGIN} is not used: there is {source}")
    if name:
        if variable is not None:
            print_notice(f"{environment.PORTAL_TOKEN} is not used: there is {source}")
        file = resolve.path_of(name, source)
        return _sound(first_line(private_file.read(file, source), f"{source} {file}"), source)
    assert variable is not None  # noqa: S101  neither: see above
    print_notice(f"{environment.PORTAL_TOKEN} is seen by other processes of yours")
    return _sound(variable, source)


def ask_token(base_url: str) -> Secret:
    """Ask for a token on the terminal. CliExit: 78, none was typed, or it is no token."""
    elsewhere = f"no portal token: set {environment.PORTAL_TOKEN_FILE}"
    typed = lookup.ask_password("the portal", base_url, (elsewhere,), what="token")
    return _sound(typed, "what was typed")


def _sound(text: Secret, source: str) -> Secret:
    word = text.reveal().strip()
    if not is_token(word):
        raise refuse(f"{source}: that is no token: letters, digits and a few signs, in one word")
    return Secret(word)
