"""The audit lines of actions: an intent before anything is sent, an outcome after.

`ActionLines` writes those of one action that a form or a command waits for, `Journal` those of the
screen, on a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from confmon.monitor.actions.action import Outcome, Result

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action

INTERRUPTED = Result(outcome=Outcome.UNKNOWN, detail="interrupted; it may have been sent")

_CLOSING_S: Final = 0.5
"""The last lines of the audit log may take so long; a dead disk must not keep the process."""


class Audit(Protocol):
    """Where every action is written down. No audit, no action, no access code revealed."""

    def intent(self, action: Action) -> None:
        """Write and fsync that this is about to be sent. OSError: it must not be sent."""
        ...

    def outcome(self, action: Action, result: Result) -> None:
        """Write what became of it. OSError: shown on the screen."""
        ...


class ActionLines:
    """The two lines of one action: an intent that was written gets its outcome."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._open: Action | None = None
        """The action of which the intent is written, and no outcome yet."""

    async def write_intent(self, action: Action) -> Result | None:
        """Write that it is about to be sent. Returns why it must not be, or None."""
        writing = asyncio.ensure_future(asyncio.to_thread(self._audit.intent, action))
        try:
            await asyncio.shield(writing)
        except OSError as error:
            return Result(outcome=Outcome.REFUSED, detail=f"{trouble_of(error)}; not sent")
        except asyncio.CancelledError:
            with contextlib.suppress(OSError):
                await writing  # the thread goes on: its line is coming all the same
                detail = "interrupted; not sent"
                self._audit.outcome(action, Result(outcome=Outcome.REFUSED, detail=detail))
            raise
        self._open = action
        return None

    def write_outcome(self, result: Result) -> Result:
        """Write what became of it, if there is an intent. Returns the result, with what failed."""
        action, self._open = self._open, None
        if action is not None:
            try:
                self._audit.outcome(action, result)
            except OSError:
                detail = f"{result.detail}; its outcome could not be audited".lstrip("; ")
                return replace(result, detail=detail)
        return result


class Journal:
    """The lines of many actions at the same time, written off the event loop."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._lines: set[asyncio.Future[None]] = set()
        self.trouble = ""
        """Why the audit log can't be written; until it can, no action is sent."""

    async def write_intent(self, action: Action) -> Result | None:
        """Write that it is about to be sent. Returns why it must not be, or None."""
        try:
            # Off the event loop: an fsync on a busy disk takes longer than a key may.
            await asyncio.to_thread(self._audit.intent, action)
        except Exception as error:  # noqa: BLE001 - whatever the reason: no audit, no action
            self.trouble = trouble_of(error)
            return Result(outcome=Outcome.REFUSED, detail=self.trouble)
        self.trouble = ""
        return None

    def write_outcome(self, action: Action, result: Result) -> None:
        """Hand the line over at once: also what is settled last gets one."""
        loop = asyncio.get_running_loop()
        line = loop.run_in_executor(None, self._audit.outcome, action, result)
        self._lines.add(line)
        line.add_done_callback(self._written)

    def _written(self, line: asyncio.Future[None]) -> None:
        self._lines.discard(line)
        if not line.cancelled() and (error := line.exception()) is not None:
            self.trouble = trouble_of(error)

    def being_written(self) -> set[asyncio.Future[None]]:
        """Return the lines that are on their way to the disk."""
        return set(self._lines)

    async def close(self) -> None:
        """Wait for the last lines, but not without end."""
        if self._lines:
            await asyncio.wait(set(self._lines), timeout=_CLOSING_S)


def trouble_of(error: BaseException) -> str:
    """Return why the audit log can't be written."""
    why = error.strerror if isinstance(error, OSError) else type(error).__name__
    return f"the audit log can't be written: {why or 'I/O error'}"
