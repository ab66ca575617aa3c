"""The views of meetings and calls: which one is looked at, and how each was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.views.live_view import View

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from confmon.config.choices import Choices
    from confmon.config.start import Start
    from confmon.models.live_records import Call
    from confmon.monitor.views.live_view import Subject


class OpenViews:
    """All meetings, all calls, and each meeting that was looked into while it is live."""

    def __init__(self, choices: Choices, start: Start) -> None:
        """`choices` has how views were left earlier, `start` what the command line asks for."""
        self._choices = choices
        self._lists: dict[Subject, View] = {"meetings": View("meetings"), "calls": View("calls")}
        self._meetings: dict[int, View] = {}
        for name, view in self._lists.items():
            view.restore(choices.view(name))
        self._lists["meetings"].pinned = choices.pins
        self.main = self._lists["meetings"] if start.meeting is None else self._open(start.meeting)
        """What the main table shows."""
        if start.filter:
            self.main.set_filter(start.filter)
        self.beside: View | None = None
        """The callers shown beside the meetings, while the keys are for them."""
        self._marks_aside: dict[View, dict[int, Call]] = {}

    @property
    def active(self) -> View:
        """What the keys are for."""
        return self.main if self.beside is None else self.beside

    @property
    def pins(self) -> Collection[int]:
        """The numbers of the meetings that are pinned."""
        return self._lists["meetings"].pinned

    def list_of(self, subject: Subject) -> View:
        """Return how all meetings or all calls are looked at."""
        return self._lists[subject]

    def view_of(self, meeting: int) -> View:
        """Return how a meeting was looked at, else how the last one was left."""
        if (view := self._meetings.get(meeting)) is None:
            view = View("meeting", meeting)
            view.restore(self._choices.view("meeting"))
        return view

    def go(self, subject: Subject, meeting: int | None) -> None:
        """Look at something else; a list keeps its filter, marks and order."""
        self.main = self._lists[subject] if meeting is None else self._open(meeting)
        self.beside = None

    def look_beside(self, view: View | None) -> None:
        """Let the keys be for callers beside the meetings, or (None) for the meetings again."""
        self.beside = view
        if view is not None and view.meeting is not None:
            self._meetings[view.meeting] = view

    def forget_ended(self, alive: Container[int]) -> None:
        """Forget how ended meetings were looked at: they come and go for days."""
        looked_at = self.active.meeting
        for number in [n for n in self._meetings if n not in alive and n != looked_at]:
            del self._meetings[number]

    def show_others(self) -> None:
        """Show in the list of meetings what other operators do there."""
        from confmon.monitor.views.meeting_columns import SHARED_MEETING_COLUMNS, WHO

        view, choice = self._lists["meetings"], self._choices.view("meetings")
        view.offer(SHARED_MEETING_COLUMNS, choice.hidden)
        if choice.sort == WHO.id and WHO in view.columns:
            view.order_by(WHO.id, descending=choice.descending)

    def put_marks_aside(self) -> None:
        """Take the marks of all views away until they are restored: the past has none of them."""
        self._marks_aside = {view: view.marks for view in self._all() if view.marks}
        for view in self._all():
            view.unmark()

    def restore_marks(self) -> None:
        """Put them back in place of those that were made meanwhile."""
        for view in self._all():
            view.unmark()
            view.marks = self._marks_aside.get(view, {})
        self._marks_aside = {}

    def _all(self) -> list[View]:
        return [*self._lists.values(), *self._meetings.values()]

    def hide_columns(self, view: View, hidden: Iterable[str]) -> None:
        """Hide columns of a view; of a meeting's: in every meeting."""
        for other in self._meetings.values() if view.meeting is not None else ():
            other.hide(hidden)
        view.hide(hidden)

    def toggle_pin(self, meeting: int) -> bool:
        """Pin a meeting on top of the others, or take the pin away. Return whether it has one."""
        self._choices.keep_pins(self._choices.pins ^ {meeting})
        meetings = self._lists["meetings"]
        meetings.pinned = self._choices.pins
        meetings.release()
        return meeting in meetings.pinned

    def __len__(self) -> int:
        """Return how many meetings are remembered."""
        return len(self._meetings)

    def _open(self, meeting: int) -> View:
        view = self._meetings[meeting] = self.view_of(meeting)
        return view
