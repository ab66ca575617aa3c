"""Whatever comes off the wire, what goes to the screen is inert, visible and bounded."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcwidth

from confmon.models.text import MARKS, SUBSTITUTE, clean, clean_line

ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=400)
NASTY = st.text(
    st.sampled_from(
        "a é\u0301\u0302\x1b\x07\x9b\u202e\u200d\U000e0041\ufe0f\u1160\ud800\u3164中☎🏽1\u20e3ش"
    ),
    max_size=600,
)


@given(st.one_of(ANY_TEXT, NASTY))
@example("\u0301" * 5000)
@example("a" * 255 + "\u0301" * 9)
def test_cleaning_is_bounded_idempotent_and_inert(text: str) -> None:
    done = clean(text)
    assert clean(done) == done
    assert len(done) <= 256
    for char in done:
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert wcwidth(char) >= 0
    done.encode()


@given(st.one_of(ANY_TEXT, NASTY))
def test_no_base_carries_more_than_two_marks(text: str) -> None:
    run = MARKS
    for char in clean(text):
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        assert run <= MARKS


@given(NASTY, st.integers(1, 40))
def test_any_limit_holds(text: str, limit: int) -> None:
    done = clean(text, limit)
    assert len(done) <= limit
    assert clean(done, limit) == done
    assert bool(done) == bool(text)


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        ("John Smith", "John Smith"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x7fb", "a␡b"),
        ("x\x9b31m", f"x{SUBSTITUTE}31m"),
        ("\u202eevil", f"{SUBSTITUTE}evil"),
        ("👩\u200d💻", "👩💻"),
        ("🎙\ufe0f Studio", "🎙 Studio"),
        ("🎙\ufe0e❤\ufe0f", "🎙❤"),
        ("❤\ufe0f\u200d🔥", "❤🔥"),
        ("🏃🏽\u200d♀\ufe0f", "🏃♀"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("👍🏿", "👍"),
        ("↔\ufe0f ‼\ufe0f ™\ufe0f", "↔ ‼ ™"),
        ("علی\u200cرضا", "علیرضا"),
        ("ශ්\u200dරී", "ශ්රී"),
        ("a\ufe0fb", f"a{SUBSTITUTE}b"),
        ("1\ufe0fb", f"1{SUBSTITUTE}b"),
        ("\ufe0f", SUBSTITUTE),
        ("x\u200dy", f"x{SUBSTITUTE}y"),
        ("x\u200cy", f"x{SUBSTITUTE}y"),
        ("🏽", SUBSTITUTE),
        ("☎\ufe0f\ufe0f\ufe0f", f"☎{SUBSTITUTE}"),
        ("\x1b\ufe0f", f"␛{SUBSTITUTE}"),
        ("☎\ufe00", f"☎{SUBSTITUTE}"),
        ("José 中村 שלום", "José 中村 שלום"),
        ("a\u0301\u0302\u0303\u0304", "a\u0301\u0302"),
        ("\u0301a", f"{SUBSTITUTE}a"),
        ("\ud800", SUBSTITUTE),
        ("a\u00a0b\u3000c", "a b c"),
        ("🇩🇪", "DE"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_examples(wire: str, shown: str) -> None:
    assert clean(wire) == shown


def test_a_long_name_is_cut_and_says_so() -> None:
    done = clean("x" * 10_000)
    assert len(done) == 256
    assert done.endswith("…")


def test_a_line_folds_white_space() -> None:
    assert clean_line("  bad\r\n\t field\x1b ") == "bad field␛"
