"""What a line of the audit log says in one sentence, and how urgent it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INFO: Final = 6
NOTICE: Final = 5
WARNING: Final = 4
"""Severities as syslog counts them."""

_AS_WANTED: Final = ("done", "already left", "left")
_RENAMED: Final = {"result": "outcome"}


def severity(entry: Mapping[str, Any]) -> int:
    """Return how urgent a line is: an outcome that is not as wanted is a warning."""
    if entry.get("event") != "outcome":
        return INFO
    return NOTICE if entry.get("result") in _AS_WANTED else WARNING


def sentence(entry: Mapping[str, Any]) -> str:
    """Return one line for eyes.

    >>> sentence({"event": "outcome", "verb": "mute", "target": "Ann", "meeting": 300,
    ...           "result": "done", "user": "eve"})
    'mute Ann in meeting 300: done (eve)'
    """
    if entry.get("event") == "noticed":
        return one_line(f"the missing outcome of {entry.get('action')} was noticed")
    meeting = entry.get("meeting")
    target = entry.get("target") or entry.get("path") or ""
    text = f"{entry.get('verb')} {target}"
    if meeting is not None and str(meeting) not in str(target):
        text += f" in meeting {meeting}"
    text += f": {entry['result']}" if entry.get("result") else ": about to be sent"
    if entry.get("detail"):
        text += f", {entry['detail']}"
    return one_line(f"{text} ({entry.get('user')})")


def fields(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every field of a line that has a value, as text; what has parts as JSON."""
    for name, value in entry.items():
        if value not in (None, "") and name != "time":
            is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
            yield _RENAMED.get(name, name), str(value) if is_plain else json.dumps(value)


def one_line(text: str) -> str:
    """Return a text without control characters: receivers cut at them, or escape them."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
