"""The one place that makes text from the wire safe for a terminal.

Callers choose their names, and servers their error bodies. Cleaned text has no control character,
no bidi override, no invisible letter, no pile of accents, and a bounded length. A visible mark
replaces whatever is removed, so that a strange name looks strange. Only characters in their usual
place are removed without a mark: selector, joiner and skin tone of an emoji, which terminals draw
in different widths, and the joiners of scripts that need them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LIMIT = 256
"""Characters kept of an ordinary field."""

SUBSTITUTE = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
MARKS = 2
"""Combining marks kept on one base: enough for Vietnamese, Thai and Hebrew."""

_BAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _all_within(*spans: tuple[int, int]) -> frozenset[int]:
    return frozenset(code for first, last in spans for code in range(first, last + 1))


_INVISIBLE = _all_within(
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2800, 0x2800),  # blank Braille
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors: terminals disagree about the width they give
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0x1F3FB, 0x1F3FF),  # skin tones: the same
    (0xE0100, 0xE01EF),  # more variation selectors
)
_JOINING_JAMO = _all_within((0x1161, 0x11FF), (0xD7B0, 0xD7FF))
"""Letters that take no cell of their own when they follow another."""
_FLAG_A = 0x1F1E6
"""Regional indicators, which only some terminals pair into flags; letters replace them."""


_AS_TEXT, _AS_EMOJI = "\ufe0e", "\ufe0f"
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_QUIET = frozenset({_AS_TEXT, _AS_EMOJI, _NON_JOINER, _JOINER, *_SKIN_TONES})
_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"
_UNSEEN = 2
"""The most of these that one emoji has."""


def _one(char: str) -> tuple[str, bool]:
    """Return the visible replacement of a character, and whether it joins the one before."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code), False  # the picture of that control
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}", False
    category = unicodedata.category(char)
    if category in _BAD or code in _INVISIBLE:
        return SUBSTITUTE, False
    if category == "Zs":
        return " ", False
    if _FLAG_A <= code < _FLAG_A + 26:
        return chr(ord("A") + code - _FLAG_A), False
    return char, category[0] == "M" or code in _JOINING_JAMO


def _is_emoji(char: str) -> bool:
    """Tell whether a selector may follow this. None may follow a replacement."""
    if char == SUBSTITUTE or "\u2400" <= char <= "\u2421":
        return False
    return unicodedata.category(char) in ("So", "Sm") or char in "\u203c\u2049\u3030"


def _is_at_home(char: str, last: str, following: str) -> bool:
    """Tell whether this script or emoji is written with an invisible character here."""
    if char in (_AS_TEXT, _AS_EMOJI) and following == _KEYCAP:
        return last in "0123456789#*"
    if char in (_JOINER, _NON_JOINER) and (
        unicodedata.category(last)[0] == "M" or unicodedata.bidirectional(last) == "AL"
    ):
        return True  # after a virama, and between Arabic letters
    return char != _NON_JOINER and _is_emoji(last)


def clean(text: str, limit: int = LIMIT) -> str:
    """Return `text` harmless, visible and at most `limit` characters long.

    Cleaning a second time changes nothing.
    Each control, format, private, unassigned or surrogate code point becomes one visible cell;
    a third combining mark on one base is left out; ``…`` at the end shows that text is cut off.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    # A caller's name is read anew whenever anything else of the caller has changed.
    return _clean_again(text, limit) if len(text) <= LIMIT else _cleaned(text, limit)


def _cleaned(text: str, limit: int) -> str:
    kept: list[str] = []
    marks = MARKS  # a mark with nothing before it has no base
    unseen = 0
    looked_at = text[: 4 * limit]  # the rest of a megabyte of accents is not read
    for at, char in enumerate(looked_at, 1):
        is_quiet = char in _QUIET and kept and unseen < _UNSEEN
        if is_quiet and _is_at_home(char, kept[-1], looked_at[at : at + 1]):
            unseen += 1
            continue
        unseen = 0
        good, joins = _one(char)
        if not joins:
            marks = 0
        elif not kept:
            good, marks = SUBSTITUTE, 0
        elif marks == MARKS:
            continue
        else:
            marks += 1
        kept.append(good)
        if len(kept) > limit:
            break
    if len(kept) > limit or len(looked_at) < len(text):
        kept[limit - 1 :] = ELLIPSIS
    return "".join(kept)


_clean_again = lru_cache(maxsize=2048)(_cleaned)


def clean_line(text: str, limit: int = 160) -> str:
    """Return one line of a server's own words: white space folded, then cleaned."""
    return clean(" ".join(text[: 8 * limit].split()), limit)
