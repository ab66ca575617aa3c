"""The screens. A section (Rooms, Numbers, Forwarding) is loaded when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.monitor.sections import SectionId
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.section import SectionScreen


def open_section(section: SectionId, session: Session, navigator: Navigator) -> SectionScreen:
    """Return the screen of a section."""
    if section == "rooms":
        from confmon.tui.screens.rooms import RoomsScreen

        return RoomsScreen(session, navigator)
    if section == "numbers":
        from confmon.tui.screens.numbers import NumbersScreen

        return NumbersScreen(session, navigator)
    from confmon.tui.screens.forwarding import ForwardingScreen

    return ForwardingScreen(session, navigator)
