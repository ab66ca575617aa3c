"""The shared audit of a profile: what copies lines into it, and when a command does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from confmon.process import paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confmon.audit.shared.shipper import Shipper
    from confmon.audit.shared.shipping import Shipping
    from confmon.config.settings.model import Settings
    from confmon.sharing.engine import Connection
    from confmon.sharing.tables.place import SharePlace

ENDING_S: Final = 2.0
"""So long a command waits at its end for its lines to be copied; what is left is copied later."""


def position_file(connection: Connection, place: SharePlace) -> Path:
    """Return where it is kept how far the local log was copied into these tables.

    Not how the setting spells their place: that may change. CliExit: no home. ShareUnavailable.
    """
    from confmon.audit.shared import position
    from confmon.sharing.tables.preparation import read_id

    return position.path_of(paths.state(), read_id(connection) or place.shown)


class LineCopies:
    """Copies the lines of a profile's bridge into the tables that a connection leads to."""

    def __init__(self, settings: Settings, place: SharePlace) -> None:
        """CliExit: no home."""
        self._settings, self._place = settings, place
        self._log = paths.audit_log()
        self._shipper: Shipper | None = None

    def ship(self, connection: Connection) -> int:
        """Copy some lines, and return how many, as `Shipper.ship` does."""
        import os

        from confmon.audit.log import find_operator
        from confmon.audit.shared.shipper import Shipper

        who = find_operator(os.environ)
        urls = (self._settings.base_url, self._settings.mediator_base_url)
        self._shipper = Shipper(
            log=self._log,
            state=position_file(connection, self._place),
            origins=frozenset(origin_of(url) for url in urls),
            host=str(who["host"]),
            user=str(who["user"]),
        )
        return self._shipper.ship(connection)

    def has_left(self) -> bool:
        """Tell whether there may be something to copy. OSError: the log can't be read."""
        return self._shipper is None or self._shipper.has_left()


def origin_of(base_url: str) -> str:
    """Return the origin of a URL, as the lines of the audit log have it."""
    scheme, netloc, *_ = urlsplit(base_url)
    return f"{scheme}://{netloc}"


def end_of_run(settings: Settings) -> EndOfRun | None:
    """Return what copies a run's last lines. None: this profile shares nothing.

    Troubles are not shown: the local log has the lines, and every later confmon copies what is
    left.
    """
    from confmon.cli.share import share_place

    if not settings.share or paths.or_none(paths.state) is None:
        return None
    place = share_place(settings)

    def connect() -> Connection:
        from confmon.sharing.tables.place import open_connection

        return open_connection(place)

    return EndOfRun(LineCopies(settings, place), connect)


def command_copy(settings: Settings) -> Callable[[bytes], None] | None:
    """Return what is called with each line of a command, so that it is shared at its end."""
    import atexit

    end = end_of_run(settings)
    if end is None:
        return None
    atexit.register(end.copy)
    return end.wake


def screen_shipping(
    settings: Settings, say: Callable[[str], None]
) -> tuple[Shipping, EndOfRun] | None:
    """Return what copies the lines of a screen, and what does at its end. None: nothing is shared.

    `say` is called on the event loop.
    """
    from confmon.audit.shared.shipping import Shipping

    end = end_of_run(settings)
    return None if end is None else (Shipping(end.shipper.ship, say), end)


class EndOfRun:
    """Copies lines when the process ends: what it does meanwhile is not slowed down.

    The thread begins with the first line, for none can begin once the interpreter ends.
    """

    def __init__(self, shipper: Shipper | LineCopies, connect: Callable[[], Connection]) -> None:
        self.shipper = shipper
        self._connect = connect
        self._is_ending = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, line: bytes = b"") -> None:
        """Be ready for the end. It is the `copy` of an audit log."""
        with self._lock:  # the lines of two actions come from two threads
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="share", daemon=True)
                self._thread.start()

    def copy(self, timeout_s: float = ENDING_S) -> None:
        """Copy the lines now, and wait for it, but not without end."""
        self._is_ending.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        from contextlib import closing

        from confmon.audit.shared.shipper import AuditChanged
        from confmon.sharing.engine import ShareUnavailable

        self._is_ending.wait()
        try:
            if self.shipper.has_left():
                with closing(self._connect()) as connection:
                    while self.shipper.ship(connection):
                        pass
        except (ShareUnavailable, AuditChanged, OSError):
            return
