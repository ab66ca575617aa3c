"""Sends notes and actions to the shared tables, and again until they are there."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Final

from confmon.history.backends.items import INSERT, pack_item
from confmon.history.read import DoneAction, NewMarker

if TYPE_CHECKING:
    from concurrent.futures import Future

    from confmon.history.place import SharedTables
    from confmon.history.read import Item
    from confmon.sharing.engine import Connection

MOST: Final = 1000
"""So many wait while the database is away; the oldest go first."""


class Outbox:
    """What an operator has noted and done, on the way to the collector.

    Each has an id of its own, so that what is sent twice is there once.
    """

    def __init__(self, tables: SharedTables) -> None:
        self._tables = tables
        self._lock = threading.Lock()
        self._waiting: dict[str, str] = {}
        self._sent: set[str] = set()

    def takes(self, item: Item) -> bool:
        """Send a note or an action, unless this confmon is alone. It never waits."""
        if self._tables.is_alone() or not isinstance(item, DoneAction | NewMarker):
            return False
        data = pack_item(item._replace(author=self._tables.author))
        with self._lock:
            self._waiting[uuid.uuid4().hex] = data
            if len(self._waiting) > MOST:
                del self._waiting[next(iter(self._waiting))]
        self.send()
        return True

    def send(self) -> None:
        """Send what is not there yet, as far as is known, and is not on its way."""
        if self._tables.is_alone():
            return
        with self._lock:
            now = {key: data for key, data in self._waiting.items() if key not in self._sent}
            self._sent.update(now)
        for key, data in now.items():
            self._send(key, data)

    def _send(self, key: str, data: str) -> None:
        def insert(connection: Connection) -> None:
            connection.execute(INSERT, (key, data))

        def note(sent: Future[None]) -> None:
            with self._lock:
                self._sent.discard(key)
                if not sent.cancelled() and sent.exception() is None:
                    self._waiting.pop(key, None)

        self._tables.run(insert).add_done_callback(note)
