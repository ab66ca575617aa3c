"""What Nagios and Icinga read of a plug-in: a line with figures behind a bar, and more lines.

By the plug-in guidelines (nagios-plugins.org): ``'label'=value[UOM];warn;crit;min;max``, and an
exit code from 0 to 3.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class State(IntEnum):
    """The exit codes of a plug-in."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Figure(NamedTuple):
    """A figure for graphs.

    `unit` is ``s``, ``%``, ``c`` or none. `warning` and `critical` are ranges: ``0`` warns of
    anything above 0.
    """

    label: str
    value: float
    unit: str = ""
    warning: str = ""
    critical: str = ""


_MARKUP: Final = str.maketrans({"|": "¦", "<": "‹", ">": "›", "\\": "/"})
"""What would end the text, what web pages take for markup, and what Nagios takes for a newline."""
_IN_LABEL: Final = str.maketrans({"'": "_", "=": "_", "|": "_", "\n": "_"})
_PREFIX: Final = re.compile(r"confmon(?: check)?: ")
LINES: Final = 60
"""So many lines follow the first: Nagios cuts the output at 8 kB."""


def report(
    state: State, summary: str, figures: Iterable[Figure] = (), lines: Sequence[str] = ()
) -> str:
    """Return the output of a plug-in, without the last newline."""
    first = f"CONFMON {state.name} - {_plain(summary)}"
    if data := " ".join(perfdata(figure) for figure in figures):
        first += f" | {data}"
    more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
    return "\n".join([first, *map(_plain, lines[:LINES]), *more])


def unknown(lines: Sequence[str]) -> str:
    """Return the output of a plug-in that ends early, with what a command prints then."""
    first, *rest = lines or ("interrupted",)
    return report(State.UNKNOWN, _PREFIX.sub("", first, count=1), lines=rest)


def final_code(code: int) -> int:
    """Return the exit code of a plug-in; whatever else a command ends with is UNKNOWN."""
    return code if code in tuple(State) else State.UNKNOWN


def perfdata(figure: Figure) -> str:
    """Return a figure with its ranges and its least value, 0.

    >>> perfdata(Figure("scan", 0.25, "s"))
    "'scan'=0.25s;;;0;"
    """
    label = figure.label.translate(_IN_LABEL)
    value = f"{figure.value:.3f}".rstrip("0").rstrip(".")
    return f"'{label}'={value}{figure.unit};{figure.warning};{figure.critical};0;"


def _plain(text: str) -> str:
    return " ".join(text.translate(_MARKUP).split())
