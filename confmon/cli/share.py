"""The shared tables of a profile, for the commands that look at them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from confmon.process import exits, paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from confmon.config.settings.model import Settings
    from confmon.sharing.engine import Connection, ShareUnavailable
    from confmon.sharing.tables.place import SharePlace


def share_place(settings: Settings) -> SharePlace:
    """Return where the profile shares. CliExit: 78, it does not, or that can't be used here."""
    from confmon.sharing.tables.place import place_of

    if not settings.share:
        raise exits.config_error(
            "nothing is shared: set share in the profile, CONFMON_SHARE or --share",
            "How: confmon help sharing",
        )
    try:
        return place_of(settings.share, paths.or_none(paths.state), settings.base_url)
    except ValueError as error:
        raise exits.config_error(f"share {error}") from None


@contextmanager
def open_share(place: SharePlace, *, make: bool = False) -> Iterator[Connection]:
    """Open the shared tables and close them again. `make`: a file that is not there is made.

    CliExit: see `exit_for`.
    """
    from confmon.sharing.engine import NotPrepared, ShareUnavailable
    from confmon.sharing.tables.place import open_connection

    try:
        if place.path is not None and not make and _is_missing(place.path):
            raise NotPrepared("there is no such file: run 'confmon share init' once")
        connection = open_connection(place)
        try:
            yield connection
        finally:
            connection.close()
    except ShareUnavailable as error:
        raise exit_for(error, place) from None


def _is_missing(path: Path) -> bool:
    """Tell whether there is no such file; one that can't be looked at may be there."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def exit_for(error: ShareUnavailable, place: SharePlace) -> exits.CliExit:
    """Return how to end where the database fails.

    78: the library is missing, or the tables are; 77: the role may not do that; 69: it is away.
    """
    from confmon.sharing.engine import Denied, NoDriver, NotPrepared

    match error:
        case NoDriver():
            return exits.config_error(
                "a shared PostgreSQL needs the library psycopg, which is not installed",
                "Install it: pipx inject confmon 'psycopg[binary]'; or"
                " pip install 'confmon[postgres]'.",
            )
        case NotPrepared():
            code, hint = exits.CONFIG, "How to make the tables: confmon help sharing"
        case Denied():
            code, hint = exits.AUTH, "Which role may what: confmon help sharing"
        case _:
            code, hint = exits.DOWN, ""
    lines = (f"confmon: {place.shown}: {str(error).rstrip('.')}", hint)
    return exits.CliExit(code, *(line for line in lines if line))
