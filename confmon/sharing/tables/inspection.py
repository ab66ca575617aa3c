"""What an administrator asks first: is it prepared, may I do it, and how good is the line?"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.sharing.engine import Denied, NotPrepared
from confmon.sharing.tables.preparation import ACTS, COLLECTS, IS_HERE, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from confmon.sharing.engine import Connection

TRIES: Final = 5
SLOW_MS: Final = 500
APART_S: Final = 60
"""So far a clock may be off before it is no mere matter of display."""
FULL: Final = 0.9
"""This part of the connections is too much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok` False: it needs an administrator."""

    ok: bool
    text: str


def check(
    connection: Connection, endpoint: str, wall_s: Callable[[], float] = time.time
) -> list[Finding]:
    """Look at everything that sharing needs of a database. It changes nothing."""
    try:
        require(connection, endpoint)
    except (NotPrepared, Denied) as error:
        return [Finding(ok=False, text=str(error))]
    found = [Finding(ok=True, text=f"the shared tables are those of {endpoint.rstrip('/')}")]
    if connection.dialect == "postgresql":
        found += [*_rights(connection), *_server(connection)]
    found += _line(connection, wall_s)
    return found


def tables_to_write(connection: Connection, tables: Iterable[str]) -> frozenset[str]:
    """Return into which of these tables the role may write rows of its own."""
    names = list(tables)
    if connection.dialect != "postgresql":
        return frozenset(names)  # a file is asked when it is opened
    asks = "has_table_privilege(?, 'INSERT') OR has_table_privilege(?, 'UPDATE')"
    columns = ", ".join([asks] * len(names))
    may = connection.query(f"SELECT {columns}", [name for name in names for _ in range(2)])[0]
    return frozenset(name for name, is_allowed in zip(names, may, strict=True) if is_allowed)


def _rights(connection: Connection) -> Iterator[Finding]:
    role = connection.query("SELECT CAST(current_user AS TEXT)")[0][0]
    reads = dict.fromkeys([*COLLECTS, *ACTS, *IS_HERE, "share_meta"], "SELECT")
    missing = _missing(connection, reads)
    yield Finding(not missing, f"{role} may read" + _but(missing))
    missing = _missing(connection, IS_HERE)
    yield Finding(not missing, f"{role} may be seen by the others" + _but(missing))
    abilities = []
    for ability, rights, sign in (("collect", COLLECTS, "lease"), ("act", ACTS, "audit")):
        missing = _missing(connection, rights)
        if sign not in missing:
            abilities.append(ability)
            if missing:
                yield Finding(ok=False, text=f"{role} may {ability}{_but(missing)}")
    does = f"may {' and '.join(abilities)}" if abilities else "only follows"
    yield Finding(ok=True, text=f"{role} {does}")
    changes = [
        right
        for right in ("UPDATE", "DELETE", "TRUNCATE")
        if connection.query("SELECT has_table_privilege('audit', ?)", (right,))[0][0]
    ]
    may_change = f"{role} may change audit lines ({', '.join(changes)}): use a role that may not"
    yield Finding(not changes, may_change if changes else "audit lines can't be changed by it")


def _missing(connection: Connection, rights: Mapping[str, str]) -> list[str]:
    """Return the tables that the role may not do all of this with."""
    return [
        table
        for table, wanted in rights.items()
        if not all(
            connection.query("SELECT has_table_privilege(?, ?)", (table, right))[0][0]
            for right in wanted.split(", ")
        )
    ]


def _but(missing: list[str]) -> str:
    return f", but not in {', '.join(sorted(missing))}" if missing else ""


def _server(connection: Connection) -> Iterator[Finding]:
    version, encoding, limit = connection.query(
        "SELECT split_part(current_setting('server_version'), ' ', 1),"
        " current_setting('server_encoding'), CAST(current_setting('max_connections') AS INTEGER)"
    )[0]
    yield Finding(ok=True, text=f"PostgreSQL {version}")
    yield _judged(encoding == "UTF8", f"text is kept as {encoding}", "not UTF8")
    used = connection.query(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = ?", ("client backend",)
    )[0][0]
    in_use = f"{used} of {limit} connections are in use"
    yield _judged(used < FULL * limit, in_use, "an operator needs one")
    if connection.hears_words:  # else it is a pooler's line that is looked at
        tls = connection.query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        is_plain = not tls or not tls[0][0]
        way = "plain, to this machine" if is_plain else f"encrypted by {tls[0][1]}"
        yield Finding(ok=True, text=way)
    yield Finding(
        ok=True,
        text="changes are notified at once"
        if connection.hears_words
        else "a pooler or a standby is in between: it is asked for changes four times a second",
    )


def _line(connection: Connection, wall_s: Callable[[], float]) -> Iterator[Finding]:
    took_ms: list[float] = []
    apart: list[float] = []
    for _ in range(TRIES):
        began, asked = time.perf_counter(), wall_s()
        now_ms = connection.query("SELECT now_ms()")[0][0]
        took_ms.append((time.perf_counter() - began) * 1000)
        apart.append(now_ms / 1000 - (asked + wall_s()) / 2)
    latency = statistics.median(took_ms)
    yield Finding(latency < SLOW_MS, f"it answers within {latency:.1f} ms")
    seconds = statistics.median(apart)
    way = "ahead of" if seconds > 0 else "behind"
    yield Finding(
        abs(seconds) < APART_S, f"its clock is {abs(seconds):.1f} s {way} that of this machine"
    )


def _judged(ok: bool, text: str, why: str) -> Finding:
    return Finding(ok, text if ok else f"{text}: {why}")
