"""``--filter --order --limit --offset --fields --exclude``: checked here, sent, and held to.

Nobody knows which endpoints honour which of them. So what comes back is picked from once more by
the same conditions, and where the server refuses or ignores them, all is read and picked here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from confmon.cli.filtering import expression
from confmon.config.settings.config_file import nearest
from confmon.models.errors import Rejected
from confmon.models.lists import ListQuery, ListResult
from confmon.process import exits

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from confmon.cli.filtering.expression import Condition
    from confmon.models.calls import R, Scan

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

    def listing(self) -> ListQuery:
        """Return what is sent. What conditions and order look at comes along."""
        looked_at = [one.field for one in self.conditions] + self.order.split()[:1]
        include = tuple(dict.fromkeys((*self.fields, *looked_at))) if self.fields else ()
        return ListQuery(
            filter=" and ".join(str(one.query()) for one in self.conditions),
            order=self.order,
            limit=self.limit,
            offset=self.offset,
            include=include,
            exclude=tuple(name for name in self.exclude if name not in looked_at),
        )

    def narrows(self) -> bool:
        """Tell whether anything else than the whole list is wanted."""
        return self != ListOptions()


def list_options(arguments: Namespace, names: Sequence[str]) -> ListOptions:
    """Read the flags of a list whose records have the fields `names`. CliExit: 64."""
    return ListOptions(
        conditions=conditions(getattr(arguments, "filter", None), names),
        order=_order(getattr(arguments, "order", None) or "", names),
        limit=getattr(arguments, "limit", None),
        offset=getattr(arguments, "offset", 0),
        fields=_known("--fields", arguments.fields, names),
        exclude=_known("--exclude", arguments.exclude, names),
    )


def conditions(text: str | None, names: Sequence[str]) -> tuple[Condition, ...]:
    """Return the API's conditions in `text`. CliExit: 64."""
    if text is None:
        return ()
    try:
        found = expression.parse_expression(text, names)
        for one in found:
            one.query()
    except ValueError as error:
        raise exits.CliExit(exits.USAGE, f"confmon: --filter: {error}") from None
    return found


def _order(text: str, names: Sequence[str]) -> str:
    match text.split():
        case []:
            return ""
        case [field] | [field, "asc" | "desc"]:
            _known("--order", (field,), names)
            return " ".join(text.split())
    raise exits.CliExit(
        exits.USAGE, f"confmon: --order {text!r}: 'field', 'field asc', 'field desc'"
    )


def _known(flag: str, wanted_: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(name.strip("\"'") for name in wanted_))
    for name in found:
        if name not in names:
            hint = nearest(name, names) or f" (there are: {', '.join(names)})"
            raise exits.CliExit(exits.USAGE, f"confmon: {flag}: no field {name!r}{hint}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSource(Generic[T]):
    """Where a list is read, and how a field of one of its records is, by wire name.

    `beside` tells which records come in addition to those that a limit counts.
    """

    read: Callable[[ListQuery], Awaitable[ListResult[T]]]
    value: Callable[[T, str], Any]
    beside: Callable[[T], bool] = lambda _: False


async def read_list(
    source: FilterSource[T], want: ListOptions, say: Callable[[str], None]
) -> ListResult[T]:
    """Read a list as it is wanted, whatever the server makes of it."""
    listing = want.listing()
    try:
        listed = await source.read(listing)
    except Rejected:
        if not (listing.filter or listing.order):
            raise
        say("the server refuses that filter or order; all of the list is read")
    else:
        kept = tuple(one for one in listed.records if _meets(one, want, source, sent=True))
        part = want.limit is not None or want.offset > 0
        counted = sum(not source.beside(one) for one in kept)
        too_many = want.limit is not None and counted > want.limit
        odd = part and (len(kept) < len(listed.records) or not _in_order(kept, want, source))
        if not too_many and not odd:
            ordered = kept if part else pick_records(kept, want, source.value)
            return replace(listed, records=ordered)
        say("the server ignores the filter, order or limit; all of the list is read")
    everything = replace(listing, filter="", order="", limit=None, offset=0)
    listed = await source.read(everything)
    found = [one for one in listed.records if _meets(one, want, source, sent=False)]
    return replace(listed, records=pick_records(found, want, source.value))


def _in_order(records: Sequence[T], want: ListOptions, source: FilterSource[T]) -> bool:
    """Tell whether numbers are in the order wanted; how a server sorts texts, nobody knows."""
    field, *way = want.order.split() or [""]
    values = [source.value(one, field) for one in records] if field else []
    if not all(isinstance(value, int) for value in values):
        return True
    return values == sorted(values, reverse=way == ["desc"])


def pick_records(
    records: Iterable[T], want: ListOptions, value: Callable[[T, str], Any]
) -> tuple[T, ...]:
    """Order records and take those that `limit` and `offset` leave."""
    found = list(records)
    if want.order:
        field, *way = want.order.split()
        found.sort(key=lambda one: _sortable(value(one, field)), reverse=way == ["desc"])
    stop = None if want.limit is None else want.offset + want.limit
    return tuple(found[want.offset : stop])


def listed_of(scan: Scan[R]) -> ListResult[R]:
    """Return a scan of live records as a list that is read once."""
    return ListResult(
        records=scan.records, whole=scan.clean, total=scan.total,
        unreadable=scan.unreadable, notes=scan.notes,
    )  # fmt: skip


def _meets(record: T, want: ListOptions, source: FilterSource[T], *, sent: bool) -> bool:
    """Hold a record to the conditions. What no reply has, only the server can have looked at."""
    for one in want.conditions:
        value = source.value(record, one.field)
        if value is None and sent:
            continue
        if isinstance(value, tuple) or not one.holds(value):
            return sent and isinstance(value, tuple)
    return True


def _sortable(value: Any) -> tuple[int, Any]:
    if value is None or isinstance(value, tuple):
        return (2, 0)
    return (1, value) if isinstance(value, str) else (0, value)
