"""When audit lines are copied into the shared log: soon after each, and every 10 s what is left.

It happens on the thread of the share, between its steps; no action waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from confmon.audit.shared.shipper import AuditChanged
from confmon.sharing.engine import Denied, ShareUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from typing import Protocol

    from confmon.sharing.engine import Connection
    from confmon.sharing.records import Mode
    from confmon.sharing.share import Share

    class Runner(Protocol):
        """What runs jobs on the thread that has the connection, as `Share` does."""

        def run(self, job: Callable[[Connection], int]) -> Future[int]:
            """Run a job. The future fails with what the job raises, and ShareUnavailable."""
            ...


EVERY_S: Final = 10.0


class NotAllowed(Exception):
    """This role may not add audit lines. Unlike Denied it ends no connection."""


class Shipping:
    """Copies lines while a screen runs. `say` is called once for each trouble, on the event loop.

    `ship` copies some lines and returns how many, as `Shipper.ship` does.
    """

    def __init__(self, ship: Callable[[Connection], int], say: Callable[[str], None]) -> None:
        self._ship, self._say = ship, say
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._mode: Mode = "starting"
        self._trouble = ""
        self._is_changed = False

    def wake(self, line: bytes) -> None:
        """Copy soon. It is the `copy` of an audit log, and called on any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._news.set)

    def attach(self, share: Share) -> None:
        """Begin once the share is known to work or not, and copy whenever that changes."""
        share.on_change(lambda: self._note(share))

    def start(self, runner: Runner, *, every_s: float = EVERY_S) -> None:
        """Begin, on the running event loop, with what an earlier run left."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run(runner, every_s))

    def _note(self, share: Share) -> None:
        if self._task is None:
            self.start(share)
        elif share.state.mode != self._mode:
            self._news.set()
        self._mode = share.state.mode

    async def _run(self, runner: Runner, every_s: float) -> None:
        while not self._is_changed:
            self._news.clear()
            await self._copy_all(runner)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), every_s)

    async def _copy_all(self, runner: Runner) -> None:
        """Copy batch after batch. What fails is tried again later, but for a changed log."""
        try:
            while await asyncio.wrap_future(runner.run(self._ship_some)):
                pass
        except AuditChanged as error:
            self._is_changed = True
            self._tell(str(error))
        except NotAllowed as error:
            self._tell(f"audit lines are not shared: {error}")
        except ShareUnavailable:
            return  # the header says that this confmon is alone
        except OSError as error:
            self._tell(f"audit lines are not shared: {error.strerror or 'I/O error'}")
        else:
            self._trouble = ""

    def _ship_some(self, connection: Connection) -> int:
        try:
            return self._ship(connection)
        except Denied as error:
            raise NotAllowed(str(error)) from None

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._say(trouble)
