"""Cuts what a terminal sends into whole sequences, by the grammar of ECMA-48 and its extensions.

What is not a key, a mouse report, a paste or a report of the terminal is dropped whole, and no
byte of a sequence is ever taken for a key. It makes no difference in which pieces bytes come.

Sources: ECMA-48 and ECMA-35; xterm's ctlseqs; the VT510 manual; the keyboard protocol of kitty.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Final

from confmon.tui.driver.input.letters import latin_letter, length_of, pasted_text
from confmon.tui.driver.input.tokens import Alt, Escape, Pasted, Sequence, Text, Token

ESCAPE_S: Final = 0.1
"""An Escape after which so long nothing comes is the key."""
SEQUENCE_S: Final = 1.0
"""A sequence (or a paste) whose next byte does not come for so long is given up."""

_SILENCE = -1
_BEL, _CAN, _SUB, _ESC, _DEL = 0x07, 0x18, 0x1A, 0x1B, 0x7F
_ST_8BIT = 0x9C
_OPENERS: Final = frozenset(b"[OP]_^X")
"""What follows Escape where more must follow: CSI, SS3, DCS, OSC, APC, PM, SOS."""
_LONGEST: Final = 128
"""No sequence that means anything is longer."""
_RAW_BYTES: Final = {"M": 3, "T": 6, "t": 2}
"""Mouse reports of old: so many bytes of any value follow the final byte."""
_RXVT = re.compile(rb"[0-9]+\$")
"""rxvt ends its keys with shift so; by the grammar a final byte is still to come."""
_MOUSE = b"<"
_NO_NUMBER: Final = frozenset(b"NaIinf")
"""Some terminals say NaN, or inf, of a mouse that has no place."""
_REPORTS: Final = frozenset(b"0123456789lLI")
"""How a terminal's own ``ESC ]`` goes on; who types ``]`` after Escape may do so again."""
_PASTE_BEGINS, _PASTE_IS_OVER, _PASTE_ENDS = b"200~", b"201~", b"\x1b[201~"
_PASTE_ENDS_8BIT = b"\x9b201~"

Steps = Generator[float | None, int, None]
"""Yields how long to wait for the next byte, None for ever; is sent the byte or `_SILENCE`."""


class Grammar:
    """A terminal's bytes in, tokens out. Times are seconds on one clock, whichever."""

    def __init__(self) -> None:
        self._tokens: list[Token] = []
        self._again: list[int] = []
        """Bytes to be looked at once more, the next one last."""
        self._now_s = self._began_s = self._heard_s = 0.0
        self._steps = self._ground()
        self._patience_s = next(self._steps)

    def feed(self, data: bytes, now_s: float) -> list[Token]:
        """Take what was read at `now_s`."""
        self._now_s = self._heard_s = now_s
        for byte in data:
            self._patience_s = self._steps.send(byte)
        return self._taken()

    def wait_s(self, now_s: float) -> float | None:
        """Return how long to wait for more before `expire` is called; None: for ever."""
        if self._patience_s is None:
            return None
        return max(0.0, self._heard_s + self._patience_s - now_s)

    def expire(self, now_s: float) -> list[Token]:
        """Take it that up to `now_s` nothing more has come.

        Only who has just looked for more may say so: what waits to be read has come in time.
        """
        while self.wait_s(now_s) == 0:
            self._patience_s = self._steps.send(_SILENCE)
        return self._taken()

    def _taken(self) -> list[Token]:
        tokens, self._tokens = self._tokens, []
        return tokens

    def _next(self, patience_s: float | None) -> Generator[float | None, int, int]:
        if self._again:
            return self._again.pop()
        return (yield patience_s)

    # Each of these reads one thing to its end.

    def _ground(self) -> Steps:
        while True:
            byte = yield from self._next(None)
            self._began_s = self._now_s
            if byte == _ESC:
                yield from self._escape()
            elif byte < 0x80:
                self._tokens.append(Text(chr(byte), self._began_s))
            elif char := (yield from self._character(byte)):
                if char > "\x9f":
                    self._tokens.append(Text(char, self._began_s))
                else:
                    yield from self._opened(chr(ord(char) - 0x40))

    def _character(self, lead: int) -> Generator[float | None, int, str]:
        """Read a character beyond ASCII; empty if it is none. C1 controls are returned as such."""
        taken = [lead]
        for _ in range(1, length_of(lead)):
            byte = yield from self._next(SEQUENCE_S)
            if byte != _SILENCE:
                taken.append(byte)
            if not 0x80 <= byte <= 0xBF:
                break
        try:
            return bytes(taken).decode()
        except UnicodeDecodeError:
            self._again += reversed(taken[1:])
        return chr(lead) if lead <= 0x9F else latin_letter(lead)

    def _escape(self) -> Steps:
        byte = yield from self._next(ESCAPE_S)
        if byte == _SILENCE:
            self._tokens.append(Escape(self._began_s))
            yield from self._late()
        elif byte == _ESC:
            self._tokens.append(Escape(self._began_s))
            self._again.append(byte)
        elif byte in _OPENERS:
            yield from self._opened(chr(byte))
        elif byte == ord("\\"):
            pass  # the end of a string that was given up
        elif byte < 0x80:
            self._tokens.append(Alt(chr(byte), self._began_s))
        elif char := (yield from self._character(byte)):
            if char > "\x9f":
                self._tokens.append(Alt(char, self._began_s))
            else:
                self._tokens.append(Escape(self._began_s))
                yield from self._opened(chr(ord(char) - 0x40))

    def _late(self) -> Steps:
        """Read what comes soon after an Escape that was taken for the key.

        A slow line may have cut a sequence right there. Its rest is not typed.
        """
        byte = yield from self._next(SEQUENCE_S)
        if byte in _OPENERS:
            self._began_s = self._now_s
            yield from self._opened(chr(byte), late=True)
        elif byte not in (_SILENCE, ord("\\")):
            self._again.append(byte)

    def _opened(self, opener: str, *, late: bool = False) -> Steps:
        """Read on after Escape and this, or after the one byte that means the same."""
        if opener == "[":
            yield from self._control()
        elif opener == "O":
            yield from self._shifted()
        elif opener in "P]_^X":
            if late and opener == "]":
                byte = yield from self._next(SEQUENCE_S)
                if byte != _SILENCE:
                    self._again.append(byte)
                if byte not in _REPORTS:
                    return
            yield from self._string(ends_with_bel=opener == "]")

    def _control(self) -> Steps:
        body = bytearray()
        while True:
            whole = _RXVT.fullmatch(body)
            byte = yield from self._next(ESCAPE_S if whole else SEQUENCE_S)
            if whole and not 0x20 <= byte <= _DEL:
                self._tell("[", body)
                if byte != _SILENCE:
                    self._again.append(byte)
                return
            if byte in (_SILENCE, _CAN, _SUB):
                return
            if byte == _ESC:
                self._again.append(byte)
                return
            if byte < 0x20 or byte == _DEL:
                # As terminals do it themselves: it counts, and the sequence goes on.
                self._tokens.append(Text(chr(byte), self._now_s))
            elif byte < 0x40 or (body[:1] == _MOUSE and byte in _NO_NUMBER):
                body.append(byte)
                del body[_LONGEST:]
            elif byte < 0x80:
                body.append(byte)
                yield from self._finished(body)
                return

    def _finished(self, body: bytearray) -> Steps:
        """Take a control sequence that has its final byte, and what must follow."""
        final = chr(body[-1])
        if body == _PASTE_BEGINS:
            yield from self._paste()
        elif body == _PASTE_IS_OVER:
            # Its begin was given up for lost: what came right before this was pasted, too.
            self._tokens.append(Pasted("", self._began_s))
        elif body == b"[":  # the Linux console's F1 to F5
            byte = yield from self._next(SEQUENCE_S)
            if 0x20 <= byte < _DEL:
                self._tell("[", bytes((*body, byte)))
            elif byte != _SILENCE:
                self._again.append(byte)
        elif len(body) == 1 and final in _RAW_BYTES:
            for _ in range(_RAW_BYTES[final]):
                byte = yield from self._next(SEQUENCE_S)
                if byte == _ESC:
                    self._again.append(byte)
                if byte in (_ESC, _SILENCE):
                    return
        elif len(body) < _LONGEST:
            self._tell("[", body)
            if body == b"I":
                yield from self._name_of_iterm()

    def _name_of_iterm(self) -> Steps:
        """Read the rest of ``ESC [ ITERM2 3.5 n``, which begins as a report of the focus does."""
        byte = yield from self._next(SEQUENCE_S)
        if byte == ord("T"):
            while 0x20 <= byte < _DEL and byte != ord("n"):
                byte = yield from self._next(SEQUENCE_S)
        if byte not in (_SILENCE, ord("n")):
            self._again.append(byte)

    def _shifted(self) -> Steps:
        body = bytearray()
        while True:
            byte = yield from self._next(SEQUENCE_S)
            if byte in (_SILENCE, _CAN, _SUB):
                return
            if byte == _ESC:
                self._again.append(byte)
                return
            if byte < 0x20 or byte == _DEL:
                self._tokens.append(Text(chr(byte), self._now_s))
            elif byte >= 0x80:
                yield from self._character(byte)
                return
            else:
                body.append(byte)
                del body[_LONGEST:]
                if byte not in b"0123456789;":
                    self._tell("O", body)
                    return

    def _string(self, *, ends_with_bel: bool) -> Steps:
        """Read a string, none of which means anything to us."""
        inside = 0
        while True:
            byte = yield from self._next(SEQUENCE_S)
            if byte in (_SILENCE, _CAN, _SUB) or (byte == _BEL and ends_with_bel):
                return
            if byte == _ST_8BIT and not inside:
                return
            if byte == _ESC:
                byte = yield from self._next(SEQUENCE_S)
                if byte == _ESC:
                    continue  # tmux doubles those that it passes on
                if byte not in (_SILENCE, ord("\\")):
                    self._again += (byte, _ESC)
                return
            if byte >= 0xC0:
                inside = length_of(byte) - 1
            elif byte < 0x80:
                inside = 0
            elif inside:  # what ends a string may be part of a character as well
                inside -= 1

    def _paste(self) -> Steps:
        began_s, data = self._began_s, bytearray()
        while True:
            byte = yield from self._next(SEQUENCE_S)
            if byte == _SILENCE:
                lost = next((n for n in range(5, 0, -1) if data.endswith(_PASTE_ENDS[:n])), 0)
                break
            data.append(byte)
            if byte == _PASTE_ENDS[-1] and (lost := _end_of(data)):
                break
        del data[len(data) - lost :]
        if text := pasted_text(bytes(data)):
            self._tokens.append(Pasted(text, began_s))

    def _tell(self, opener: str, body: bytes | bytearray) -> None:
        self._tokens.append(Sequence(f"\x1b{opener}{body.decode('ascii')}", self._began_s))


def _end_of(data: bytearray) -> int:
    """Return how many bytes at the end of `data` are the end of a paste, 0 if none."""
    if data.endswith(_PASTE_ENDS):
        return len(_PASTE_ENDS)
    short = len(_PASTE_ENDS_8BIT)
    if data.endswith(_PASTE_ENDS_8BIT) and data[-short - 1 : -short] < b"\x80":
        return short
    return 0
