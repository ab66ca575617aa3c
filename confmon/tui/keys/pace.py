"""Judges keys by their times: pressed alone, pasted, held down, or typed as a word.

A terminal reports neither that a key is released nor that text is pasted: only the times at which
keys are read are known. This module is pure: key, time and kind go in, a verdict on each press
comes out. A later key may still change the verdict on an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import inf

ALONE_S = 0.07
"""Text keys closer together than this were not pressed by hand."""

WORD_S = 0.3
"""Keys closer together than this may be a word; people type a key in 0.12 to 0.25 s."""

HELD_S = 0.8
"""The same key within this time is held down: terminals wait up to 0.7 s, then repeat it."""

PAUSE_S = 1.0
"""After text was typed or pasted onto a table, verbs are off until no key comes for so long."""


class Kind(Enum):
    """What a key means to the screen that gets it."""

    VERB = auto()
    """A character that acts."""
    VIEW = auto()
    """A character that changes only the view, or does nothing."""
    MOVE = auto()
    """A character that moves or marks; operators press it right before and after a verb."""
    FIELD = auto()
    """A character for a field, or for a screen without verbs."""
    BREAK = auto()
    """Enter, Tab or Escape: no part of a word, but pasted text may contain it."""
    OTHER = auto()
    """An arrow, a function key, a key with ctrl: no part of any text."""


class Verdict(Enum):
    """How a key was pressed. It matters only for kinds that act."""

    ALONE = auto()
    """Alone so far, as a single press."""
    BURST = auto()
    """With others, faster than a hand."""
    HELD = auto()
    """A repetition of the key before."""
    TYPED = auto()
    """A letter of a word."""


@dataclass(slots=True, weakref_slot=True, eq=False)
class Press:
    """One key. `at_s` is when it was read from the terminal."""

    key: str
    at_s: float
    kind: Kind
    verdict: Verdict = Verdict.ALONE
    settled: bool = False
    """True once no later key can change the verdict."""


class Pace:
    """Judges every key, in order.

    `word` has the last keys, without a pause of `WORD_S` or a key of another kind between them.
    """

    def __init__(self) -> None:
        self.word: list[Press] = []
        """The presses with a verdict that the next key may change."""
        self._last: Press | None = None
        self._text_at_s = -inf
        self._paused_until_s = -inf
        self._pause_reason = Verdict.TYPED

    def add_key(self, key: str, at_s: float, kind: Kind) -> Press:
        """Add a key, and return it with its verdict so far."""
        press, last = Press(key, at_s, kind), self._last
        self._last = press
        was = last.verdict if last is not None else Verdict.ALONE
        repeats = last is not None and last.key == key and abs(at_s - last.at_s) < HELD_S
        gap_s = abs(at_s - self._text_at_s)
        if kind is not Kind.OTHER:
            self._text_at_s = at_s
        for pressed in self.word:
            pressed.settled |= gap_s >= (ALONE_S if pressed.kind is Kind.BREAK else WORD_S)
        self.word = [pressed for pressed in self.word if not pressed.settled]
        match kind:
            case Kind.OTHER:
                if repeats or gap_s < ALONE_S:
                    press.verdict = Verdict.HELD if repeats else Verdict.BURST
                self.word = []
            case Kind.BREAK:
                self._judge_break(press, gap_s, repeats=repeats)
            case Kind.FIELD:
                self._judge_field(press, gap_s)
            case _:
                self._judge_letter(press, gap_s, was, repeats=repeats)
        return press

    def pause_verbs(self, at_s: float, why: Verdict = Verdict.TYPED) -> None:
        """Treat the next keys as text, until there is a pause."""
        self._paused_until_s, self._pause_reason = at_s + PAUSE_S, why

    @property
    def _has_verb(self) -> bool:
        return any(press.kind is Kind.VERB for press in self.word)

    def _set_verdicts(self, verdict: Verdict) -> None:
        """Change the verdict on every press of the word."""
        for press in self.word:
            press.verdict = verdict

    def _judge_break(self, press: Press, gap_s: float, *, repeats: bool) -> None:
        if gap_s < ALONE_S:
            press.verdict = Verdict.BURST
            for pressed in self.word:
                if pressed.kind in (Kind.VERB, Kind.BREAK):
                    pressed.verdict = Verdict.BURST
            if self._has_verb:
                self.pause_verbs(press.at_s, Verdict.BURST)
        elif repeats:
            press.verdict = Verdict.HELD
        self.word = [press]

    def _judge_field(self, press: Press, gap_s: float) -> None:
        opened = gap_s < WORD_S and self._has_verb  # into a dialog that a verb has just opened
        if opened or gap_s < ALONE_S:
            why = Verdict.BURST if gap_s < ALONE_S else Verdict.TYPED
            self._set_verdicts(why)
            if opened:
                press.verdict = why
                self.pause_verbs(press.at_s, why)
        self.word = []

    def _judge_letter(self, press: Press, gap_s: float, was: Verdict, *, repeats: bool) -> None:
        at_s = press.at_s
        if at_s < self._paused_until_s:
            press.verdict = self._pause_reason
            self.pause_verbs(at_s, self._pause_reason)
            return
        if repeats:
            press.verdict = Verdict.HELD
            if gap_s < ALONE_S and self._has_verb and was is Verdict.ALONE:
                # Nobody holds a key so briefly.
                self._set_verdicts(Verdict.BURST)
                self.pause_verbs(at_s, Verdict.BURST)
            return
        at_once = gap_s < ALONE_S
        word = [*self.word, press]
        letters = [pressed for pressed in word if pressed.kind in (Kind.VERB, Kind.VIEW)]
        verbs = any(pressed.kind is Kind.VERB for pressed in word)
        if at_once and (verbs or len(letters) > 1):
            self.word = word
            self._set_verdicts(Verdict.BURST)
            self.pause_verbs(at_s, Verdict.BURST)
        elif verbs and len({letter.key for letter in letters}) > 1:
            self.word = word
            self._set_verdicts(Verdict.TYPED)
            self.pause_verbs(at_s)
        elif press.kind is Kind.VERB:
            self.word = [press]  # the same verb, on another row
        else:
            self.word = word
