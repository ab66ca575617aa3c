"""Turns tokens into the events that Textual makes of them; drops unknown ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from textual import constants, events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._xterm_parser import IS_ITERM, XTermParser
from textual.geometry import Size

from confmon.tui.driver.input.keys import Key, is_key, simplify_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.message import Message

    from confmon.tui.driver.input.grammar import Token

_MOUSE: Final = re.compile(r"\x1b\[<(\d{1,3});(\d{1,5});(\d{1,5})[Mm]")
_FIRST_EXTRA_BUTTON = 128
"""The buttons for back and forward, which Textual takes for the left one, begin here."""
_CURSOR_REPORT: Final = re.compile(r"\x1b\[\d+;\d+R")
"""A report of the cursor's position; F3 with modifiers looks the same."""
_MODE: Final = re.compile(r"\x1b\[\?(2026|2048);([0-4])\$y")
_SIZE: Final = re.compile(r"\x1b\[48" + r";(\d{1,5})(?::\d*)*" * 4 + "t")
_MAX_LINES, _MAX_COLUMNS = 1000, 2000
_FOCUS: Final[dict[str, type[Message]]] = {"\x1b[I": events.AppFocus, "\x1b[O": events.AppBlur}


class Translator:
    """Makes events of tokens, with Textual's own parser where that is correct."""

    def __init__(self) -> None:
        self._textual = XTermParser()

    def events(self, token: Token) -> Iterator[Message]:
        """Yield the events of a token; none for most reports of the terminal."""
        kind, text, at_s = token
        made: Iterable[Message]
        match kind:
            case "text":
                made = self._parse_keys(text)
            case "escape":
                made = [events.Key("escape", "\x1b")]
            case "alt":
                made = self._alt_keys(text)
            case "paste":
                made = [events.Paste(text)]
            case "sequence":
                made = self._sequence(text)
        for event in made:
            event.time = at_s
            yield event

    def _parse_keys(self, sequence: str, *, alt: bool = False) -> Iterable[Message]:
        for event in self._textual._sequence_to_key_events(sequence, alt=alt):
            if event.key != "<ignore>":
                yield event

    def _alt_keys(self, char: str) -> Iterable[Message]:
        whole = f"\x1b{char}"
        if whole in ANSI_SEQUENCES_KEYS:
            return self._parse_keys(whole)
        return self._parse_keys(char, alt=True)

    def _sequence(self, text: str) -> Iterable[Message]:
        if text in _FOCUS:
            return [_FOCUS[text]()]
        if _CURSOR_REPORT.fullmatch(text):
            return []
        if is_key(text):
            return self._numbered_keys(text)
        if ANSI_SEQUENCES_KEYS.get(text, IGNORE_SEQUENCE) is not IGNORE_SEQUENCE:
            return self._parse_keys(text)
        if found := _MOUSE.fullmatch(text):
            event = None
            if int(found[1]) < _FIRST_EXTRA_BUTTON and int(found[2]) and int(found[3]):
                event = self._textual.parse_mouse_code(text)
            return [] if event is None else [event]
        if found := _SIZE.fullmatch(text):
            return self._resize_events(*(int(number) for number in found.groups()))
        if found := _MODE.fullmatch(text):
            return self._mode_reports(found[1], int(found[2]))
        return []

    def _numbered_keys(self, text: str) -> Iterable[Message]:
        plain = simplify_key(text)
        if plain is None:
            keys = ANSI_SEQUENCES_KEYS.get(text)
            if isinstance(keys, tuple):  # Textual's parser would read it as numbers
                for key in keys:
                    yield events.Key(key.value, None)
            return
        for event in self._parse_keys(plain.sequence):
            if plain.place and isinstance(event, events.Key):
                placed = Key(event.key, event.character)
                placed.place = plain.place
                yield placed
            else:
                yield event

    def _resize_events(self, lines: int, columns: int, high: int, wide: int) -> Iterable[Message]:
        if not (0 < lines <= _MAX_LINES and 0 < columns <= _MAX_COLUMNS):
            return
        pixels = Size(wide, high)
        self._textual.terminal_size = Size(columns, lines)
        self._textual.terminal_pixel_size = pixels if high and wide else None
        self._textual.mouse_pixels = True
        yield events.Resize.from_dimensions((columns, lines), (wide, high))

    def _mode_reports(self, mode: str, setting: int) -> Iterable[Message]:
        if mode == "2026":
            if setting:
                yield messages.TerminalSupportsSynchronizedOutput()
        elif constants.SMOOTH_SCROLL and not IS_ITERM:
            yield messages.InBandWindowResize.from_setting_parameter(setting)
