"""Numbers: DIDs, DID groups and call flows. Nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from confmon.tui.frame import bindings_of
from confmon.tui.sections.screen import SectionScreen

if TYPE_CHECKING:
    from textual.binding import BindingType

    from confmon.monitor.commands import Place
    from confmon.monitor.sections import SectionId


class NumbersScreen(SectionScreen):
    """Show which numbers lead where."""

    PLACE: Place = "numbers"
    SECTION: SectionId = "numbers"
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("numbers")
