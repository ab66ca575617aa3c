"""What a screen asks of the app: to look at something else.

These are calls, not messages: a message would be handled behind the keys that have been read by
then, and those would go to the screen that is being left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.monitor.sections import SectionId


@dataclass(frozen=True, slots=True)
class Find:
    """Which record of a section to put the cursor on."""

    list_name: str
    label: str
    """What the operator is told is missing if the list does not have it."""
    matches: Callable[[Any], bool]


class Navigator(Protocol):
    """Changes what is looked at. Under an open dialog it changes nothing."""

    def show_live(self, subject: str, meeting: int | None = None) -> None:
        """Look at what is live: all meetings, all calls, or one meeting's callers."""

    def show_section(self, section: SectionId, find: Find | None = None) -> None:
        """Look at a section, and in it at the record to find, if any."""

    def leave_section(self) -> None:
        """Go back to the live screen, as it was left."""

    def keep_theme(self, theme: str) -> None:
        """Remember a theme that was chosen, for the next run."""
