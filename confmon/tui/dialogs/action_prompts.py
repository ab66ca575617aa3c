"""From a verb's key to its actions: is it armed, what would it do, does the operator confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.commands import BY_ID, Danger
from confmon.monitor.actions.plan import still_there
from confmon.monitor.command_plans import meeting_at, name_plan, plan_for, undo_question
from confmon.monitor.order_plans import mode_plan, mode_refusal, order_plan
from confmon.monitor.orders.mute_ladder import ladder
from confmon.monitor.orders.order import KINDS
from confmon.tui.keys.presses import is_field, presses_of

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

    def refuse(self, command_id: str, reason: str) -> None:
        """Say why a verb may not be used now; `undo` stops the bulks that run all the same."""
        stopped = self._session.undo.stop_bulks() if command_id == "undo" else 0
        self._note_refused_press(command_id)
        what = f"stopped, {stopped} had not been sent" if stopped else "nothing was sent"
        self._say(f"{BY_ID[command_id].label}: {reason}; {what}")

    def take_up(self, command_id: str, key: int | None, shown: Sequence[int]) -> None:
        """Do what a verb's key means for the record under the cursor, or for the marked ones."""
        if self._dialog is not None:
            return  # one question at a time: a second Enter in the palette asks nothing more
        if command_id in KINDS:
            self._turn_order(command_id, key)
        elif command_id == "mute_ladder":
            self._ask_mode(key)
        elif command_id == "name":
            self._ask_name(key)
        elif command_id in ("undo", "redo"):
            self._turn_back(back=command_id == "undo")
        else:
            plan = plan_for(self._session, command_id, key, frozenset(shown))
            if plan.refusal and not plan.refusal.startswith("still "):
                self._note_refused_press(command_id)
            self._carry_out(plan)

    def _turn_order(self, id_: str, key: int | None) -> None:
        """Begin a standing order of a meeting, or end it; both ask."""
        session = self._session
        meeting = meeting_at(session, key)
        plan, order = order_plan(session, id_, meeting)
        if plan.refusal or meeting is None:
            self._note_refused_press(id_)
            self._say(plan.refusal)
            return
        orders = session.orders

        def go_ahead() -> None:
            self._say(orders.begin(id_, meeting) if order is None else orders.end(order))

        self.ask(plan, go_ahead)

    def _ask_mode(self, key: int | None) -> None:
        """Let a mute mode be chosen for the meeting."""
        session = self._session
        meeting = meeting_at(session, key)
        refusal = mode_refusal(session, meeting)
        if refusal or meeting is None:
            self._note_refused_press("mute_ladder")
            self._say(refusal)
            return
        from confmon.tui.dialogs.mute_mode import mode_dialog

        rungs = ladder(session.settings.mute_words)
        number, seen = meeting.meeting_number, meeting

        def chosen(digit: Plan | str | None) -> None:
            self._dialog = None
            if not isinstance(digit, str):
                return
            plan = mode_plan(session, number, rungs[int(digit) - 1].value)
            if plan.actions and not plan.actions[0].is_on(seen):
                plan = replace(plan, actions=(), refusal="that meeting has ended; nothing was sent")
            if plan.refusal or plan.danger is Danger.ASK:
                self._carry_out(plan)
            else:
                self._send(plan)

        self._dialog = mode_dialog(meeting, session.codes, rungs)
        self._screen.app.push_screen(self._dialog, chosen)

    def _note_refused_press(self, command_id: str) -> None:
        """Keep `u` from taking back the press before one that was refused."""
        if command_id not in ("undo", "redo"):
            self._session.undo.note_refused_press(BY_ID[command_id].label)

    def stop_bulks(self) -> bool:
        """Stop every bulk that still runs, and say so. Whether there was one."""
        stopped = self._session.undo.stop_bulks()
        if stopped:
            self._say(f"stopped: {stopped} had not been sent; u takes back what was")
        return bool(stopped)

    def _turn_back(self, *, back: bool) -> None:
        """Undo the last key press, or redo the one undone last; it may have to ask first."""
        undo = self._session.undo
        press = undo.last(back=back)

        def go_ahead() -> None:
            if undo.last(back=back) is press:
                self._say(undo.undo() if back else undo.redo())

        question = undo_question(self._session, back=back)
        if question is None:
            self._when_alone(go_ahead)
        else:
            self.ask(question, go_ahead)

    def follow(self) -> None:
        """Let an open dialog say who of its targets has left meanwhile."""
        if self._dialog is None:
            self._ask_left_over()
        elif self._dialog.plan.actions:
            self._dialog.follow(still_there(self._dialog.plan, self._session.store.live_state))

    def _ask_left_over(self) -> None:
        """Ask what to do with what an earlier run left open, once it is known who is there."""
        screen, keeping = self._screen, self._session.keeping
        if screen.app.screen is not screen or screen.focused is None or is_field(screen.focused):
            return
        if self._session.disarmed() or (found := keeping.question()) is None:
            return
        from confmon.tui.dialogs.left_over import left_over_dialog

        left, account = found
        self._dialog = dialog = left_over_dialog(left, account)

        def answered(key: Plan | str | None) -> None:
            self._dialog = None
            if key == "y":
                (keeping.take_up if left.holds else keeping.restore)(left, account)
            elif key == "e":
                keeping.restore(left, account)
            elif key == "n":
                keeping.forget(left)
            else:
                keeping.put_off(left)

        screen.app.push_screen(dialog, answered)

    def _carry_out(self, plan: Plan) -> None:
        if plan.refusal or not plan.actions:
            self._say(plan.refusal or "nothing to do")
        elif plan.danger is Danger.NONE:
            session = self._session

            def send() -> None:
                session.retract(plan.actions)
                self._send(plan)

            session.announce(plan.actions)
            self._when_alone(send, lambda _: session.retract(plan.actions))
        else:
            self.ask(plan)

    def _when_alone(
        self, do: Callable[[], object], back: Callable[[Verdict], object] = lambda _: None
    ) -> None:
        """Do what the key means if it is pressed alone; see `confmon.tui.keys.presses`."""
        presses_of(self._screen.app).run_when_alone(do, back)

    def ask(self, plan: Plan, then: Callable[[], None] | None = None) -> None:
        """Ask, and send what was confirmed, or do `then` instead."""
        from confmon.tui.dialogs.confirm import ConfirmDialog, TypedDialog

        def answered(confirmed: Plan | str | None) -> None:
            self._confirmed(confirmed, then)

        self._dialog = (TypedDialog if plan.typed else ConfirmDialog)(plan)
        self._screen.app.push_screen(self._dialog, answered)

    def _confirmed(self, plan: Plan | str | None, then: Callable[[], None] | None = None) -> None:
        self._dialog = None
        if plan is not None and not isinstance(plan, str):
            self._send(plan, then)

    def _send(self, plan: Plan, then: Callable[[], None] | None = None) -> None:
        plan = still_there(plan, self._session.store.live_state)
        if plan.refusal:
            self._say(plan.refusal)
        elif reason := self._session.disarmed():
            self._say(f"{reason}; nothing was sent")
        elif then is not None:
            then()
        else:
            self._session.send(plan.actions)

    def _ask_name(self, key: int | None) -> None:
        from confmon.tui.dialogs.confirm import NameDialog

        session = self._session
        call = session.live_state.calls.get(key) if key is not None else None
        if key is None or call is None or session.view.kind == "meeting":
            self._say("no caller under the cursor")
            return
        asked = name_plan(session, key, "")
        if asked.refusal:
            self._say(asked.refusal)
            return

        def named(text: Plan | str | None) -> None:
            self._dialog = None
            if not isinstance(text, str):
                return
            plan = name_plan(session, key, text)
            if plan.actions and not plan.actions[0].is_on(asked.actions[0].seen):
                plan = replace(plan, actions=(), refusal="that caller has left; nothing was sent")
            self._confirmed(plan)

        self._dialog = NameDialog(asked, call.custom_name or "")
        self._screen.app.push_screen(self._dialog, named)

    def _say(self, text: str) -> None:
        self._screen.app.notify(text, markup=False, timeout=4)
