"""What `--watch` prints: a line for each record that is there, joins, changes or leaves."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.cli.output.printing import row_of
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Sequence

    from confmon.cli.filtering.list_options import ListOptions
    from confmon.cli.output.printing import PrintOptions

Line = dict[str, Any]

_LAST_S = 253_370_764_800
"""No calendar has a later second."""


def check_watch(arguments: Namespace, options: ListOptions) -> None:
    """Refuse what a list that goes on can't have, and choose its format. CliExit: 64."""
    if arguments.output in ("json", "csv"):
        _refuse(f"prints JSON lines: -o jsonl, not -o {arguments.output}")
    if options.order or options.offset or options.limit is not None:
        _refuse("has no --order, --limit and --offset: lines come as things happen")
    arguments.output = "jsonl"


def _refuse(why: str) -> None:
    raise exits.usage_error(f"--watch {why}")


def iso_ms(epoch_s: float) -> str:
    """Return a moment in UTC, to the millisecond.

    >>> iso_ms(1700000000.5)
    '2023-11-14T22:13:20.500Z'
    """
    at = datetime.fromtimestamp(min(max(0.0, epoch_s), _LAST_S), UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class ChangeLines:
    """Makes lines of what happens to records, and gives them to `put`.

    `names` are the wire names of the fields to print. With `is_filtered` only what `matches` before
    or after is printed; a change then says whether it does now. Moments are epoch seconds.
    """

    put: Callable[[Line], None]
    names: Sequence[str]
    printing: PrintOptions
    matches: Callable[[Any], bool]
    is_filtered: bool
    wire: Callable[[str], str]
    """From the name of a field to that on the wire."""
    read_at: float | None = None
    """When the newest read was asked for that was taken in."""
    is_whole: bool = False
    """Whether a read has shown everybody: who is found later has joined."""
    gap: Line | None = None
    """The gap that lasts."""

    def came(self) -> str:
        """Return what a record did that is new in a read."""
        return "joined" if self.is_whole else "present"

    def there(self, event: str, records: Iterable[Any], at: float) -> None:
        """Tell who is ``present``, ``joined`` or ``left``."""
        for record in records:
            if self.matches(record):
                self._put(at, event, self._row(record, at))

    def changed(self, was: Any, now: Any, names: Iterable[str], at: float) -> None:
        """Tell in which of these fields a record changed."""
        fits, fitted = self.matches(now), self.matches(was)
        changed = [wire for wire in map(self.wire, names) if wire in self.names]
        if not (fits or fitted) or (fits == fitted and not changed):
            return
        before = self._row(was, at)
        line = self._row(now, at) | {"was": {name: before[name] for name in changed}}
        self._put(at, "changed", line | ({"matches": fits} if self.is_filtered else {}))

    def lost(self, at: float, reason: str) -> None:
        """Tell, once, that nothing is seen any more since the newest read."""
        if self.gap is None:
            self.gap = {"from": iso_ms(self.read_at or at), "to": None, "reason": reason}
            self._put(at, "gap", self.gap)

    def read(self, at: float) -> None:
        """Note a read; it ends a gap, if there was one."""
        self.read_at = at
        if self.gap is not None:
            self._put(at, "gap", self.gap | {"to": iso_ms(at)})
            self.gap = None

    def _row(self, record: Any, at: float) -> Line:
        return row_of(record, self.names, replace(self.printing, wall_s=at))

    def _put(self, at: float, event: str, line: Line) -> None:
        self.put({"at": iso_ms(at), "event": event, **line})


def differing(was: Any, now: Any) -> list[str]:
    """Return the fields in which two records of what is set up differ."""
    names = [field.name for field in fields(now) if field.compare]
    return [name for name in names if getattr(was, name) != getattr(now, name)]
