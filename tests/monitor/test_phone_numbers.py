"""Telephone numbers in texts: whatever way they are written, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.models.people.phone_numbers import cut, hidden, last

NUMBERS = (
    "15162065319",
    "+1 (404) 555-0002",
    "404.555.0002",
    "(404) 555 0002",
    "(404)555-0002",
    "404-555-0002",
    "404/555/0002",
    "404 - 555 - 0002",
    "1-404-555-0002",
    "404_555_0002",
    "404·555·0002",
    "404–555–0002",
    "404‑555‑0002",
    "[404] 555 0002",
    "1 4045550002",
    "404 5550002",
    "555-0002",
    "555 0002",
    "06 12 34 56 78",
    "+33 (0)6 12 34 56 78",
    "+49 171 123 45 67",
    "0049 171 123 45 67",
    "0171/1234567",
    "0171-123456",
    "+44 20 7946 0123",
    "4 0 4 5 5 5 0 0 0 2",
    "٤٠٤ ٥٥٥ ٠٠٠٢",
    "6123-4567",
    "20261127 1234",
    "24045550002",
)
OTHERS = (
    "2026-11-27",
    "2026-11-27 10:20:07",
    "2026-11-27T10:20:07.123456Z",
    "20261127T102007Z",
    "27.11.2026",
    "27.11.2026 10:20",
    "11/27/2026",
    "2026/11/27",
    "10:20:07 2026-11-27",
    "Fri Nov 27 10:20:07 UTC 2026",
    "Fri, 27 Nov 2026 10:20:07 GMT",
    "127.0.0.1:8080",
    "10.2.114.15",
    "192.168.100.200:18443",
    "550e8400-e29b-41d4-a716-446655440000",
    "0123456789abcdef0123456789abcdef",
    "meeting 300200, call 17",
    "call 17 (300)",
    "2019-2020",
    "2024/2025",
    "took 12.3456789 s",
    "100,000 of 250,000 calls",
    "HTTP 503 after 10.0 s",
    "room 4711",
    "+++ 12 % ...",
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "Anna {}", "Anna ({}), on 2026-11-27", "x: {} at 10:20"])
def test_a_number_keeps_four_digits(number: str, around: str) -> None:
    digits = [sign for sign in number if sign.isdigit()]
    frame = [sign for sign in around if sign.isdigit()]
    for how in (hidden, last):
        text = cut(around.format(number), how)
        left = [sign for sign in text if sign.isdigit()]
        assert left == [*digits[-4:], *frame], text


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("around", ["{}", "Anna {}", "({})", "{}, 15162065319", "+1 555 0002: {}"])
def test_what_only_looks_like_one_stays(text: str, around: str) -> None:
    assert text in cut(around.format(text), last)


def test_numbers_side_by_side_are_cut_each() -> None:
    assert cut("4045550002 4045550003", last) == "…0002 …0003"
    assert cut("404-555-0002, 404-555-0003", last) == "…0002, …0003"
    for text in ("404 555 0002 404 555 0003", "5550002 5550003"):
        assert len([sign for sign in cut(text, last) if sign.isdigit()]) <= 8


def test_ids_in_messages_are_not_cut() -> None:
    assert cut("1234567 (404) 555-0002", last, [1234567]) == "1234567 …0002"
    assert cut("300200 4711 Consulting", last, [300200, None]) == "300200 4711 Consulting"
    assert cut("300200 4711 Consulting", last) == "…4711 Consulting"
    assert cut("11234567", last, [1234567]) == "…4567"


@given(st.text(alphabet="0123456789 ().-/:+abT", max_size=60))
def test_seven_digits_in_a_row_are_never_left(text: str) -> None:
    for how in (hidden, last):
        found = cut(text, how)
        assert sum(sign.isdigit() for sign in found) <= sum(sign.isdigit() for sign in text)
        again = cut(found, how)
        assert sum(sign.isdigit() for sign in again) <= sum(sign.isdigit() for sign in found)


@given(st.text(max_size=200))
def test_a_text_without_digits_stays(text: str) -> None:
    if not any(sign.isdigit() for sign in text):
        assert cut(text, last) == text
