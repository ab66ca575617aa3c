"""What a plan says of meetings that other operators have claimed. It is never kept from acting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.plans.at_cursor import warned

if TYPE_CHECKING:
    from confmon.monitor.actions.plan import Plan
    from confmon.monitor.session import Session


def claim_words(session: Session, plan: Plan, meeting: int | None = None) -> str:
    """Return who has claimed the meetings of a plan, or the given one, or an empty string."""
    if session.together is None:
        return ""
    numbers = {
        action.key if action.resource == "meeting" else action.meeting for action in plan.actions
    }
    return session.together.claim_words(
        number for number in {*numbers, meeting} if isinstance(number, int)
    )


def claims_named(session: Session, plan: Plan, meeting: int | None = None) -> Plan:
    """Return a plan whose question names the other operators who have claimed its meetings."""
    words = claim_words(session, plan, meeting)
    return plan if words in plan.warns else warned(plan, words)
