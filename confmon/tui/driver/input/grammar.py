"""Cuts what a terminal sends into whole sequences, by the grammar of ECMA-48 and its extensions.

A sequence that is no key, mouse report, paste or report of the terminal is dropped whole; no byte
of a sequence ever counts as a key. The result does not depend on how reads divide the bytes.

Sources: ECMA-48 and ECMA-35; xterm's ctlseqs; the VT510 manual; the keyboard protocol of kitty.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Final, Literal, NamedTuple

from confmon.tui.driver.input.letters import character_length, clean_paste, decode_latin_letter

ESCAPE_S: Final = 0.1
"""An Escape with no further byte for so long is the key."""
SEQUENCE_S: Final = 1.0
"""A sequence (or a paste) with no further byte for so long is dropped."""

_SILENCE = -1
_BEL, _CAN, _SUB, _ESC, _DEL = 0x07, 0x18, 0x1A, 0x1B, 0x7F
_ST_8BIT = 0x9C
_INTRODUCERS: Final = frozenset(b"[OP]_^X")
"""Bytes after Escape that begin a sequence: CSI, SS3, DCS, OSC, APC, PM, SOS."""
_MAX_LENGTH: Final = 128
"""No known sequence is longer."""
_RAW_BYTES: Final = {"M": 3, "T": 6, "t": 2}
"""Old mouse reports: so many bytes of any value follow the final byte."""
_RXVT = re.compile(rb"[0-9]+\$")
"""rxvt's keys with shift end like this, though the grammar asks for a final byte."""
_MOUSE = b"<"
_NOT_A_NUMBER: Final = frozenset(b"NaIinf")
"""Letters of NaN and inf, which some terminals send for a mouse without a position."""
_REPORTS: Final = frozenset(b"0123456789lLI")
"""Bytes that follow a terminal's own ``ESC ]``; other bytes may be typed after it."""
_PASTE_START, _LATE_PASTE_END, _PASTE_END = b"200~", b"201~", b"\x1b[201~"
_PASTE_END_8BIT = b"\x9b201~"

TokenKind = Literal["text", "escape", "alt", "sequence", "paste"]


class Token(NamedTuple):
    """What the input is cut into. `at_s` is when its first byte was read.

    A ``text`` is one character: printable, a control character such as Enter, or DEL. ``escape`` is
    the key alone, ``alt`` a character with Escape before it. A ``sequence`` is ``ESC [``, or a key
    of ``ESC O``, in its 7-bit form. The text of a bracketed ``paste`` is empty if only its end was
    read.
    """

    kind: TokenKind
    text: str
    at_s: float


Steps = Generator[float | None, int, None]
"""Yields how long to wait for the next byte (None: no limit), and gets it, or `_SILENCE`."""


