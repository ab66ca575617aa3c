"""When what is no longer used is freed: not while it would hold up the screen."""

from __future__ import annotations

import gc
from time import monotonic

from textual._styles_cache import StylesCache

from confmon.clock import KEYS

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
"""How often all garbage is collected, while nobody presses keys."""
QUIET_S = 5.0
"""So long no key came while nobody presses keys."""
NEVER = 2**30


def settle_garbage() -> None:
    """Collect garbage from now on, but not among what start-up has made, and all only when quiet.

    What start-up has made will live as long as the process. With 100,000 calls a collection of
    all there is stalls the screen for 200 ms.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], NEVER)


def collect_when_quiet() -> None:
    """Collect all garbage, unless somebody presses keys."""
    if monotonic() - KEYS.last_at_s > QUIET_S:
        gc.collect()
