"""A list request: filter, order, page and field selection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.errors import bad_request, invalid_field
from confmon.simulator.http.lists import filters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from confmon.simulator.http.lists.filters import Getters, Node
    from confmon.simulator.world.quirks import Quirks

DEFAULT_LIMIT, MAX_LIMIT = 10, 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields to send; `include` None means all."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()

    def keeps(self, name: str) -> bool:
        """Tell whether the field is sent."""
        return name not in self.exclude and (self.include is None or name in self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list request asks for. `order` is a field, and True if descending."""

    offset: int = 0
    limit: int = DEFAULT_LIMIT
    order: tuple[str, bool] | None = None
    filter: Node | None = None
    selection: Selection = Selection()


def read_query(
    parameters: Mapping[str, str],
    fields: Collection[str],
    quirks: Quirks,
    default_limit: int = DEFAULT_LIMIT,
) -> Query:
    """Read the query string. Raises Refused (400) for what the vendor does not take.

    A limit above 1,000 is taken as 1,000.
    """
    limit = _read_count(parameters, "limit", default_limit)
    filter_text = "" if quirks.ignore_filter else parameters.get("filter", "").strip()
    return Query(
        offset=0 if quirks.ignore_offset else _read_count(parameters, "offset", 0),
        limit=DEFAULT_LIMIT if quirks.ignore_limit else min(limit, MAX_LIMIT),
        order=_read_order(parameters.get("order", ""), fields),
        filter=filters.parse(filter_text, fields) if filter_text else None,
        selection=read_selection(parameters),
    )


def read_selection(parameters: Mapping[str, str]) -> Selection:
    """Read the field selection, in either spelling, with or without quotes."""
    include = parameters.get("includeFields", parameters.get("include_fields", ""))
    exclude = parameters.get("excludeFields", parameters.get("exclude_fields", ""))
    return _selection(include, exclude)


@lru_cache(64)
def _selection(include: str, exclude: str) -> Selection:
    return Selection(_read_names(include) or None, _read_names(exclude))


def _read_names(text: str) -> frozenset[str]:
    names = (name.strip().strip("\"'").strip() for name in text.split(","))
    return frozenset(name for name in names if name)


def _read_count(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise bad_request()
    return int(text)


def _read_order(text: str, fields: Collection[str]) -> tuple[str, bool] | None:
    words = text.split()
    if not words:
        return None
    if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
        raise bad_request()
    if words[0] not in fields:
        raise invalid_field()
    return words[0], len(words) == 2 and words[1].lower() == "desc"


def find(
    records: list[Any], query: Query, getters: Getters, quirks: Quirks
) -> tuple[list[Any], int]:
    """Return one page of these records, and how many of them fit the filter."""
    found = records
    if query.filter is not None:
        test = filters.predicate(query.filter, getters)
        found = [record for record in records if test(record)]
    if query.order and not quirks.ignore_order:
        sort(found, getters[query.order[0]], descending=query.order[1])
    return found[query.offset : query.offset + query.limit], len(found)


def sort(rows: list[Any], get: Callable[[Any], Any], *, descending: bool) -> None:
    """Sort in place. Records without a value, and those with an array or an object, come first."""

    def key(row: Any) -> tuple[int, Any]:
        value = get(row)
        if value is None or isinstance(value, list | dict):
            return (0, 0)
        return (1, value)

    rows.sort(key=key, reverse=descending)
