"""Splits text into cells as Textual does, and tells where all terminals agree on the width."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import split_graphemes

_narrow = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2500-\u25fc\u2800-\u28ff]*").fullmatch
_agreed = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u0531-\u0556\u0561-\u0587\u10a0-\u10ff"
    "\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2100-\u2319\u2500-\u25fc"
    "\u2713-\u2718\u2800-\u28ff"
    "\u2e80-\u303e\u3041-\u3096\u309b-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf"
    "\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6]*"
).fullmatch


def is_narrow(text: str) -> bool:
    """Tell whether every character takes one cell on all terminals."""
    return text.isascii() or _narrow(text) is not None


def is_agreed(text: str) -> bool:
    """Tell whether terminals use as many cells for `text` as Textual does.

    False for emoji, joined and combining sequences, flags, right-to-left and Indic scripts: behind
    those the terminal's cursor may be elsewhere.
    """
    return text.isascii() or _agreed(text) is not None


@lru_cache(maxsize=4096)
def cells_of(text: str) -> tuple[str, tuple[str, ...]]:
    """Split text into the marks that join the cell before it, and one string for each cell.

    A wide character is followed by "" for its second cell.
    """
    spans, _ = split_graphemes(text)
    joins = ""
    cells: list[str] = []
    for start, end, width in spans:
        if width:
            cells.append(text[start:end])
            cells.extend([""] * (width - 1))
        else:
            joins += text[start:end]
    return joins, tuple(cells)
