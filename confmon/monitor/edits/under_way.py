"""Edits that are sent and not settled yet, each on a task of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from confmon.models.resources import BY_NAME
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.journal import INTERRUPTED
from confmon.monitor.actions.log import LogEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.edits.target import Edited
    from confmon.monitor.polling.list_reader import CachedLists
    from confmon.ports import Directory, Mediator


@dataclass(slots=True)
class EditedApi:
    """One API's lists, and who writes down what is changed there."""

    reader: CachedLists
    port: Directory | Mediator
    audit: Audit | None


class EditingSession(Protocol):
    """What edits need of the session."""

    clock: Clock
    pending_actions: PendingActions

    def doubt_audit(self, why: str) -> None:
        """Say that the audit log can't be written, or (empty) that it can."""
        ...


class EditsUnderWay:
    """Audits, sends and proves edits; the log of actions has what becomes of each."""

    def __init__(self, session: EditingSession, on_change: Callable[[], None]) -> None:
        """`on_change` is called after each step."""
        self._session = session
        self._on_change = on_change
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(
        self, edit: Action, api: EditedApi | None, then: Callable[[Result], None] | None
    ) -> None:
        """Send an edit, if its API is open. `then` gets the result."""
        entry = LogEntry(edit, self._session.clock.wall(), Result(outcome=Outcome.SENT))
        self._session.pending_actions.log.append(entry)
        if api is None or api.audit is None:
            entry.result = Result(outcome=Outcome.REFUSED, detail="not connected")
            if then is not None:
                then(entry.result)
        else:
            task = asyncio.create_task(self._finish(edit, api, api.audit, entry, then))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._on_change()

    async def _finish(
        self,
        edit: Action,
        api: EditedApi,
        audit: Audit,
        entry: LogEntry,
        then: Callable[[Result], None] | None,
    ) -> None:
        from confmon.monitor.edits.target import carry_out_edit

        try:
            result = await carry_out_edit(edit, api.port, audit, self._session.clock)
        except Exception:  # a bug of ours: the audit log says the same, and it goes on from here
            entry.result = INTERRUPTED
            if then is not None:
                then(INTERRUPTED)
            self._on_change()
            raise
        entry.result = result
        if result.outcome is not Outcome.REFUSED:
            self._session.doubt_audit("")  # it has just been written
        resource = BY_NAME.get(edit.resource)
        if resource is not None and edit.method != "GET":
            _take_in(edit, result, api.reader, resource.plural)
        if then is not None:
            then(result)
        self._on_change()

    async def close(self) -> None:
        """Let each write what became of it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _take_in(edit: Action, result: Edited, reader: CachedLists, name: str) -> None:
    """Take in the record that proves a change; after anything else read the lists again."""
    changed = edit.method in ("PUT", "PATCH") and result.key == edit.key
    if changed and result.outcome is Outcome.DONE and result.asked_at is not None:
        reader.shelves[name].take_one(result.asked_at, result.record)
        return
    if edit.key is not None:
        reader.read_alone(name, edit.key)
    reader.retry()
