"""How rows leave for programs: JSON, JSON lines or CSV, into any stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

MASK = "****"
"""In place of what is secret."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_json(rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Write one JSON array, in ASCII, a row a line."""
    lines = ",\n ".join(json.dumps(row) for row in rows)
    out.write(f"[{lines}]\n")


def write_jsonl(rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Write one JSON object a line, in ASCII."""
    for row in rows:
        out.write(json.dumps(row) + "\n")


def write_csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]], out: TextIO) -> None:
    """Write CSV with a header, its texts harmless to a spreadsheet."""
    import csv

    table = csv.writer(out, lineterminator="\n")
    table.writerow([escape_formula(name) for name in names])
    for row in rows:
        table.writerow([escape_formula(row.get(name)) for name in names])


def escape_formula(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    >>> [escape_formula(value) for value in ("=1+1", "-3", -3, None, True)]
    ["'=1+1", "'-3", -3, '', 'true']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value) if value else ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
