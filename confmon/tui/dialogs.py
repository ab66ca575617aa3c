"""What asks before it acts. The target is the plan's, taken at the key press."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from confmon.monitor.plan import reasons
from confmon.tui.header import LEAST_HEIGHT, LEAST_WIDTH
from confmon.tui.modal import SHORT, Modal, keys_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from confmon.clock import Clock
    from confmon.monitor.plan import Plan

WARNING = "bold $text-warning"

SWALLOW_S = 0.4
"""Keys pressed this soon after a dialog opened were meant for something else."""

BURST_S = 0.15
"""So are those that follow such a key faster than hands do: a paste, or a key held down."""

ALONE_S = 0.07
"""A key confirms if no other comes within this time before or after it: hands are slower."""

TOO_FAST = "keys that come all at once answer nothing; press one"


def plan_text(plan: Plan, *, names: bool = True) -> Content:
    """Return whom it concerns, who is left out and why, and how many the filter hides.

    Without `names` the callers are not listed: the title has their number.
    """
    who = plan.who if names or (plan.actions and plan.actions[0].kind == "meeting") else ()
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
    numbers = {action.meeting for action in plan.actions if action.kind == "call"}
    if len(numbers) > 1:
        return f"in {len(numbers)} meetings"
    number = next(iter(numbers), None)
    return "" if number is None or str(number) in plan.title.split() else f"in meeting {number}"


class Dialog(Modal["Plan | str | None"]):
    """A box over the screen that swallows every key it does not know."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        super().__init__()
        self.plan = plan
        self._clock = clock
        self._deaf_until = 0.0
        self._listens_at = 0.0
        self._key_at = float("-inf")
        self._waiting: Callable[[], object] | None = None
        """What a key will have done unless another comes too soon after it."""

    def compose(self) -> ComposeResult:
        """Lay out title, people and question, with the keys on the lower edge."""
        with Vertical(id="box") as box:
            box.border_subtitle = keys_line(*self.keys)
            yield Static(Content(self.plan.title), classes="title", id="title")
            yield Static(self.concerns(), id="who")
            yield from self.question()
            yield Static(classes="warning", id="warning")

    keys: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Which keys do what. They stay on the screen whatever is warned of."""

    def concerns(self) -> Content:
        """Return whom or what it concerns; on a short terminal there is no room for names."""
        return plan_text(self.plan, names=self.app.size.height >= SHORT)

    def question(self) -> ComposeResult:
        """Yield what has to be filled in."""
        yield from ()

    def too_early(self, event: events.Key) -> bool:
        """Whether a key was pressed before the operator can have read the dialog.

        On a terminal too small for it that is for ever; escape is always heard.
        """
        if event.time < self._deaf_until:
            self.deafen(event)
            if event.time >= self._listens_at:
                self.warn(TOO_FAST)
            return True
        width, height = self.app.size
        return (width < LEAST_WIDTH or height < LEAST_HEIGHT) and event.key != "escape"

    def deafen(self, event: events.Key) -> None:
        """Hear nothing of the burst of keys that this one may be part of."""
        self._deaf_until = max(self._deaf_until, event.time + BURST_S)

    def close_to_another(self, event: events.Key) -> bool:
        """Whether a key came at once with the one before it, as pasted text does.

        Then what that one was to do is not done. If that one has stood alone for long enough, only
        not been acted on yet, it is acted on now. Call once for each key that is not too early.
        """
        gap_s, self._key_at = event.time - self._key_at, event.time
        waiting, self._waiting = self._waiting, None
        if waiting is not None and gap_s >= ALONE_S:
            waiting()
        elif waiting is not None:
            self.deafen(event)
            self.warn(TOO_FAST)
        return gap_s < ALONE_S

    def when_alone(self, do: Callable[[], object]) -> None:
        """Do what the key just pressed means, unless another follows at once."""
        self._waiting = do

        def go_on() -> None:
            if self._waiting is do:
                self._waiting = None
                do()

        async def wait() -> None:
            await self._clock.sleep(ALONE_S)
            # By the road the keys take: those that have been read by now come before it.
            self.app.call_later((self.focused or self).call_later, go_on)

        self.run_worker(wait, exclusive=True)  # type: ignore[arg-type]

    def on_mount(self, event: events.Mount) -> None:
        """Hear nothing for a moment, by the clock that times the keys."""
        self._deaf_until = self._listens_at = event.time + SWALLOW_S

    def on_resize(self) -> None:
        """Leave the names out, or list them again, as there is room."""
        self.query_one("#who", Static).update(self.concerns())

    def follow(self, plan: Plan) -> None:
        """Show that some, or the one, of the targets have left meanwhile."""
        if plan == self.plan:
            return
        gone = len(self.plan.actions) - len(plan.actions)
        self.plan = plan
        self.warn(plan.refusal or f"{gone} already left; {len(plan.actions)} remain")

    def warn(self, text: str) -> None:
        """Say something above the keys. Of a plan that nothing is left of, only that."""
        if self.plan.refusal:
            text = self.plan.refusal
            closes = keys_line(("esc", "close"))
            self.query_one("#box").border_subtitle = closes
        warning = self.query_one("#warning", Static)
        warning.update(Content.styled(text, WARNING))
        warning.set_class(bool(text), "-on")
        warning.call_after_refresh(warning.scroll_visible, animate=False)


class ConfirmDialog(Dialog):
    """Only a `y` by itself confirms. Every other key leaves things as they are."""

    keys = (("y", "yes"), ("n, esc", "no"))

    def on_key(self, event: events.Key) -> None:
        """Confirm on y, leave on n and escape, swallow the rest."""
        event.stop()
        event.prevent_default()
        if self.too_early(event):
            return
        if self.close_to_another(event) and event.key != "escape":
            return
        if event.character == "y":
            self.when_alone(lambda: self.dismiss(self.plan))
        elif event.key in ("escape", "n", "q", "enter"):
            self.dismiss(None)
        else:
            self.deafen(event)


class QuietInput(Input):
    """An input deaf to what is typed too early. Pasting into a confirmation is not typing."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, *, placeholder: str, value: str = "", pastes: bool = True) -> None:
        super().__init__(value=value, placeholder=placeholder, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self._pastes = pastes

    def on_key(self, event: events.Key) -> None:
        """Keep out what was typed before the dialog could be read, and Enter at a paste's end."""
        dialog = self.screen
        if not isinstance(dialog, Dialog):
            return
        early = dialog.too_early(event)
        swallowed = early and event.key != "escape"
        if not early and not self._pastes:
            close = dialog.close_to_another(event)
            if event.key == "enter":
                swallowed = True
                if close:
                    dialog.warn(TOO_FAST)
                else:
                    dialog.when_alone(lambda: self.post_message(self.Submitted(self, self.value)))
        if swallowed:
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Keep a paste out where a number has to be typed."""
        if not self._pastes:
            event.stop()
            event.prevent_default()


class TypedDialog(Dialog):
    """Wants a number typed and Enter: for what takes many people with it."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        super().__init__(plan, clock)
        what = "the meeting number" if plan.actions[0].meeting else "the number of callers"
        if plan.typed == str(len(plan.actions)) and plan.typed != str(plan.actions[0].meeting):
            what = "the number of callers"
        self._what = what

    keys = (("enter", "do it"), ("esc", "leave it"))

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

    def on_key(self, event: events.Key) -> None:
        """Leave on escape. Other keys go on to the input's own bindings, and no further."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class NameDialog(Dialog):
    """Asks for a caller's name."""

    def __init__(self, plan: Plan, clock: Clock, current: str) -> None:
        super().__init__(plan, clock)
        self._current = current

    keys = (("enter", "give it"), ("esc", "leave it"))

    def question(self) -> ComposeResult:
        """Ask for the name."""
        yield QuietInput(placeholder="empty: the name is taken away", value=self._current)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the name back."""
        event.stop()
        self.dismiss(event.value.strip()[:256])

    def on_key(self, event: events.Key) -> None:
        """Leave on escape. Other keys go on to the input's own bindings, and no further."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
