"""The lists that the sections show: read slowly, and only while they are looked at.

One self-clocking loop for each API, one read in flight. It reads the lists of the section that is
looked at one after another, waits the rest of the interval or for a wake-up, and ends when nobody
looks any more. Every read carries the moment it was asked for: an older one never undoes a newer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from confmon.models.errors import BridgeError, NotFound, Throttled, Unauthorized
from confmon.models.lists import ListQuery
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.poller import FeedState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.models.lists import ListResult
    from confmon.models.resources.resource import Resource
    from confmon.ports import ResourceClient

INTERVAL_S = 30.0
"""Seconds between two reads of the section that is looked at."""

BRIEF_S = 5.0
"""Seconds between two reads of a list whose records last for seconds, while there are any."""

SOON_S = 2.0
"""A list this young is not read again because somebody came back to it."""

Key = int | str
"""A meeting number, an id or a sid."""


@dataclass(slots=True)
class CachedList:
    """One list as it was last read, by key; and what was read of single records since.

    `full` has the records that were read alone, with what lists leave out: the `heavy` fields.
    """

    key: str
    heavy: tuple[str, ...] = ()
    records: dict[Key, Any] = field(default_factory=dict)
    full: dict[Key, Any] = field(default_factory=dict)
    state: FeedState = field(default_factory=FeedState)
    notes: tuple[str, ...] = ()
    version: int = 0
    """Another one whenever something was taken in."""
    errors: dict[Key, BridgeError] = field(default_factory=dict)
    """Why a record could not be read alone."""
    _alone_at: dict[Key, float] = field(default_factory=dict)
    """When the last good read of a single record was asked for, whether it found it or not."""
    _listed_at: float = float("-inf")
    """When the last good read of the list was asked for."""

    def take(self, asked_at: float, listed: ListResult[Any]) -> None:
        """Take a whole list in. Who was read alone since it was asked for keeps that."""
        self.version += 1
        found = {getattr(record, self.key): record for record in listed.records}
        since = {key for key, at in self._alone_at.items() if at > asked_at}
        for key in since:
            found.pop(key, None)
            if key in self.records:
                found[key] = self.records[key]
        if not listed.whole:
            found = {**self.records, **found}
        for key in self._alone_at.keys() - since:
            del self._alone_at[key]
        self.records, self._listed_at = found, asked_at
        self.full = {
            key: record if key in since else self._with_heavy(found[key], record)
            for key, record in self.full.items()
            if key in found
        }
        unread = len(listed.unreadable)
        more = () if listed.whole else ("not all of them were read",)
        self.notes = ((f"{unread} unreadable",) if unread else ()) + more + listed.notes

    def _with_heavy(self, listed: Any, full: Any) -> Any:
        return replace(listed, **{name: getattr(full, name) for name in self.heavy})

    def _is_news(self, asked_at: float, key: Key) -> bool:
        return asked_at >= max(self._listed_at, self._alone_at.get(key, self._listed_at))

    def take_one(self, asked_at: float, record: Any) -> None:
        """Take in a record that was read alone."""
        key = getattr(record, self.key)
        if self._is_news(asked_at, key):
            self.version += 1
            self._alone_at[key] = asked_at
            self.records[key] = self.full[key] = record
            self.errors.pop(key, None)

    def drop(self, asked_at: float, key: Key) -> None:
        """Take out a record that a read of its own did not find."""
        if self._is_news(asked_at, key):
            self.version += 1
            self._alone_at[key] = asked_at
            self.records.pop(key, None)
            self.full.pop(key, None)
            self.errors.pop(key, None)


@dataclass(frozen=True, slots=True)
class ListSource:
    """How a list is read, and one record of it."""

    key: str
    read: Callable[[], Awaitable[ListResult[Any]]]
    read_one: Callable[[Any], Awaitable[Any]] | None = None
    heavy: tuple[str, ...] = ()
    """The fields that the list leaves out."""
    brief: bool = False
    """Whether its records last for seconds: it is read often while there is any."""


def list_sources(port: ResourceClient, resources: Iterable[Resource[Any]]) -> dict[str, ListSource]:
    """Return how the lists of an API are read.

    What is long and only wanted of one record is left out of the lists.
    """
    return {one.plural: _source(port, one) for one in resources if one.section}


def _source(port: ResourceClient, resource: Resource[Any]) -> ListSource:
    query = ListQuery(exclude=tuple(resource.wire(name) for name in resource.unpolled_fields()))

    def read() -> Awaitable[ListResult[Any]]:
        return port.list(resource, query)

    def read_one(key: Key) -> Awaitable[Any]:
        return port.get(resource, key)

    return ListSource(
        key=resource.key,
        read=read,
        read_one=read_one if "show" in resource.commands else None,
        heavy=resource.unpolled_fields(),
        brief=resource.is_brief,
    )


class ListPoller:
    """Keeps some lists of one API read while they are looked at."""

    def __init__(
        self,
        sources: Mapping[str, ListSource],
        clock: Clock,
        on_change: Callable[[], None],
        *,
        interval_s: float = INTERVAL_S,
        new_backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        """`on_change` is called after every reply or failure."""
        self._sources = sources
        self._clock = clock
        self._on_change = on_change
        self.interval_s = interval_s
        self.shelves = {
            name: CachedList(source.key, source.heavy) for name, source in sources.items()
        }
        self.unauthorized: Unauthorized | None = None
        """Set by a 401: nothing is read until `retry`."""
        self.next_at: float | None = None
        self.fault: Exception | None = None
        """The last failure that was our own and not the API's, for the log."""
        self._backoff = new_backoff()
        self._quiet_until = float("-inf")
        self._lists: tuple[str, ...] = ()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._alone: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, Key] = {}

    def look(self, lists: Sequence[str]) -> None:
        """Read these lists, in this order; none: end after the read that is under way."""
        self._lists = tuple(lists)
        self._wake.set()
        if self._lists and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run())

    def retry(self) -> None:
        """Read now, whatever failed before; only what a 429 asked for is kept."""
        self.unauthorized = None
        for shelf in self.shelves.values():
            shelf.state.asked_at = None
        self._wake.set()

    def read_alone(self, name: str, key: Key) -> None:
        """Read one record soon, with what the lists leave out.

        One at a time of each list, and of those asked for meanwhile only the last: a cursor that
        runs through a thousand rows must not ask a thousand times.
        """
        if self._sources[name].read_one is None or self.unauthorized is not None:
            return
        self._next[name] = key
        standing = self._alone.get(name)
        if standing is None or standing.done():
            self._alone[name] = asyncio.create_task(self._read_next(name))

    async def _read_next(self, name: str) -> None:
        while (key := self._next.pop(name, None)) is not None:
            await self._read_alone(name, self._sources[name], key)

    async def read_now(self, name: str, key: Key) -> Any:
        """Read one record anew and return it; None: it is gone, or could not be read."""
        source, shelf = self._sources[name], self.shelves[name]
        await self._read_alone(name, source, key)
        return None if key in shelf.errors else shelf.full.get(key)

    async def close(self) -> None:
        """End; a read under way is abandoned."""
        tasks = [*self._alone.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while self._lists:
            self._wake.clear()
            wait_s = await self._round()
            self.next_at = None if wait_s is None else self._clock.now() + wait_s
            self._on_change()
            if self._lists:
                await self._until_next(wait_s)

    async def _until_next(self, wait_s: float | None) -> None:
        """Wait for the next round, or to be woken; meanwhile read what lasts for seconds."""
        while wait_s is not None and wait_s > BRIEF_S and (names := self._brief()):
            await self._wait(BRIEF_S)
            if self._wake.is_set():
                return
            for name in names:
                await self._read(name)
            self._on_change()
            wait_s = max(0.0, (self.next_at or 0.0) - self._clock.now())
        await self._wait(wait_s)

    def _brief(self) -> tuple[str, ...]:
        """Return the lists to read often; how long to wait after a failure, the round says."""
        return tuple(
            name
            for name in self._lists
            if self._sources[name].brief
            and self.shelves[name].records
            and not self.shelves[name].state.failures
        )

    async def _round(self) -> float | None:
        """Read every list once; return how long to wait, None for until woken."""
        began, failed = self._clock.now(), None
        for name in self._lists:
            if self.unauthorized is not None:
                return None
            if (quiet_s := self._quiet_until - self._clock.now()) > 0:
                return quiet_s
            if name not in self._lists or self._is_young(name):
                continue
            error = await self._read(name)
            failed = error or failed
            self._on_change()
            if error is not None and error.status is None:
                break  # nobody answers; the other lists would not fare better
        if self.unauthorized is not None:
            return None
        if failed is not None:
            return self._backoff.after_failure(1.0, failed)
        return self._backoff.after_success(self.interval_s, self._clock.now() - began)

    def _is_young(self, name: str) -> bool:
        state = self.shelves[name].state
        asked_at = state.asked_at
        if asked_at is None or state.failures:
            return False
        return self._clock.now() - asked_at < SOON_S

    async def _read(self, name: str) -> BridgeError | None:
        shelf = self.shelves[name]
        state = shelf.state
        asked_at = state.asked_at = self._clock.now()
        state.in_flight = True
        try:
            listed = await self._sources[name].read()
            shelf.take(asked_at, listed)
        except BridgeError as error:
            if isinstance(error, Unauthorized):
                self.unauthorized = error
            if isinstance(error, Throttled) and error.retry_after_s is not None:
                self._quiet_until = self._clock.now() + error.retry_after_s
            state.error = error
            state.failures += 1
            return error
        except Exception as error:  # noqa: BLE001 - a bug in one read must not end the loop
            self.fault = error
            state.error = BridgeError(f"internal: {type(error).__name__}", hint="See the log.")
            state.failures += 1
            return state.error
        finally:
            state.in_flight = False
        state.error, state.failures = None, 0
        state.ok_asked_at = asked_at
        state.latency_s = self._clock.now() - asked_at
        state.took_s.append(state.latency_s)
        return None

    async def _read_alone(self, name: str, source: ListSource, key: Key) -> None:
        shelf, asked_at = self.shelves[name], self._clock.now()
        assert source.read_one is not None  # noqa: S101  nobody comes here otherwise
        try:
            shelf.take_one(asked_at, await source.read_one(key))
            shelf.errors.pop(key, None)
        except NotFound:
            shelf.drop(asked_at, key)
        except BridgeError as error:
            if isinstance(error, Unauthorized):
                self.unauthorized = error
            shelf.errors[key] = error
        except Exception as error:  # noqa: BLE001 - as above
            self.fault = error
        self._on_change()

    async def _wait(self, wait_s: float | None) -> None:
        woken = asyncio.create_task(self._wake.wait())
        if wait_s is None:
            await woken
            return
        slept = asyncio.create_task(self._clock.sleep(wait_s))
        try:
            await asyncio.wait({woken, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            slept.cancel()
