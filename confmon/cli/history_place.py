"""Where the history of a profile is kept: in a file, or in the database that it shares.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from confmon.cli.share import share_place
from confmon.cli.shared_bridge import open_shared
from confmon.process import paths

if TYPE_CHECKING:
    from confmon.config.settings.model import Settings
    from confmon.history.place import HistoryPlace, SharedTables


def history_place(
    settings: Settings, *, demo: bool = False, shared: bool = True
) -> HistoryPlace | None:
    """Return where the history of this endpoint is kept; None: it is not.

    That of a demo is in a folder of its own, which is removed at the end. `shared`: it may be in
    the database that the profile shares.
    """
    from confmon.history.place import HistoryPlace

    if not settings.history:
        return None
    path = None
    if demo:
        from tempfile import gettempdir

        path = Path(gettempdir()) / f"confmon-demo-{os.urandom(8).hex()}" / "history.db"
    else:
        path = paths.or_none(lambda: paths.history(settings.base_url, settings.login))
    return HistoryPlace(
        path=path or Path(os.devnull, "history.db"),
        trouble="" if path else "there is no home folder",
        endpoint=f"{settings.login} at {settings.base_url}",
        days=settings.history_days,
        size=settings.history_size << 20,
        is_temporary=demo,
        shared=shared_history(settings) if shared and not demo else None,
    )


def shared_history(settings: Settings) -> SharedTables | None:
    """Return the tables of the history in a shared PostgreSQL; a shared file has none.

    CliExit: 78, it is not known where that is.
    """
    if not settings.share or settings.share.startswith("local"):
        return None
    from confmon.history.backends.shared import STATEMENT_S
    from confmon.history.place import SharedTables

    place = share_place(settings)
    return SharedTables(lambda: open_shared(place, settings, STATEMENT_S))
