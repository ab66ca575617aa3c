"""What the keys for standing orders mean for a meeting: a question, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.commands import Danger
from confmon.monitor.actions.plan import Plan, for_one, label_of
from confmon.monitor.actions.verbs import unsendable
from confmon.monitor.orders.order import ORDER_KINDS
from confmon.monitor.plans.at_cursor import NO_MEETING, NOT_READ, doing_to, refused, warned
from confmon.monitor.plans.command_plans import doubted, plan_for_all

if TYPE_CHECKING:
    from confmon.models.live_records import Meeting
    from confmon.monitor.orders.order import Order, OrderKind
    from confmon.monitor.session import Session

HOSTS_ONLY = "everybody here is a host, as a call flow can make it: nobody is {done} by this"
NOBODY_NOW = "nobody has to be {done} now"


def order_plan(session: Session, id_: str, meeting: Meeting | None) -> tuple[Plan, Order | None]:
    """Return the question before an order begins, or before the one that holds (it) ends."""
    kind = ORDER_KINDS[id_]
    if meeting is None:
        return refused(NO_MEETING), None
    order = session.orders.find(id_, meeting.meeting_number)
    if order is not None:
        return _end_plan(session, order), order
    plan, together = _begin_plan(session, kind, meeting), session.together
    if together is not None:
        plan = warned(plan, together.order_words(meeting.meeting_number))
    return plan, None


def _begin_plan(session: Session, kind: OrderKind, meeting: Meeting) -> Plan:
    codes = session.codes
    if refusal := unsendable(kind.verb, codes):
        return refused(f"{refusal}; nothing was sent")
    plan = plan_for_all(session, kind.verb, meeting)
    if not session.live_state.knows(meeting.meeting_number):
        return plan
    title = f"{kind.begins} {label_of(meeting)}"
    if plan.actions:
        count = len(plan.actions)
        people = f"{kind.verb} {count} caller{'s' * (count != 1)}, and who joins later"
        # `y` is enough, as for no other bulk: the same key ends it, and restores everybody.
        return replace(plan, title=f"{title}: {people}?", danger=Danger.ASK, typed="")
    calls = session.live_state.by_meeting.get(meeting.meeting_number, {}).values()
    roles = {codes.role(call.role) for call in calls} - {"recording"}
    only_hosts = roles == {"host"}
    return Plan(
        title=f"{title}?",
        danger=Danger.ASK,
        who=("it holds for who joins later",),
        warns=(HOSTS_ONLY if only_hosts else NOBODY_NOW).format(done=kind.done),
    )


def _end_plan(session: Session, order: Order) -> Plan:
    """Return the question before an order ends."""
    count = session.ledger.count_owed(order)
    back = f"{count} caller{'s get' if count != 1 else ' gets'} back what they had"
    return Plan(
        title=f"{order.of.ends} {label_of(order.meeting)}?",
        danger=Danger.ASK,
        who=(back if count else "nobody has to be restored",),
    )


def mode_refusal(session: Session, meeting: Meeting | None) -> str:
    """Return why no mute mode can be chosen for a meeting now, or an empty string."""
    if meeting is None:
        return NO_MEETING
    if meeting.mute_mode is None:
        return "no muteMode that can be read: nothing to come back to"
    doing = doing_to(session, meeting, "muteMode")
    return f"still {doing}" if doing else ""


def mode_plan(session: Session, number: int, value: int) -> Plan:
    """Return what sets the mute mode of a meeting, as it is when it was chosen."""
    meeting = session.live_state.meetings.get(number)
    refusal = mode_refusal(session, meeting)
    if refusal or meeting is None:
        return refused(f"{refusal}; nothing was sent")
    if meeting.mute_mode == value:
        return refused("it is so already; nothing was sent")
    plan = for_one("mute_mode", meeting, session.codes, change={"muteMode": value})
    return doubted(session, plan, "mute_mode", meeting)


def search_plan(session: Session, meeting: Meeting | None) -> Plan:
    """Return the question before a noisy line is looked for, or why it can't be."""
    if meeting is None:
        return refused(NO_MEETING)
    number = meeting.meeting_number
    if refusal := unsendable("mute", session.codes):
        return refused(f"{refusal}; nothing was sent")
    if not session.live_state.knows(number):
        return refused(NOT_READ)
    if restoring := session.ledger.left_open(number):
        return refused(f"still restoring {restoring}")
    count = len(session.heard_in(number))
    if count == 0:
        return refused("nobody can be heard here")
    who: tuple[str, ...] = ("one caller can be heard; it can be no other line",)
    if count > 1:
        who = (
            f"{count} callers can be heard; half of them are muted each time,",
            "and you are asked; everybody gets back what they had",
        )
    title = f"Look for the noisy line in {label_of(meeting)}?"
    return Plan(title=title, danger=Danger.ASK, who=who)


def dial_refusal(session: Session, meeting: Meeting | None) -> str:
    """Return why nobody can be dialled into a meeting, or an empty string."""
    return NO_MEETING if meeting is None else session.sections.mediator_trouble()
