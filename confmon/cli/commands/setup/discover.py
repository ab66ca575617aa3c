"""`discover`: the endpoints of a portal login or token, and a profile written from one of them.

Core sends the endpoints' passwords in clear. They are never printed; with ``--write`` they go into
private files beside the configuration. That file is only ever added to, never rewritten.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.cli import composition, portal_token
from confmon.cli.filtering.list_options import (
    parse_list_options,
    print_notes,
    read_list,
)
from confmon.cli.output.printing import PrintOptions, print_list
from confmon.config.credentials import lookup
from confmon.config.settings import checks, environment, new_profile, resolve
from confmon.models.forwarding import Endpoint
from confmon.monitor.exports.rows import names_of
from confmon.process import exits, prompt
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.api.core import CoreClient
    from confmon.config.credentials.secret import Secret

CORE_URL = "https://api.carrierx.com/core/v2"
COLUMNS = ("endpoint_sid", "name", "type", "api_url", "login", "password")


def run(arguments: Namespace) -> int:
    """List the endpoints; show the profile that would come of them, or write it."""
    options = parse_list_options(arguments, names_of(Endpoint))
    asks = arguments.write and not arguments.yes
    if asks:
        prompt.require_answers("discover --write")
    base_url, login, secret = _read_portal(arguments)
    found: list[Endpoint] = []

    async def work(core: CoreClient) -> int:
        # The profile needs more fields than those to print, and Core nests some of them.
        whole = replace(options, fields=(), exclude=())
        listed = await read_list(core.list_endpoints, whole)
        print_notes(listed)
        found.extend(listed.records)
        return exits.OK

    composition.with_client(composition.core_opener(base_url, login, secret), work)
    names = COLUMNS if arguments.output == "table" else names_of(Endpoint)
    print_list(found, options.pick_fields(names), PrintOptions(output=arguments.output))
    sys.stdout.flush()
    return _offer_profile(arguments, found, asks=asks)


def _read_portal(arguments: Namespace) -> tuple[str, str | None, Secret]:
    """Return where Core is, the portal's login and its password, or None and a token.

    Neither is ever stored.

    CliExit: 64 or 78, one of them can't be used or is missing.
    """
    secrets = environment.take_secrets(os.environ)
    url = arguments.core_url or os.environ.get(environment.CORE_URL) or CORE_URL
    try:
        base_url = checks.check_base_url(url)
    except ValueError as error:
        raise exits.usage_error(f"the Core API's address {error}") from None
    found = portal_token.token(arguments, secrets[environment.PORTAL_TOKEN])
    if found is not None:
        return base_url, None, found
    login = arguments.portal_login or os.environ.get(environment.PORTAL_LOGIN)
    if not login:
        if not prompt.can_ask():
            raise exits.config_error(
                "no portal login: set --portal-login or CONFMON_PORTAL_LOGIN;",
                "or a token, by CONFMON_PORTAL_TOKEN_FILE",
            )
        login = prompt.ask("Login of the portal (empty: a token instead):")
        if not login:
            return base_url, None, portal_token.ask_token(base_url)
    try:
        checks.check_login(login)
    except ValueError as error:
        raise exits.config_error(f"the portal login {error}") from None
    if name := os.environ.get(environment.PORTAL_PASSWORD_FILE):
        file = resolve.path_of(name, environment.PORTAL_PASSWORD_FILE)
        return base_url, login, lookup.read_password_file(file)
    secret = secrets[environment.PORTAL_PASSWORD]
    if secret is not None:
        print_notice(f"{environment.PORTAL_PASSWORD} is seen by other processes of yours")
        return base_url, login, lookup.check_sendable(secret, environment.PORTAL_PASSWORD)
    elsewhere = f"no portal password: set {environment.PORTAL_PASSWORD_FILE}"
    return base_url, login, lookup.ask_password(login, base_url, (elsewhere,))


def _offer_profile(arguments: Namespace, found: Sequence[Endpoint], *, asks: bool) -> int:
    is_named = arguments.write or arguments.endpoint or arguments.mediator_endpoint
    conference = _choose_endpoint(found, "conference", arguments.endpoint, needed=bool(is_named))
    if conference is None:
        return exits.OK
    mediator = _choose_endpoint(
        found, "mediator", arguments.mediator_endpoint, needed=bool(arguments.mediator_endpoint)
    )
    file = resolve.config_file(arguments, os.environ)
    document, _ = resolve.load(file, named=False)
    try:
        profile = new_profile.build(arguments.name, conference, mediator, document.profiles)
    except ValueError as error:
        raise exits.usage_error(str(error)) from None
    if not arguments.write:
        print(f"\n# For {file}; 'confmon discover --write' adds it, with the passwords in files of",
              "# their own, which only you can read.", profile.toml, sep="\n",
              end="", file=sys.stderr)  # fmt: skip
        return exits.OK
    if asks:
        print(profile.toml, end="", file=sys.stderr)
        if prompt.ask(f"Add this to {file}? Type y:").lower() != "y":
            raise exits.usage_error("not confirmed; nothing was written")
    for path in new_profile.write(profile, file):
        print_notice(f"written: {path}")
    print_notice(f"try: confmon --profile {profile.name} meetings")
    return exits.OK


def _choose_endpoint(
    found: Sequence[Endpoint], kind: str, sid: str | None, *, needed: bool
) -> Endpoint | None:
    """Return the endpoint named, or the only one of its kind. CliExit: 64, which is not clear."""
    usable = [
        endpoint
        for endpoint in found
        if endpoint.type == kind and endpoint.api_url and endpoint.login
    ]
    if sid is not None:
        usable = [endpoint for endpoint in usable if endpoint.endpoint_sid == sid]
    if len(usable) == 1:
        return usable[0]
    if not needed:
        return None
    flag = "--endpoint" if kind == "conference" else "--mediator-endpoint"
    if sid is not None or not usable:
        which = f" {sid}" if sid else ""
        raise exits.usage_error(f"there is no {kind} endpoint{which} with a login")
    sids = ", ".join(endpoint.endpoint_sid for endpoint in usable)
    raise exits.usage_error(f"choose one by {flag}: {sids}")
