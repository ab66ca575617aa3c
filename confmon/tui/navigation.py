"""What a screen asks of the app: to look at something else.

These are calls, not messages: a message would be handled behind the keys that have been read by
then, and those would go to the screen that is being left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from confmon.tui.table.listing import LeftCursor

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.commands import PastPlace, Place
    from confmon.models.live_records import LiveResource
    from confmon.monitor.sections import SectionId
    from confmon.monitor.views.live_view import Subject


@dataclass(frozen=True, slots=True)
class Find:
    """Which record of a section to put the cursor on."""

    list_name: str
    label: str
    """What the screen says is missing if the list does not have it."""
    matches: Callable[[Any], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a screen of the past is about: a meeting or one of its sessions, or a caller.

    `session` is the store's own number; None: the session that is live, or was the last one. `at`
    is where the cursor of a tape begins, epoch ms.
    """

    number: int | None = None
    session: int | None = None
    phone: str | None = None
    name: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A place as it was left: a screen, what was looked at there, and from where."""

    place: Place
    name: str = ""
    """What a crumb calls it: confmon's words, and what the operator typed."""
    subject: Subject = "meetings"
    meeting: int | None = None
    list_name: str = ""
    filter_text: str = ""
    cursor: LeftCursor = LeftCursor(None)  # noqa: RUF009 - it is frozen
    past: Past | None = None
    """What a screen of the past was about."""
    calls_filter: str | None = None
    """Of where a find began: the filter that all calls had before."""

    @property
    def where(self) -> tuple[Place, Subject, int | None]:
        """The screen, and what was looked at there."""
        return self.place, self.subject, self.meeting


MOST = 20
"""So many places are kept; the oldest are forgotten."""
CRUMBS = 2


class History:
    """The places that escape leads back to, the last one first."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._jumped = False

    def __len__(self) -> int:
        return len(self._visits)

    @property
    def is_finding(self) -> bool:
        """Whether what is looked at are the callers that a find has found."""
        return bool(self._visits) and self._visits[-1].calls_filter is not None

    @property
    def calls_filter(self) -> str | None:
        """The filter that all calls had before the first find; None: escape leads to no find."""
        filters = (visit.calls_filter for visit in self._visits)
        return next((text for text in filters if text is not None), None)

    def leave(self, here: Visit, *, jump: bool = False) -> None:
        """Keep a place that is left. A series of jumps leads back to where it began."""
        if jump and self._jumped:
            return
        self._jumped = jump
        self._visits.append(here)
        del self._visits[:-MOST]

    def back(self) -> Visit | None:
        """Take the place that was left last, None: there is none."""
        self._jumped = False
        return self._visits.pop() if self._visits else None

    def clear(self) -> None:
        """Forget all places."""
        self._jumped = False
        self._visits.clear()

    def point_at(self, meeting: int) -> None:
        """Let the list of meetings that escape leads to have its cursor on another of them."""
        last = self._visits[-1] if self._visits else None
        if last is not None and last.where == ("live", "meetings", None):
            self._visits[-1] = replace(last, cursor=LeftCursor(meeting, top=last.cursor.top))

    def crumbs(self) -> str:
        """Return where escape leads, for behind the title of what is looked at.

        >>> history = History()
        >>> history.leave(Visit(place="live", name="meetings"))
        >>> history.leave(Visit(place="rooms", name="rooms"))
        >>> history.crumbs()
        ' ← rooms ← meetings'
        """
        names = [visit.name for visit in self._visits[: -CRUMBS - 1 : -1]]
        more = len(self._visits) > len(names)
        return "".join(f" ← {name}" for name in names) + (" ← …" if more else "")


class Navigator(Protocol):
    """Changes what is looked at. Under an open dialog it changes nothing."""

    # ruff: noqa: D102 - `Places` and the app say what each does

    history: History

    def show_live(self, subject: Subject, meeting: int | None = None) -> None: ...
    def show_section(self, section: SectionId, find: Find | None = None) -> None: ...
    def show_needs(self, key: str = "") -> None: ...
    def show_recorded(self, place: PastPlace, past: Past | None = None) -> None: ...
    def show_past(self, meeting: int, at_s: float) -> None: ...
    def show_all(self, kind: LiveResource, text: str) -> None: ...
    def go_to(self, meeting: int | None, call: int | None, *, jump: bool = True) -> str: ...
    def leave_for(self, *, jump: bool = False, calls_filter: str | None = None) -> bool: ...
    def go_back(self) -> None: ...
    def say_anew(self, text: str) -> None: ...
    def toggle_mouse(self) -> str: ...
    def keep_theme(self, theme: str) -> None: ...
