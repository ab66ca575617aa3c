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
"""How many brackets may be open at once: each costs levels of the call stack."""
_OPERATORS = {*_ORDERED, "ne", "like", "ilike", "in"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison. `values` has one text, with `in` one or more."""

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
    parser = _Parser(text, fields)
    node = parser.read_filter()
    parser.take("end", "")
    return node


class _Parser:
    """Reads the tokens of a filter from left to right."""

    def __init__(self, text: str, fields: Collection[str]) -> None:
        self._tokens = [*_split(text), ("end", "")]
        self._fields = fields
        self._at = 0
        self._brackets = 0

    @property
    def _token(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def take(self, *token: str) -> None:
        """Go on to the next token if the present one is this. Raises Refused if it is not."""
        if self._token != token:
            raise bad_request()
        self._at += 1

    def read_filter(self) -> Node:
        """Read clauses up to the end, or up to a bracket that closes."""
        return self._read_joined("or", lambda: self._read_joined("and", self._read_clause))

    def _read_joined(self, word: str, read_part: Callable[[], Node]) -> Node:
        parts = [read_part()]
        while self._token[0] == "word" and self._token[1].lower() == word:
            self._at += 1
            parts.append(read_part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _read_clause(self) -> Node:
        if self._token == ("mark", "("):
            return self._read_brackets()
        field = self._read_text("word")
        op = self._token[1].lower()
        if op not in _OPERATORS:
            raise bad_request()
        if field not in self._fields:
            raise invalid_field()
        self._at += 1
        if op != "in":
            return Clause(field, op, (self._read_text("word", "quoted"),))
        self.take("mark", "(")
        values = [self._read_text("word", "quoted")]
        while self._token == ("mark", ","):
            self._at += 1
            values.append(self._read_text("word", "quoted"))
        self.take("mark", ")")
        return Clause(field, op, tuple(values))

    def _read_brackets(self) -> Node:
        self.take("mark", "(")
        self._brackets += 1
        if self._brackets > MOST_BRACKETS:
            raise bad_request()
        node = self.read_filter()
        self.take("mark", ")")
        self._brackets -= 1
        return node

    def _read_text(self, *kinds: str) -> str:
        kind, text = self._token
        if kind not in kinds:
            raise bad_request()
        self._at += 1
        return text


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


def predicate(node: Node, getters: Getters) -> Test:
    """Turn a filter into a function of a record. A missing field differs from every value."""
    if isinstance(node, Joined):
        tests = [predicate(part, getters) for part in node.parts]
        if node.word == "and":
            return lambda row: all(test(row) for test in tests)
        return lambda row: any(test(row) for test in tests)
    get, op = getters[node.field], node.op
    if op in ("like", "ilike"):
        pattern = Pattern(node.values[0], ignore_case=op == "ilike")
        return lambda row: (have := get(row)) is not None and pattern.matches(_to_text(have))
    if op == "in":
        wanted = [_Wanted(value) for value in node.values]
        return lambda row: any(condition.holds(operator.eq, get(row)) for condition in wanted)
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
        """Tell whether the comparison of the record's value with this one is true."""
        if have is None:
            return False
        if isinstance(have, int) and not isinstance(have, bool) and self.number is not None:
            return compare(have, self.number)
        text = self.text.lower() if isinstance(have, bool) else self.text
        return compare(_to_text(have), text)


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Pattern:
    """The value of `like`: pieces of text with anything between them.

    The search for each piece starts at the end of the one before it. A regular expression would
    backtrack, which takes minutes with many per-cent signs.
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

    def matches(self, text: str) -> bool:
        """Tell whether a text has the pieces in their order, the first and the last at its ends."""
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
