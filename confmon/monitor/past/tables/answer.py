"""The newest answer of the history to the question of a screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from confmon.clock import Clock
    from confmon.history.history import History
    from confmon.monitor.past.reader import HistoryReader

T = TypeVar("T")


class Answer(Generic[T]):
    """What the history says to the question of a screen, asked again as long as it is shown.

    The newest question is asked next; one that nobody waits for any more is not asked at all.
    """

    def __init__(
        self, reader: HistoryReader | None, clock: Clock, on_change: Callable[[], None]
    ) -> None:
        """`reader` None: nothing is kept. `on_change` is called after each answer."""
        self._reader = reader
        self._clock = clock
        self._on_change = on_change
        self._wanted: tuple[Hashable, Callable[[History], T]] | None = None
        self._task: asyncio.Task[None] | None = None
        self._asked: Hashable = None
        self._asked_at = float("-inf")
        self.key: Hashable = None
        """Which question the value answers."""
        self.value: T | None = None
        self.trouble = ""
        """Why the newest question has no answer."""
        self.read_at: float | None = None
        """When the value was asked for, on the monotonic clock."""
        self.version = 0
        """Another number for each answer."""

    def look(
        self, key: Hashable, question: Callable[[History], T], every_s: float | None = None
    ) -> None:
        """Ask, unless just this was asked less than `every_s` ago (None: ever)."""
        if self._reader is None:
            return
        now = self._clock.now()
        is_due = every_s is not None and now - self._asked_at >= every_s
        if key == self._asked and not (is_due and self._task is None):
            return
        self._asked, self._asked_at = key, now
        self._wanted = (key, question)
        if self._task is None:
            self._task = asyncio.create_task(self._run(self._reader))

    def again(self) -> None:
        """Ask at the next look, whatever was asked last."""
        self._asked_at = float("-inf")

    def of(self, key: Hashable) -> T | None:
        """Return the answer to a question; None: there is none yet."""
        return self.value if self.key == key else None

    async def _run(self, reader: HistoryReader) -> None:
        from confmon.history.database import HistoryUnavailable

        while self._wanted is not None:
            key, question = self._wanted
            self._wanted = None
            asked_at = self._clock.now()
            try:
                value = await reader.read(question)
            except HistoryUnavailable as error:
                self.trouble = str(error)
            else:
                self.trouble = ""
                self.key, self.value, self.read_at = key, value, asked_at
            self.version += 1
            if self._wanted is None:
                self._task = None
            self._on_change()
