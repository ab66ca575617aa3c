"""The floor of anything on Textual: one line. Imports nothing but what that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Label

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class Line(Label, can_focus=True):
    """A label that counts the keys pressed on it."""

    count = 0

    def on_key(self, event: events.Key) -> None:
        self.count += 1
        self.update(f"pressed {self.count} times", layout=False)


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Line("pressed 0 times         ")

    def on_mount(self) -> None:
        self.query_one(Line).focus()


if __name__ == "__main__":
    Bare().run()
