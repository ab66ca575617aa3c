"""The writer: a thread that keeps what it is given, and is never waited for.

While the disk is full or the database locked, what comes is kept in memory and tried again. If that
gets too much it is lost, and the next read of everything closes the gap. So the reads go on, and
the actions.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from confmon.clock import KEYS
from confmon.history.backends.outbox import Outbox
from confmon.history.database import DamagedHistory, HistoryBusy, HistoryUnavailable, NewerHistory
from confmon.history.read import Read
from confmon.history.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.history.place import HistoryPlace
    from confmon.history.read import Item

ITEMS_KEPT: Final = 256
"""So many items wait in memory while nothing can be written: some minutes."""
RECORDS_KEPT: Final = 200_000
"""So many records of calls and meetings at most are in them."""
RETRY_S: Final = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
"""The waits after failures, one after another; the last one again and again."""
BUSY_TRIES: Final = 3
"""Another program may write so often before it counts as in the way."""
NEWER_S: Final = 60.0
LOST: Final = "the history pauses: more happened than could be written"
FOLLOW_S: Final = 2.0
"""How often who only reads asks whether nobody writes any more."""
IDLE_S: Final = 0.5
"""With nothing to do for so long, what is too old is deleted."""
TIDY_S: Final = 60.0


class Writer:
    """Keeps what happens in a database.

    `trouble` says why nothing is written now; `is_following`: another confmon writes the same
    database. `acknowledged` is the moment of the last read that is written. `wants_calls` and
    `wants_meetings`: the next whole read is to have everything in it.
    """

    def __init__(
        self,
        place: HistoryPlace,
        *,
        is_recording: Callable[[int | None], bool],
        retry_s: tuple[float, ...] = RETRY_S,
        items_kept: int = ITEMS_KEPT,
        follow_s: float = FOLLOW_S,
        tidy_s: float = TIDY_S,
        gap_from_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`gap_from_s`: after so many seconds without a whole read there is a gap."""
        self.place = place
        self._store = Store(
            place, is_recording=is_recording, rest=self._give_way, gap_from_s=gap_from_s
        )
        self._outbox = None if place.shared is None else Outbox(place.shared)
        self._retry_s, self._follow_s = retry_s, follow_s
        self._items_kept = items_kept
        self.trouble = ""
        self.is_following = False
        self.acknowledged: int | None = None
        self.wants_calls = self.wants_meetings = True
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._is_closing = False
        self._has_lost = False
        self._failures = 0
        self._tidy_s = tidy_s
        self._tidied_at = float("-inf")
        self._busy_since = time.monotonic()
        """Since when what is too old has waited for an idle moment."""
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, item: Item) -> None:
        """Hand over what happened. It never waits."""
        if self._outbox is not None and self._outbox.takes(item):
            return
        with self._changed:
            if self._is_closing or self._has_lost:
                return
            is_full = len(self._items) >= self._items_kept
            if is_full or (self._items and sum(map(_size, (*self._items, item))) > RECORDS_KEPT):
                self._has_lost = True
                self.wants_calls = self.wants_meetings = True
                return
            self._items.append(item)
            self._changed.notify()

    @property
    def takes_notes(self) -> bool:
        """Whether a note is written, by this confmon or by the one that writes."""
        return self._outbox is not None or not self.is_following

    @property
    def why_lost(self) -> str:
        """Why what is put now might never be written, or an empty string."""
        return self.trouble or (LOST if self._has_lost else "")

    def notice(self) -> str:
        """Return what happened to the database, once; otherwise an empty string."""
        return self._store.notice()

    def close(self, timeout_s: float = 1.0) -> None:
        """Write what waits, if that takes no longer, and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    # On the thread.

    def _run(self) -> None:
        try:
            while self._work():
                pass
        finally:
            self._store.close()

    def _work(self) -> bool:
        """Do the next thing there is to do. Return whether to go on."""
        item = self._next()
        if item is None:
            if self._is_closing:
                return False
            self._do_idly()
            return True
        if not self._is_closing and time.monotonic() - self._busy_since > 2 * self._tidy_s:
            self._tidy()  # reads so often leave no idle moment
        self._give_way()
        trouble, wait_s, is_done = self._try(item)
        if is_done:
            with self._changed:
                self._items.popleft()
                if self.is_following:
                    self._items.clear()
            if not trouble:
                self._failures = 0
        self.trouble = trouble
        if not is_done and self._is_closing:
            return False  # it was tried once more
        if wait_s:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closing, wait_s)
                if self.is_following:  # the other confmon may have written later reads
                    self._items = deque(item for item in self._items if not isinstance(item, Read))
        return True

    def _next(self) -> Item | None:
        """Return the item that is to be written next; None: there is none for a while."""
        with self._changed:
            if not self._items and not self._is_closing:
                self._changed.wait(IDLE_S)
            return self._items[0] if self._items else None

    def _try(self, item: Item) -> tuple[str, float, bool]:
        """Try to write an item: what is the trouble, how long to wait, whether it is dealt with."""
        try:
            if not self._store.open():
                self.is_following = True
                self.wants_calls = self.wants_meetings = True
                return "", self._follow_s, True
            self.is_following = False
            self._store.take(item)
        except HistoryBusy as error:
            self._failures += 1
            # Another program may write for a moment: that is no trouble yet.
            words = str(error) if self._failures > BUSY_TRIES else self.trouble
            return words, self._retry_s[0], False
        except NewerHistory as error:
            self.wants_calls = self.wants_meetings = True
            return str(error), NEWER_S, True
        except DamagedHistory:
            # A new database was begun: it needs everything.
            self.wants_calls = self.wants_meetings = True
            return "", 0.0, True
        except HistoryUnavailable as error:
            wait_s = self._retry_s[min(self._failures, len(self._retry_s) - 1)]
            self._failures += 1
            return str(error), wait_s, False
        except Exception as error:  # noqa: BLE001 - a bug here must not end the history, nor the watch
            self._failures += 1
            self._lose()
            return f"internal error: {type(error).__name__}", self._retry_s[-1], True
        if isinstance(item, Read):
            self.acknowledged = item.at
        with self._changed:
            if not self._has_lost:
                self.wants_calls = self._store.awaits_calls
                self.wants_meetings = self._store.awaits_meetings
        return "", 0.0, True

    def _do_idly(self) -> None:
        if self._has_lost:
            self._lose()
        if self._outbox is not None:
            self._outbox.send()
            with contextlib.suppress(HistoryUnavailable):  # the next read finds out why
                self._store.take_items()
        if time.monotonic() - self._tidied_at >= self._tidy_s:
            self._tidy()

    def _tidy(self) -> None:
        now = self._busy_since = time.monotonic()
        if not self._store.is_open():
            return
        try:
            has_more = self._store.tidy()
        except HistoryUnavailable:
            has_more = False  # the next read finds out why
        except Exception as error:  # noqa: BLE001 - as in `_try`
            has_more, self.trouble = False, f"internal error: {type(error).__name__}"
        if not has_more:
            self._tidied_at = now

    def _lose(self) -> None:
        """Go on after items were lost: with a gap, and a read of everything."""
        try:
            self._store.lose("paused")
        except Exception:  # noqa: BLE001 - as in `_try`; it is tried again
            return
        with self._changed:
            self._has_lost = False
            self.wants_calls = self.wants_meetings = True

    def _give_way(self) -> None:
        """Let the event loop run, and a key get to the screen."""
        if not self._is_closing:
            KEYS.give_way()


def _size(item: Item) -> int:
    return len(item.put) + len(item.meetings) if isinstance(item, Read) else 1
