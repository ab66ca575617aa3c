"""What is on the terminal while the screen itself is still being loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from confmon.config.settings.model import Settings


class SplashScreen(Screen[None]):
    """The first frame: which profile and host, and how to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+c", "app.quit", show=False)]

    def __init__(self, settings: Settings, then: Callable[[], None]) -> None:
        """`then` is called once this is on the terminal."""
        super().__init__()
        self._settings = settings
        self._then = then

    def compose(self) -> ComposeResult:
        """Lay out one line at the top, as the header will have it, and one in the middle."""
        host = urlsplit(self._settings.base_url).netloc
        yield Static(
            Content.assemble(
                (" confmon ", "bold $text on $primary"),
                (f" {self._settings.profile}", "bold"),
                f"  {host}",
                ("  READ-ONLY" if self._settings.read_only else "", "bold"),
            ),
            id="start-top",
        )
        yield Static(Content("Starting…"), id="start-middle")

    def on_screen_resume(self) -> None:
        """Go on behind the first frame."""
        self.call_after_refresh(self._then)
