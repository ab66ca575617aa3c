"""Whole sequences of a terminal as the events that Textual makes of them; of others, nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._xterm_parser import IS_ITERM, XTermParser
from textual.geometry import Size

from confmon.tui.driver.input.keys import Key, is_key, plain_key
from confmon.tui.driver.input.tokens import Alt, Escape, Pasted, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.message import Message

    from confmon.tui.driver.input.tokens import Token

_MOUSE: Final = re.compile(r"\x1b\[<(\d{1,3});(\d{1,5});(\d{1,5})[Mm]")
_MOST_BUTTONS = 128
"""From here on come the buttons for back and forward, which Textual takes for the left one."""
_PLACE: Final = re.compile(r"\x1b\[\d+;\d+R")
"""Where the cursor is; F3 with modifiers looks the same."""
_MODE: Final = re.compile(r"\x1b\[\?(2026|2048);([0-4])\$y")
_SIZE: Final = re.compile(r"\x1b\[48" + r";(\d{1,5})(?::\d*)*" * 4 + "t")
_MOST_LINES, _MOST_COLUMNS = 1000, 2000
_FOCUS: Final[dict[str, type[Message]]] = {
    "\x1b[I": events.AppFocus,
    "\x1b[O": events.AppBlur,
}


class Translator:
    """Makes events of tokens, as Textual's own parser does where that does well."""

    def __init__(self) -> None:
        self._textual = XTermParser()

    def events(self, token: Token) -> Iterator[Message]:
        """Yield what a token is to the app; nothing for most reports of the terminal."""
        if isinstance(token, Text):
            made = self._keys(token.char)
        elif isinstance(token, Escape):
            made = [events.Key("escape", "\x1b")]
        elif isinstance(token, Alt):
            made = self._alt(token.char)
        elif isinstance(token, Pasted):
            made = [events.Paste(token.text)]
        else:
            made = self._sequence(token.text)
        for event in made:
            event.time = token.at_s
            yield event

    def _keys(self, sequence: str, *, alt: bool = False) -> Iterable[Message]:
        for event in self._textual._sequence_to_key_events(sequence, alt=alt):
            if event.key != "<ignore>":
                yield event

    def _alt(self, char: str) -> Iterable[Message]:
        whole = f"\x1b{char}"
        if whole in ANSI_SEQUENCES_KEYS:
            return self._keys(whole)
        return self._keys(char, alt=True)

    def _sequence(self, text: str) -> Iterable[Message]:
        if text in _FOCUS:
            return [_FOCUS[text]()]
        if _PLACE.fullmatch(text):
            return []
        if is_key(text):
            return self._numbered(text)
        if ANSI_SEQUENCES_KEYS.get(text, IGNORE_SEQUENCE) is not IGNORE_SEQUENCE:
            return self._keys(text)
        if found := _MOUSE.fullmatch(text):
            event = None
            if int(found[1]) < _MOST_BUTTONS and int(found[2]) and int(found[3]):
                event = self._textual.parse_mouse_code(text)
            return [] if event is None else [event]
        if found := _SIZE.fullmatch(text):
            return self._resized(*(int(number) for number in found.groups()))
        if found := _MODE.fullmatch(text):
            return self._mode(found[1], int(found[2]))
        return []

    def _numbered(self, text: str) -> Iterable[Message]:
        plain = plain_key(text)
        if plain is None:
            if ANSI_SEQUENCES_KEYS.get(text, IGNORE_SEQUENCE) is not IGNORE_SEQUENCE:
                yield from self._legacy(text)
            return
        for event in self._keys(plain.sequence):
            if plain.place and isinstance(event, events.Key):
                placed = Key(event.key, event.character)
                placed.place = plain.place
                yield placed
            else:
                yield event

    def _legacy(self, text: str) -> Iterable[Message]:
        """Yield keys that are in Textual's table, where its parser would read a number first."""
        keys = ANSI_SEQUENCES_KEYS[text]
        if isinstance(keys, tuple):
            for key in keys:
                yield events.Key(key.value, None)

    def _resized(self, lines: int, columns: int, high: int, wide: int) -> Iterable[Message]:
        if not (0 < lines <= _MOST_LINES and 0 < columns <= _MOST_COLUMNS):
            return
        pixels = Size(wide, high)
        self._textual.terminal_size = Size(columns, lines)
        self._textual.terminal_pixel_size = pixels if high and wide else None
        self._textual.mouse_pixels = True
        yield events.Resize.from_dimensions((columns, lines), (wide, high))

    def _mode(self, mode: str, setting: int) -> Iterable[Message]:
        if mode == "2026":
            if setting:
                yield messages.TerminalSupportsSynchronizedOutput()
        elif constants.SMOOTH_SCROLL and not IS_ITERM:
            yield messages.InBandWindowResize.from_setting_parameter(setting)
