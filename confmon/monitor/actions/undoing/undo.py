"""What each key press changed: `u` takes the last press back, `ctrl+y` does it again.

A press counts from the moment its key is pressed, settled or not. Taking it back stops what it has
not sent. What is under way is waited for, target by target: only when it is known what became of a
change is its previous raw value restored, and only where nobody else has changed it since. What is
sent here is handled like every action: audited, verified, in the log.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.plan import left_as_they_are, opened
from confmon.monitor.actions.undoing.reversal import (
    NOT_SENT,
    repeating,
    restoring,
    stops_recording,
    why_not_again,
    why_not_back,
)
from confmon.monitor.actions.undoing.undo_step import Run, Running, Step, UndoStep
from confmon.monitor.actions.verbs import VERBS, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confmon.models.identity import Target
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.actions.plan import OwnChange
    from confmon.monitor.polling.live_store import LiveStore

KEPT = 50
"""So many key presses can be taken back."""


class Undo:
    """A stack of key presses that can be taken back, and one of those that were."""

    def __init__(
        self,
        store: LiveStore,
        pending_actions: PendingActions,
        *,
        send: Callable[[Sequence[Action]], None],
        stop: Callable[[str], int],
        say: Callable[[str], None],
    ) -> None:
        """`say` tells the operator, in a line, what is known only later."""
        self._store = store
        self._pending_actions = pending_actions
        self._send = send
        self._stop = stop
        self._say = say
        self._done: deque[UndoStep] = deque(maxlen=KEPT)
        self._undone: list[UndoStep] = []
        self._refused_press = ""
        """Why what was pressed last can't be taken back: `u` right after it was meant for it."""
        self._steps: dict[Target, deque[Step]] = {}
        self._of: dict[str, tuple[UndoStep, Action]] = {}
        """Which press an action under way belongs to, and as what it was first asked for."""
        self._runs: dict[str, Run] = {}
        """The runs of which an action is under way, by its id."""
        self._bulks: dict[str, tuple[str, int]] = {}
        """What each bulk under way is doing, and to how many, by the press id of its actions."""
        pending_actions.on_settled(self._settled)

    # What can be taken back, and done again.

    def pressed(self, actions: Sequence[Action], own: OwnChange | None = None) -> None:
        """Remember a key press. What was undone before it can't be done again any more."""
        if actions or own is not None:
            self._push(UndoStep(tuple(actions), actions[0].press if actions else new_id(), own))

    def began(self, name: str, actions: Sequence[Action], end: Callable[[], str]) -> UndoStep:
        """Remember the press that began a standing order: taking it back is to `end` the order.

        It can't be done again: the key that began it does that, and asks.
        """
        press = UndoStep(tuple(actions), actions[0].press if actions else "", name=name, end=end)
        self._push(press)
        return press

    def adopted(self, action: Action, result: Result) -> None:
        """Remember a change that was made before, as the press that lets it stay."""
        self._remember(UndoStep((action,), action.press, results={action.id: result}))

    def forget(self, press: UndoStep) -> None:
        """Let a press be one that can't be taken back: what it began has ended."""
        if press in self._done:
            self._done.remove(press)

    def _remember(self, press: UndoStep) -> None:
        self._undone.clear()
        self._refused_press = ""
        self._done.append(press)

    def _push(self, press: UndoStep) -> None:
        self._remember(press)
        for action in press.actions:
            self._of[action.id] = (press, action)
            if action.group is not None and action.is_bulk:
                self._bulks[action.group] = (VERBS[action.verb].doing, len(press.actions))

    def note_refused_press(self, label: str) -> None:
        """Remember that a key was pressed of which nothing was sent."""
        self._refused_press = f"{label} sent nothing"

    def note_ended(self, name: str) -> None:
        """Remember a press that can't be taken back: it has ended what an earlier one began."""
        self._refused_press = f"the end of the {name} can't be taken back"

    def last(self, *, back: bool = True) -> UndoStep | None:
        """Return the press that `u` would take back, or (not `back`) `ctrl+y` do again."""
        stack: Sequence[UndoStep] = self._done if back else self._undone
        return stack[-1] if stack else None

    def undo(self) -> str:
        """Take the last press back. Returns what there is to say at once."""
        refused, self._refused_press = self._refused_press, ""
        if not self._done:
            return "nothing to undo"
        if refused and not self._unsent()[self._done[-1].running]:  # what still runs is stopped
            return f"undo: {refused}; u again takes back {self._done[-1].title}"
        press = self._done.pop()
        if press.end is not None:
            return press.end()
        stopped = self._stop_all(press.running)
        if press.own is not None:
            press.own.undo()
        if press.own is not None or any(action.method == "PUT" for action in press.actions):
            self._undone.append(press)
        return self._begin(press, stopped, back=True)

    def redo(self) -> str:
        """Do the press again that was taken back last. Returns what there is to say at once."""
        self._refused_press = ""
        if not self._undone:
            return "nothing to redo"
        press = self._undone.pop()
        stopped = self._stop_all(press.running)
        self._done.append(press)
        if press.own is not None:
            press.own.do()
        return self._begin(press, stopped, back=False)

    def warning(self, *, back: bool) -> str:
        """Return the question before `u` (`back`) or `ctrl+y`, or an empty string.

        No single key stops a recording, or opens the line of a caller who may do it himself.
        """
        press = self.last(back=back)
        if press is None or (back and self._refused_press):
            return ""
        if press.end is not None:
            return "it ends, and its callers get back what they had"
        if any(stops_recording(action, back=back) for action in press.actions):
            return "the recording stops"
        if back or not press.actions or press.actions[0].verb != "unmute":
            return ""
        calls = self._store.live_state.calls
        known = [calls[action.key] for action in press.actions if action.key in calls]
        return opened(known, self._store.live_state.codes)

    # A bulk that is running.

    def running(self) -> Running | None:
        """Return the newest bulk that has not sent everything yet."""
        unsent = self._unsent()
        self._bulks = {press: bulk for press, bulk in self._bulks.items() if press in unsent}
        if not self._bulks:
            return None
        press, (doing, total) = next(reversed(self._bulks.items()))
        last = self.last()
        is_last = last is not None and last.running == press
        return Running(press, doing, total - unsent[press], total, is_last)

    def stop_bulks(self) -> int:
        """Send nothing more of any bulk. Returns how many targets had not been sent to."""
        unsent = self._unsent()
        return sum(self._stop_all(press) for press in list(self._bulks) if unsent[press])

    @property
    def waiting(self) -> int:
        """How many targets wait for what is under way, to be restored or changed again."""
        return sum(map(len, self._steps.values()))

    def _unsent(self) -> Counter[str]:
        unsent = Counter(
            pending.action.press
            for pending in self._pending_actions.under_way()
            if pending.outcome is Outcome.WAITING and pending.action.group is not None
        )
        groups = (step.run.group for step in self._waiting_steps())
        unsent.update(group for group in groups if group is not None)
        return unsent

    def _waiting_steps(self) -> list[Step]:
        return [step for steps in self._steps.values() for step in steps]

    def _stop_all(self, press: str) -> int:
        """Stop what is sent under a press id; return how many targets it had not been sent to."""
        for run in [*self._runs.values(), *(step.run for step in self._waiting_steps())]:
            run.halted = run.halted or run.id == press
        stopped = self._stop(press)
        for target, steps in list(self._steps.items()):
            for step in [step for step in steps if step.run.id == press]:
                steps.remove(step)
                stopped += 1
                step.run.tells = False  # what stops it says so
                self._leave(step, _STOPPED)
                self._over(step.run)
            if not steps:
                del self._steps[target]
        return stopped

    # One run: target by target, as soon as nothing is under way on it.

    def _begin(self, press: UndoStep, stopped: int, *, back: bool) -> str:
        group = new_id() if len(press.actions) > 1 else None
        run = Run(press, back, group or new_id(), group, rest=len(press.actions))
        press.running = run.id
        if group is not None and press.actions[0].is_bulk:
            doing = "restoring…" if back else VERBS[press.actions[0].verb].doing
            self._bulks[group] = (doing, len(press.actions))
        for action in press.actions:
            self._steps.setdefault(action.target, deque()).append(Step(run, action))
        for action in press.actions:
            self._go_on(action.target)
        text = f"{run.word}: {press.title}"
        if stopped and group is not None:
            text += f"; {stopped} of {len(press.actions)} had not been sent"
        if run.rest:
            text += "; waits for what is under way"
        elif run.left:
            text += self._outcome(run)
        run.tells = bool(run.rest)
        return text

    def _go_on(self, target: Target) -> None:
        while steps := self._steps.get(target):
            step = steps[0]
            if self._pending_actions.changing(target, step.action.change) is not None:
                return
            steps.popleft()
            if not steps:
                del self._steps[target]
            self._take(step)

    def _take(self, step: Step) -> None:
        run = step.run
        asked = run.press.renewed.get(step.action.id, step.action)
        record = self._store.record(asked.target)
        codes = self._store.live_state.codes
        result = (run.press.results if run.back else run.press.restored).get(asked.id)
        why = (why_not_back if run.back else why_not_again)(asked, result, record, codes)
        if why or record is None:
            self._leave(step, why)
        else:
            action = (restoring if run.back else repeating)(asked, result, record, run.group)
            run.sent += 1
            run.rest -= 1
            run.unsettled.add(action.id)
            self._of[action.id] = (run.press, asked)
            self._runs[action.id] = run
            if run.group is None:
                run.press.running = action.press
            self._send([action])
        self._over(run)

    def _leave(self, step: Step, why: str) -> None:
        step.run.left[why] += 1
        if why not in (NOT_SENT, _STOPPED):
            step.run.names.append(step.action.label)
        if step.run.group in self._bulks and why != _STOPPED:
            doing, total = self._bulks[step.run.group]
            self._bulks[step.run.group] = (doing, total - 1)
        step.run.rest -= 1

    def _over(self, run: Run) -> None:
        """Tell what was left as it is, once that is known."""
        if run.rest == 0 and run.tells and run.left:
            run.tells = False
            self._say(f"{run.word}: {run.press.title}{self._outcome(run)}")
        if run.rest or run.unsettled:
            return
        failed = run.halted or (run.sent and run.refused == run.sent)
        if run.back and failed and self.last(back=False) is run.press:
            # It was not taken back, or not whole: the same key, pressed again, means the same.
            self._undone.pop()
            self._done.append(run.press)
            if run.press.own is not None:
                run.press.own.do()

    def _outcome(self, run: Run) -> str:
        """Return who was left as they are by a run, and why."""
        if len(run.press.actions) == 1:
            why = next(iter(run.left))
            return ": had not been sent" if why == NOT_SENT else f": {why}; nothing was sent"
        ordered = sorted(run.left, key=lambda why: why not in (NOT_SENT, _STOPPED))
        left = {why: run.left[why] for why in ordered}
        return f"; {run.sent} sent, {left_as_they_are(left, run.names)}"

    def _settled(self, action: Action, result: Result) -> None:
        press, asked = self._of.pop(action.id, (None, None))
        if press is None or asked is None:
            return
        run = self._runs.pop(action.id, None)
        kept = press.restored if run is not None and run.back else press.results
        kept[asked.id] = result
        if action.id == asked.id and action is not asked:
            press.renewed[asked.id] = action
        if run is not None:
            run.unsettled.discard(action.id)
            run.refused += result.outcome is Outcome.REFUSED
        self._go_on(action.target)
        if run is not None:
            self._over(run)


_STOPPED = "stopped"
