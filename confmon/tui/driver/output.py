"""Compares the screen that the terminal shows with the one it should show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.driver.diff import difference
from confmon.tui.driver.parse import draw
from confmon.tui.driver.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

_SYNC_ON, _SYNC_OFF = "\x1b[?2026h", "\x1b[?2026l"
_ALTERNATE_ON, _ALTERNATE_OFF = "\x1b[?1049h", "\x1b[?1049l"
_BYTES_WORTH_SYNC = 256
"""Shorter frames reach the terminal in one piece anyway, and the marks cost 16 bytes."""


class Output:
    """Takes what Textual writes, and gives on request what the terminal does not show yet.

    Frames that nobody has taken merge into the latest. All that is no screen content (modes,
    queries, bell, clipboard) is kept whole and in order, and goes first. Nothing is drawn outside
    the alternate screen. Not thread-safe: the driver holds a lock around it.

    `size` returns the terminal's columns and rows. `erase_colours`: erased cells take the current
    background.
    """

    def __init__(self, size: Callable[[], tuple[int, int]], *, erase_colours: bool) -> None:
        self._size = size
        self._erase_colours = erase_colours
        self._wanted = Screen(*size())
        self._shown: Screen | None = None
        self._controls: list[str] = []
        self._alternate = False
        self.is_frame_open = False
        """True between the marks of a synchronized frame: the rest of it will follow."""
        self._sync = False
        self._cursor: tuple[int, int] | None = None

    def feed(self, data: str) -> None:
        """Take one write of Textual."""
        if data == _SYNC_ON:
            self._sync = self.is_frame_open = True
        elif data == _SYNC_OFF:
            self.is_frame_open = False
        else:
            size = self._size()
            if size != (self._wanted.width, self._wanted.height):
                self._wanted.resize(*size)
                self._shown = None
            controls = draw(data, self._wanted)
            if controls:
                self._control(controls)

    def _control(self, controls: str) -> None:
        if _ALTERNATE_ON in controls:
            self._alternate = True
            self._shown = None
        if _ALTERNATE_OFF in controls:
            controls = controls.replace(_ALTERNATE_OFF, "\x1b[m" + _ALTERNATE_OFF)
            self._alternate = self.is_frame_open = False
        self._controls.append(controls)

    def redraw(self) -> None:
        """Forget what the terminal shows: another program wrote on it, or it was cleared."""
        self._shown = None
        self._wanted.touched.update(range(self._wanted.height))

    def take(self) -> str:
        """Return all that must be sent now, "" if the terminal is up to date."""
        controls = "".join(self._controls)
        self._controls.clear()
        if not self._alternate or self.is_frame_open:
            return controls
        return controls + self._frame()

    def _frame(self) -> str:
        wanted = self._wanted
        start = ""
        if self._shown is None:
            self._shown = Screen(wanted.width, wanted.height)
            self._cursor = None
            start = "\x1b[r\x1b[m\x1b[H\x1b[2J"
        changes = start + difference(self._shown, wanted, erase_colours=self._erase_colours)
        cursor = wanted.x, wanted.y
        if changes or cursor != self._cursor:
            changes += f"\x1b[{wanted.y + 1};{min(wanted.x, wanted.width - 1) + 1}H"
            self._cursor = cursor
        if self._sync and len(changes) > _BYTES_WORTH_SYNC:
            return f"{_SYNC_ON}{changes}{_SYNC_OFF}"
        return changes
