"""The tokens of a terminal's input. `at_s` is when the first byte was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One character: printable, a control character such as Enter, or DEL."""

    char: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Escape:
    """The Escape key alone."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Alt:
    """A character with Escape before it: alt and a key."""

    char: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Sequence:
    """A control sequence (``ESC [``), or a key of ``ESC O``, in its 7-bit form."""

    text: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text of a bracketed paste; empty if only its end was read."""

    text: str
    at_s: float


Token = Text | Escape | Alt | Sequence | Pasted
