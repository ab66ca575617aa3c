"""The filter language, against a plain reading of it."""

from __future__ import annotations

import fnmatch
import operator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.simulator.http.errors import Refused
from confmon.simulator.http.lists.filters import MOST_BRACKETS, Pattern, parse, predicate

FIELDS: dict[str, Any] = {name: operator.itemgetter(name) for name in ("n", "s", "b")}
FIELDS["gone"] = lambda _row: None


def holds(text: str, **row: object) -> bool:
    return predicate(parse(text, FIELDS), FIELDS)({"n": 0, "s": "", "b": False} | row)


def quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


QUOTABLE = st.text().filter(lambda text: not {"'", '"'} <= set(text))
ORDERED = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


@settings(deadline=None)
@given(st.sampled_from(sorted(ORDERED)), st.integers(), st.integers(-(10**18), 10**18))
def test_numbers_compare_as_numbers(op: str, have: int, want: int) -> None:
    assert holds(f"n {op} {want}", n=have) == ORDERED[op](have, want)
    assert holds(f'n {op} "{want}"', n=have) == ORDERED[op](have, want)


@settings(deadline=None)
@given(st.sampled_from(sorted(ORDERED)), st.text(), QUOTABLE)
def test_texts_compare_as_texts_and_quoting_is_safe(op: str, have: str, want: str) -> None:
    assert holds(f"s {op} {quoted(want)}", s=have) == ORDERED[op](have, want)


@settings(deadline=None)
@given(st.text(), st.lists(QUOTABLE, min_size=1, max_size=4))
def test_in(have: str, wanted: list[str]) -> None:
    listed = ", ".join(quoted(one) for one in wanted)
    assert holds(f"s in ({listed})", s=have) == (have in wanted)


PIECES = st.text(alphabet="aAb.(", max_size=4)


@settings(deadline=None)
@given(st.lists(PIECES, min_size=2, max_size=3), st.text(alphabet="aAb.(", max_size=8))
def test_like_with_per_cent_signs(pieces: list[str], have: str) -> None:
    want = quoted("%".join(pieces))
    pattern = "*".join(pieces)
    assert holds(f"s like {want}", s=have) == fnmatch.fnmatchcase(have, pattern)
    lower = fnmatch.fnmatchcase(have.lower(), pattern.lower())
    assert holds(f"s ilike {want}", s=have) == lower


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('s like "A%t"', True),
        ('s like "ccoun"', True),
        ('s like "CCOUN"', False),
        ('s ilike "CCOUN"', True),
        ('s like "Account%"', True),
        ('s like "\\%"', False),
        ("s like '%o%'", True),
        ("b eq true", True),
        ('b eq "TRUE"', True),
        ("b ne true", False),
        ("gone eq 0", False),
        ("gone ne 0", True),
        ("gone gt 0", False),
        ('gone like "%"', False),
        ("n eq 5 and s eq Account", True),
        ("n eq 6 or n eq 5 and b eq true", True),
        ("(n eq 6 or n eq 5) and b eq false", False),
        ("n IN (4,5 , 6)", True),
        ("n eq five", False),
        ("n ne five", True),
        ("  n   eq   5  ", True),
    ],
)
def test_cases(text: str, *, expected: bool) -> None:
    assert holds(text, n=5, s="Account", b=True) == expected


class Counted(str):
    """A text that counts how often it is searched."""

    searched = 0

    def find(self, *given: Any) -> int:
        self.searched += 1
        return super().find(*given)


@pytest.mark.parametrize("signs", ["%", "%%", "%a", "%a%b", "a%", "%_%", "\\\\%%"])
@pytest.mark.parametrize("end", ["", "c", "%c", "%"])
def test_no_pattern_is_tried_twice(signs: str, end: str) -> None:
    """A regular expression went back for each sign: minutes, from some twenty of them on."""
    text = Counted("a" * 5000)
    wanted = signs * 400 + end
    Pattern(wanted, ignore_case=False).matches(text)
    assert text.searched <= len(wanted)
    assert holds(f's like "{"%a" * 30}%c"', s="a" * 4000) is False
    assert holds(f's like "{"%" * 400}"', s="a" * 4000) is True


def test_brackets_without_end_are_refused() -> None:
    assert holds("(" * MOST_BRACKETS + "n eq 5" + ")" * MOST_BRACKETS, n=5)
    for depth in (MOST_BRACKETS + 1, 5000):
        with pytest.raises(Refused) as caught:
            parse("(" * depth + "n eq 5" + ")" * depth, FIELDS)
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n", "Bad request"),
        ("n eq", "Bad request"),
        ("n is 5", "Bad request"),
        ('n eq "5', "Bad request"),
        ("n eq 5 6", "Bad request"),
        ("n eq 5 and", "Bad request"),
        ("(n eq 5", "Bad request"),
        ("n in 5", "Bad request"),
        ("n in ()", "Bad request"),
        ('"n" eq 5', "Bad request"),
        ("muted eq 5", "Invalid field specific"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refused, match=message) as caught:
        parse(text, FIELDS)
    assert caught.value.status == 400


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_does_worse_than_400(text: str) -> None:
    try:
        node = parse(text, FIELDS)
    except Refused as refused:
        assert refused.status == 400  # noqa: PT017 - any text may also be a filter
    else:
        predicate(node, FIELDS)({"n": 1, "s": "x", "b": True})
