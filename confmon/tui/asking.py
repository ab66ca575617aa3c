"""From a verb's key to its actions: is it armed, what would it do, does the operator confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from confmon.monitor.commands import BY_ID, Danger
from confmon.monitor.plan import still_there
from confmon.monitor.wishes import name_plan, plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from confmon.monitor.plan import Plan
    from confmon.monitor.session import Session
    from confmon.tui.app import ConfmonApp
    from confmon.tui.dialogs import Dialog


class Asking:
    """Asks where a plan wants it, and sends what was confirmed."""

    def __init__(self, screen: Screen[None], session: Session) -> None:
        self._screen = screen
        self._session = session
        self._dialog: Dialog | None = None

    def wish(self, command_id: str, key: int | None, shown: Sequence[int]) -> None:
        """Do what a verb's key means for the record under the cursor, or for the marked ones."""
        if self._dialog is not None:
            return  # one question at a time: a second Enter in the palette asks nothing more
        if reason := self._session.disarmed():
            self._say(f"{BY_ID[command_id].label}: {reason}; nothing was sent")
        elif command_id == "name":
            self._ask_name(key)
        else:
            plan = plan_for(self._session, command_id, key, frozenset(shown))
            undoes = command_id == "undo"
            self._carry_out(plan, self._session.undo.forget_last if undoes else lambda: None)

    def follow(self) -> None:
        """Let an open dialog say who of its targets has left meanwhile."""
        if self._dialog is not None and self._dialog.plan.actions:
            self._dialog.follow(still_there(self._dialog.plan, self._session.board.picture))

    def _carry_out(self, plan: Plan, first: Callable[[], object]) -> None:
        if plan.refusal or not plan.actions:
            first()
            self._say(plan.refusal or "nothing to do")
        elif plan.danger is Danger.NONE:
            session = self._session

            def send() -> None:
                session.retract(plan.actions)
                first()
                self._send(plan)

            session.announce(plan.actions)
            app = cast("ConfmonApp", self._screen.app)
            app.presses.when_alone(send, lambda _: session.retract(plan.actions))
        else:
            first()
            self._ask(plan)

    def _ask(self, plan: Plan) -> None:
        from confmon.tui.dialogs import ConfirmDialog, TypedDialog

        self._dialog = (TypedDialog if plan.typed else ConfirmDialog)(plan, self._session.clock)
        self._screen.app.push_screen(self._dialog, self._confirmed)

    def _confirmed(self, plan: Plan | str | None) -> None:
        self._dialog = None
        if plan is not None and not isinstance(plan, str):
            self._send(plan)

    def _send(self, plan: Plan) -> None:
        plan = still_there(plan, self._session.board.picture)
        if plan.refusal:
            self._say(plan.refusal)
        elif reason := self._session.disarmed():
            self._say(f"{reason}; nothing was sent")
        else:
            self._session.send(plan.actions)

    def _ask_name(self, key: int | None) -> None:
        from confmon.tui.dialogs import NameDialog

        session = self._session
        call = session.picture.calls.get(key) if key is not None else None
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

        self._dialog = NameDialog(asked, session.clock, call.custom_name or "")
        self._screen.app.push_screen(self._dialog, named)

    def _say(self, text: str) -> None:
        self._screen.app.notify(text, markup=False, timeout=4)
