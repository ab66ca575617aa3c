"""Parses the bytes written to a terminal: printable text and known sequences.

Any other control character or sequence is a finding, wherever it comes from.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import getincrementaldecoder
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<csi>\x1b\[[0-?]*[ -/]*[@-~])"
    r"|(?P<osc>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))"
    r"|(?P<esc>\x1b[ -/]*[0-OQ-WYZ\\`-~])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)?\Z")
_MODES = "7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048"
_KNOWN = re.compile(
    r"\x1b\["
    r"(?:[0-9;]*m"  # styles
    r"|[0-9]*(?:;[0-9]*)?H|[0-9]*[BCG]"  # cursor moves
    r"|2?J|K|[0-9]*X"  # erase
    r"|(?:[0-9]+;[0-9]+)?r"  # scroll region
    rf"|\?(?:{_MODES})[hl]"  # modes of the screen, the mouse, the keys
    r"|\?2026\$p|\?2048\$p"  # queries
    r"|>(?:1|25)u|=4;2u|<u"  # keyboard protocol on, with places, and off
    r")\Z"
)
_POINTER = re.compile(r"\x1b\]22;[a-z-]*\x07\Z")
_UP = "\x1bM"
_CONTROLS = frozenset("\r\n\b\x18")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Token(NamedTuple):
    """A piece of output: `kind` is csi, osc, esc, text or control; `known` if it is allowed."""

    kind: str
    text: str
    known: bool


class Reader:
    """Splits a stream into tokens, wherever its chunks end."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="surrogateescape")
        self.rest = ""
        self.unknown: list[str] = []

    def feed(self, data: bytes) -> list[Token]:
        """Take a chunk and return the complete tokens."""
        text = self.rest + self._decoder.decode(data)
        tokens: list[Token] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                if _UNFINISHED.match(text, at):
                    break
                token = Token("control", text[at], known=False)
                at += 1
            else:
                kind = found.lastgroup or ""
                token = Token(kind, found[0], known=_is_known(kind, found[0]))
                at = found.end()
            tokens.append(token)
            if not token.known:
                self.unknown.append(token.text)
        self.rest = text[at:]
        return tokens


def _is_known(kind: str, text: str) -> bool:
    if kind == "csi":
        return _KNOWN.match(text) is not None
    if kind == "osc":
        return _POINTER.match(text) is not None
    if kind == "control":
        return text in _CONTROLS
    if kind == "esc":
        return text == _UP
    return kind == "text" and not any(unicodedata.category(c) in _UNPRINTABLE for c in text)
