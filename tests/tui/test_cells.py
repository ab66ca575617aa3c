"""Text takes exactly the cells it is given, whatever is in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from confmon.tui.table.cells import MAX_MARKS, fit, split_clusters, wrap
from confmon.tui.table.look import Align

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ODD_TEXT = st.text(
    st.sampled_from(
        "a9 #*\t\x1b\x9b\n\u0301\u200d\ufe0f\u202e\u200b名ｱ한각🇩🇪👍🏽👩💻❤…\ud800\U0001fae8"
    )
)
ALIGN: st.SearchStrategy[Align] = st.sampled_from(["left", "right"])


@given(ANY_TEXT | ODD_TEXT, st.integers(0, 30), ALIGN)
@example("1\u200d", 2, "left")
@example("\ufe0f1", 2, "right")
def test_the_result_is_as_wide_as_asked_by_every_table(text: str, width: int, align: Align) -> None:
    fitted = fit(text, width, align)
    assert cell_len(fitted) == width
    assert sum(wcwidth(character) for character in fitted) == width


@given(ANY_TEXT | ODD_TEXT, ANY_TEXT | ODD_TEXT, st.integers(0, 12), st.integers(0, 12))
def test_fitted_texts_keep_their_widths_side_by_side(a: str, b: str, m: int, n: int) -> None:
    assert cell_len(fit(a, m) + fit(b, n)) == m + n


@given(st.text(), st.integers(0, 30), ALIGN)
def test_fitting_again_changes_nothing(text: str, width: int, align: Align) -> None:
    once = fit(text, width, align)
    assert fit(once, width, align) == once


@given(ANY_TEXT | ODD_TEXT, st.integers(2, 30))
def test_no_wrapped_line_is_wider_and_no_character_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) == width for line in lines)
    wanted = "".join(drawn for part in text.split("\n") for drawn, _ in split_clusters(part))
    assert "".join(lines).replace(" ", "") == wanted.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "align", "fitted"),
    [
        ("Anna", 6, "left", "Anna  "),
        ("Anna", 6, "right", "  Anna"),
        ("Anna Lindqvist", 6, "left", "Anna …"),
        ("Anna", 4, "left", "Anna"),
        ("Anna", 1, "left", "…"),
        ("Anna", 0, "left", ""),
        ("名前です", 6, "left", "名前… "),  # the third would end one cell too far
        ("名前です", 7, "left", "名前で…"),
        ("e\u0301te\u0301", 5, "left", "e\u0301te\u0301  "),
        ("ee\u0301e\u0301", 2, "left", "e…"),
        ("\u0301a", 3, "left", "a  "),
        ("🇩🇪 Anna", 8, "left", "DE Anna "),
        ("👍🏽", 4, "left", "👍  "),
        ("👩\u200d💻", 5, "left", "👩💻 "),
        ("❤\ufe0fx", 4, "left", "❤ x "),
        ("🎙 on", 5, "left", "🎙 on "),
        ("⏱\ufe0fx", 4, "left", "⏱ x "),
        ("⌨\ufe0f", 1, "left", "…"),
        ("🅰\ufe0fB", 4, "left", "🅰 B "),
        ("a➡\ufe0f", 3, "left", "a➡ "),
        ("a🎙", 2, "left", "a…"),
        ("🎙\u0301", 3, "left", "🎙\u0301  "),
        ("a\x1b[31mb", 8, "left", "a\ufffd[31mb "),
        ("a\tb", 4, "left", "a\ufffdb "),
        ("abc\u202edef", 6, "left", "abcdef"),
    ],
)
def test_examples(text: str, width: int, align: Align, fitted: str) -> None:
    assert fit(text, width, align) == fitted


def test_a_flood_of_marks_is_cut() -> None:
    assert fit("e" + "\u0301" * 5000, 2) == "e" + "\u0301" * MAX_MARKS + " "


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three  "]),
        ("one two three", 5, ["one  ", "two  ", "three"]),
        ("incomprehensible", 6, ["incomp", "rehens", "ible  "]),
        ("a incomprehensible", 6, ["a     ", "incomp", "rehens", "ible  "]),
        ("名前です", 5, ["名前 ", "です "]),
        ("", 3, ["   "]),
        ("a\nb", 2, ["a ", "b "]),
        ("名", 1, ["\ufffd"]),
    ],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines
