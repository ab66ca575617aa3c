"""Where the operator looks: the screens of the app, and the way back to those that were left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from confmon.tui.navigation import History, Visit
from confmon.tui.runner.crash_safe import GuardedApp

if TYPE_CHECKING:
    from confmon.commands import PastPlace, Place
    from confmon.models.live_records import LiveResource
    from confmon.monitor.sections import SectionId
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_view import Subject
    from confmon.tui.navigation import Find, Navigator, Past
    from confmon.tui.screens.live.screen import LiveScreen
    from confmon.tui.screens.screen_actions import CommandScreen


SECTIONS = ("rooms", "numbers", "forwarding")
"""The places with lists of the API, which are read while they are looked at."""


class Places(GuardedApp):
    """The part of the app that is the `Navigator` of its screens."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._screens: dict[str, CommandScreen] = {}
        """The screen of each mode that has been opened; dialogs are over it in its stack."""
        self.history = History()
        """Where escape leads."""

    if TYPE_CHECKING:

        @property
        def session(self) -> Session:
            """What is behind the screen."""

    @property
    def shown(self) -> CommandScreen:
        """The screen that is looked at, below any dialog. Not before the first frame is drawn."""
        return self._screens[self.current_mode]

    @property
    def is_nothing_open(self) -> bool:
        """Whether no dialog is open over the screen that is looked at."""
        return self.screen is self._screens.get(self.current_mode)

    def show_live(self, subject: Subject, meeting: int | None = None) -> None:
        """Look at what is live: all meetings, all calls, or one meeting's callers."""
        here = self.shown.here()
        if not self.is_nothing_open:
            return
        if subject == "meetings":
            if (words := self.history.calls_filter) is not None:  # nothing leads to a find now
                self.session.views.list_of("calls").set_filter(words)
            self.history.clear()
        elif here.where != ("live", subject, meeting):
            self.leave_for()
        if (screen := self._look_at_live()) is not None:
            screen.go(subject, meeting)

    def show_needs(self, key: str = "") -> None:
        """Look at the list of what needs somebody, and in it at a signal, if any."""
        from confmon.tui.screens.needs import NeedsScreen

        if self.shown.PLACE != "needs":
            self.leave_for(jump=bool(key))
        self._look_at("needs")
        if isinstance(screen := self.shown, NeedsScreen):
            screen.open_at(key)

    def go_to(self, meeting: int | None, call: int | None, *, jump: bool = True) -> str:
        """Go to a caller that is live, or into a meeting; escape leads back.

        Of a series with `jump` it leads to where that began. Return what else to say, or an
        empty string.
        """
        if self.leave_for(jump=jump) and (screen := self._look_at_live()) is not None:
            return screen.land(meeting, call)
        return ""

    def leave_for(self, *, jump: bool = False, calls_filter: str | None = None) -> bool:
        """Keep the place that is looked at, for escape. False: nothing can be left now."""
        if self.is_nothing_open:
            here = replace(self.shown.here(), calls_filter=calls_filter)
            self.history.leave(here, jump=jump)
        return self.is_nothing_open

    def go_back(self) -> None:
        """Look at what one came from, as it was left; from nowhere: at all meetings."""
        if self.is_nothing_open:
            visit = self.history.back() or Visit(place="live")
            self._look_at(visit.place)
            self.shown.come_back(visit)

    def show_all(self, kind: LiveResource, text: str) -> None:
        """Look at all meetings or callers that have these words; escape leads back."""
        if (screen := self._look_at_live()) is not None and self.is_nothing_open:
            screen.show_found("meetings" if kind == "meeting" else "calls", text)

    def show_past(self, meeting: int, at_s: float) -> None:
        """Look at a meeting as it was at a moment, epoch seconds by the server's clock.

        Escape leads to now, then to where one was.
        """
        if self.leave_for() and (screen := self._look_at_live()) is not None:
            self.session.go_to_past(at_s)
            screen.go("meeting", meeting)

    def show_section(self, section: SectionId, find: Find | None = None) -> None:
        """Look at a section, and in it at the record to find, if any."""
        if self.shown.PLACE not in SECTIONS:
            self.leave_for()
        self._look_at(section)
        if find is not None and self.current_mode == section:
            from confmon.tui.screens.section import SectionScreen

            if isinstance(screen := self.shown, SectionScreen):
                screen.find(find)

    def show_recorded(self, place: PastPlace, past: Past | None = None) -> None:
        """Look at a screen of the past; escape leads back."""
        from confmon.tui.screens.past.past_screen import PastScreen

        if not self.is_nothing_open:
            return
        if place != "history" or self.shown.PLACE not in (*SECTIONS, "history"):
            self.leave_for()
        self._look_at(place)
        if past is not None and isinstance(screen := self.shown, PastScreen):
            screen.look_into(past)

    def _look_at(self, place: Place) -> None:
        """Show another screen at once: keys that have been read by now go to it."""
        if self.is_nothing_open and self.current_mode != place:
            section = cast("SectionId", place) if place in SECTIONS else None
            self.session.look_at(section)
            self.switch_mode(place)

    def _look_at_live(self) -> LiveScreen | None:
        """Look at what is live; None: a dialog is open over another screen."""
        from confmon.tui.screens.live.screen import LiveScreen

        self._look_at("live")
        return screen if isinstance(screen := self.shown, LiveScreen) else None

    def _open_screen(self, place: Place) -> CommandScreen:
        """Return the screen of a mode; it is loaded when it is first shown."""
        from confmon.tui.screens import open_screen

        screen = self._screens[place] = open_screen(place, self.session, cast("Navigator", self))
        return screen
