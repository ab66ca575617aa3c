"""The command prompt: one line, what it may mean above it. Enter acts only where that is clear."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from confmon.tui.dialogs.line_dialog import LineDialog
from confmon.tui.dialogs.modal import keys_line
from confmon.tui.prompt.candidates import (
    Candidate,
    Choice,
    commands_like,
    completed,
    records_like,
    split,
)
from confmon.tui.table import LinesPane

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.app import ComposeResult
    from textual.widgets import Input

    from confmon.commands import Command
    from confmon.monitor.lookup import Lookup
    from confmon.tui.table import Cell

_TITLES, _SIGNS = 30, 7
LONGEST = 200


class PromptDialog(LineDialog["Candidate | None"]):
    """Returns what was meant; it does nothing itself.

    A paste fills the line, and its end confirms nothing: Input takes one line of it, and the app
    holds back an Enter that comes with other keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("up,shift+tab", "step(-1)", show=False, priority=True),
    ]

    def __init__(
        self, commands: Sequence[Command], remapped: Mapping[str, str], lookup: Lookup
    ) -> None:
        super().__init__(
            id="prompt", longest=LONGEST,
            placeholder="a command, or: meeting, caller, room, number …",
        )  # fmt: skip
        self._commands = commands
        self._remapped = remapped
        self._lookup = lookup
        self._choice = Choice()
        self._made_of = ""
        """The line that the choice was made of."""
        self._at: int | None = None
        """Which candidate was chosen by Tab or an arrow."""
        self._warning = ""

    def compose(self) -> ComposeResult:
        """Lay out the candidates above the line.

        The parts are kept: while the prompt is closed a query would no longer find them.
        """
        self._pane = LinesPane(id="candidates", widths=(_TITLES, _SIGNS), wraps=False)
        self._pane.can_focus = False
        with Vertical() as box:
            box.border_title = "Command"
            box.border_subtitle = keys_line(("tab", "complete"), ("enter", "do"), ("esc", "leave"))
            yield self._pane
            yield self.line

    def line_changed(self, text: str) -> None:
        """Look what the line may mean now."""
        self._at, self._warning = None, ""
        self._begin(self._look, text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand back what is meant, if it is clear."""
        event.stop()
        self._begin(self._answer, event.value)

    def _begin(self, work: Callable[[str], Awaitable[None]], line: str) -> None:
        """Begin something in place of what is still being done for another line."""
        self.run_worker(partial(work, line), exclusive=True)

    async def _look(self, line: str) -> None:
        way, text = split(line)
        if way is None:
            choice = commands_like(text, self._commands, self._remapped)
        else:
            choice = await records_like(way, text, self._lookup)
        self._choice, self._made_of = choice, line
        self._show()

    async def _answer(self, line: str) -> None:
        chosen = None if self._at is None else self._choice.shown[self._at]
        if chosen is None:
            if self._made_of != line:
                await self._look(line)
            chosen = self._choice.meant
        if not line.strip() and self._at is None:
            self.dismiss(None)
        elif chosen is None:
            self._warning = self._choice.hint or "which one? tab or ↓ chooses"
            self._show()
        elif chosen.command is None and chosen.found is None and chosen.line.endswith(" "):
            self.fill(chosen.line)
        else:
            self.dismiss(chosen)

    def _show(self) -> None:
        lines: list[tuple[Cell, ...]] = []
        for at, candidate in enumerate(self._choice.shown):
            tone = (
                "here" if at == self._at or (self._at is None and candidate is self._meant) else ""
            )
            lines.append(
                ((candidate.title, tone), (candidate.sign, "key"), (candidate.more, "dim"))
            )
        rest = self._choice.total - len(self._choice.shown)
        if rest > 0:
            lines.append(((f"and {rest:,} more", "dim"),))
        if hint := self._warning or (self._choice.hint if self._made_of.strip() else ""):
            lines.append(((hint, "warn"),))
        self._pane.lines = tuple(lines)
        self._pane.styles.height = max(1, len(lines))

    @property
    def _meant(self) -> Candidate | None:
        return self._choice.meant if self._made_of.strip() else None

    def action_complete(self) -> None:
        """Complete the line as far as it is clear, or go on to the next candidate."""
        line = self.line.value
        if self._made_of == line and (more := completed(line, self._choice)) != line:
            self.fill(more)
        else:
            self.action_step(1)

    def action_step(self, by: int) -> None:
        """Choose the next candidate, or the one before."""
        count = len(self._choice.shown)
        if count and self._made_of == self.line.value:
            start = -1 if by > 0 else 0
            self._at = ((start if self._at is None else self._at) + by) % count
            self._show()
