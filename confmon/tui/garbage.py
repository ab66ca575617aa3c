"""When what is no longer used is freed: not while it would hold up the screen."""

from __future__ import annotations

import gc
from time import monotonic
from typing import TYPE_CHECKING

from textual._styles_cache import StylesCache

from confmon.clock import KEYS, Keys

if TYPE_CHECKING:
    from collections.abc import Callable

FORGET_S = 10.0
"""How often what was drawn of closed dialogs and old notices is forgotten."""


def forget_closed() -> None:
    """Free the drawn lines of widgets that are closed.

    Textual remembers the colours inside and outside of a border by the widget's own store of drawn
    lines, for a thousand widgets: tens of MB of dialogs nobody will see again. Working the colours
    out again takes microseconds.
    """
    StylesCache.get_inner_outer.cache_clear()


SETTLED_S = 1.0
"""How long after the start garbage is collected for the first time."""
COLLECT_S = 30.0
"""How often all garbage is collected at most, while nobody presses keys."""
RESTS = 500
"""So many times as long as the last collection took, there is no other: it holds up the screen."""
LONGEST_REST_S = 600.0
"""No collection seems to take as long as one in which the process was stopped."""
QUIET_S = 5.0
"""So long no key came while nobody presses keys."""
NEVER = 2**30
YOUNG = 4_000
"""So many more objects than before are looked through for garbage: some milliseconds of work."""
MANY = YOUNG // 4
"""From so many on, those that a read has made are set aside."""


class Garbage:
    """Decides when garbage is collected, once start-up is over.

    Only what refers to itself in a circle is garbage that has to be looked for, and there is little
    of it. But a look goes through all that is new, and at a read that changes hundreds of calls
    that is tens of thousands of objects that live on for minutes: a fourth of the read's work, and
    the longest time for which it held up a key.
    """

    def __init__(self, keys: Keys = KEYS, now: Callable[[], float] = monotonic) -> None:
        self._keys, self._now = keys, now
        self._rests_until_s = float("-inf")
        self._is_settled = False
        self._has_set_aside = False
        """Whether anything was set aside since all was looked through."""

    def settle(self) -> None:
        """Collect garbage from now on, but not among what start-up has made.

        What start-up has made will live as long as the process.
        """
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, NEVER, NEVER)
        self._is_settled = True

    def set_aside(self) -> None:
        """Take what a read has made, if that is much, for no garbage until nobody presses keys."""
        if self._is_settled and gc.get_count()[0] >= MANY:
            gc.freeze()
            self._has_set_aside = True

    def collect_when_quiet(self) -> None:
        """Collect all garbage, unless somebody presses keys.

        With 100,000 calls that stalls the screen for 300 ms, so it is done every 150 s.
        """
        began_s = self._now()
        if not self._is_settled or began_s - self._keys.last_at_s <= QUIET_S:
            return
        if began_s < self._rests_until_s:
            return
        if self._has_set_aside:
            gc.unfreeze()
        gc.collect()
        if self._has_set_aside:
            gc.freeze()
            self._has_set_aside = False
        ended_s = self._now()
        self._rests_until_s = ended_s + min(RESTS * (ended_s - began_s), LONGEST_REST_S)
