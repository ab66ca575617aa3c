"""The Textual application: it opens the bridge behind the first frame, and wires. No state here."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType

from confmon.monitor.clock import SystemClock
from confmon.monitor.commands import COMMANDS
from confmon.monitor.session import Session
from confmon.tui.terminal.guarded import GuardedApp
from confmon.tui.watch import WatchScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.screen import Screen

    from confmon.monitor.clock import Clock
    from confmon.monitor.port import Audit, Bridge
    from confmon.monitor.session import Refusals
    from confmon.settings import Settings


class ConfmonApp(GuardedApp):
    """confmon on a terminal."""

    TITLE = "confmon"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.noop", show=False, system=True, priority=False),
    ]
    CSS_PATH = "confmon.tcss"

    def __init__(
        self,
        settings: Settings,
        *,
        open_bridge: Callable[[], Bridge],
        audit: Audit,
        refusals: Refusals,
        clock: Clock | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """`open_bridge` is called on a thread of its own once the first frame is out."""
        super().__init__(driver_class=driver_class)
        self._open_bridge = open_bridge
        self.session = Session(
            settings,
            audit=audit,
            refusals=refusals,
            clock=clock or SystemClock(),
            on_change=self._changed,
        )
        self._watch = WatchScreen(self.session)
        self.session.board.on_replaced(self._watch.replaced)
        self.theme = settings.theme

    def get_default_screen(self) -> Screen[None]:
        """Return the one screen."""
        return self._watch

    def on_mount(self) -> None:
        """Take the operator's keys, then open the bridge behind the first frame."""
        self.set_keymap(dict(self.session.settings.keys))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._connect(), exit_on_error=False)

    async def _connect(self) -> None:
        try:
            bridge = await asyncio.to_thread(self._open_bridge)
        except Exception as error:  # noqa: BLE001 - whatever it was, the operator must read it
            self.session.trouble = str(error) or type(error).__name__
            self._changed()
            return
        self.session.connect(bridge)
        # What start-up made will live as long as the process: out of the collector's way, for a
        # full collection stalls the screen for 25 ms and more.
        gc.collect()
        gc.freeze()

    def _changed(self) -> None:
        self._watch.changed()

    async def on_unmount(self) -> None:
        """Close the connections."""
        await self.session.close()

    def action_command_palette(self) -> None:
        """Open the palette, but not over a dialog: one question at a time."""
        if self.screen is self._watch:
            super().action_command_palette()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every command of the registry in the palette."""
        read_only = self.session.settings.read_only
        for command in COMMANDS:
            if command.id in ("palette", "open") or (command.writes and read_only):
                continue
            yield SystemCommand(
                command.label,
                command.help,
                lambda command_id=command.id: self._watch.do(command_id),
            )
