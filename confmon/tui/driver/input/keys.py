"""Keys that come as numbers: the protocol of kitty, ``CSI u``, and xterm's modifyOtherKeys.

Textual reads the plain ones of them. The others are put plainly, or told to be none: Textual's
parser raises where a number has parts, and types what a key like Caps Lock carries as its text.
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
_RELEASED: Final = "3"
_KINDS: Final = ("", "1", "2", "3")
_NO_KEYS: Final = MODIFIER_FUNCTIONAL_KEYS | {"caps_lock", "scroll_lock", "num_lock"}
"""Keys that mean something only while another is pressed."""
_MOST_TEXT: Final = 16


class Key(events.Key):
    """A key that is told by its place as well: `place` is what it types on an English keyboard.

    It is empty where that makes no difference.
    """

    place = ""

    def act_by_place(self) -> None:
        """Become the key that is there on an English keyboard."""
        if self.place:
            self.key = name_of(self.place)
            self.character = self.place


class Plain(NamedTuple):
    """A key as Textual's parser reads it, and the character of its place, if that matters."""

    sequence: str
    place: str = ""


def is_key(sequence: str) -> bool:
    """Tell whether a sequence is a key with a number, or one with modifiers."""
    return _KEY.fullmatch(sequence) is not None


def plain_key(sequence: str) -> Plain | None:
    """Return the key plainly; None where it is none, or nobody pressed it."""
    if found := _OTHER_KEY.fullmatch(sequence):
        return _other_key(int(found[1]), int(found[2]))
    found = _KEY.fullmatch(sequence)
    if found is None or (found["kind"] or "") not in _KINDS or found["kind"] == _RELEASED:
        return None
    final = found["final"]
    code = int(found["code"] or 1)
    held = max(0, int(found["held"] or 1) - 1)
    if held > 0xFF:
        return None
    functional = FUNCTIONAL_KEYS.get(f"{code}{final}", "")
    if functional in _NO_KEYS or not (functional or (final == "u" and _char(code))):
        return None
    text = _text(found["text"])
    place = ""
    if not functional:
        shifted, place = _char(found["shifted"]), _place(_char(code), _char(found["place"]))
        if held & ~_SHIFT & ~_LOCKS:  # a command, whatever it would type without these
            if text in (chr(code), chr(code).upper(), shifted):
                text = ""
            if place and not text:
                code, place = ord(place), ""
        elif held & _SHIFT and not text:
            text = shifted or (chr(code).upper() if chr(code).isalpha() else "")
        if place and held & _SHIFT:
            place = place.upper() if place.isalpha() else ""
    return Plain(_written(code, held, text, final), place)


def name_of(char: str) -> str:
    """Return Textual's name of the key that types a character of ASCII."""
    return _character_to_key(char)


def _other_key(held: int, code: int) -> Plain | None:
    """Put modifyOtherKeys as the protocol of kitty has it: a shifted letter is that letter."""
    bits = max(0, held - 1)
    char = _char(code)
    if bits > 0xFF or not (char or f"{code}u" in FUNCTIONAL_KEYS):
        return None
    if char and not bits & ~_SHIFT & ~_LOCKS:
        return Plain(_written(code, bits, char, "u"))
    if char.isalpha():
        code = ord(char.lower()) if len(char.lower()) == 1 else code
    return Plain(_written(code, bits, "", "u"))


def _written(code: int, held: int, text: str, final: str) -> str:
    parts = [str(code), str(held + 1) if held else "", ":".join(str(ord(char)) for char in text)]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    # Textual wants an empty number rather than none before letters.
    return f"\x1b[{';'.join(parts)}{final}" if parts != ["1"] or final in "u~" else f"\x1b[{final}"


def _char(code: str | int | None) -> str:
    """Return the printable character of a number, or nothing."""
    number = int(code or 0)
    if not 0x20 <= number <= 0x10FFFF or 0xE000 <= number <= 0xF8FF:
        return ""
    char = chr(number)
    return char if char.isprintable() else ""


def _text(codes: str | None) -> str:
    chars = [_char(code) for code in (codes or "").split(":")[:_MOST_TEXT] if len(code) < 8]
    return "".join(chars)


def _place(char: str, place: str) -> str:
    """Return the place where it matters: of letters that an English keyboard has not.

    The letters of other Latin keyboards mean themselves: y is y where it is beside t, and a key
    with an umlaut is no bracket.
    """
    if not char.isalpha() or unicodedata.name(char, "LATIN").startswith("LATIN"):
        return ""
    return place if place.isascii() else ""
