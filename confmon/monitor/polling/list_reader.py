"""The lists that the sections show: read slowly, and only while they are looked at.

Each list is a feed, and of one API a single one is read at a time. Every read carries the moment
it was asked for: an older one never undoes a newer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.models.errors import BridgeError, NotFound, Unauthorized
from confmon.models.lists import ListQuery
from confmon.monitor.polling.backoff import Backoff
from confmon.monitor.polling.feed import FeedSource, FeedState
from confmon.monitor.polling.poller import Poller
from confmon.process.bugs import report_bug

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from confmon.clock import CallLater, Clock, Steps
    from confmon.models.lists import ListResult
    from confmon.models.resources.resource import Resource
    from confmon.ports import ResourceClient

INTERVAL_S = 30.0
"""Seconds between two reads of the section that is looked at."""

BRIEF_S = 5.0
"""Seconds between two reads of a list with records that last for seconds, while there are any."""

RETRY_S = 1.0
"""The least wait after a failure."""

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
    is_whole: bool = True
    """Whether the last read of the list missed none of them."""
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
        self.is_whole = listed.whole
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
            self._note_alone(asked_at, key)
            self.records[key] = self.full[key] = record

    def drop(self, asked_at: float, key: Key) -> None:
        """Take out a record that a read of its own did not find."""
        if self._is_news(asked_at, key):
            self._note_alone(asked_at, key)
            self.records.pop(key, None)
            self.full.pop(key, None)

    def _note_alone(self, asked_at: float, key: Key) -> None:
        self.version += 1
        self._alone_at[key] = asked_at
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
    return {resource.plural: _source(port, resource) for resource in resources if resource.section}


def _source(port: ResourceClient, resource: Resource[Any]) -> ListSource:
    left_out = resource.unpolled_fields()
    query = ListQuery(exclude=tuple(resource.wire(name) for name in left_out))
    return ListSource(
        key=resource.key,
        read=partial(port.list, resource, query),
        read_one=partial(port.get, resource) if "show" in resource.commands else None,
        heavy=left_out,
        brief=resource.is_brief,
    )


class CachedLists:
    """Some lists of one API, read while they are looked at, one after another."""

    def __init__(
        self,
        sources: Mapping[str, ListSource],
        clock: Clock,
        on_change: Callable[[], None],
        *,
        call_later: CallLater,
        new_backoff: Callable[[], Backoff] = Backoff,
    ) -> None:
        """`on_change` is called after every reply or failure."""
        self._sources = sources
        self._clock = clock
        self._on_change = on_change
        self.shelves = {
            name: CachedList(source.key, source.heavy) for name, source in sources.items()
        }
        self._poller: Poller[str] = Poller(
            self._open_feed,
            clock,
            call_later=call_later,
            interval_s=INTERVAL_S,
            on_change=lambda _name: on_change(),
            new_backoff=new_backoff,
            one_at_a_time=True,
            wake_gap_s=0.0,
        )
        self._alone: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, Key] = {}

    def _open_feed(self, name: str) -> FeedSource:
        source, shelf = self._sources[name], self.shelves[name]

        def take(asked_at: float, _answered_at: float, listed: ListResult[Any]) -> Steps[None]:
            shelf.take(asked_at, listed)
            yield

        return FeedSource(
            fetch=source.read,
            take=take,
            state=shelf.state,
            at_most_s=lambda: BRIEF_S if source.brief and shelf.records else INTERVAL_S,
            young_s=SOON_S,
            retry_s=RETRY_S,
        )

    @property
    def unauthorized(self) -> Unauthorized | None:
        """The 401 after which nothing is read until `retry`."""
        return self._poller.unauthorized

    def stop(self, error: Unauthorized) -> None:
        """Read nothing more until `retry`: the same login was refused elsewhere."""
        self._poller.stop(error)

    def look(self, lists: Sequence[str]) -> None:
        """Read these lists, in this order; none: end after the read that is under way."""
        watched = {name for name in lists if self._poller.is_watched(name)}
        self._poller.watch(dict.fromkeys(lists, 1.0))
        for name in lists:
            asked_at = self.shelves[name].state.asked_at
            if name in watched and asked_at is not None and self._clock.now() - asked_at >= SOON_S:
                self._poller.wake(name)

    def read_overdue(self) -> None:
        """Read each list with a timer that should have come long ago."""
        self._poller.read_overdue()

    def retry(self) -> None:
        """Read now, whatever failed before; only what a 429 asked for is kept."""
        for shelf in self.shelves.values():
            shelf.state.asked_at = None
        self._poller.retry()

    def read_alone(self, name: str, key: Key) -> None:
        """Read one record soon, with what the lists leave out.

        One at a time of each list, and of those asked for meanwhile only the last: a cursor that
        runs through a thousand rows must not ask a thousand times.
        """
        if self._sources[name].read_one is None or self.unauthorized is not None:
            return
        self._next[name] = key
        running = self._alone.get(name)
        if running is None or running.done():
            self._alone[name] = asyncio.create_task(self._read_next(name))

    async def _read_next(self, name: str) -> None:
        while (key := self._next.pop(name, None)) is not None:
            await self._read_alone(name, key)

    async def read_now(self, name: str, key: Key) -> Any:
        """Read one record again and return it; None: it is gone, or could not be read."""
        shelf = self.shelves[name]
        await self._read_alone(name, key)
        return None if key in shelf.errors else shelf.full.get(key)

    async def close(self) -> None:
        """End; a read under way is abandoned."""
        for task in self._alone.values():
            task.cancel()
        await asyncio.gather(*self._alone.values(), return_exceptions=True)
        await self._poller.close()

    async def _read_alone(self, name: str, key: Key) -> None:
        shelf, asked_at = self.shelves[name], self._clock.now()
        read_one = self._sources[name].read_one
        assert read_one is not None  # noqa: S101  nobody comes here otherwise
        try:
            shelf.take_one(asked_at, await read_one(key))
            shelf.errors.pop(key, None)
        except NotFound:
            shelf.drop(asked_at, key)
        except BridgeError as error:
            if isinstance(error, Unauthorized):
                self._poller.stop(error)
            shelf.errors[key] = error
        except Exception as error:  # noqa: BLE001 - a bug in one read must not end the others
            report_bug(error)
            shelf.errors[key] = BridgeError(f"internal error: {type(error).__name__}")
        self._on_change()
