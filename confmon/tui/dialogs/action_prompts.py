"""From a verb's key to its actions: is it armed, what would it do, does the operator confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.commands import BY_ID, Danger
from confmon.monitor.actions.plan import still_there
from confmon.monitor.plans.claim_plans import claim_words, claims_named
from confmon.monitor.plans.command_plans import name_plan, plan_for, undo_question
from confmon.monitor.plans.podium_plans import queue_plan
from confmon.tui.dialogs.orders.prompts import ORDERED, OrderPrompts
from confmon.tui.keys.presses import presses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from confmon.monitor.actions.plan import Plan
    from confmon.monitor.session import Session
    from confmon.tui.dialogs.confirm import Dialog
    from confmon.tui.keys.pace import Verdict


class ActionPrompts:
    """Asks where a plan wants it, and sends what was confirmed."""

    def __init__(self, screen: Screen[None], session: Session) -> None:
        self._screen = screen
        self._session = session
        self._dialog: Dialog | None = None
        self._orders = OrderPrompts(self, screen, session)

    def refuse(self, command_id: str, reason: str) -> None:
        """Say why a verb may not be used now; `undo` stops the bulks that run all the same."""
        stopped = self._session.undo.stop_bulks() if command_id == "undo" else 0
        self.note_refused_press(command_id)
        what = f"stopped, {stopped} had not been sent" if stopped else "nothing was sent"
        self.say(f"{BY_ID[command_id].label}: {reason}; {what}")

    def take_up(self, command_id: str, key: int | None, shown: Sequence[int]) -> None:
        """Do what a verb's key means for the record under the cursor, or for the marked ones."""
        if self._dialog is not None:
            return  # one question at a time: a second Enter in the palette asks nothing more
        if command_id in ORDERED:
            self._orders.take_up(command_id, key)
        elif command_id == "name":
            self._ask_name(key)
        elif command_id in ("undo", "redo"):
            self._turn_back(back=command_id == "undo")
        else:
            plan = plan_for(self._session, command_id, key, frozenset(shown))
            if plan.refusal and not plan.refusal.startswith("still "):
                self.note_refused_press(command_id)
            self.ask_or_send(plan)

    def toggle_queued(self, key: int | None) -> None:
        """Put the caller under the cursor into the queue of those who ask, or take it out."""
        plan = queue_plan(self._session, key)
        if plan.own is not None:
            self._session.send((), plan.own)
        place = None if key is None else self._session.memory.asking.place(key)
        self.say(plan.refusal or (plan.title + (f", place {place}" if place else "")))

    def note_refused_press(self, command_id: str) -> None:
        """Keep `u` from taking back the press before one that was refused."""
        if command_id not in ("undo", "redo"):
            self._session.undo.note_refused_press(BY_ID[command_id].label)

    def stop_bulks(self) -> bool:
        """Stop every bulk that still runs, and say so. Whether there was one."""
        stopped = self._session.undo.stop_bulks()
        if stopped:
            self.say(f"stopped: {stopped} had not been sent; u takes back what was")
        return bool(stopped)

    def _turn_back(self, *, back: bool) -> None:
        """Undo the last key press, or redo the one undone last; it may have to ask first."""
        undo = self._session.undo
        press = undo.last(back=back)

        def go_ahead() -> None:
            if undo.last(back=back) is press:
                self.say(undo.undo() if back else undo.redo())

        question = undo_question(self._session, back=back)
        if question is None:
            self._when_alone(go_ahead)
        else:
            self.ask(question, go_ahead)

    def follow(self) -> None:
        """Let an open dialog say which targets have left; without one, ask what a run left open."""
        if self._dialog is None:
            self._orders.ask_left_over()
        elif self._dialog.plan.actions:
            self._dialog.follow(still_there(self._dialog.plan, self._session.store.live_state))

    def ask_or_send(self, plan: Plan) -> None:
        """Send a plan, ask before it, or say why there is nothing to do."""
        if plan.refusal or not (plan.actions or plan.own):
            self.say(plan.refusal or "nothing to do")
        elif plan.danger is Danger.NONE:
            session = self._session

            def send() -> None:
                session.retract(plan.actions)
                self.send(plan)

            session.announce(plan.actions)
            self._when_alone(send, lambda _: session.retract(plan.actions))
        else:
            self.ask(plan)

    def _when_alone(
        self, do: Callable[[], object], back: Callable[[Verdict], object] = lambda _: None
    ) -> None:
        """Do what the key means if it is pressed alone; see `confmon.tui.keys.presses`."""
        presses_of(self._screen.app).run_when_alone(do, back)

    def open(self, dialog: Dialog, then: Callable[[Plan | str | None], object]) -> None:
        """Show a question, and do `then` with its answer."""

        def answered(answer: Plan | str | None) -> None:
            self._dialog = None
            then(answer)

        self._dialog = dialog
        self._screen.app.push_screen(dialog, answered)

    def ask(self, plan: Plan, then: Callable[[], None] | None = None) -> None:
        """Ask, and send what was confirmed, or do `then` instead."""
        from confmon.tui.dialogs.confirm import ConfirmDialog, TypedDialog

        plan = claims_named(self._session, plan)
        dialog = (TypedDialog if plan.typed else ConfirmDialog)(plan)
        self.open(dialog, lambda answer: self._confirmed(answer, then))

    def _confirmed(self, plan: Plan | str | None, then: Callable[[], None] | None = None) -> None:
        if plan is not None and not isinstance(plan, str):
            self.send(plan, then)

    def send(self, plan: Plan, then: Callable[[], None] | None = None) -> None:
        """Send what was confirmed, or do `then`, if it may be sent now."""
        plan = still_there(plan, self._session.store.live_state)
        if plan.refusal:
            self.say(plan.refusal)
        elif reason := self._session.disarmed():
            self.say(f"{reason}; nothing was sent")
        elif then is not None:
            then()
        else:
            self._session.send(plan.actions, plan.own)
            if plan.danger is Danger.NONE and (words := claim_words(self._session, plan)):
                self.say(words)  # it acted at once: no question has named the other operator

    def _ask_name(self, key: int | None) -> None:
        from confmon.tui.dialogs.confirm import NameDialog

        session = self._session
        call = session.live_state.calls.get(key) if key is not None else None
        if key is None or call is None or session.view.kind == "meeting":
            self.say("no caller under the cursor")
            return
        asked = name_plan(session, key, "")
        if asked.refusal:
            self.say(asked.refusal)
            return

        def named(text: Plan | str | None) -> None:
            if not isinstance(text, str):
                return
            plan = name_plan(session, key, text)
            if plan.actions and not plan.actions[0].is_on(asked.actions[0].seen):
                plan = replace(plan, actions=(), refusal="that caller has left; nothing was sent")
            self._confirmed(plan)

        self.open(NameDialog(claims_named(session, asked), call.custom_name or ""), named)

    def say(self, text: str) -> None:
        """Say something for a moment."""
        self._screen.app.notify(text, markup=False, timeout=4)
