"""`history prune`: what is too old is deleted now, also while it is recorded."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confmon.cli import composition
from confmon.cli.commands.past.asked import cannot_read
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.history import retention
from confmon.history.database import (
    HistoryUnavailable,
    as_unavailable,
    open_to_read,
    open_to_write,
)
from confmon.models.moments import moment
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace

BUSY_MS = 5000
"""How long it is waited for who records."""
REST_S = 0.002


def run(arguments: Namespace) -> int:
    """Delete, or say how much that would be. CliExit: 78, there is no history to be written."""
    import sqlite3

    settings = resolve.resolve(arguments, os.environ).settings
    days = settings.history_days if arguments.days is None else arguments.days
    path = paths.history(settings.base_url, settings.login)
    place = composition.history_place(settings)
    endpoint = "" if place is None else place.endpoint
    cut = int(SystemClock().wall() * 1000) - days * retention.DAY_MS
    try:
        connection = open_to_read(path)  # there is one
        if not arguments.dry_run:
            connection.close()
            connection = open_to_write(path, endpoint)
    except HistoryUnavailable as error:
        raise cannot_read(error) from None
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        if arguments.dry_run:
            rows = retention.count_before(connection, cut)
            print_notice(f"{rows:,} rows are older than {moment(cut)}; nothing was deleted")
            return exits.OK
        rows = retention.delete_before(connection, cut, lambda: time.sleep(REST_S))
        while retention.give_back(connection):
            time.sleep(REST_S)
    except sqlite3.Error as error:
        raise cannot_read(as_unavailable(error)) from None
    finally:
        connection.close()
    print_notice(f"{rows:,} rows older than {moment(cut)} were deleted")
    return exits.OK
