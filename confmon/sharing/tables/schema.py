"""The tables that several confmon share. The same statements serve SQLite and PostgreSQL.

One set of tables is one bridge. Moments are epoch milliseconds by the database's clock, `now_ms()`.
"""

from __future__ import annotations

from typing import Final, get_args

from confmon.sharing.records import FactKind

VERSION: Final = 1
"""Of these tables."""

FACT_COLUMNS: Final = (
    "(key TEXT PRIMARY KEY, operator TEXT NOT NULL, box TEXT NOT NULL, member TEXT NOT NULL,"
    " at BIGINT NOT NULL, expires BIGINT NOT NULL, data TEXT NOT NULL)"
)
"""Of every table of facts: see `confmon.sharing.records.Fact`."""

FACT_TABLES: Final[tuple[str, ...]] = get_args(FactKind)

TABLES: Final = (
    # One row a fact about the tables: `version`, `endpoint`, `id` (random: these tables, no other).
    "CREATE TABLE share_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    # One row, made with the table: who may write frames. `seq`: the number of the newest frame.
    "CREATE TABLE lease (lease INTEGER PRIMARY KEY, epoch BIGINT NOT NULL, holder TEXT NOT NULL,"
    " box TEXT NOT NULL, expires BIGINT NOT NULL, seq BIGINT NOT NULL,"
    " interval_ms BIGINT NOT NULL)",
    "INSERT INTO lease VALUES (1, 0, '', '', 0, 0, 0) ON CONFLICT DO NOTHING",
    # One row a read. `kind` and `meeting`: what was read. `is_key`: everything, not the difference.
    "CREATE TABLE live_frame (seq BIGINT PRIMARY KEY, epoch BIGINT NOT NULL, kind TEXT NOT NULL,"
    " meeting BIGINT, asked BIGINT NOT NULL, answered BIGINT NOT NULL, is_key INTEGER NOT NULL,"
    " written BIGINT NOT NULL, data {BLOB} NOT NULL)",
    # One row a kind: the frames up to `seq` summed up, so that who comes need not read them.
    "CREATE TABLE live_snapshot (kind TEXT PRIMARY KEY, seq BIGINT NOT NULL, epoch BIGINT NOT NULL,"
    " asked BIGINT NOT NULL, answered BIGINT NOT NULL, data {BLOB} NOT NULL)",
    # Who is here. `expires`: a member that was not heard of until then is gone.
    "CREATE TABLE member (member TEXT PRIMARY KEY, operator TEXT NOT NULL, box TEXT NOT NULL,"
    " kind TEXT NOT NULL, meeting BIGINT, since BIGINT NOT NULL, expires BIGINT NOT NULL,"
    " changed BIGINT NOT NULL)",
    # A meeting (0: the list of meetings) that the collector is to read at once.
    "CREATE TABLE read_request (meeting BIGINT PRIMARY KEY, at BIGINT NOT NULL)",
    # What the collector is to write into the history: notes and actions of operators.
    "CREATE TABLE history_item (id TEXT PRIMARY KEY, at BIGINT NOT NULL, data TEXT NOT NULL)",
    *(f"CREATE TABLE {name} {FACT_COLUMNS}" for name in FACT_TABLES),
    # Audit lines of each box, chained: `hash` is of `previous` and `line`. Nobody may change one.
    "CREATE TABLE audit (box TEXT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL,"
    " previous TEXT NOT NULL, hash TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (box, n))",
)
"""`{BLOB}` is BLOB or BYTEA."""

INDEXES: Final = (
    "CREATE INDEX live_frame_by_written ON live_frame (written)",
    "CREATE INDEX audit_by_at ON audit (at)",
)
