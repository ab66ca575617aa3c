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
    from confmon.config.settings.model import Settings
    from confmon.sharing.engine import Connection
    from confmon.sharing.tables.place import SharePlace

ENDING_S: Final = 2.0
"""So long a command waits at its end for its lines to be copied; what is left is copied later."""


def position_file(place: SharePlace) -> Path:
    """Return where it is kept how far the local log was copied. CliExit: no home."""
    from confmon.audit.shared import position

    return position.path_of(paths.state(), place.shown)


def shipper_of(settings: Settings, place: SharePlace) -> Shipper:
    """Return what copies the lines of this profile's bridge. CliExit: no home."""
    import os

    from confmon.audit.log import find_operator
    from confmon.audit.shared.shipper import Shipper

    who = find_operator(os.environ)
    urls = (settings.base_url, settings.mediator_base_url)
    return Shipper(
        log=paths.audit_log(),
        state=position_file(place),
        origins=frozenset(origin_of(url) for url in urls),
        host=str(who["host"]),
        user=str(who["user"]),
    )


def origin_of(base_url: str) -> str:
    """Return the origin of a URL, as the lines of the audit log have it."""
    scheme, netloc, *_ = urlsplit(base_url)
    return f"{scheme}://{netloc}"


def command_copy(settings: Settings) -> Callable[[bytes], None] | None:
    """Return what is called with each line of a command, so that it is shared at its end.

    None: this profile shares nothing. Troubles are not shown: the local log has the line, and
    every later confmon copies what is left.
    """
    from confmon.cli.share import share_place

    if not settings.share or paths.or_none(paths.state) is None:
        return None
    place = share_place(settings)

    def connect() -> Connection:
        from confmon.sharing.tables.place import open_connection

        return open_connection(place)

    return EndOfCommand(shipper_of(settings, place).ship, connect).wake


class EndOfCommand:
    """Copies lines when the command ends: what it does meanwhile is not slowed down.

    The thread begins with the first line, for none can begin once the interpreter ends.
    """

    def __init__(
        self, ship: Callable[[Connection], int], connect: Callable[[], Connection]
    ) -> None:
        self._ship, self._connect = ship, connect
        self._is_ending = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self, line: bytes) -> None:
        """Have lines copied at the end. It is the `copy` of an audit log."""
        import atexit

        with self._lock:  # the lines of two actions come from two threads
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="share", daemon=True)
                self._thread.start()
                atexit.register(self.end)

    def end(self, timeout_s: float = ENDING_S) -> None:
        """Copy now, and wait for it, but not without end."""
        self._is_ending.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        from contextlib import closing

        from confmon.audit.shared.shipper import AuditChanged
        from confmon.sharing.engine import ShareUnavailable

        self._is_ending.wait()
        try:
            with closing(self._connect()) as connection:
                while self._ship(connection):
                    pass
        except (ShareUnavailable, AuditChanged, OSError):
            return
