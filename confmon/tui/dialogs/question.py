"""A question with several answers, a key for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widgets import Static

from confmon.monitor.actions.plan import Plan
from confmon.tui.dialogs.confirm import Dialog
from confmon.tui.dialogs.modal import keys_line
from confmon.tui.keys.pace import Kind, Verdict
from confmon.tui.keys.presses import ANSWER_REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult


class Answer(NamedTuple):
    """One answer: its key, its name, what it does; `is_now`: it is so already."""

    key: str
    name: str
    does: str = ""
    is_now: bool = False


class QuestionDialog(Dialog):
    """Closes with the key of an answer that was pressed by itself; escape closes without one."""

    def __init__(self, title: str, lines: Sequence[str], replies: Sequence[Answer]) -> None:
        super().__init__(Plan(title, who=tuple(lines)))
        self.replies = tuple(replies)
        self.keys = (*((one.key, one.name) for one in self.replies), ("esc", self.escape_does))

    escape_does = "close"
    """What escape does, in a word or two."""

    def concerns(self) -> Content:
        """Return the lines of the question."""
        return Content("\n").join([Content(f"  {line}") for line in self.plan.who])

    def question(self) -> ComposeResult:
        """Say what each answer does."""
        self._answers = Static(self.answers(), id="answers")
        yield self._answers

    def answers(self) -> Content:
        """Return a line for each answer that has to be explained."""
        told = [one for one in self.replies if one.does]
        width = max((len(one.name) for one in told), default=0)
        return Content("\n").join([
            Content.assemble(
                ("▌" if one.is_now else " ", "$text-primary"),
                (one.key, "bold $text-primary"),
                (f" {one.name:<{width}}  ", "bold" if one.is_now else ""),
                (one.does, "" if one.is_now else "$text-muted"),
            )
            for one in told
        ])  # fmt: skip

    def show(self, title: str, lines: Sequence[str], replies: Sequence[Answer]) -> None:
        """Ask something else in the same box."""
        self.plan = Plan(title, who=tuple(lines))
        self.replies = tuple(replies)
        self.keys = (*((one.key, one.name) for one in self.replies), ("esc", self.escape_does))
        self._box.border_subtitle = keys_line(*self.keys)
        self._title.update(Content(title))
        self._who.update(self.concerns())
        self._answers.update(self.answers())
        self.warn("")

    def _names(self, event: events.Key) -> bool:
        return event.character is not None and any(
            event.character == one.key for one in self.replies
        )

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here: an answer, or none."""
        is_answer = self._names(event) and not self.too_early(event)
        return Kind.VERB if is_answer else Kind.VIEW

    def on_key(self, event: events.Key) -> None:
        """Take an answer pressed alone; leave on escape."""
        event.stop()
        event.prevent_default()
        if self.too_early(event):
            return
        press = self.presses.press_of(event)
        key = event.character or ""
        if event.key == "escape":
            self.leave()
        elif not self._names(event):
            if event.is_printable:
                self.warn("that key is no answer")
        elif press.verdict is not Verdict.ALONE:
            self.warn(ANSWER_REASONS[press.verdict])
        else:
            self.presses.run_when_alone(
                lambda: self.take(key), lambda verdict: self.warn(ANSWER_REASONS[verdict]), press
            )

    def take(self, key: str) -> None:
        """Take an answer."""
        self.dismiss(key)

    def leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
