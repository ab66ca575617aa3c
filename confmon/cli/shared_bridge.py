"""The bridge that several confmon share: what opens it, and its tables.

What these functions import is heavy, so they import it when called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.share import share_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.config.settings.model import Settings
    from confmon.ports import Bridge
    from confmon.sharing.bridge import SharedBridge
    from confmon.sharing.engine import Connection
    from confmon.sharing.records import Operator
    from confmon.sharing.tables.place import SharePlace


def shared_opener(
    settings: Settings, open_inner: Callable[[], Bridge] | None, *, kind: str
) -> Callable[[], SharedBridge]:
    """Return what opens the bridge that several confmon share; without a login it only follows.

    `kind` says what this one is: ``screen`` or ``collect``. The database is opened later, on a
    thread of the share's own. CliExit: 78, it is not known where that is.
    """
    place = share_place(settings)

    def open_() -> SharedBridge:
        from confmon.api.decoding.records import RecordDecoder
        from confmon.clock import SystemClock
        from confmon.models.live_records import Call, Meeting
        from confmon.sharing.bridge import SharedBridge
        from confmon.sharing.engine import STATEMENT_S
        from confmon.sharing.share import Share

        clock = SystemClock()
        share = Share(
            lambda: open_shared(place, settings, STATEMENT_S),
            _operator(),
            kind=kind,
            may_lead=open_inner is not None,
            clock=clock,
            read_call=RecordDecoder(Call).read,
            read_meeting=RecordDecoder(Meeting).read,
            interval_s=settings.interval_s,
        )
        inner = open_inner() if open_inner is not None else None
        return SharedBridge(inner, share, clock, interval_s=settings.interval_s)

    return open_


def open_shared(place: SharePlace, settings: Settings, statement_s: float) -> Connection:
    """Connect to the shared tables of this bridge. ShareUnavailable: also if they are another's.

    A file of one user is prepared by whoever comes first.
    """
    from confmon.sharing.tables import preparation
    from confmon.sharing.tables.place import open_connection

    connection = open_connection(place, statement_s)
    try:
        if settings.share == "local":
            preparation.prepare(connection, settings.base_url)
        preparation.require(connection, settings.base_url)
    except BaseException:
        connection.close()
        raise
    return connection


def _operator() -> Operator:
    """Return who sits where."""
    import getpass
    import socket

    from confmon.models.text import clean
    from confmon.sharing.records import Operator

    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        name = "?"
    return Operator(clean(name), clean(socket.gethostname().partition(".")[0]))
