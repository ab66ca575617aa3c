"""Questions with several answers, a key for each.

Where an answer acts, its key has to be pressed alone; where it does not, it is taken at once, and
the answers are a list with a cursor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from confmon.monitor.actions.plan import Plan
from confmon.tui.dialogs.confirm import Dialog
from confmon.tui.dialogs.modal import Modal, keys_line
from confmon.tui.keys.pace import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult


class Answer(NamedTuple):
    """One answer: its key, its name, what it does or what there is of it."""

    key: str
    name: str
    does: str = ""
    is_now: bool = False
    """Whether it is so already."""
    is_off: bool = False
    """Whether it cannot be given."""

    def is_key(self, event: events.Key) -> bool:
        """Whether a key gives it."""
        return event.character == self.key and not self.is_off


def answer_line(answer: Answer, width: int, name: str = "", text: str = "") -> Content:
    """Return the line of an answer; `name` and `text` are the styles of its words."""
    return Content.assemble(
        (answer.key, "bold $text-primary"),
        (f" {answer.name:<{width}}  ", name),
        (answer.does, text),
    )


class QuestionDialog(Dialog):
    """Closes with the key of an answer that was pressed by itself; escape closes without one."""

    escape_does = "close"
    """What escape does, in a word or two."""

    def __init__(self, title: str, lines: Sequence[str], replies: Sequence[Answer]) -> None:
        super().__init__(Plan(title), lines)
        self._answers = Static(id="answers")
        self._offer(replies)

    def question(self) -> ComposeResult:
        """Say what each answer does."""
        yield self._answers

    def show(self, title: str, lines: Sequence[str], replies: Sequence[Answer]) -> None:
        """Ask something else in the same box."""
        self.plan, self.lines = Plan(title), tuple(lines)
        self._title.update(Content(title))
        self._who.update(self.concerns())
        self._offer(replies)
        self.warn("")

    def _offer(self, replies: Sequence[Answer]) -> None:
        """Show the keys of these answers, and a line for each that has to be explained."""
        self._replies = tuple(replies)
        keys = [(reply.key, reply.name) for reply in replies]
        self._box.border_subtitle = keys_line(*keys, ("esc", self.escape_does))
        explained = [answer for answer in replies if answer.does]
        width = max((len(answer.name) for answer in explained), default=0)
        self._answers.update(Content("\n").join([
            Content("▌").stylize("$text-primary").append(answer_line(answer, width, "bold"))
            if answer.is_now
            else Content(" ").append(answer_line(answer, width, text="$text-muted"))
            for answer in explained
        ]))  # fmt: skip

    def _names(self, event: events.Key) -> bool:
        return any(reply.is_key(event) for reply in self._replies)

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
            self.dismiss(None)
        elif not self._names(event):
            if event.is_printable:
                self.warn("that key is no answer")
        elif press.verdict is not Verdict.ALONE:
            self.refuse(press.verdict)
        else:
            self.presses.run_when_alone(lambda: self.take(key), self.refuse, press)

    def take(self, key: str) -> None:
        """Take an answer."""
        self.dismiss(key)


class ChoiceDialog(Modal[str]):
    """Choose one of a few things, none of which sends anything: its key, or Enter on its line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, title: str, answers: Sequence[Answer]) -> None:
        super().__init__()
        self._title = title
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        width = max(len(answer.name) for answer in self._answers)
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = keys_line(("letter", "choose"), ("esc", "back"))
            yield OptionList(
                *(
                    Option(
                        answer_line(answer, width, text="$text-muted" if answer.is_off else ""),
                        id=answer.key,
                        disabled=answer.is_off,
                    )
                    for answer in self._answers
                ),
                compact=True,
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the line under the cursor."""
        self.dismiss(event.option_id)

    def on_key(self, event: events.Key) -> None:
        """Choose by letter; other letters do nothing."""
        if event.character is None or not event.is_printable:
            return
        event.stop()
        event.prevent_default()
        for answer in self._answers:
            if answer.is_key(event):
                self.dismiss(answer.key)
