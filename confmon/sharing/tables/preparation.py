"""Makes the shared tables and the rights on them, once; anything later only asks for them."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from confmon.models.text import clean_line
from confmon.sharing.engine import Denied, NotPrepared, OtherBridge, OtherVersion
from confmon.sharing.tables.schema import FACT_TABLES, INDEXES, TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.sharing.engine import Connection

READER: Final = "confmon_reader"
COLLECTOR: Final = "confmon_collector"
OPERATOR: Final = "confmon_operator"

COLLECTS: Final = {
    "lease": "UPDATE",
    "live_frame": "INSERT, DELETE",
    "live_snapshot": "INSERT, UPDATE, DELETE",
    "read_request": "DELETE",
    "history_item": "DELETE",
    "attributes": "INSERT, UPDATE, DELETE",
    **{name: "DELETE" for name in FACT_TABLES if name != "attributes"},
}
"""What a collector may do besides reading. What has expired is deleted by it, too."""
ACTS: Final = {
    "read_request": "INSERT, UPDATE",
    "history_item": "INSERT",
    "audit": "INSERT",
    **{name: "INSERT, UPDATE, DELETE" for name in FACT_TABLES if name != "attributes"},
}
"""What an operator may do besides. A screen may become the collector, so it may all of that too."""
IS_HERE: Final = {"member": "INSERT, UPDATE, DELETE"}
"""What a reader may do: who only looks is here as well."""

_NOW = """CREATE OR REPLACE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'"""
_ROLE = """DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN;
  END IF;
END $$"""
_IN_ROLE = """DO $$ BEGIN
  IF NOT pg_has_role('{role}', '{of}', 'MEMBER') THEN
    GRANT {of} TO {role};
  END IF;
END $$"""
# At first all may connect, as PUBLIC; where that is taken away the roles need it of their own.
_CONNECT = f"""DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_database, aclexplode(datacl) WHERE datname = current_database()
    AND grantee = '{READER}'::regrole AND privilege_type = 'CONNECT'
  ) THEN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO {READER}', current_database());
  END IF;
END $$"""


def if_missing(statement: str) -> str:
    """Return a statement for a table or an index that makes it if there is none."""
    return re.sub(r"^CREATE (?:TABLE|INDEX)", r"\g<0> IF NOT EXISTS", statement)


def statements(endpoint: str, schema: str = "confmon", more: Sequence[str] = ()) -> list[str]:
    """Return the SQL that prepares a PostgreSQL for one bridge. It may be run again.

    `endpoint` is the bridge's base URL. It belongs into one transaction, run by who may create
    roles and the schema, and will own the tables. `more` makes further tables: collectors may
    change their rows, readers may read them.
    """
    reads = f"GRANT SELECT ON TABLES TO {READER}"
    writes = f"GRANT INSERT, UPDATE, DELETE ON TABLES TO {COLLECTOR}"
    counts = f"GRANT USAGE ON SEQUENCES TO {COLLECTOR}"
    roles = (READER, COLLECTOR, OPERATOR)
    return [
        *(_ROLE.format(role=role) for role in roles),
        _IN_ROLE.format(role=COLLECTOR, of=READER),
        _IN_ROLE.format(role=OPERATOR, of=COLLECTOR),
        _CONNECT,
        f"CREATE SCHEMA IF NOT EXISTS {schema}",
        f"SET LOCAL search_path = {schema}",
        f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {READER}",
        _NOW,
        *_tables(endpoint, "BYTEA"),
        *(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} {grant}"
            for grant in (reads, writes, counts)
        ),
        *more,
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER}",
        *_grants(READER, IS_HERE),
        *_grants(COLLECTOR, COLLECTS),
        *_grants(OPERATOR, ACTS),
        # Whatever was granted before: audit lines are added, and never changed.
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM PUBLIC, {', '.join(roles)}",
    ]


def prepare(connection: Connection, endpoint: str, more: Sequence[str] = ()) -> None:
    """Make what is missing. Run again it changes nothing.

    NotPrepared: the tables are there, but of another bridge or version. Denied: the role may not
    make them.
    """
    if connection.dialect == "sqlite":
        every = [*_tables(endpoint, "BLOB"), *more]
    else:
        every = statements(endpoint, connection.query("SHOW search_path")[0][0], more)
    with connection.transaction():
        for statement in every:
            connection.execute(statement)
        require(connection, endpoint)


def require(connection: Connection, endpoint: str) -> None:
    """Raise NotPrepared unless the tables are there, of this version, and of this bridge.

    Denied: the role has no part in them.
    """
    try:
        found: dict[str, str] = dict(connection.query("SELECT name, value FROM share_meta"))
    except NotPrepared:
        found = {}
        _require_rights(connection)
    if not found:
        raise NotPrepared("there are no shared tables yet: run 'confmon share init' once")
    if found.get("version") != str(VERSION):
        version = clean_line(str(found.get("version", "?")))
        raise OtherVersion(
            f"the shared tables are of version {version}, and this confmon knows {VERSION}: "
            + _remedy(version)
        )
    if found.get("endpoint") != endpoint.rstrip("/"):
        raise OtherBridge(
            f"the shared tables belong to another bridge, "
            f"{clean_line(str(found.get('endpoint', '?')))}: give each its own schema"
        )


def _remedy(version: str) -> str:
    if version.isdecimal() and int(version) > VERSION:
        return "install the confmon that the others have"
    return "install an older confmon, or let all have this one, in a schema of its own"


def read_id(connection: Connection) -> str:
    """Return what names these tables, whatever the settings call them; empty: they have no name.

    ShareUnavailable.
    """
    found = connection.query("SELECT value FROM share_meta WHERE name = 'id'")
    return str(found[0][0]) if found else ""


def _require_rights(connection: Connection) -> None:
    """Raise Denied if the tables only seem to be missing: PostgreSQL hides what is not allowed."""
    if connection.dialect == "postgresql" and connection.query(
        "SELECT 1 FROM pg_namespace WHERE nspname = current_setting('search_path')"
        " AND NOT has_schema_privilege(nspname, 'USAGE')"
    ):
        role = connection.query("SELECT CAST(current_user AS TEXT)")[0][0]
        raise Denied(f"{role} has no part in the shared tables: grant it {OPERATOR} or {READER}")


def _tables(endpoint: str, blob: str) -> list[str]:
    known = {
        "version": str(VERSION),
        "endpoint": endpoint.rstrip("/").replace("'", "''"),
        "id": secrets.token_hex(8),
    }
    return [
        *(if_missing(statement).replace("{BLOB}", blob) for statement in (*TABLES, *INDEXES)),
        *(
            f"INSERT INTO share_meta VALUES ('{name}', '{value}') ON CONFLICT DO NOTHING"
            for name, value in known.items()
        ),
    ]


def _grants(role: str, rights: dict[str, str]) -> list[str]:
    return [f"GRANT {what} ON {table} TO {role}" for table, what in rights.items()]
