"""The app on a screen that nobody sees: keys go in, what is shown comes out as text."""

from __future__ import annotations

import io
import unicodedata
from time import monotonic
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key

from confmon.tui.dialogs.confirm import Dialog
from confmon.tui.dialogs.form import FieldInput
from confmon.tui.keys.pace import WORD_S
from confmon.tui.screens.live.screen import LiveScreen
from confmon.tui.table import LinesPane, LiveTable
from tests.clock import rest

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from confmon.monitor.session import Session
    from confmon.tui.app import ConfmonApp
    from tests.screens.bridge import Bridge

SWALLOWED_S = 0.5
"""Later than keys are swallowed for after a dialog has opened."""

BY_HAND_S = 1.1
"""From one key to the next, where no burst, typing or held key is meant."""


class Stage:
    """The app on a screen, with the bridge it watches."""

    def __init__(self, app: ConfmonApp, pilot: Pilot[int], bridge: Bridge) -> None:
        self.app = app
        self.pilot = pilot
        self.bridge = bridge
        self.clock = bridge.clock
        self.read_at_s = 0.0
        """When the last key was read, on the stage's own clock of keys."""

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def watch(self) -> LiveScreen:
        """The live screen, shown or not."""
        screen = self.app.get_screen_stack("live")[0]
        assert isinstance(screen, LiveScreen)
        return screen

    @property
    def screen(self) -> LiveScreen:
        """The same."""
        return self.watch

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
        """Let the screen, and what is seen below a dialog, catch up with what has happened."""
        await rest()
        for screen in (*self.app._background_screens, self.app.screen):
            screen._on_timer_update()
        await rest()

    async def press(self, *keys: str) -> None:
        """Press keys one by one at a hand's pace, each when what is open has been read.

        Their times are the stage's own, so that no test depends on how busy the machine is.
        """
        for key in keys:
            await self.burst(key)

    async def type(self, text: str) -> None:
        """Press the keys of a text at a hand's pace."""
        await self.press(*text)

    async def tab_to(self, label: str) -> None:
        """Go to a field of the form that is up, wherever it is in it."""
        for _ in self.app.screen.query(FieldInput):
            if isinstance(at := self.app.focused, FieldInput) and at.field.label == label:
                return
            await self.press("tab")
        raise AssertionError(f"no field {label!r}")

    async def burst(
        self,
        *keys: str,
        gap_s: float = 0.0,
        after_s: float | None = None,
        rests: bool = True,
    ) -> None:
        """Press keys exactly `gap_s` seconds apart, and let what waited for another key happen.

        The first comes `after_s` seconds after the key before it; None: when what is open has been
        read. With `rests` the screen comes to rest after each; else all wait in its queue together.
        """
        for nth, key in enumerate(keys):
            self.app.post_message(self.read(key, gap_s if nth else after_s))
            if rests:
                await self.settle()
        await self.stand_alone()

    async def stand_alone(self) -> None:
        """Let what waited for another key happen: none comes."""
        await self.settle()
        if self.app.presses.has_waiting:
            await self.clock.advance(WORD_S)
            await self.settle()

    async def advance(self, seconds: float) -> None:
        """Let time go by: polls, answers, and the second hand of the screen."""
        await self.clock.advance(seconds)
        self.session.tick()
        self.app.shown.changed()
        await self.settle()

    async def next_poll(self) -> None:
        """Let time go by until the meetings have just been read: the next poll is far off."""
        read = self.bridge.asked.count("/meetings")
        while self.bridge.asked.count("/meetings") == read:
            await self.advance(0.1)

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

    def read(self, key: str, after_s: float | None = None) -> events.Key:
        """The event of a key that is read so long after the one before it; None: by hand."""
        event = key_event({"\n": "enter", "\t": "tab"}.get(key, key))
        by_hand_s = max(monotonic() + SWALLOWED_S, self.read_at_s + BY_HAND_S)
        event.time = by_hand_s if after_s is None else self.read_at_s + after_s
        self.read_at_s = event.time
        return event

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
        region = self.table.content_region
        return cut(self.lines[self.row_at(words)], region.x, region.right)

    def row_at(self, words: str) -> int:
        """The line of the screen on which that row is."""
        region = self.table.content_region
        lines = self.lines
        found = [
            y
            for y in range(region.y + 1, region.bottom)
            if words in cut(lines[y], region.x, region.right)
        ]
        assert found, f"{words!r} is not in the table:\n{self.text}"
        return found[0]

    @property
    def titles(self) -> str:
        """The title line of the table."""
        region = self.table.content_region
        return cut(self.lines[region.y], 0, region.right)

    @property
    def table_lines(self) -> list[str]:
        """The lines of the screen on which rows are, with what is beside them."""
        region = self.table.content_region
        return self.lines[region.y + 1 : region.bottom]

    @property
    def rows(self) -> list[object]:
        """The keys that are shown, in order."""
        return list(self.table.visible_keys)

    @property
    def log(self) -> str:
        """The title and the lines of the operator's actions, none of them wrapped."""
        pane = self.app.shown.query_one("#log", LinesPane)
        lines = [" ".join(text.ljust(8) for text, _ in line) for line in pane.lines]
        return "\n".join([str(pane.border_title), *lines])

    @property
    def details(self) -> dict[str, str]:
        """The details pane: label to value; the heading has no value."""
        region = self.app.shown.query_one("#details").content_region
        found = {}
        for line in self.lines[region.y : region.bottom]:
            label, _, value = cut(line, region.x, region.right - 1).partition(" ")
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
        """Close the toasts: they cover the log pane."""
        self.app.clear_notifications()
        await self.settle()

    @property
    def notice(self) -> str:
        """The text of the last toast."""
        notices = list(self.app._notifications)
        return notices[-1].message if notices else ""

    def listens_in(self, seconds: float) -> None:
        """Let the dialog that is up have opened so that it hears keys so long after the last."""
        assert isinstance(self.app.screen, Dialog)
        self.app.screen._deaf_until = self.read_at_s + seconds


def cut(line: str, start: int, end: int) -> str:
    """The part of a line between two cells."""
    found, x = "", 0
    for character in line:
        if start <= x < end:
            found += character
        x += cell_len(character)
    return found


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
