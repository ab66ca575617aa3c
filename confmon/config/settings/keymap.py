"""`[keys]` of the configuration: what each command may be bound to.

Refused are keys that no terminal sends, keys that mean something else on the same screen, and keys
that would both ask and confirm. On the screen that would show only when they are pressed.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from confmon.commands import BY_ID, keys_of
from confmon.key_names import key_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TABLE_KEYS = ("up", "k", "down", "j", "pageup", "pagedown", "home", "g", "end", "G")
"""What moves the cursor; a test compares with the table."""

ANSWERS = {
    "y": "says yes to a question",
    "n": "says no to a question",
    "q": "says no to a question",
    "escape": "closes a question",
    "enter": "answers a question",
}
"""Keys of the dialogs, and what they do there."""

_RESERVED = {
    "ctrl+a": "is the prefix of screen",
    "ctrl+b": "is the prefix of tmux",
    "ctrl+s": "stops the output of many terminals",
    "ctrl+q": "lets the output of many terminals go on",
}
"""Keys that a program between the keyboard and confmon may keep for itself."""


def parse_keys(value: Any) -> str:
    """Return the keys of one command by name, comma separated; "" switches it off. ValueError."""
    if not isinstance(value, str):
        raise ValueError('must be a string, such as "m" or "m,f5"')
    if not value:
        return ""
    # A comma between others separates; by itself it is the key, as a blank by itself is.
    parts = [","] if value.strip() == "," else value.split(",")
    return ",".join(key_name(part.strip() or part) for part in parts)


def find_complaints(keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the command and what is wrong, for each key that was moved to where it may not be."""
    seen: set[tuple[str, str]] = set()
    for id_ in keys:
        for key in keys_of(BY_ID[id_], keys):
            if trouble := _find_trouble(id_, key):
                seen.add((id_, key))
                yield id_, f"{key} {trouble}"
    for moved, key, taken in _find_clashes(keys):
        if (moved, key) not in seen:
            yield moved, f"{key} is the key of {taken} too"


def _find_trouble(id_: str, key: str) -> str:
    command = BY_ID[id_]
    if key in TABLE_KEYS:
        return "moves the cursor"
    if key == "ctrl+l":
        return "draws the screen afresh"
    if not command.writes:
        return ""
    why = ANSWERS.get(key, "") if key not in keys_of(command) else ""
    why = why or _RESERVED.get(key, "")
    if not why and key.startswith("alt+"):
        why = "may arrive as two keys"
    return f"{why}; what changes something needs another key" if why else ""


def _find_clashes(keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield each command that was moved onto a key of another on the same screen, and that one."""
    holders: dict[tuple[str, str], str] = {}
    clashes: dict[tuple[str, str, str], None] = {}
    for id_, command in BY_ID.items():
        # What means something in the past only is apart from what a key means now.
        where = ("past",) if command.in_past else command.where
        for place, key in product(where, keys_of(command, keys)):
            other = holders.setdefault((place, key), id_)
            moved = next((moved_id for moved_id in (id_, other) if moved_id in keys), None)
            if other != id_ and moved:
                clashes[moved, key, other if moved == id_ else id_] = None
    yield from clashes
