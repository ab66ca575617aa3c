"""The screens. A section (Rooms, Numbers, Forwarding) is loaded when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.commands import Place
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.screen_actions import CommandScreen


def open_screen(place: Place, session: Session, navigator: Navigator) -> CommandScreen:
    """Return a new screen: the live one, or that of a section."""
    match place:
        case "live":
            from confmon.tui.screens.live.screen import LiveScreen

            return LiveScreen(session, navigator)
        case "needs":
            from confmon.tui.screens.needs import NeedsScreen

            return NeedsScreen(session, navigator)
        case "rooms":
            from confmon.tui.screens.rooms import RoomsScreen

            return RoomsScreen(session, navigator)
        case "numbers":
            from confmon.tui.screens.numbers import NumbersScreen

            return NumbersScreen(session, navigator)
        case "history":
            from confmon.tui.screens.past.history import HistoryScreen

            return HistoryScreen(session, navigator)
        case "tape":
            from confmon.tui.screens.past.tape import TapeScreen

            return TapeScreen(session, navigator)
        case "attendance":
            from confmon.tui.screens.past.attendance import AttendanceScreen

            return AttendanceScreen(session, navigator)
        case "earlier":
            from confmon.tui.screens.past.earlier import EarlierCallsScreen

            return EarlierCallsScreen(session, navigator)
        case "forwarding":
            from confmon.tui.screens.forwarding import ForwardingScreen

            return ForwardingScreen(session, navigator)
