"""What is asked of a list: which records, in what order, with which fields.

    where("caller").like("%5319%") & where("muteMode").eq(0)
    # caller like "%5319%" and muteMode eq 0

A condition is ``field operator value`` (the reference, "Filtering"). The reference says that
conditions can be combined and not how; the vendor's FlexML reference, which shares the syntax,
has `and` alone: no `or`, no `not`, no brackets. No way to escape a quote is documented either, so
a text is put between whichever quotes it does not contain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Operand = str | int | bool

PAGE = 1000
"""The most records a page may hold."""

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


def field_name(name: str) -> str:
    """Return `name` if it can be a field of the API. ValueError: it could be something else."""
    if not _FIELD.fullmatch(name):
        raise ValueError(f"not a field name: {name!r}")
    return name


def literal(value: Operand) -> str:
    """Return a value as a filter has it: numbers bare, texts quoted.

    ValueError: a text with a control character, or with both kinds of quotes.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not value.isprintable():
        raise ValueError("a filter text may not contain control characters")
    if '"' not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    raise ValueError("a filter text may contain single or double quotes, not both")


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition, or several that must all hold. `str()` of it goes into the URL."""

    text: str

    def __and__(self, other: Filter) -> Filter:
        """Return a filter that wants both. Not every endpoint is known to understand it."""
        return Filter(f"{self.text} and {other.text}")

    def __str__(self) -> str:
        """Return it as the API reads it."""
        return self.text


class where:  # noqa: N801  (reads as a word of the filter language)
    """The left side of a condition: ``where("id").gt(5)``."""

    __slots__ = ("_field",)

    def __init__(self, field: str) -> None:
        self._field = field_name(field)

    def _is(self, operator: str, value: Operand) -> Filter:
        return Filter(f"{self._field} {operator} {literal(value)}")

    def eq(self, value: Operand) -> Filter:
        """Equal."""
        return self._is("eq", value)

    def ne(self, value: Operand) -> Filter:
        """Not equal."""
        return self._is("ne", value)

    def gt(self, value: Operand) -> Filter:
        """Greater than."""
        return self._is("gt", value)

    def ge(self, value: Operand) -> Filter:
        """Greater or equal."""
        return self._is("ge", value)

    def lt(self, value: Operand) -> Filter:
        """Less than."""
        return self._is("lt", value)

    def le(self, value: Operand) -> Filter:
        """Less or equal."""
        return self._is("le", value)

    def like(self, pattern: str) -> Filter:
        """Match a pattern in which ``%`` means any text. Upper and lower case differ."""
        return self._is("like", pattern)

    def ilike(self, pattern: str) -> Filter:
        """Match a pattern in which ``%`` means any text, in either case."""
        return self._is("ilike", pattern)

    def within(self, values: Iterable[Operand]) -> Filter:
        """Equal to one of the values (the API's ``in``). ValueError: there is none."""
        listed = ", ".join(literal(value) for value in values)
        if not listed:
            raise ValueError("'in' wants at least one value")
        return Filter(f"{self._field} in ({listed})")


def by(field: str, *, descending: bool = False) -> str:
    """Return an `order`: ``id``, or ``id desc``."""
    return f"{field_name(field)} desc" if descending else field_name(field)


def parameters(
    *,
    filter: Filter | str | None = None,  # noqa: A002  (the wire's word)
    order: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    snake: bool = False,
) -> dict[str, str]:
    """Return the query of a list.

    Conference wants ``includeFields`` and ``excludeFields``; with `snake` they are spelt
    ``include_fields`` and ``exclude_fields``, as Mediator and Core want it. The reference's one
    sample puts quotes around their value, its table does not; none are sent. `limit` is cut to
    1000. A `filter` given as text is sent unchanged.
    """
    query: dict[str, str] = {}
    if filter is not None and str(filter):
        query["filter"] = str(filter)
    if order:
        query["order"] = order
    if limit is not None:
        query["limit"] = str(max(1, min(limit, PAGE)))
    if offset:
        query["offset"] = str(max(0, offset))
    included = ",".join(field_name(name) for name in include)
    excluded = ",".join(field_name(name) for name in exclude)
    if included:
        query["include_fields" if snake else "includeFields"] = included
    if excluded:
        query["exclude_fields" if snake else "excludeFields"] = excluded
    return query
