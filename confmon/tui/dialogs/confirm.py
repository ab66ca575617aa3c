"""What asks before it acts. The target is the plan's, taken at the key press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.input import Selection

from confmon.monitor.actions.plan import Plan, reasons
from confmon.tui.bars.header import LEAST_HEIGHT, LEAST_WIDTH
from confmon.tui.dialogs.modal import SHORT, Modal, keys_line
from confmon.tui.keys.pace import Kind, Verdict
from confmon.tui.keys.presses import ANSWER_REASONS, presses_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from confmon.tui.keys.presses import Presses

WARNING = "bold $text-warning"

SWALLOW_S = 0.4
"""Keys pressed this soon after a dialog opened were meant for something else."""

NO_ANSWER = "that key is no answer: the question is closed, and nothing was sent"


def plan_text(plan: Plan, *, names: bool = True) -> Content:
    """Return who is concerned, who is left out and why, and how many the filter hides.

    Without `names` the callers are not listed: the title has their number.
    """
    who = plan.who if names or (plan.actions and plan.actions[0].resource == "meeting") else ()
    lines = [Content(f"  {label}") for label in who if label not in plan.title]
    if where := _where(plan):
        lines.append(Content(f"  {where}"))
    if plan.left_out:
        lines.append(Content.styled(f"left out: {reasons(plan.left_out)}", "$text-muted"))
    if plan.warns:
        lines.append(Content.styled(plan.warns, WARNING))
    if plan.hidden:
        were = "is" if plan.hidden == 1 else "are"
        lines.append(Content.styled(f"{plan.hidden} of them {were} hidden by the filter", WARNING))
    return Content("\n").join(lines)


def _where(plan: Plan) -> str:
    """Return the meeting or meetings of the callers, where the title does not say it."""
    numbers = {action.meeting for action in plan.actions if action.resource == "call"}
    if len(numbers) > 1:
        return f"in {len(numbers)} meetings"
    number = next(iter(numbers), None)
    return "" if number is None or str(number) in plan.title.split() else f"in meeting {number}"


class Dialog(Modal["Plan | str | None"]):
    """A box over the screen that swallows every key it does not know."""

    keys: tuple[tuple[str, str], ...] = ()
    """Which keys do what. They stay on the screen below any warning."""

    def __init__(self, plan: Plan, lines: Sequence[str] = ()) -> None:
        """`lines` say what is concerned, in place of the plan.

        The parts are kept: a query finds none before the dialog is laid out, or once it is closed.
        """
        super().__init__()
        self.plan = plan
        self.lines = tuple(lines)
        self._deaf_until = 0.0
        self._box = Vertical(id="box")
        self._box.border_subtitle = keys_line(*self.keys)
        self._title = Static(Content(plan.title), classes="title", id="title")
        self._who = Static(id="who")
        self._warning = Static(classes="warning", id="warning")

    def compose(self) -> ComposeResult:
        """Lay out title, people and question, with the keys on the lower edge."""
        self._who.update(self.concerns())
        with self._box:
            yield self._title
            yield self._who
            yield from self.question()
            yield self._warning

    def concerns(self) -> Content:
        """Return who or what is concerned; on a short terminal there is no room for names."""
        if self.lines:
            return Content("\n").join([Content(f"  {line}") for line in self.lines])
        return plan_text(self.plan, names=self.app.size.height >= SHORT)

    def question(self) -> ComposeResult:
        """Yield what has to be filled in."""
        yield from ()

    def too_early(self, event: events.Key) -> bool:
        """Whether a key was pressed before the operator can have read the dialog.

        On a terminal too small for it all keys but escape are ignored.
        """
        width, height = self.app.size
        small = (width < LEAST_WIDTH or height < LEAST_HEIGHT) and event.key != "escape"
        return small or event.time < self._deaf_until

    @property
    def presses(self) -> Presses:
        """What is known of the keys."""
        return presses_of(self.app)

    def on_mount(self, event: events.Mount) -> None:
        """Hear nothing for a moment, by the clock that times the keys."""
        self._deaf_until = event.time + SWALLOW_S

    def on_resize(self) -> None:
        """Leave the names out, or list them again, as there is room."""
        self._who.update(self.concerns())

    def follow(self, plan: Plan) -> None:
        """Show that some, or the one, of the targets have left meanwhile."""
        if plan == self.plan:
            return
        gone = len(self.plan.actions) - len(plan.actions)
        self.plan = plan
        self.warn(plan.refusal or f"{gone} already left; {len(plan.actions)} remain")

    def gone(self, text: str) -> None:
        """Say that there is nothing left to be done."""
        self.follow(Plan(self.plan.title, refusal=text))

    def refuse(self, verdict: Verdict) -> None:
        """Take an answer back that was not pressed alone."""
        self.warn(ANSWER_REASONS[verdict])

    def warn(self, text: str) -> None:
        """Say something above the keys. Of a plan that nothing is left of, only that."""
        if self.plan.refusal:
            text = self.plan.refusal
            self._box.border_subtitle = keys_line(("esc", "close"))
        self._warning.update(Content.styled(text, WARNING))
        self._warning.set_class(bool(text), "-on")
        self._warning.call_after_refresh(self._warning.scroll_visible, animate=False)


class ConfirmDialog(Dialog):
    """Only a `y` by itself confirms. Every other key closes it, and nothing is sent."""

    keys: tuple[tuple[str, str], ...] = (("y", "yes"), ("n, esc", "no"))

    def kind_of(self, event: events.Key) -> Kind:
        """Return what a character is here: the answer that acts, another answer, or none."""
        if event.character == "y" and not self.too_early(event):
            return Kind.VERB
        return Kind.MOVE if event.character in ("y", "n", "q") else Kind.VIEW

    def on_key(self, event: events.Key) -> None:
        """Confirm on a `y` pressed alone, leave on every other key."""
        event.stop()
        event.prevent_default()
        press, early = self.presses.press_of(event), self.too_early(event)
        if event.character == "y":
            if not early and press.verdict is not Verdict.ALONE:
                self.refuse(press.verdict)
            elif not early:
                self.presses.run_when_alone(lambda: self.dismiss(self.plan), self.refuse, press)
        elif event.key in ("escape", "n", "q", "enter"):
            if not early:
                self.dismiss(None)
        elif press.verdict is not Verdict.HELD and (not early or event.is_printable):
            self._close_on(event)

    def _close_on(self, event: events.Key) -> None:
        """Close on a key that is no answer; what is typed after it is no command either."""
        if self.is_active:
            self.dismiss(None)
            self.presses.pause_verbs(event.time)
            self.app.notify(NO_ANSWER, markup=False, severity="warning", timeout=4)


class QuietInput(Input):
    """An input deaf to what is typed too early. Pasting into a confirmation is not typing."""

    def __init__(self, *, placeholder: str, value: str = "", pastes: bool = True) -> None:
        super().__init__(value=value, placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._pastes = pastes

    def on_mount(self) -> None:
        """Select the text: what is typed replaces it."""
        self.selection = Selection(0, len(self.value))

    def on_key(self, event: events.Key) -> None:
        """Keep out what was typed before the dialog could be read."""
        dialog = self.screen
        if isinstance(dialog, Dialog) and dialog.too_early(event) and event.key != "escape":
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Keep a paste out where a number has to be typed."""
        if not self._pastes:
            event.stop()
            event.prevent_default()


