"""The API's filter language, read here: ``codec eq "PCMU" and muteMode ne 0``.

Nobody knows which endpoints honour a filter. So the same conditions are applied again to what comes
back: a list never holds what was not asked for.
"""

from __future__ import annotations

import operator as operators
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.api.lists.query import Filter, where
from confmon.config.settings.checks import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "like", "ilike", "in")

_TOKEN = re.compile(r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<sign>[(),])"""
                    r"""|(?P<word>[^\s"'(),]+))""")  # fmt: skip


class NotAnExpression(ValueError):
    """The text is no filter. The message says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One ``field operator value``; `values` holds one value, or those of ``in``."""

    field: str
    operator: str
    values: tuple[str | int | bool, ...]

    def query(self) -> Filter:
        """Return the condition as it is sent. ValueError: it cannot be."""
        left = where(self.field)
        if self.operator == "in":
            return left.within(self.values)
        condition: Filter = getattr(left, self.operator)(self.values[0])
        return condition

    def holds(self, value: Any) -> bool:
        """Tell whether a record's raw value meets it. Nothing is equal to an absent value."""
        if value is None:
            return self.operator == "ne"
        match self.operator:
            case "like" | "ilike":
                return _like(str(value), str(self.values[0]), blind=self.operator == "ilike")
            case "in":
                return any(_same(value, wanted) for wanted in self.values)
            case "eq" | "ne":
                return _same(value, self.values[0]) is (self.operator == "eq")
            case _:
                return _ordered(value, self.operator, self.values[0])


def looks_like_one(text: str) -> bool:
    """Tell whether `text` is meant as an expression: its second word is an operator."""
    words = text.replace("(", " (").split()
    return len(words) > 1 and words[1].lower() in OPERATORS


def parse_expression(text: str, fields: Collection[str]) -> tuple[Condition, ...]:
    """Return the conditions, all of which must hold. NotAnExpression: it is wrong, and how.

    >>> parse_expression('id gt 5 and codec in ("PCMU", "PCMA")', ["id", "codec"])[1].values
    ('PCMU', 'PCMA')
    """
    tokens = list(_tokens(text))
    conditions: list[Condition] = []
    while tokens:
        if conditions and _take(tokens, "'and'") != ("word", "and"):
            raise NotAnExpression("conditions are joined by 'and' alone")
        kind, field = _take(tokens, "a field")
        if kind != "word" or field not in fields:
            raise NotAnExpression(f"no field {field!r}{suggest(field, fields)}")
        operator = _take(tokens, "an operator")[1]
        if operator not in OPERATORS:
            raise NotAnExpression(f"{operator!r} is none of {' '.join(OPERATORS)}")
        values = _listed(tokens) if operator == "in" else (_value(*_take(tokens, "a value")),)
        conditions.append(Condition(field, operator, values))
    if not conditions:
        raise NotAnExpression("it is empty")
    return tuple(conditions)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotAnExpression(f"a quote is left open: {text[at:].strip()[:40]}")
        yield found.lastgroup or "", found[found.lastgroup or 0]
        at = found.end()


def _take(tokens: list[tuple[str, str]], wanted: str) -> tuple[str, str]:
    if not tokens:
        raise NotAnExpression(f"{wanted} is missing at the end")
    return tokens.pop(0)


def _listed(tokens: list[tuple[str, str]]) -> tuple[str | int | bool, ...]:
    if _take(tokens, "a list in brackets") != ("sign", "("):
        raise NotAnExpression("'in' needs a list in brackets")
    values = [_value(*_take(tokens, "a value"))]
    while (sign := _take(tokens, "a closing bracket")) == ("sign", ","):
        values.append(_value(*_take(tokens, "a value")))
    if sign != ("sign", ")"):
        raise NotAnExpression("the list is not closed")
    return tuple(values)


def _value(kind: str, text: str) -> str | int | bool:
    if kind == "sign":
        raise NotAnExpression(f"a value is missing before {text!r}")
    if kind == "word" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if kind == "word" and text in ("true", "false"):
        return text == "true"
    return text


def _same(value: Any, wanted: str | int | bool) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    return str(value) == str(wanted)


def _ordered(value: Any, operator: str, bound: str | int | bool) -> bool:
    left: Any = value
    right: Any = bound
    if type(left) is not type(right):
        left, right = str(left), str(right)
    return bool(getattr(operators, operator)(left, right))


def _like(value: str, pattern: str, *, blind: bool) -> bool:
    """Match ``%`` against any text. Split rather than a regex: no pattern can make it slow."""
    if blind:
        value, pattern = value.casefold(), pattern.casefold()
    head, *rest = pattern.split("%")
    if not rest:
        return value == head
    *middle, tail = rest
    if not value.startswith(head) or not value.endswith(tail):
        return False
    at, end = len(head), len(value) - len(tail)
    for part in middle:
        found = value.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end