class Grammar:
    """Turns a terminal's bytes into tokens. Times are seconds on any one clock."""

    def __init__(self) -> None:
        self._tokens: list[Token] = []
        self._pushed_back: list[int] = []
        """Bytes to read once more, the next one last."""
        self._now_s = self._began_s = self._heard_s = 0.0
        self._steps = self._read_any()
        self._patience_s = next(self._steps)

    def feed(self, data: bytes, now_s: float) -> list[Token]:
        """Take the bytes read at `now_s`, and return what they complete."""
        self._now_s = self._heard_s = now_s
        for byte in data:
            self._patience_s = self._steps.send(byte)
        return self._take_tokens()

    def wait_s(self, now_s: float) -> float | None:
        """Return how long to wait for more bytes before calling `expire`; None: no limit."""
        if self._patience_s is None:
            return None
        return max(0.0, self._heard_s + self._patience_s - now_s)

    def expire(self, now_s: float) -> list[Token]:
        """Tell that no more bytes have come up to `now_s`.

        Only after a look for more input: bytes that wait to be read have come in time.
        """
        while self.wait_s(now_s) == 0:
            self._patience_s = self._steps.send(_SILENCE)
        return self._take_tokens()

    def _take_tokens(self) -> list[Token]:
        tokens, self._tokens = self._tokens, []
        return tokens

    def _read_byte(self, patience_s: float | None) -> Generator[float | None, int, int]:
        if self._pushed_back:
            return self._pushed_back.pop()
        return (yield patience_s)

    # Each of these reads one construct to its end.

    def _read_any(self) -> Steps:
        while True:
            byte = yield from self._read_byte(None)
            self._began_s = self._now_s
            if byte == _ESC:
                yield from self._read_escape()
            elif byte < 0x80:
                self._add("text", chr(byte))
            elif char := (yield from self._read_character(byte)):
                if char > "\x9f":
                    self._add("text", char)
                else:
                    yield from self._read_opened(chr(ord(char) - 0x40))

    def _read_character(self, lead: int) -> Generator[float | None, int, str]:
        """Read a character beyond ASCII, or a C1 control; return "" for bytes that are none."""
        taken = [lead]
        for _ in range(1, character_length(lead)):
            byte = yield from self._read_byte(SEQUENCE_S)
            if byte != _SILENCE:
                taken.append(byte)
            if not 0x80 <= byte <= 0xBF:
                break
        try:
            return bytes(taken).decode()
        except UnicodeDecodeError:
            self._pushed_back += reversed(taken[1:])
        return chr(lead) if lead <= 0x9F else decode_latin_letter(lead)

    def _read_escape(self) -> Steps:
        byte = yield from self._read_byte(ESCAPE_S)
        if byte == _SILENCE:
            self._add("escape")
            yield from self._read_late()
        elif byte == _ESC:
            self._add("escape")
            self._pushed_back.append(byte)
        elif byte in _INTRODUCERS:
            yield from self._read_opened(chr(byte))
        elif byte == ord("\\"):
            pass  # the end of a string that was dropped
        elif byte < 0x80:
            self._add("alt", chr(byte))
        elif char := (yield from self._read_character(byte)):
            if char > "\x9f":
                self._add("alt", char)
            else:
                self._add("escape")
                yield from self._read_opened(chr(ord(char) - 0x40))

    def _read_late(self) -> Steps:
        """Read what follows soon after an Escape that counted as the key.

        A slow line may have split a sequence there. Its rest is not typed; a character that
        nothing follows is.
        """
        byte = yield from self._read_byte(SEQUENCE_S)
        if byte in _INTRODUCERS:
            self._began_s = self._now_s
            yield from self._read_opened(chr(byte), late=True)
        elif byte not in (_SILENCE, ord("\\")):
            self._pushed_back.append(byte)

    def _read_opened(self, introducer: str, *, late: bool = False) -> Steps:
        """Read the sequence after Escape and this character, or after the C1 control of both."""
        if introducer == "[":
            yield from self._read_control()
        elif introducer == "O":
            yield from self._read_ss3(late=late)
        elif introducer in "P]_^X":
            if late and introducer != "]":
                byte = yield from self._read_byte(ESCAPE_S)
                if byte == _SILENCE:
                    self._add("text", introducer)
                    return
                self._pushed_back.append(byte)
            elif late:
                byte = yield from self._read_byte(SEQUENCE_S)
                if byte != _SILENCE:
                    self._pushed_back.append(byte)
                if byte not in _REPORTS:
                    return
            yield from self._read_string(ends_with_bel=introducer == "]")

    def _read_control(self) -> Steps:
        body = bytearray()
        while True:
            whole = _RXVT.fullmatch(body)
            byte = yield from self._read_byte(ESCAPE_S if whole else SEQUENCE_S)
            if whole and not 0x20 <= byte <= _DEL:
                self._add_sequence("[", body)
                if byte != _SILENCE:
                    self._pushed_back.append(byte)
                return
            if byte in (_SILENCE, _CAN, _SUB):
                return
            if byte == _ESC:
                self._pushed_back.append(byte)
                return
            if byte < 0x20 or byte == _DEL:
                # As in terminals: the control counts, and the sequence goes on.
                self._tokens.append(Token("text", chr(byte), self._now_s))
            elif byte < 0x40 or (body[:1] == _MOUSE and byte in _NOT_A_NUMBER):
                body.append(byte)
                del body[_MAX_LENGTH:]
            elif byte < 0x80:
                body.append(byte)
                yield from self._finish_control(body)
                return

    def _finish_control(self, body: bytearray) -> Steps:
        """Take a control sequence with its final byte, and the bytes that must follow it."""
        final = chr(body[-1])
        if body == _PASTE_START:
            yield from self._read_paste()
        elif body == _LATE_PASTE_END:
            # The start was dropped: the text right before this was pasted, too.
            self._add("paste")
        elif body == b"[":  # the Linux console's F1 to F5
            byte = yield from self._read_byte(SEQUENCE_S)
            if 0x20 <= byte < _DEL:
                self._add_sequence("[", bytes((*body, byte)))
            elif byte != _SILENCE:
                self._pushed_back.append(byte)
        elif len(body) == 1 and final in _RAW_BYTES:
            for _ in range(_RAW_BYTES[final]):
                byte = yield from self._read_byte(SEQUENCE_S)
                if byte == _ESC:
                    self._pushed_back.append(byte)
                if byte in (_ESC, _SILENCE):
                    return
        elif len(body) < _MAX_LENGTH:
            self._add_sequence("[", body)
            if body == b"I":
                yield from self._read_iterm_name()

    def _read_iterm_name(self) -> Steps:
        """Read the rest of ``ESC [ ITERM2 3.5 n``, which begins like a report of the focus."""
        byte = yield from self._read_byte(SEQUENCE_S)
        if byte == ord("T"):
            while 0x20 <= byte < _DEL and byte != ord("n"):
                byte = yield from self._read_byte(SEQUENCE_S)
        if byte not in (_SILENCE, ord("n")):
            self._pushed_back.append(byte)

    def _read_ss3(self, *, late: bool = False) -> Steps:
        body = bytearray()
        while True:
            byte = yield from self._read_byte(SEQUENCE_S)
            if byte in (_SILENCE, _CAN, _SUB):
                if late and byte == _SILENCE and not body:
                    self._add("text", "O")
                return
            if byte == _ESC:
                self._pushed_back.append(byte)
                return
            if byte < 0x20 or byte == _DEL:
                self._tokens.append(Token("text", chr(byte), self._now_s))
            elif byte >= 0x80:
                yield from self._read_character(byte)
                return
            else:
                body.append(byte)
                del body[_MAX_LENGTH:]
                if byte not in b"0123456789;":
                    self._add_sequence("O", body)
                    return

    def _read_string(self, *, ends_with_bel: bool) -> Steps:
        """Read a string to its end, and drop it."""
        inside = 0
        while True:
            byte = yield from self._read_byte(SEQUENCE_S)
            if byte in (_SILENCE, _CAN, _SUB) or (byte == _BEL and ends_with_bel):
                return
            if byte == _ST_8BIT and not inside:
                return
            if byte == _ESC:
                byte = yield from self._read_byte(SEQUENCE_S)
                if byte == _ESC:
                    continue  # tmux doubles each Escape that it passes on
                if byte not in (_SILENCE, ord("\\")):
                    self._pushed_back += (byte, _ESC)
                return
            if byte >= 0xC0:
                inside = character_length(byte) - 1
            elif byte < 0x80:
                inside = 0
            elif inside:  # this byte may be part of a character
                inside -= 1

    def _read_paste(self) -> Steps:
        data = bytearray()
        while True:
            byte = yield from self._read_byte(SEQUENCE_S)
            if byte == _SILENCE:
                lost = next((n for n in range(5, 0, -1) if data.endswith(_PASTE_END[:n])), 0)
                break
            data.append(byte)
            if byte == _PASTE_END[-1] and (lost := _paste_end_length(data)):
                break
        del data[len(data) - lost :]
        if text := clean_paste(bytes(data)):
            self._add("paste", text)

    def _add(self, kind: TokenKind, text: str = "") -> None:
        self._tokens.append(Token(kind, text, self._began_s))

    def _add_sequence(self, introducer: str, body: bytes | bytearray) -> None:
        self._add("sequence", f"\x1b{introducer}{body.decode('ascii')}")


def _paste_end_length(data: bytearray) -> int:
    """Return the length of the end mark of a paste at the end of `data`, 0 if there is none."""
    if data.endswith(_PASTE_END):
        return len(_PASTE_END)
    short = len(_PASTE_END_8BIT)
    if data.endswith(_PASTE_END_8BIT) and data[-short - 1 : -short] < b"\x80":
        return short
    return 0
