"""The app on a screen that nobody sees: keys go in, what is shown comes out as text."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

from rich.console import Console
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key

from confmon.tui.dialogs import ALONE_S
from confmon.tui.table import LiveTable
from tests.screens.clock import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from confmon.monitor.session import Session
    from confmon.tui.app import ConfmonApp
    from confmon.tui.watch import WatchScreen
    from tests.screens.bridge import Bridge

SWALLOWED_S = 0.5
"""Later than keys are swallowed for after a dialog has opened."""

BY_HAND_S = 0.2
"""From one key to the next, where no burst is meant."""


class Stage:
    """The app on a screen, with the bridge it watches."""

    def __init__(self, app: ConfmonApp, pilot: Pilot[int], bridge: Bridge) -> None:
        self.app = app
        self.pilot = pilot
        self.bridge = bridge
        self.clock = bridge.clock
        self._typed_at = 0.0

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def watch(self) -> WatchScreen:
        """The screen under every dialog."""
        return self.app._watch

    @property
    def screen(self) -> WatchScreen:
        """The screen that watches, below any dialog."""
        return self.app._watch

    @property
    def table(self) -> LiveTable:
        return self.app.shown.query_one("#table", LiveTable)

    @property
    def subject(self) -> str:
        """What is looked at: meetings, meeting or calls."""
        return self.session.view.subject

    @property
    def section(self) -> str:
        """The section that is looked at, or an empty string."""
        return self.session.section or ""

    @property
    def cursor(self) -> object:
        """The key under the cursor."""
        return self.table.cursor_key

    async def settle(self) -> None:
        """Let the screen catch up with what has happened."""
        await rest()
        self.app.screen._on_timer_update()
        await rest()

    async def press(self, *keys: str, after_s: float = 0.0) -> None:
        """Press keys, as read from the terminal `after_s` seconds from now."""
        for key in keys:
            event = key_event(key)
            event.time += after_s
            self.app.post_message(event)
            await self.settle()

    async def type(self, text: str, *, after_s: float = 0.0) -> None:
        """Press the keys of a text."""
        await self.press(*text, after_s=after_s)

    async def confirm(self, *keys: str) -> None:
        """Press keys by hand when a dialog has been up for long enough, and let it settle."""
        for key in keys:
            event = key_event(key)
            event.time = self._typed_at = max(event.time + SWALLOWED_S, self._typed_at + BY_HAND_S)
            self.app.post_message(event)
            await self.settle()
        await self.clock.advance(ALONE_S)
        await self.settle()

    async def advance(self, seconds: float) -> None:
        """Let time go by: polls, answers, and the second hand of the screen."""
        await self.clock.advance(seconds)
        self.session.tick()
        self.app.shown.changed()
        await self.settle()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what only real time brings about, no longer than some seconds."""
        for _ in range(200):
            if holds():
                return
            await self.pilot.pause()
        raise AssertionError("it never came about:\n" + self.text)

    async def go_in(self, number: int) -> None:
        """Go into a meeting by key press."""
        await self.press("1")
        self.table.move_to(number)
        await self.press("enter")
        await self.advance(0.1)
        assert self.session.view.meeting == number

    @property
    def lines(self) -> list[str]:
        """What the screen shows, line by line."""
        console = Console(
            width=self.app.size.width, file=io.StringIO(), record=True, legacy_windows=False
        )
        console.print(
            self.app.screen._compositor.render_update(
                full=True, screen_stack=self.app._background_screens
            )
        )
        return [line.rstrip() for line in console.export_text().split("\n")]

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.lines)

    def line(self, words: str) -> str:
        """The one line that has these words."""
        found = [line for line in self.lines if words in line]
        assert found, f"{words!r} is not on the screen:\n{self.text}"
        return found[0]

    def row(self, words: str) -> str:
        """The line of the table that has these words, title line excluded."""
        top = self.table.region.y + 1
        rows = self.lines[top : self.table.region.bottom]
        found = [line for line in rows if words in line]
        assert found, f"{words!r} is not in the table:\n{self.text}"
        return found[0]

    @property
    def rows(self) -> list[object]:
        """The keys that are shown, in order."""
        return list(self.table.visible_keys)

    @property
    def log(self) -> str:
        """The log pane."""
        region = self.app.shown.query_one("#log").region
        return "\n".join(self.lines[region.y : region.bottom])

    @property
    def details(self) -> dict[str, str]:
        """The details pane: label to value; the heading has no value."""
        region = self.app.shown.query_one("#details").region
        found = {}
        for line in self.lines[region.y : region.bottom]:
            label, _, value = line[region.x + 2 :].partition(" ")
            found[label] = value.strip()
        return found

    @property
    def footer(self) -> str:
        """The last line."""
        return self.lines[self.app.size.height - 1]

    @property
    def dialog(self) -> str:
        """The name of the dialog that is up, or an empty string."""
        screen = self.app.screen
        return "" if screen is self.app.shown else type(screen).__name__

    async def quiet(self) -> None:
        """Take away what was told in toasts: they lie over the log pane."""
        self.app.clear_notifications()
        await self.settle()

    @property
    def said(self) -> str:
        """What was last told in a toast."""
        notices = list(self.app._notifications)
        return notices[-1].message if notices else ""


def key_event(key: str) -> events.Key:
    """The event a terminal's driver would make of a key, by Textual's name or as a character."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    name = REPLACED_KEYS.get(key, key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)
