"""The questions of what holds longer than a key press: standing orders, mute modes, a search."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from confmon.commands import Danger
from confmon.models.identity import same_call, same_meeting
from confmon.monitor.actions.plan import Plan, for_one
from confmon.monitor.orders.mute_ladder import ladder
from confmon.monitor.orders.order import ORDER_KINDS
from confmon.monitor.plans.at_cursor import meeting_at
from confmon.monitor.plans.claim_plans import claims_named
from confmon.monitor.plans.order_plans import (
    dial_refusal,
    mode_plan,
    mode_refusal,
    order_plan,
    search_plan,
)
from confmon.tui.keys.presses import is_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action
    from confmon.monitor.orders.account import Owed
    from confmon.monitor.orders.order import Order
    from confmon.monitor.session import Session
    from confmon.tui.dialogs.confirm import Dialog

ENDED = "that meeting has ended; nothing was sent"
STOPPED = "stopped"
"""Why a search is over that the operator has ended."""

ORDERED = (*ORDER_KINDS, "mute_ladder", "noisy_line", "dial_in")
"""The commands that are asked for here."""


class Prompts(Protocol):
    """What asks one question at a time, and sends what was confirmed."""

    def note_refused_press(self, command_id: str) -> None:
        """Keep `u` from taking back the press before one that was refused."""

    def ask(self, plan: Plan, then: Callable[[], None] | None = None) -> None:
        """Ask, and send what was confirmed, or do `then` instead."""

    def open(self, dialog: Dialog, then: Callable[[Plan | str | None], object]) -> None:
        """Show a question, and do `then` with its answer."""

    def ask_or_send(self, plan: Plan) -> None:
        """Send a plan, ask before it, or say why there is nothing to do."""

    def send(self, plan: Plan) -> None:
        """Send what was confirmed, if it may be sent now."""

    def say(self, text: str) -> None:
        """Say something for a moment."""


class OrderPrompts:
    """Asks, and does what was answered."""

    def __init__(self, prompts: Prompts, screen: Screen[None], session: Session) -> None:
        self._prompts = prompts
        self._screen = screen
        self._session = session

    def take_up(self, command_id: str, key: int | None) -> None:
        """Do what a key means for the meeting that is looked at or under the cursor."""
        session, meeting, order = self._session, meeting_at(self._session, key), None
        match command_id:
            case "mute_ladder":
                plan = Plan(title="", refusal=mode_refusal(session, meeting))
            case "dial_in":
                plan = Plan(title="", refusal=dial_refusal(session, meeting))
            case "noisy_line":
                plan = search_plan(session, meeting)
            case _:
                plan, order = order_plan(session, command_id, meeting)
        if plan.refusal or meeting is None:
            self._prompts.note_refused_press(command_id)
            self._prompts.say(plan.refusal)
        elif command_id == "mute_ladder":
            self._ask_mode(meeting)
        elif command_id == "dial_in":
            self._ask_number(meeting)
        else:
            begin = partial(self._turn, command_id, meeting, order)
            if command_id == "noisy_line":
                begin = partial(self._search, meeting)
            self._prompts.ask(claims_named(session, plan, meeting.meeting_number), begin)

    def _turn(self, id_: str, meeting: Meeting, order: Order | None) -> None:
        session = self._session
        if order is None:
            self._prompts.say(session.orders.begin(id_, meeting))
        else:
            self._prompts.say(session.orders.end(order))
            session.undo.note_ended(order.title)

    def _ask_number(self, meeting: Meeting) -> None:
        from confmon.tui.dialogs.orders.dial_in import dial_form, dial_question

        app = self._screen.app

        def filled(edit: Action | None) -> None:
            if edit is not None:
                together = self._session.together
                claim = "" if together is None else together.claim_words([meeting.meeting_number])
                app.push_screen(
                    dial_question(edit, meeting, claim),
                    lambda yes: self._dial(edit, meeting) if yes else None,
                )

        app.push_screen(dial_form(meeting), filled)

    def _dial(self, edit: Action, meeting: Meeting) -> None:
        session = self._session
        if self._has_ended(meeting):
            self._prompts.say(ENDED)
        elif reason := session.disarmed() or dial_refusal(session, meeting):
            self._prompts.say(f"{reason}; nothing was sent")
        else:
            session.dial_in(edit, meeting)

    def _has_ended(self, meeting: Meeting) -> bool:
        now = self._session.live_state.meetings.get(meeting.meeting_number)
        return now is None or not same_meeting(meeting, now)

    def _ask_mode(self, meeting: Meeting) -> None:
        from confmon.tui.dialogs.orders.questions import mode_dialog

        session, number = self._session, meeting.meeting_number
        rungs = ladder(session.settings.mute_words)

        def chosen(digit: Plan | str | None) -> None:
            if not isinstance(digit, str):
                return
            plan = mode_plan(session, number, rungs[int(digit) - 1].value)
            if plan.actions and not plan.actions[0].is_on(meeting):
                plan = replace(plan, actions=(), refusal=ENDED)
            if plan.refusal or plan.danger is Danger.ASK:
                self._prompts.ask_or_send(plan)
            else:
                self._prompts.send(plan)

        self._prompts.open(mode_dialog(meeting, session.codes, rungs), chosen)

    def _search(self, meeting: Meeting) -> None:
        from confmon.tui.dialogs.orders.noisy_line import NoisyLineDialog

        if self._has_ended(meeting):
            self._prompts.say(ENDED)
            return
        search = self._session.search(meeting)

        def answered(answer: Plan | str | None) -> None:
            found = search.found
            kept = search.keep() if answer == "k" else None
            search.stop(STOPPED)
            if found is not None and answer == "k":
                self._keep(kept, found)
            elif found is not None and answer == "d":
                self._prompts.ask_or_send(self._plan_for("drop", found))
            elif search.ended not in ("", STOPPED):
                self._prompts.say(f"noisy line: {search.ended}")

        self._prompts.open(NoisyLineDialog(search, self._go_to), answered)

    def _keep(self, kept: Owed | None, found: Call) -> None:
        """Let who was found stay muted, or mute them."""
        if kept is None or kept.result is None:
            self._prompts.send(self._plan_for("mute", found))
        else:
            self._session.undo.adopted(kept.action, kept.result)
            self._prompts.say(f"{kept.action.label} stays muted; u opens the line again")

    def _plan_for(self, verb: str, found: Call) -> Plan:
        session = self._session
        call = session.live_state.calls.get(found.id)
        if call is None or not same_call(found, call):
            return Plan(title=verb, refusal="that caller has left; nothing was sent")
        return for_one(verb, call, session.codes, mask=session.settings.mask_numbers)

    def _go_to(self, call_id: int) -> None:
        """Put the cursor on a caller, below the question."""
        go_to = getattr(self._screen, "land_on", None)
        if go_to is not None and call_id in self._session.live_state.calls:
            go_to(call_id)

    def ask_left_over(self) -> None:
        """Ask what to do with what an earlier run left open, once it is known who is there."""
        screen, keeping = self._screen, self._session.keeping
        if screen.app.screen is not screen or screen.focused is None or is_field(screen.focused):
            return
        if (found := keeping.question()) is None or self._session.disarmed():
            return
        from confmon.tui.dialogs.orders.questions import left_over_dialog

        left, account = found

        def answered(key: Plan | str | None) -> None:
            if key == "y":
                (keeping.take_up if left.holds else keeping.restore)(left, account)
            elif key == "e":
                keeping.restore(left, account)
            elif key == "n":
                keeping.forget(left)
            else:
                keeping.put_off(left)

        self._prompts.open(left_over_dialog(account), answered)
