"""How fast keys come, and what that makes of them: pressed alone, pasted, held down, or typed.

A terminal tells neither when a key is let go nor that text is pasted into it: only the times at
which keys are read are known. Pure: key, time and kind go in, and what each press is worth comes
out; a later key may still change that of an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import inf

ALONE_S = 0.07
"""Keys of text that come closer together than this were not pressed by hand."""

WORD_S = 0.3
"""Keys that come closer together than this may be a word; people type at 0.12 to 0.25 s a key."""

HELD_S = 0.8
"""The same key within this time is one that is held down: terminals wait up to 0.7 s, then repeat.
"""

PAUSE_S = 1.0
"""Once text was typed or pasted onto a table, verbs stay off until nothing came for so long."""


class Kind(Enum):
    """What a key is to the screen it comes to."""

    VERB = auto()
    """A character that acts."""
    VIEW = auto()
    """A character that changes only what is looked at, or means nothing."""
    MOVE = auto()
    """A character that moves or marks: operators press it right before and after a verb."""
    FIELD = auto()
    """A character for a field, or for a screen without verbs."""
    BREAK = auto()
    """Enter, Tab or Escape: no character of a word, but pasted text may have it in its midst."""
    OTHER = auto()
    """An arrow, a function key, a key with ctrl: no part of any text."""


class Verdict(Enum):
    """What a press is worth. Of a kind that does not act it says nothing."""

    ALONE = auto()
    """It stands alone so far, as the press of a key does."""
    BURST = auto()
    """It came with others faster than a hand is."""
    HELD = auto()
    """It repeats the key before."""
    TYPED = auto()
    """It is a letter of a word."""


@dataclass(slots=True, weakref_slot=True, eq=False)
class Press:
    """One key. `at_s` is when it was read from the terminal."""

    key: str
    at_s: float
    kind: Kind
    verdict: Verdict = Verdict.ALONE
    stood: bool = False
    """Whether it is known that no other key followed too soon."""


class Pace:
    """Hears every key, in order.

    A word is what was typed last without a pause of `WORD_S` and without another key in between.
    """

    def __init__(self) -> None:
        self.word: list[Press] = []
        """The presses on which the next key may still throw another light."""
        self._last: Press | None = None
        self._text_at_s = -inf
        self._off_until_s = -inf
        self._why = Verdict.TYPED

    def hear(self, key: str, at_s: float, kind: Kind) -> Press:
        """Take in a key, and say what it is worth as far as can be known now."""
        press, last = Press(key, at_s, kind), self._last
        self._last = press
        was = last.verdict if last is not None else Verdict.ALONE
        repeats = last is not None and last.key == key and abs(at_s - last.at_s) < HELD_S
        gap_s = abs(at_s - self._text_at_s)
        if kind is not Kind.OTHER:
            self._text_at_s = at_s
        for one in self.word:
            one.stood |= gap_s >= (ALONE_S if one.kind is Kind.BREAK else WORD_S)
        self.word = [one for one in self.word if not one.stood]
        match kind:
            case Kind.OTHER:
                if repeats or gap_s < ALONE_S:
                    press.verdict = Verdict.HELD if repeats else Verdict.BURST
                self.word = []
            case Kind.BREAK:
                self._break(press, gap_s, repeats=repeats)
            case Kind.FIELD:
                self._field(press, gap_s)
            case _:
                self._letter(press, gap_s, was, repeats=repeats)
        return press

    def stay_off(self, at_s: float, why: Verdict = Verdict.TYPED) -> None:
        """Take what follows for text, until there is a pause."""
        self._off_until_s, self._why = at_s + PAUSE_S, why

    @property
    def _verbs(self) -> bool:
        return any(press.kind is Kind.VERB for press in self.word)

    def _call(self, verdict: Verdict) -> None:
        """Change what every press of the word is worth."""
        for press in self.word:
            press.verdict = verdict

    def _break(self, press: Press, gap_s: float, *, repeats: bool) -> None:
        if gap_s < ALONE_S:
            press.verdict = Verdict.BURST
            for one in self.word:
                if one.kind in (Kind.VERB, Kind.BREAK):
                    one.verdict = Verdict.BURST
            if self._verbs:
                self.stay_off(press.at_s, Verdict.BURST)
        elif repeats:
            press.verdict = Verdict.HELD
        self.word = [press]

    def _field(self, press: Press, gap_s: float) -> None:
        opened = gap_s < WORD_S and self._verbs  # typed into what a verb has just opened
        if opened or gap_s < ALONE_S:
            why = Verdict.BURST if gap_s < ALONE_S else Verdict.TYPED
            self._call(why)
            if opened:
                press.verdict = why
                self.stay_off(press.at_s, why)
        self.word = []

    def _letter(self, press: Press, gap_s: float, was: Verdict, *, repeats: bool) -> None:
        at_s = press.at_s
        if at_s < self._off_until_s:
            press.verdict = self._why
            self.stay_off(at_s, self._why)
            return
        if repeats:
            press.verdict = Verdict.HELD
            if gap_s < ALONE_S and self._verbs and was is Verdict.ALONE:  # none holds so briefly
                self._call(Verdict.BURST)
                self.stay_off(at_s, Verdict.BURST)
            return
        at_once = gap_s < ALONE_S
        word = [*self.word, press]
        letters = [one for one in word if one.kind in (Kind.VERB, Kind.VIEW)]
        verbs = any(one.kind is Kind.VERB for one in word)
        if at_once and (verbs or len(letters) > 1):
            self.word = word
            self._call(Verdict.BURST)
            self.stay_off(at_s, Verdict.BURST)
        elif verbs and len({one.key for one in letters}) > 1:
            self.word = word
            self._call(Verdict.TYPED)
            self.stay_off(at_s)
        elif press.kind is Kind.VERB:
            self.word = [press]  # the same verb, on another row: what was before it is settled
        else:
            self.word = word
