"""What a screen asks of the app: to look at something else.

These are calls, not messages: a message would be handled behind the keys that have been read by
then, and those would go to the screen that is being left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.commands import Place
    from confmon.monitor.sections import SectionId


@dataclass(frozen=True, slots=True)
class Find:
    """Which record of a section to put the cursor on."""

    list_name: str
    label: str
    """What the screen says is missing if the list does not have it."""
    matches: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one came from: a screen, and on the live one what was looked at there.

    `before` is where escape leads from there.
    """

    place: Place
    subject: str = "meetings"
    meeting: int | None = None
    before: Origin | None = None


class Navigator(Protocol):
    """Changes what is looked at. Under an open dialog it changes nothing."""

    def show_live(self, subject: str, meeting: int | None = None) -> None:
        """Look at what is live: all meetings, all calls, or one meeting's callers."""

    def show_section(self, section: SectionId, find: Find | None = None) -> None:
        """Look at a section, and in it at the record to find, if any."""

    def show_needs(self, key: str = "") -> None:
        """Look at the list of what needs somebody, and in it at a signal, if any."""

    def go_to(self, meeting: int | None, call: int | None) -> str:
        """Go to a caller that is live, or into a meeting; escape leads back.

        Return what else is to be said, or an empty string.
        """
        ...

    def go_back(self, origin: Origin) -> None:
        """Look at what one came from, as it was left."""

    def say_anew(self, text: str) -> None:
        """Say something for a moment, in the place of what was last said in this way."""

    def leave_section(self) -> None:
        """Go back to the live screen or the list of what needs somebody, as it was left."""

    def toggle_mouse(self) -> str:
        """Leave the mouse to the terminal, or take it again. Return what is to be said."""
        ...

    def keep_theme(self, theme: str) -> None:
        """Remember a theme that was chosen, for the next run."""
