"""Keys that are sent as numbers: kitty's protocol, ``CSI u``, and xterm's modifyOtherKeys.

Textual reads only the simple ones. The others are turned into those, or dropped: Textual's parser
raises where a number has parts, and types the text that comes with a key like Caps Lock.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from textual import events
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.keys import _character_to_key

_KEY: Final = re.compile(
    r"\x1b\[(?P<code>\d{0,7})(?::(?P<shifted>\d{0,7}))?(?::(?P<place>\d{0,7}))?"
    r"(?:;(?P<held>\d{0,3})(?::(?P<kind>\d))?(?:;(?P<text>[\d:]*))?)?"
    r"(?P<final>[u~A-FHPQS]|(?<=\[|1)R)"
)
_OTHER_KEY: Final = re.compile(r"\x1b\[27;(\d{1,3});(\d{1,7})~")
_SHIFT, _LOCKS = 0b1, 0b1100_0000
_PRESSED: Final = (None, "1", "2")
"""The kinds of a key that is pressed or repeated; 3 is released."""
_MODIFIER_KEYS: Final = MODIFIER_FUNCTIONAL_KEYS | {"caps_lock", "scroll_lock", "num_lock"}
"""Keys that do nothing by themselves."""
_MAX_TEXT: Final = 16


class Key(events.Key):
    """A key with its `place`: the character that it types on an English keyboard.

    `place` is empty where it makes no difference.
    """

    place = ""

    def act_by_place(self) -> None:
        """Become the key at this place on an English keyboard."""
        if self.place:
            self.key = _character_to_key(self.place)
            self.character = self.place


class SimpleKey(NamedTuple):
    """A key as Textual's parser reads it, and its place, if that matters."""

    sequence: str
    place: str = ""


def is_key(sequence: str) -> bool:
    """Tell whether a sequence is a key sent as a number, or a key with modifiers."""
    return _KEY.fullmatch(sequence) is not None


def simplify_key(sequence: str) -> SimpleKey | None:
    """Return the key in its simple form; None if it is no key, or only released."""
    if found := _OTHER_KEY.fullmatch(sequence):
        return _simplify_other_key(int(found[1]), int(found[2]))
    found = _KEY.fullmatch(sequence)
    if found is None or found["kind"] not in _PRESSED:
        return None
    final = found["final"]
    code = int(found["code"] or 1)
    held = max(0, int(found["held"] or 1) - 1)
    if held > 0xFF:
        return None
    functional = FUNCTIONAL_KEYS.get(f"{code}{final}", "")
    if functional in _MODIFIER_KEYS or not (functional or (final == "u" and _to_character(code))):
        return None
    text = _to_text(found["text"])
    place = ""
    if not functional:
        shifted = _to_character(found["shifted"])
        place = _relevant_place(_to_character(code), _to_character(found["place"]))
        if held & ~_SHIFT & ~_LOCKS:  # a command: its text does not count
            if text in (chr(code), chr(code).upper(), shifted):
                text = ""
            if place and not text:
                code, place = ord(place), ""
        elif held & _SHIFT and not text:
            text = shifted or (chr(code).upper() if chr(code).isalpha() else "")
        if place and held & _SHIFT:
            place = place.upper() if place.isalpha() else ""
    return SimpleKey(_encode_key(code, held, text, final), place)


def _simplify_other_key(held: int, code: int) -> SimpleKey | None:
    """Turn a key of modifyOtherKeys into kitty's form: a shifted letter is that letter."""
    bits = max(0, held - 1)
    char = _to_character(code)
    if bits > 0xFF or not (char or f"{code}u" in FUNCTIONAL_KEYS):
        return None
    if char and not bits & ~_SHIFT & ~_LOCKS:
        return SimpleKey(_encode_key(code, bits, char, "u"))
    if char.isalpha():
        code = ord(char.lower()) if len(char.lower()) == 1 else code
    return SimpleKey(_encode_key(code, bits, "", "u"))


def _encode_key(code: int, held: int, text: str, final: str) -> str:
    parts = [str(code), str(held + 1) if held else "", ":".join(str(ord(char)) for char in text)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    # Before a letter Textual expects an empty number instead of none.
    return f"\x1b[{';'.join(parts)}{final}" if parts != ["1"] or final in "u~" else f"\x1b[{final}"


def _to_character(code: str | int | None) -> str:
    """Return the printable character with this code, or an empty text."""
    number = int(code or 0)
    if not 0x20 <= number <= 0x10FFFF or 0xE000 <= number <= 0xF8FF:
        return ""
    char = chr(number)
    return char if char.isprintable() else ""


def _to_text(codes: str | None) -> str:
    chars = [_to_character(code) for code in (codes or "").split(":")[:_MAX_TEXT] if len(code) < 8]
    return "".join(chars)


def _relevant_place(char: str, place: str) -> str:
    """Return the place of a letter that is not Latin, else an empty text.

    The letters of other Latin keyboards mean themselves: a y beside t is a y, and a key with an
    umlaut is no bracket.
    """
    if not char.isalpha() or unicodedata.name(char, "LATIN").startswith("LATIN"):
        return ""
    return place if place.isascii() else ""
