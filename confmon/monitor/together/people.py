"""Who else is here, and where they look. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.sharing.records import Member, Operator


def name_for(operator: Operator, who: Operator) -> str:
    """Return how an operator is called where there is little room; `who` reads it.

    The box is named for another of the same name.

    >>> from confmon.sharing.records import Operator
    >>> name_for(Operator("alice", "ops-2"), Operator("bob", "ops-1"))
    'alice'
    >>> name_for(Operator("bob", "ops-2"), Operator("bob", "ops-1"))
    'bob@ops-2'
    """
    is_clear = operator == who or operator.name != who.name
    return operator.name if is_clear else str(operator)


def by_meeting(members: Iterable[Member]) -> dict[int, tuple[Operator, ...]]:
    """Return who looks at each meeting, each operator once."""
    found: dict[int, dict[Operator, None]] = {}
    for member in members:
        if member.meeting is not None and member.kind == "screen":
            found.setdefault(member.meeting, {})[member.operator] = None
    return {number: tuple(operators) for number, operators in found.items()}


def eldest(members: Iterable[Member]) -> str:
    """Return the screen that has been here longest: it has seen most, and speaks for all."""
    screens = [member for member in members if member.kind == "screen"]
    first = min(screens, key=lambda member: (member.since, member.member), default=None)
    return "" if first is None else first.member
