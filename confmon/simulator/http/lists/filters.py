"""The filter language: `field op value`, joined by and/or, with brackets.

    filter  := clause (("and" | "or") clause)*      "and" binds closer
    clause  := "(" filter ")" | field op value | field "in" "(" value ("," value)* ")"
    op      := eq ne gt ge lt le like ilike
    value   := "text" | 'text' | word               no way to escape a quote is documented

`like` without a per-cent sign finds the text anywhere, as the reference words it.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.errors import bad_request, invalid_field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Test = Callable[[Any], bool]
    Getters = Mapping[str, Callable[[Any], Any]]

_TOKEN = re.compile(r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<mark>[(),])|(?P<word>[^\s(),"']+))""")
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
MOST_BRACKETS = 50
"""One in another: each costs a level of calls."""
_OPERATORS = {*_ORDERED, "ne", "like", "ilike", "in"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison; `values` has one text but for `in`."""

    field: str
    op: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Clauses of which all (`and`) or any (`or`) must hold."""

    word: str
    parts: tuple[Node, ...]


Node = Clause | Joined


def parse(text: str, fields: Collection[str]) -> Node:
    """Read a filter. Raises Refused: 400 for what cannot be read or names an unknown field."""
    tokens = _split(text)
    node, rest = _either(tokens, 0, fields)
    if rest != len(tokens):
        raise bad_request()
    return node


def _split(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found or not found.lastgroup:
            raise bad_request()
        raw = found.group(found.lastgroup)
        if found.lastgroup == "quoted":
            raw = raw[1:-1]
        tokens.append((found.lastgroup, raw))
        at = found.end()
    return tokens


def _peek(tokens: list[tuple[str, str]], at: int) -> tuple[str, str]:
    return tokens[at] if at < len(tokens) else ("end", "")


def _either(tokens: list[tuple[str, str]], at: int, fields: Collection[str]) -> tuple[Node, int]:
    return _chain("or", _both, tokens, at, fields)


def _both(tokens: list[tuple[str, str]], at: int, fields: Collection[str]) -> tuple[Node, int]:
    return _chain("and", _clause, tokens, at, fields)


def _chain(
    word: str,
    inner: Callable[[list[tuple[str, str]], int, Collection[str]], tuple[Node, int]],
    tokens: list[tuple[str, str]],
    at: int,
    fields: Collection[str],
) -> tuple[Node, int]:
    node, at = inner(tokens, at, fields)
    parts = [node]
    while (kind_text := _peek(tokens, at))[0] == "word" and kind_text[1].lower() == word:
        node, at = inner(tokens, at + 1, fields)
        parts.append(node)
    return (parts[0] if len(parts) == 1 else Joined(word, tuple(parts))), at


def _clause(tokens: list[tuple[str, str]], at: int, fields: Collection[str]) -> tuple[Node, int]:
    if _peek(tokens, at) == ("mark", "("):
        so_far = tokens[: at + 1]
        if so_far.count(("mark", "(")) - so_far.count(("mark", ")")) > MOST_BRACKETS:
            raise bad_request()
        node, at = _either(tokens, at + 1, fields)
        return node, _mark(tokens, at, ")")
    kind, field = _peek(tokens, at)
    op = _peek(tokens, at + 1)[1].lower()
    if kind != "word" or op not in _OPERATORS:
        raise bad_request()
    if field not in fields:
        raise invalid_field()
    if op != "in":
        value, at = _value(tokens, at + 2)
        return Clause(field, op, (value,)), at
    at = _mark(tokens, at + 2, "(")
    value, at = _value(tokens, at)
    values = [value]
    while _peek(tokens, at) == ("mark", ","):
        value, at = _value(tokens, at + 1)
        values.append(value)
    return Clause(field, op, tuple(values)), _mark(tokens, at, ")")


def _value(tokens: list[tuple[str, str]], at: int) -> tuple[str, int]:
    kind, value = _peek(tokens, at)
    if kind not in ("word", "quoted"):
        raise bad_request()
    return value, at + 1


def _mark(tokens: list[tuple[str, str]], at: int, mark: str) -> int:
    if _peek(tokens, at) != ("mark", mark):
        raise bad_request()
    return at + 1


def predicate(node: Node, getters: Getters) -> Test:
    """Turn a filter into a function of a record. A field that is not sent differs from all."""
    if isinstance(node, Joined):
        tests = [predicate(part, getters) for part in node.parts]
        if node.word == "and":
            return lambda row: all(test(row) for test in tests)
        return lambda row: any(test(row) for test in tests)
    get, op = getters[node.field], node.op
    if op in ("like", "ilike"):
        pattern = Pattern(node.values[0], ignore_case=op == "ilike")
        return lambda row: (have := get(row)) is not None and pattern.fits(_text(have))
    if op == "in":
        wanted = [_Wanted(value) for value in node.values]
        return lambda row: any(one.holds(operator.eq, get(row)) for one in wanted)
    want = _Wanted(node.values[0])
    if op == "ne":
        return lambda row: not want.holds(operator.eq, get(row))
    compare = _ORDERED[op]
    return lambda row: want.holds(compare, get(row))


class _Wanted:
    """A value from a filter: compared as a number with numbers, as text with text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.number: int | None = None
        if re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            self.number = int(text)

    def holds(self, compare: Callable[[Any, Any], bool], have: Any) -> bool:
        """Tell whether the record's value stands so to this one."""
        if have is None:
            return False
        if isinstance(have, int) and not isinstance(have, bool) and self.number is not None:
            return compare(have, self.number)
        text = self.text.lower() if isinstance(have, bool) else self.text
        return compare(_text(have), text)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Pattern:
    """What `like` looks for: pieces of text with anything between them.

    Each piece is looked for once, from where the last one ended. A regular expression would go
    back and try again, for minutes where many per-cent signs follow each other.
    """

    def __init__(self, text: str, *, ignore_case: bool) -> None:
        self._ignore_case = ignore_case
        if ignore_case:
            text = text.lower()
        pieces = [piece.replace("\\%", "%") for piece in re.split(r"(?<!\\)%", text)]
        if len(pieces) == 1:
            pieces = ["", *pieces, ""]
        self._head, *middle, self._tail = pieces
        self._middle = [piece for piece in middle if piece]

    def fits(self, text: str) -> bool:
        """Tell whether a text has the pieces in their order, the first and last at its ends."""
        if self._ignore_case:
            text = text.lower()
        at, end = len(self._head), len(text) - len(self._tail)
        if at > end or not text.startswith(self._head) or not text.endswith(self._tail):
            return False
        for piece in self._middle:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True
