"""`discover`: the endpoints of a portal login or token, and a profile written from one of them.

Core sends the endpoints' passwords in clear. They are never printed; with ``--write`` they go into
private files beside the configuration. That file is only ever added to, never rewritten.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.cli import composition as compose  # fmt: skip
from confmon.cli import portal_token as portal  # fmt: skip
from confmon.cli.commands import show as stands  # fmt: skip
from confmon.cli.filtering import narrow  # fmt: skip
from confmon.cli.filtering.narrow import Source
from confmon.cli.output import rows  # fmt: skip
from confmon.cli.output.rows import Discretion
from confmon.config.credentials import lookup as credentials  # fmt: skip
from confmon.config.settings import checks  # fmt: skip
from confmon.config.settings import new_profile as newprofile  # fmt: skip
from confmon.config.settings import resolve as configure  # fmt: skip
from confmon.models.forwarding import Endpoint
from confmon.process import exits  # fmt: skip
from confmon.process import prompt as terminal  # fmt: skip

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.api.core import CoreClient
    from confmon.config.credentials.secret import Secret

CORE_URL = "https://api.carrierx.com/core/v2"
COLUMNS = ("endpoint_sid", "name", "type", "api_url", "login", "password")


def run(arguments: Namespace) -> int:
    """List the endpoints; show the profile that would come of them, or write it."""
    want = narrow.wanted(arguments, rows.names_of(Endpoint))
    asks = arguments.write and not arguments.yes
    if asks and not terminal.answers():
        raise exits.Quit(
            exits.USAGE,
            "confmon: discover --write asks first and there is no terminal; --yes goes without",
        )
    base_url, login, secret = _portal(arguments)
    found: list[Endpoint] = []

    async def work(core: CoreClient) -> int:
        source = Source(read=core.list_endpoints, value=rows.value_of)
        # The profile needs more fields than those to print, and Core nests some of them.
        listed = await narrow.read(source, replace(want, fields=(), exclude=()), stands.say)
        stands.narrate(listed)
        found.extend(listed.records)
        return exits.OK

    compose.with_client(compose.core_opener(base_url, login, secret), work)
    names = want.fields or (COLUMNS if arguments.output == "table" else rows.names_of(Endpoint))
    rows.print_rows(
        [rows.row(one, Discretion()) for one in found],
        [name for name in names if name not in want.exclude],
        arguments.output,
    )
    sys.stdout.flush()
    return _profile(arguments, found, asks=asks)


def _portal(arguments: Namespace) -> tuple[str, str | None, Secret]:
    """Return where Core is, the portal's login and its password, or None and a token.

    Neither is ever stored.

    Quit: 64 or 78, one of them can't be used or is missing.
    """
    secrets = {name: credentials.from_environment(os.environ, name) for name in configure.SECRETS}
    url = arguments.core_url or os.environ.get(configure.CORE_URL) or CORE_URL
    try:
        base_url = checks.base_url(url)
    except ValueError as error:
        raise exits.Quit(exits.USAGE, f"confmon: the Core API's address {error}") from None
    found = portal.token(arguments, secrets[configure.PORTAL_TOKEN])
    if found is not None:
        return base_url, None, found
    login = arguments.portal_login or os.environ.get(configure.PORTAL_LOGIN)
    if not login:
        if not terminal.answers():
            raise exits.Quit(
                exits.CONFIG,
                "confmon: no portal login: set --portal-login or CONFMON_PORTAL_LOGIN;",
                "or a token, by CONFMON_PORTAL_TOKEN_FILE",
            )
        login = terminal.ask("Login of the portal (empty: a token instead):")
        if not login:
            return base_url, None, portal.ask_token(base_url)
    try:
        checks.login(login)
    except ValueError as error:
        raise exits.Quit(exits.CONFIG, f"confmon: the portal login {error}") from None
    if name := os.environ.get(configure.PORTAL_PASSWORD_FILE):
        file = configure.path_of(name, configure.PORTAL_PASSWORD_FILE)
        return base_url, login, credentials.from_file(file)
    given = secrets[configure.PORTAL_PASSWORD]
    if given is not None:
        stands.say(f"{configure.PORTAL_PASSWORD} is seen by other processes of yours")
        return base_url, login, credentials.sendable(given, configure.PORTAL_PASSWORD)
    elsewhere = f"no portal password: set {configure.PORTAL_PASSWORD_FILE}"
    return base_url, login, credentials.from_prompt(login, base_url, (elsewhere,))


def _profile(arguments: Namespace, found: Sequence[Endpoint], *, asks: bool) -> int:
    wanted = arguments.write or arguments.endpoint or arguments.mediator_endpoint
    conference = _picked(found, "conference", arguments.endpoint, needed=bool(wanted))
    if conference is None:
        return exits.OK
    mediator = _picked(
        found, "mediator", arguments.mediator_endpoint, needed=bool(arguments.mediator_endpoint)
    )
    file = configure.config_file(arguments, os.environ)
    document, _ = configure.load(file, named=None)
    try:
        profile = newprofile.made(arguments.name, conference, mediator, document.profiles)
    except ValueError as error:
        raise exits.Quit(exits.USAGE, f"confmon: {error}") from None
    if not arguments.write:
        print(f"\n# For {file}; 'confmon discover --write' adds it, with the passwords in files of",
              "# their own, which only you can read.", profile.toml, sep="\n",
              end="", file=sys.stderr)  # fmt: skip
        return exits.OK
    if asks:
        print(profile.toml, end="", file=sys.stderr)
        if terminal.ask(f"Add this to {file}? Type y:").lower() != "y":
            raise exits.Quit(exits.USAGE, "confmon: not confirmed; nothing was written")
    for path in newprofile.write(profile, file):
        stands.say(f"written: {path}")
    stands.say(f"try: confmon --profile {profile.name} meetings")
    return exits.OK


def _picked(
    found: Sequence[Endpoint], kind: str, sid: str | None, *, needed: bool
) -> Endpoint | None:
    """Return the endpoint named, or the only one of its kind. Quit: 64, which is not clear."""
    usable = [one for one in found if one.type == kind and one.api_url and one.login]
    if sid is not None:
        usable = [one for one in usable if one.endpoint_sid == sid]
    if len(usable) == 1:
        return usable[0]
    if not needed:
        return None
    flag = "--endpoint" if kind == "conference" else "--mediator-endpoint"
    if sid is not None or not usable:
        which = f" {sid}" if sid else ""
        raise exits.Quit(exits.USAGE, f"confmon: there is no {kind} endpoint{which} with a login")
    sids = ", ".join(one.endpoint_sid for one in usable)
    raise exits.Quit(exits.USAGE, f"confmon: choose one by {flag}: {sids}")
