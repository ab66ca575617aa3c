"""The filter language: read, applied, and sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.cli.filtering.expression import NotAnExpression, looks_like_one, parse_expression

FIELDS = ("id", "codec", "muteMode", "customName")


def holds(text: str, **values: object) -> bool:
    return all(
        condition.holds(values.get(condition.field)) for condition in parse_expression(text, FIELDS)
    )


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("id eq 5", True), ("id ne 5", False), ("id gt 4", True), ("id ge 5", True),
        ("id lt 5", False), ("id le 5", True), ('id eq "5"', True), ("id gt 40", False),
        ("codec eq PCMU", True), ('codec like "PC%"', True), ('codec like "pc%"', False),
        ('codec ilike "pc%"', True), ('codec like "%C%U"', True), ('codec like "PCM"', False),
        ('codec like "PCMU%U"', False), ('codec in ("PCMA", "PCMU")', True), ("id in (1,2)", False),
        ("id in (1, 5) and codec ne PCMA", True), ("muteMode eq 0", False), ("muteMode ne 0", True),
        ("customName eq 'a \"b\" and c'", True),
    ],
)  # fmt: skip
def test_conditions(text: str, true: bool) -> None:
    assert holds(text, id=5, codec="PCMU", muteMode=None, customName='a "b" and c') is true


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"), ("codecc eq 1", "did you mean codec"), ("id is 5", "none of"),
        ("id eq", "missing"), ("id eq 'x", "quote"), ("id in 5", "brackets"),
        ("id in (5", "missing"), ("id in (5 6)", "not closed"), ("id in ()", "missing"),
        ("id eq 5 or id eq 6", "'and' alone"), ("id eq 5 and", "missing"), ("id eq )", "missing"),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NotAnExpression, match=why):
        parse_expression(text, FIELDS)


def test_words_of_the_screens_filter_are_not_taken_for_conditions() -> None:
    assert looks_like_one("codecc eq PCMU")
    assert looks_like_one("id in(5)")
    assert not looks_like_one("muted anna")
    assert not looks_like_one("eq")
    assert not looks_like_one("node:10.2 -muted")


def test_a_condition_is_sent_as_the_api_reads_it() -> None:
    text = """id gt 5 and customName eq 'a "b"' and codec in ("A", "B")"""
    assert (
        " and ".join(str(condition.query()) for condition in parse_expression(text, FIELDS)) == text
    )


@given(st.text(st.characters(codec="ascii", exclude_characters='"'), max_size=20), st.text())
def test_any_text_can_be_compared(wanted: str, value: str) -> None:
    assert holds(f'codec eq "{wanted}"', codec=value) is (wanted == value)
    assert holds('codec like "%"', codec=value)


@given(st.lists(st.text("ab", max_size=3), min_size=1, max_size=4), st.text("ab", max_size=8))
def test_like_agrees_with_a_regular_expression(parts: list[str], value: str) -> None:
    import re

    pattern = "%".join(parts)
    assert holds(f'codec like "{pattern}"', codec=value) is bool(
        re.fullmatch(".*".join(parts), value)
    )
