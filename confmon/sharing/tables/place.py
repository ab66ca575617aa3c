"""Where the shared tables are, as the setting `share` says it.

PostgreSQL on another machine is reached by TLS that proves who it is; plain only on this machine.
libpq reads much from its environment: what could lead elsewhere is looked at here as well.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode

from confmon.config.settings.checks import check_share, is_loopback
from confmon.sharing.engine import STATEMENT_S, Denied, NoDriver, ShareUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from confmon.sharing.engine import Connection

SCHEMA: Final = "confmon"
STRICT: Final = "verify-full"
OWN: Final = 0o600
GROUP: Final = 0o660
"""What others may do with a file: that of one user, and that of several."""
_NO_RIGHT: Final = "this user may not write the shared file and its folder: their group may"


@dataclass(frozen=True, slots=True)
class SharePlace:
    """A place for shared tables.

    `shown` is for eyes, without a secret. A file has a `path`, and `mode` if it is made anew. A
    server has a `url` as libpq takes it, without the parameter of our own, `schema`.
    """

    kind: Literal["file", "postgres"]
    shown: str
    schema: str = ""
    path: Path | None = None
    mode: int = OWN
    url: str = ""
    sslmode: str = ""


def place_of(
    share: str,
    state_folder: Path | None,
    base_url: str = "",
    environ: Mapping[str, str] = os.environ,
) -> SharePlace:
    """Return the place that the setting names. ValueError: it names none, or an unsafe one.

    `base_url` names the file of ``local``: one bridge has one file.
    """
    share = check_share(share)
    if not share:
        raise ValueError("is not set")
    if share.startswith("local"):
        return _file(share.partition(":")[2], state_folder, base_url)
    head, _, query = share.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    schema = options.pop("schema", SCHEMA)
    tail = urlencode(options, quote_via=quote)
    shown = f"{head}?schema={schema}" if schema != SCHEMA else head
    return SharePlace(
        kind="postgres",
        shown=shown,
        schema=schema,
        url=f"{head}?{tail}" if tail else head,
        sslmode=_choose_sslmode(head, options, environ),
    )


def open_connection(place: SharePlace, statement_s: float = STATEMENT_S) -> Connection:
    """Connect. ShareUnavailable; NoDriver: the extra for PostgreSQL is not installed."""
    if place.kind == "postgres":
        try:
            from confmon.sharing.engines.postgres import PostgresConnection
        except ImportError:
            raise NoDriver(
                "PostgreSQL needs a package more: pip install 'confmon[postgres]'"
            ) from None
        return PostgresConnection(
            place.url, place.schema, sslmode=place.sslmode, statement_s=statement_s
        )
    from confmon.sharing.engines.sqlite import FileConnection

    if place.path is None:
        raise ShareUnavailable("there is no shared file")
    _make_file(place.path, place.mode)
    return FileConnection(place.path)


def _make_file(path: Path, mode: int) -> None:
    """Make it before SQLite does: its files beside it get the same rights.

    ShareUnavailable; Denied: this user has no right to it.
    """
    try:
        if mode == OWN:  # the folder of several users is an administrator's to make
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, mode)
            os.fchmod(made, mode)
            os.close(made)
    except PermissionError:
        raise Denied(_NO_RIGHT) from None
    except OSError as error:
        raise ShareUnavailable(f"the shared file can't be made ({error.strerror})") from None
    # SQLite does not say that it is a matter of rights. It makes files beside it.
    for place in (path.parent, path):
        if not os.access(place, os.R_OK | os.W_OK, effective_ids=True):
            raise Denied(_NO_RIGHT)


def _file(path: str, state_folder: Path | None, base_url: str) -> SharePlace:
    from pathlib import Path

    if path:
        return SharePlace(kind="file", shown=f"local:{path}", path=Path(path), mode=GROUP)
    if state_folder is None:
        raise ValueError("must be local:/path/of/a/file here: there is no home folder")
    readable = re.sub(r"[^a-z0-9]+", "-", base_url.rstrip("/").lower().partition("://")[2])[:80]
    name = f"share-{readable}.db" if readable else "share.db"
    return SharePlace(kind="file", shown="local", path=state_folder / name)


def _choose_sslmode(head: str, options: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """Return how TLS is used; an empty string leaves it to libpq, on this machine alone."""
    given = options.get("sslmode", "")
    if _is_here(head, options, environ):
        return given
    if given not in ("", STRICT):
        raise ValueError(
            f"must have sslmode={STRICT}, which it has by itself, not {given[:20]!r}: anything less"
            " is for a server on this machine"
        )
    return STRICT


def _is_here(head: str, options: Mapping[str, str], environ: Mapping[str, str]) -> bool:
    """Tell whether the server can only be on this machine: a socket, or the loopback."""
    place = head.partition("://")[2].rpartition("@")[2].partition("/")[0]
    names = [re.sub(r":\d+$", "", host) for host in place.split(",")]
    hosts = options.get("host") or unquote(",".join(names)) or environ.get("PGHOST", "")
    if not hosts and (options.get("service") or environ.get("PGSERVICE")):
        return False  # that file may name any host
    addresses = options.get("hostaddr") or environ.get("PGHOSTADDR", "")
    every = [*hosts.split(","), *addresses.split(",")]
    return all(
        not host or host.startswith(("/", "@")) or is_loopback(host.strip("[]")) for host in every
    )
