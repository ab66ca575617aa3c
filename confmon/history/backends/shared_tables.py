"""The history's tables in PostgreSQL: how they are made, and how much room they take.

They are those of `confmon.history.schema`, beside the tables of `confmon.sharing.tables.schema`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from confmon.history.database import HistoryUnavailable, NewerHistory
from confmon.history.schema import INDEXES, TABLES, VERSION
from confmon.sharing.tables.preparation import if_missing

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection

NAMES: Final = tuple(
    found[1] for table in TABLES if (found := re.match(r"CREATE TABLE (\w+)", table)) is not None
)
"""Of the tables."""
ROW_BYTES: Final = 28
"""What PostgreSQL itself needs for a row."""
CHUNK_BYTES: Final = 2036
"""A piece of a long value, in a table of its own."""
INDEXED_BYTES: Final = 40
"""About so much a row takes in all indexes together."""

_SIZE = (
    "SELECT coalesce(sum(CASE WHEN w.width IS NULL THEN pg_total_relation_size(c.oid) ELSE"
    " least(pg_total_relation_size(c.oid), coalesce(s.n_live_tup, 0) * (w.width + ?)"
    " + coalesce(t.n_live_tup, 0) * ?) END), 0)"
    " FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"
    " LEFT JOIN pg_stat_all_tables t ON t.relid = c.reltoastrelid"
    " LEFT JOIN (SELECT tablename, sum(avg_width * (1 - null_frac)) AS width FROM pg_stats"
    " WHERE schemaname = current_schema() GROUP BY tablename) w ON w.tablename = c.relname"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    " AND c.relname::text = ANY(string_to_array(?, ','))"
)


def statements(endpoint: str) -> list[str]:
    """Return what makes the tables, where they are not there yet.

    Who may do what with them is a matter of `confmon.sharing.tables.preparation`.
    """
    facts = {"version": str(VERSION), "endpoint": endpoint.replace("'", "''"), "writer": "0"}
    return [
        *(
            if_missing(statement)
            .replace("INTEGER PRIMARY", "BIGINT PRIMARY")
            .replace(" BLOB ", " BYTEA ")
            for statement in (*TABLES, *INDEXES)
        ),
        *(
            f"INSERT INTO meta (name, value) VALUES ('{name}', '{value}')"  # noqa: S608 - as above
            " ON CONFLICT (name) DO NOTHING"
            for name, value in facts.items()
        ),
    ]


def check_version(connection: Connection) -> None:
    """NewerHistory, HistoryUnavailable: the tables are not those that this confmon knows."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    version = int(row[0]) if row is not None and str(row[0]).isdecimal() else 0
    if version > VERSION:
        raise NewerHistory(f"a newer confmon has made it (version {version} of the tables)")
    if version != VERSION:
        raise HistoryUnavailable("its tables are not those that this confmon knows")


def used_bytes(connection: Connection) -> int:
    """Return about how many bytes the rows take that are there.

    What was deleted is used again, and not given back to the disk: by the size of the files, all
    days would go one after another. So rows are counted, and their usual width is taken from what
    PostgreSQL knows of a table. Of one that it has not looked at yet the size counts.
    """
    values = ROW_BYTES + INDEXED_BYTES, CHUNK_BYTES, ",".join(NAMES)
    return int(connection.execute(_SIZE, values).fetchone()[0])
