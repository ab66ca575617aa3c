"""`rooms --watch`, `dids --watch` and others: a JSON line for each change of what is set up."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.cli.commands.watching.change_lines import ChangeLines, differing
from confmon.cli.filtering.list_options import meets_all
from confmon.cli.output.line_output import LineOutput, print_lines
from confmon.clock import SystemClock, timers_on
from confmon.models.lists import ListQuery
from confmon.monitor.exports.rows import names_of
from confmon.monitor.polling.list_reader import CachedLists, ListSource
from confmon.process import streams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.cli.commands.watching.change_lines import Line
    from confmon.cli.filtering.list_options import ListOptions
    from confmon.cli.output.printing import PrintOptions
    from confmon.clock import Clock
    from confmon.models.errors import BridgeError
    from confmon.models.resources.resource import Resource
    from confmon.ports import ResourceClient


class ListChanges:
    """Tells the changes of one list, read as often as its section reads it."""

    def __init__(
        self,
        port: ResourceClient,
        resource: Resource[Any],
        clock: Clock,
        *,
        options: ListOptions,
        printing: PrintOptions,
        put: Callable[[Line], None],
    ) -> None:
        names = names_of(resource.record)
        left_out = {resource.wire(name) for name in resource.unpolled_fields()}
        unread = left_out - set(options.fields)
        self._clock = clock
        self._name = resource.plural
        source = ListSource(
            key=resource.key,
            read=partial(port.list, resource, ListQuery(exclude=tuple(sorted(unread)))),
            brief=resource.is_brief,
        )
        self._lists = CachedLists(
            {self._name: source}, clock, self._heard, call_later=timers_on(clock)
        )
        self._shelf = self._lists.shelves[self._name]
        self._records: Mapping[Any, Any] | None = None
        """As last printed; None: nothing was read yet."""
        self._version = 0
        self._lines = ChangeLines(
            put=put,
            names=[name for name in options.pick_fields(names) if name not in unread],
            printing=printing,
            matches=lambda record: meets_all(record, options.conditions),
            is_filtered=bool(options.conditions),
            wire=resource.wire,
        )
        self._over = asyncio.Event()
        self._error: BridgeError | None = None

    def end(self) -> None:
        """Let `run` end."""
        self._over.set()

    async def run(self) -> None:
        """Tell what changes until `end`. BridgeError: 401; or the first read failed."""
        self._lists.look([self._name])
        try:
            await self._over.wait()
        finally:
            await self._lists.close()
        if self._error is not None:
            raise self._error

    def _heard(self) -> None:
        state = self._shelf.state
        if not streams.has_reader():
            self.end()
        if state.error is not None:
            if self._records is None or self._lists.unauthorized is not None:
                self._error = state.error
                self.end()
            else:
                self._lines.lost(self._clock.wall(), str(state.error))
        elif self._shelf.version != self._version:
            self._version = self._shelf.version
            now = self._clock.now()
            asked_at = now if state.ok_asked_at is None else state.ok_asked_at
            self._tell(self._clock.wall() - (now - asked_at))

    def _tell(self, at: float) -> None:
        was, now, lines = self._records or {}, self._shelf.records, self._lines
        lines.read(at)
        lines.there("left", [was[key] for key in was if key not in now], at)
        for key, record in now.items():
            if key in was and (names := differing(was[key], record)):
                lines.changed(was[key], record, names, at)
        lines.there(lines.came(), [now[key] for key in now if key not in was], at)
        self._records = now
        lines.is_whole |= self._shelf.is_whole


async def print_list_changes(
    port: ResourceClient, resource: Resource[Any], options: ListOptions, printing: PrintOptions
) -> None:
    """Print the changes of a list on stdout until it can't be written. BridgeError: as `run`."""
    output = LineOutput()
    changes = ListChanges(
        port, resource, SystemClock(), options=options, printing=printing, put=output.put
    )
    await print_lines(output, changes.run, changes.end)
