"""`confmon share`: prepare what several confmon share, look at it, check it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confmon.cli.commands.setup import share_status
from confmon.cli.share import open_share, share_place
from confmon.config.settings import resolve
from confmon.history.backends import shared_tables
from confmon.process import exits
from confmon.process.streams import print_notice
from confmon.sharing.tables import inspection, preparation

if TYPE_CHECKING:
    from argparse import Namespace

    from confmon.sharing.tables.place import SharePlace


QUIET = "SET LOCAL client_min_messages = warning"
"""Else a second time each table is reported to be there."""


def run(arguments: Namespace) -> int:
    """Carry out ``share init``, ``status`` or ``check``. CliExit: see `confmon.cli.share`."""
    settings = resolve.resolve(arguments, os.environ, resolve.ADDRESS).settings
    place = share_place(settings)
    match arguments.what:
        case "init" if arguments.print:
            return _print_statements(place, settings.base_url)
        case "init":
            return _prepare(place, settings.base_url)
        case "check":
            return _check(place, settings.base_url)
        case _:
            return share_status.run(place, settings.base_url, as_json=arguments.output == "json")


def _print_statements(place: SharePlace, endpoint: str) -> int:
    """Print what ``init`` would run. CliExit: 64, a file takes no SQL of others."""
    if place.kind == "file":
        raise exits.usage_error(f"{place.shown} is a file: confmon share init makes it")
    history = shared_tables.statements(endpoint)
    statements = preparation.statements(endpoint, place.schema, history)
    for statement in ("BEGIN", QUIET, *statements, "COMMIT"):
        print(f"{statement};")
    return exits.OK


def _prepare(place: SharePlace, endpoint: str) -> int:
    with open_share(place, make=True) as connection:
        # A file has only what is live: there each keeps a history of his own.
        more = shared_tables.statements(endpoint) if place.kind == "postgres" else ()
        preparation.prepare(connection, endpoint, more)
    print_notice(f"{place.shown} is ready for {endpoint}")
    return exits.OK


def _check(place: SharePlace, endpoint: str) -> int:
    """Print what was found; 1: something is not as it has to be."""
    with open_share(place) as connection:
        findings = inspection.check(connection, endpoint)
    for finding in findings:
        print(f"{'ok' if finding.ok else 'NO':<3} {finding.text}")
    return exits.OK if all(finding.ok for finding in findings) else exits.NOT_PROVED
