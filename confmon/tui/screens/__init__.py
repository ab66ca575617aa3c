"""The screens. Each is loaded when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.commands import Place
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.screen_actions import CommandScreen

_SCREENS: dict[Place, tuple[str, str]] = {
    "live": ("live.screen", "LiveScreen"),
    "needs": ("needs", "NeedsScreen"),
    "rooms": ("rooms", "RoomsScreen"),
    "numbers": ("numbers", "NumbersScreen"),
    "forwarding": ("forwarding", "ForwardingScreen"),
    "history": ("past.history", "HistoryScreen"),
    "tape": ("past.tape", "TapeScreen"),
    "attendance": ("past.attendance", "AttendanceScreen"),
    "earlier": ("past.earlier", "EarlierCallsScreen"),
}
"""The module and the class of each."""


def open_screen(place: Place, session: Session, navigator: Navigator) -> CommandScreen:
    """Return a new screen of a place."""
    module, name = _SCREENS[place]
    kind: type[CommandScreen] = getattr(import_module(f"{__name__}.{module}"), name)
    return kind(session, navigator)
