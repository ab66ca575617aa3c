"""What the operator chose on the screen, kept for a profile until the next run.

It is in a state file, never in the configuration: that is read and never written.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from confmon.config.settings.checks import THEMES
from confmon.process.state_file import read_json, replace_json

if TYPE_CHECKING:
    from pathlib import Path


class Choices:
    """The choices of one profile. Without a `path` they are forgotten at the end."""

    def __init__(self, path: Path | None, profile: str) -> None:
        self._path = path
        self._profile = profile
        mine = read_json(path).get(profile)
        self._mine: dict[str, Any] = mine if isinstance(mine, dict) else {}

    @property
    def theme(self) -> str:
        """The theme that was chosen last, or an empty string."""
        theme = self._mine.get("theme")
        return theme if theme in THEMES else ""

    def keep_theme(self, theme: str) -> None:
        """Remember a theme; where the file cannot be written, for this run."""
        self._mine["theme"] = theme
        if self._path is not None:
            with contextlib.suppress(OSError):
                replace_json(self._path, {**read_json(self._path), self._profile: self._mine})
