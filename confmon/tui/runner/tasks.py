"""The tasks of an event loop: which of them have failed, and nobody waits for them."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator


class _Task(asyncio.Task[Any]):
    """A task that knows whether anybody has waited for it, or asked how it ended."""

    is_seen = False

    def __await__(self) -> Generator[Any, None, Any]:
        self.is_seen = True
        return super().__await__()

    def result(self) -> Any:
        self.is_seen = True
        return super().result()

    def exception(self) -> BaseException | None:
        self.is_seen = True
        return super().exception()


class Tasks:
    """Knows the tasks of a loop that fail from now on, until `is_over`.

    asyncio reports a failure that nobody looks at when the task is freed. One that belongs to a
    screen, as a timer does, is never freed: the process ends before. So the timer would stop for
    good, and nobody would know why.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over
        self._ended: weakref.WeakSet[_Task] = weakref.WeakSet()
        loop.set_task_factory(self._make)

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
        **how: Any,
    ) -> asyncio.Task[Any]:
        task = _Task(work, loop=loop, **how)
        task.add_done_callback(self._note)
        return task

    def _note(self, task: _Task) -> None:
        if not task.cancelled() and not self._is_over():
            self._ended.add(task)

    def unseen_errors(self) -> list[BaseException]:
        """Return the errors that nobody has looked at; each one once."""
        unseen = [task for task in list(self._ended) if not task.is_seen]
        return [error for task in unseen if (error := task.exception()) is not None]
