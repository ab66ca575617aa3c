"""What is asked of a list that is read once, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """Which records, in what order, how many, with which fields.

    `filter` is the API's own language (`confmon.api.lists.query`) and `order` is ``field`` or
    ``field desc``. Without `limit` every record is read, page by page. `include` and `exclude` are
    wire names; the key always comes along. Conference is sent ``includeFields``, Mediator and Core
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

    `whole` is False when there are more than were read without a limit being asked for. `total` is
    what the server counts, which may be nothing. `unreadable` has one cleaned sentence per item
    that could not be read; `notes` says what was given up.
    """

    records: tuple[T, ...]
    whole: bool = True
    total: int | None = None
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
