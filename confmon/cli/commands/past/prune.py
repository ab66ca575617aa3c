"""`history prune`: what is too old is deleted now, also while it is recorded."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confmon.cli.commands.past.asked import needing_history
from confmon.cli.history_place import history_place, shared_history
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.history.backends import retention
from confmon.history.backends.shared import open_connection
from confmon.history.backends.shared_tables import check_version
from confmon.history.database import as_unavailable, open_to_read, open_to_write
from confmon.models.moments import moment
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from confmon.config.settings.model import Settings
    from confmon.history.backends.connection import Connection

BUSY_MS = 5000
"""How long it is waited for who records."""
REST_S = 0.002


def run(arguments: Namespace) -> int:
    """Delete, or say how much that would be. CliExit: 78, there is no history to be written."""
    import sqlite3

    settings = resolve.resolve(arguments, os.environ).settings
    days = settings.history_days if arguments.days is None else arguments.days
    cut = int(SystemClock().wall() * 1000) - days * retention.DAY_MS
    shared = shared_history(settings)
    with needing_history():
        if shared is None:
            connection, give_back = _open_file(settings, to_write=not arguments.dry_run)
        else:
            connection, give_back = open_connection(shared), _keep
            check_version(connection)
        try:
            if arguments.dry_run:
                rows = retention.count_before(connection, cut)
                print_notice(f"{rows:,} rows are older than {moment(cut)}; nothing was deleted")
                return exits.OK
            rows = retention.delete_before(connection, cut, lambda: time.sleep(REST_S))
            while give_back(connection):
                time.sleep(REST_S)
        except sqlite3.Error as error:
            raise as_unavailable(error) from None
        finally:
            connection.close()
    print_notice(f"{rows:,} rows older than {moment(cut)} were deleted")
    return exits.OK


def _open_file(
    settings: Settings, *, to_write: bool
) -> tuple[Connection, Callable[[Connection], bool]]:
    """Open the file, and return how its room is given back. HistoryUnavailable."""
    path = paths.history(settings.base_url, settings.login)
    place = history_place(settings)
    endpoint = "" if place is None else place.endpoint
    connection = open_to_read(path)  # there is one
    if to_write:
        connection.close()
        connection = open_to_write(path, endpoint)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    return connection, retention.give_back


def _keep(_connection: Connection) -> bool:
    """PostgreSQL gives no room back, and uses it again."""
    return False
