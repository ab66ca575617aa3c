"""What the operator chose on the screen, kept for a profile until the next run.

It is in a state file, never in the configuration: that is read and never written. A piece of the
file that is damaged says nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from confmon.config.settings.checks import THEMES
from confmon.process.state_file import read_json, replace_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MOST = 100
"""Pins, or saved filters of one screen: more are not kept."""
LONGEST = 500
"""Characters of a filter that is kept."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """How a view was left: the columns that are not shown, the order, the filter."""

    hidden: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False
    filter: str = ""


class Choices:
    """The choices of one profile. Without a `path` they are forgotten at the end."""

    def __init__(self, path: Path | None, profile: str, *, fresh: bool = False) -> None:
        """`fresh`: views are as they are at first, not as they were left."""
        self._path = path
        self._profile = profile
        mine = read_json(path).get(profile)
        self._mine: dict[str, Any] = mine if isinstance(mine, dict) else {}
        if fresh:
            self._mine.pop("views", None)

    @property
    def theme(self) -> str:
        """The theme that was chosen last, or an empty string."""
        theme = self._mine.get("theme")
        return theme if theme in THEMES else ""

    def keep_theme(self, theme: str) -> None:
        """Remember a theme; where the file cannot be written, for this run."""
        self._mine["theme"] = theme
        self._write()

    def view(self, name: str) -> ViewChoice:
        """Return how a view was left."""
        found = self._table("views").get(name)
        left = found if isinstance(found, dict) else {}
        hidden = left.get("hidden")
        return ViewChoice(
            tuple(column for column in hidden if isinstance(column, str))
            if isinstance(hidden, list) else (),
            _text(left.get("sort")),
            left.get("descending") is True,
            _text(left.get("filter")),
        )  # fmt: skip

    def keep_view(self, name: str, choice: ViewChoice) -> None:
        """Remember how a view is left."""
        if choice != self.view(name):
            kept = {**asdict(choice), "hidden": list(choice.hidden)}
            self._mine["views"] = {**self._table("views"), name: kept}
            self._write()

    def filters(self, place: str) -> dict[str, str]:
        """Return the saved filters of a screen by name."""
        found = self._table("filters").get(place)
        pairs = found.items() if isinstance(found, dict) else ()
        return {name: _text(text) for name, text in pairs if _text(name) and _text(text)}

    def keep_filters(self, place: str, filters: Mapping[str, str]) -> None:
        """Remember the saved filters of a screen."""
        kept = dict(list(filters.items())[:MOST])
        self._mine["filters"] = {**self._table("filters"), place: kept}
        self._write()

    @property
    def pins(self) -> frozenset[int]:
        """The numbers of the meetings that are pinned."""
        found = self._mine.get("pins")
        listed = found if isinstance(found, list) else []
        return frozenset(pin for pin in listed if type(pin) is int)

    def keep_pins(self, numbers: Iterable[int]) -> None:
        """Remember which meetings are pinned."""
        self._mine["pins"] = sorted(numbers)[:MOST]
        self._write()

    def _table(self, name: str) -> dict[str, Any]:
        found = self._mine.get(name)
        return found if isinstance(found, dict) else {}

    def _write(self) -> None:
        if self._path is not None:
            with contextlib.suppress(OSError):
                replace_json(self._path, {**read_json(self._path), self._profile: self._mine})


def _text(value: Any) -> str:
    """Return a kept text; an empty one for what cannot have been kept."""
    is_one = isinstance(value, str) and value.isprintable() and len(value) <= LONGEST
    return value if is_one else ""
