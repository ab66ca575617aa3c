"""Compares texts as people do: without accents, case and punctuation, and numbers by their value.

`fold` brings both sides of a search to one form. A row is searched in its `searchable` text, which
has its names also without punctuation, and its phone numbers also as bare digits. `natural_key`
puts names in the order that people expect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from confmon.models.people.phone_numbers import LEAST, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTERS: dict[int, str] = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "ħ": "h", "ŧ": "t", "ŋ": "n",
        **dict.fromkeys("‘’‛ʼ´`′", "'"), **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)  # fmt: skip
"""Letters that have no accent to take away, and signs that look alike."""


@cache
def _folds() -> dict[int, str | None]:  # not before it is used: it takes 40 ms
    marks = [code for code in range(0x300, 0x1F000) if combining(chr(code))]
    return {**dict.fromkeys(marks), **_LETTERS}


_ODD = re.compile(r"[^\w\s+]|_|[0-9] [0-9(]")
"""What a text has that can be written in another way."""
_PUNCTUATION = re.compile(r"[^\w\s]|_")
_LETTER = re.compile(r"[^\W\d_]")
_WRITTEN = re.compile(r"[0-9][0-9 ().\-/]{5,}[0-9]")
"""A phone number in groups, with whatever is between them."""
_FORM = re.compile(r"\+?[0-9().\-/]*[0-9][0-9().\-/]*")
"""A word that may be a phone number, or a group of one."""
_NO_DIGIT = re.compile(r"[^0-9]+")
_DIGITS = re.compile(r"\d+")

_SHORTEST = 3
"""Letters or digits of the shortest word that is looked for without its punctuation."""


def fold(text: str) -> str:
    """Return a text without case and accents.

    >>> fold("Zoë ÅNGSTRÖM"), fold("Łukasz O’Brien")
    ('zoe angstrom', "lukasz o'brien")
    """
    if text.isascii():
        return text.lower()
    return normalize("NFKD", text.casefold()).casefold().translate(_folds())


def searchable(texts: Iterable[str | None], also: str = "") -> str:
    r"""Return the text that words are looked for in. `also` is searched only as it is written.

    >>> searchable(["Zoë O'Brien", "(516) 206-5319"]).split("\n")
    ["zoe o'brien", 'zoe obrien', '(516) 206-5319', '5162065319']
    """
    forms = [
        text if text[1:].isdigit() and text[0] in "+0123456789" else _forms(text)
        for text in texts
        if text
    ]
    return "\n".join([*forms, fold(also)] if also else forms)


@lru_cache(maxsize=16384)  # a name is folded once, however often what it belongs to changes
def _forms(text: str) -> str:
    """Return every form in which a text may be looked for."""
    folded = fold(text)
    forms = [folded]
    if _ODD.search(folded):
        if _LETTER.search(folded):
            forms.append(_PUNCTUATION.sub("", folded))
        for written in _WRITTEN.findall(folded):
            digits = digits_of(written)
            if len(digits) >= LEAST and digits != written:
                forms.append(digits)
    return "\n".join(forms)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was typed: folded, and in the other forms in which it may be found."""

    text: str
    plain: str = ""
    """Without punctuation; empty: it has none."""
    digits: str = ""
    """The digits of what may be a phone number; empty: it is none, or nothing but digits."""

    def is_in(self, text: str) -> bool:
        """Whether a searchable text has it in some form."""
        return bool(
            self.text in text
            or (self.plain and self.plain in text)
            or (self.digits and self.digits in text)
        )


def word_of(typed: str) -> Word:
    """Return a word in the forms in which it may be found.

    >>> word_of("O'Brien").plain, word_of("516-206-5319").digits, word_of("10.2.").digits
    ('obrien', '5162065319', '')
    """
    text = fold(typed)
    if text.isalnum():
        return Word(text)
    plain = _PUNCTUATION.sub("", text) if _LETTER.search(text) else ""
    digits = digits_of(text) if _FORM.fullmatch(text.replace(" ", "")) else ""
    if "." in text and len(digits) < LEAST:
        digits = ""  # the beginning of an address, rather
    return Word(
        text,
        plain if len(plain) >= _SHORTEST and plain != text else "",
        digits if len(digits) >= _SHORTEST else "",
    )


def digits_of(text: str) -> str:
    """Return the digits of a text, without anything between them."""
    return _NO_DIGIT.sub("", text)


def split_words(text: str) -> list[str]:
    """Split what was typed at its blanks, but for those inside of a phone number.

    A number that begins with a bracket or a plus goes on until it is whole.

    >>> split_words("anna (516) 206 5319 4420")
    ['anna', '(516) 206 5319', '4420']
    """
    words: list[str] = []
    is_open = False
    for word in text.split():
        is_form = _FORM.fullmatch(word) is not None
        if is_open and is_form and word[0] not in "+-":
            words[-1] += f" {word}"
        else:
            words.append(word)
            is_open = is_form and word[0] in "+("
        is_open = is_open and len(digits_of(words[-1])) < WHOLE
    return words


@lru_cache(maxsize=16384)
def natural_key(text: str) -> str:
    """Return what sorts a text as people expect: accents beside their letter, numbers by value.

    >>> sorted(["team 10", "Zoë", "Zoe", "team 9", "Zof"], key=natural_key)
    ['team 9', 'team 10', 'Zoe', 'Zoë', 'Zof']
    >>> sorted(["6531585900", "15162065318", "442080994511"], key=natural_key)
    ['15162065318', '442080994511', '6531585900']
    """
    folded = fold(text).replace("'", "")
    return f"{_DIGITS.sub(_by_value, folded)}\0{text.casefold()}"


def _by_value(found: re.Match[str]) -> str:
    """Return a number so that the shorter one comes first, among other numbers.

    A telephone number stays as it is: those of one country come together.
    """
    if len(found[0]) >= LEAST:
        return found[0]
    number = str(int(found[0]))
    return f"0{chr(0x30 + len(number))}{number}"