class InputDialog(Dialog):
    """Base of what wants something typed and Enter."""

    def on_key(self, event: events.Key) -> None:
        """Leave on escape. Other keys go on to the input's own bindings, and no further."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class TypedDialog(InputDialog):
    """Wants a number typed and Enter: for what takes many people with it."""

    keys = (("enter", "confirm"), ("esc", "cancel"))

    def __init__(self, plan: Plan, lines: Sequence[str] = (), what: str = "") -> None:
        """`what` the number is, where the plan's actions do not tell."""
        super().__init__(plan, lines)
        is_bulk = not what and plan.actions[0].resource == "call"
        self._what = what or ("the number of callers" if is_bulk else "the meeting number")

    def question(self) -> ComposeResult:
        """Ask for the number."""
        yield Static(Content(f"Type {self._what} ({self.plan.typed}) and press Enter:"))
        yield QuietInput(placeholder=self._what, pastes=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Confirm if what was typed is the number."""
        event.stop()
        if event.value.strip() == self.plan.typed:
            self.dismiss(self.plan)
        else:
            self.warn("that is not the number; nothing was sent")


class NameDialog(InputDialog):
    """Asks for a caller's name."""

    keys = (("enter", "save"), ("esc", "cancel"))

    def __init__(self, plan: Plan, current: str) -> None:
        super().__init__(plan)
        self._current = current

    def question(self) -> ComposeResult:
        """Ask for the name."""
        yield QuietInput(placeholder="empty: the name is taken away", value=self._current)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the name back."""
        event.stop()
        self.dismiss(event.value.strip()[:256])
