"""The query of a list that is read once, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """The records to read, their order, number and fields.

    `filter` is the API's own language (`confmon.api.lists.query`) and `order` is ``field`` or
    ``field desc``. Without `limit` every record is read, page by page. `include` and `exclude` are
    wire names; the key is always read. Conference gets ``includeFields``, Mediator and Core
    ``include_fields``.
    """

    filter: str = ""
    order: str = ""
    limit: int | None = None
    offset: int = 0
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


EVERYTHING = ListQuery()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListResult(Generic[T]):
    """The records found, one per key, in the order sent.

    `whole` is False if there are more although the query has no limit. `total` is the server's
    count, None if it sends none. `unreadable` has a cleaned sentence for each unreadable item;
    `notes` tells what the server could not do.
    """

    records: tuple[T, ...]
    whole: bool = True
    total: int | None = None
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
