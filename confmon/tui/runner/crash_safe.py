"""A Textual app that keeps a crash instead of printing every local variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from rich.console import RenderableType


class GuardedApp(App[int]):
    """Base of the app: the first unhandled exception ends it and is kept in `crash`.

    Without a terminal (in tests) the exception is raised, as in any Textual app.
    """

    crash: BaseException | None = None

    def _handle_exception(self, error: Exception) -> None:
        if self.is_headless:
            super()._handle_exception(error)
            return
        self.crash = self.crash or error
        self.panic()

    def panic(self, *renderables: RenderableType) -> None:
        """End at once, and print nothing of this, as it may quote data."""
        if self.is_headless:
            super().panic(*renderables)
            return
        if self.crash is None:
            self.crash = RuntimeError("the screen gave up")
        super().panic()
