"""Texts are compared as people do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.people.folding import fold, natural_key, searchable, split_words, word_of

NAMES = st.text(
    st.sampled_from("aAbBzZoeéëÉøØłŁñ'’-. 0123456789()+ßйЙさ한ﬁ™٣"), max_size=20
) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("zoe", "Zoë"),
        ("ZOË", "zoe"),
        ("obrien", "O'Brien"),
        ("o'brien", "O’Brien"),
        ("o’brien", "OBrien"),
        ("jeanluc", "Jean-Luc"),
        ("lukasz", "Łukasz"),
        ("soren", "Søren"),
        ("strasse", "Straße"),
        ("516-206-5319", "+15162065319"),
        ("(516) 206 5319", "+15162065319"),
        ("(516)206.5319", "+1 516 206 5319"),
        ("5162065319", "Anna (516) 206-5319"),
        ("+1 516 206-5319", "15162065319"),
        ("206-5319", "15162065319"),
        ("team 9", "Team 9"),
    ],
)
def test_these_are_found(typed: str, written: str) -> None:
    text = searchable([written])
    assert all(word_of(word).is_in(text) for word in split_words(typed))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("10.2.", "+15102065319"),
        ("516-206-5319", "+15162065318"),
        ("(516) 206 5319", "2065319 and 516"),
        ("anna", "An Na"),
        ("5162065319", "5162065, 319"),
        ("-", "anna"),
    ],
)
def test_these_are_not(typed: str, written: str) -> None:
    text = searchable([written])
    assert not all(word_of(word).is_in(text) for word in split_words(typed))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("anna 4420", ["anna", "4420"]),
        ("(516) 206 5319", ["(516) 206 5319"]),
        ("+1 516 206 5319 4420", ["+1 516 206 5319", "4420"]),
        ("(516) anna 206", ["(516)", "anna", "206"]),
        ("(516) -206", ["(516)", "-206"]),
        ("516 206", ["516", "206"]),
        ("", []),
    ],
)
def test_blanks_part_words_but_not_the_groups_of_a_number(typed: str, words: list[str]) -> None:
    assert split_words(typed) == words


def test_names_are_in_the_order_people_expect() -> None:
    names = ["zoe", "Zoë", "Zof", "O'Brien", "Obrist", "Ángel", "andy", "team 2", "Team 10"]
    wanted = ["andy", "Ángel", "O'Brien", "Obrist", "team 2", "Team 10", "zoe", "Zoë", "Zof"]
    assert sorted(names, key=natural_key) == wanted


@given(NAMES)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(NAMES)
def test_each_word_of_a_text_finds_it(text: str) -> None:
    assert all(word_of(word).is_in(searchable([text])) for word in text.split())


@given(st.integers(0, 999_999), st.integers(0, 999_999), NAMES)
def test_numbers_sort_by_their_value(one: int, other: int, name: str) -> None:
    keys = natural_key(f"{name} {one}"), natural_key(f"{name} {other}")
    assert (keys[0] < keys[1]) == (one < other)


@given(NAMES, NAMES)
def test_only_the_same_but_for_case_has_the_same_place(one: str, other: str) -> None:
    assert (natural_key(one) == natural_key(other)) == (one.casefold() == other.casefold())
