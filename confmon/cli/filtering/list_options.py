"""``--filter --order --limit --offset --fields --exclude``: checked, sent, and applied again.

Nobody knows which endpoints honour which of them. So the same conditions are applied to what comes
back. Where the server refuses or ignores them, the whole list is read first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from confmon.cli.filtering import expression
from confmon.config.settings.checks import suggest
from confmon.models.errors import Rejected
from confmon.models.lists import ListQuery, ListResult
from confmon.monitor.exports.rows import value_of
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from confmon.cli.filtering.expression import Condition
    from confmon.models.live_records import R, Scan

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """What the command line asks of a list. `fields` are those to print; () is all."""

    conditions: tuple[Condition, ...] = ()
    order: str = ""
    limit: int | None = None
    offset: int = 0
    fields: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def query(self) -> ListQuery:
        """Return what is sent. What conditions and order look at comes along."""
        looked_at = [condition.field for condition in self.conditions] + self.order.split()[:1]
        include = tuple(dict.fromkeys((*self.fields, *looked_at))) if self.fields else ()
        return ListQuery(
            filter=" and ".join(str(condition.query()) for condition in self.conditions),
            order=self.order,
            limit=self.limit,
            offset=self.offset,
            include=include,
            exclude=tuple(name for name in self.exclude if name not in looked_at),
        )

    def is_whole_list(self) -> bool:
        """Tell whether the whole list is wanted, with every field."""
        return self == ListOptions()

    def pick_fields(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the fields to print, of those that a record has, or of a shorter default."""
        return tuple(name for name in self.fields or names if name not in self.exclude)


def parse_list_options(arguments: Namespace, names: Sequence[str]) -> ListOptions:
    """Read the flags of a list of records with the fields `names`. CliExit: 64."""
    return ListOptions(
        conditions=parse_conditions(getattr(arguments, "filter", None), names),
        order=_parse_order(getattr(arguments, "order", None) or "", names),
        limit=getattr(arguments, "limit", None),
        offset=getattr(arguments, "offset", 0),
        fields=_check_names("--fields", arguments.fields, names),
        exclude=_check_names("--exclude", arguments.exclude, names),
    )


def parse_conditions(text: str | None, names: Sequence[str]) -> tuple[Condition, ...]:
    """Return the API's conditions in `text`. CliExit: 64."""
    if text is None:
        return ()
    try:
        found = expression.parse_expression(text, names)
        for condition in found:
            condition.query()
    except ValueError as error:
        raise exits.usage_error(f"--filter: {error}") from None
    return found


def _parse_order(text: str, names: Sequence[str]) -> str:
    match text.split():
        case []:
            return ""
        case [field] | [field, "asc" | "desc"]:
            _check_names("--order", (field,), names)
            return " ".join(text.split())
    raise exits.usage_error(f"--order {text!r}: 'field', 'field asc', 'field desc'")


def _check_names(flag: str, wanted: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(name.strip("\"'") for name in wanted))
    for name in found:
        if name not in names:
            hint = suggest(name, names) or f" (there are: {', '.join(names)})"
            raise exits.usage_error(f"{flag}: no field {name!r}{hint}")
    return found


async def read_list(
    read: Callable[[ListQuery], Awaitable[ListResult[T]]],
    options: ListOptions,
    is_extra: Callable[[T], bool] = lambda _: False,
) -> ListResult[T]:
    """Read a list with these options, whatever the server does with them.

    `is_extra` tells which records come in addition to those that a limit counts.
    """
    listing = options.query()
    try:
        listed = await read(listing)
    except Rejected:
        if not (listing.filter or listing.order):
            raise
        print_notice("the server refuses that filter or order; all of the list is read")
    else:
        kept = tuple(
            record for record in listed.records if meets_all(record, options.conditions, sent=True)
        )
        part = options.limit is not None or options.offset > 0
        counted = sum(not is_extra(record) for record in kept)
        too_many = options.limit is not None and counted > options.limit
        odd = part and (len(kept) < len(listed.records) or not _in_order(kept, options))
        if not too_many and not odd:
            ordered = kept if part else pick_records(kept, options)
            return replace(listed, records=ordered)
        print_notice("the server ignores the filter, order or limit; all of the list is read")
    everything = replace(listing, filter="", order="", limit=None, offset=0)
    listed = await read(everything)
    found = [record for record in listed.records if meets_all(record, options.conditions)]
    return replace(listed, records=pick_records(found, options))


def _in_order(records: Sequence[Any], options: ListOptions) -> bool:
    """Tell whether numbers are in the order wanted; how a server sorts texts, nobody knows."""
    field, *way = options.order.split() or [""]
    values = [value_of(record, field) for record in records] if field else []
    if not all(isinstance(value, int) for value in values):
        return True
    return values == sorted(values, reverse=way == ["desc"])


def pick_records(records: Iterable[T], options: ListOptions) -> tuple[T, ...]:
    """Order records and take those that `limit` and `offset` leave."""
    found = list(records)
    if options.order:
        field, *way = options.order.split()
        found.sort(key=lambda record: _sortable(value_of(record, field)), reverse=way == ["desc"])
    stop = None if options.limit is None else options.offset + options.limit
    return tuple(found[options.offset : stop])


def print_notes(listed: ListResult[Any], torn: str = "the list is not whole") -> None:
    """Print on stderr what a list could not give."""
    if listed.unreadable:
        print_notice(f"{len(listed.unreadable)} unreadable: {listed.unreadable[0]}")
    for note in listed.notes:
        print_notice(note)
    if not listed.whole:
        print_notice(torn)


def from_scan(scan: Scan[R]) -> ListResult[R]:
    """Return a scan of live records as a list that is read once."""
    return ListResult(
        records=scan.records, whole=scan.clean, total=scan.total,
        unreadable=scan.unreadable, notes=scan.notes,
    )  # fmt: skip


def meets_all(record: Any, conditions: Iterable[Condition], *, sent: bool = False) -> bool:
    """Tell whether a record meets conditions; no list of values meets one.

    `sent`: the server has judged them. It alone knows what is in lists, and fields it never sends.
    """
    for condition in conditions:
        value = value_of(record, condition.field)
        if sent and (value is None or isinstance(value, tuple)):
            continue
        if isinstance(value, tuple) or not condition.holds(value):
            return False
    return True


def _sortable(value: Any) -> tuple[int, Any]:
    if value is None or isinstance(value, tuple):
        return (2, 0)
    return (1, value) if isinstance(value, str) else (0, value)
