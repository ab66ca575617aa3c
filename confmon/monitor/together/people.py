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
    for one in members:
        if one.meeting is not None and one.kind == "screen":
            found.setdefault(one.meeting, {})[one.operator] = None
    return {number: tuple(operators) for number, operators in found.items()}


def eldest(members: Iterable[Member]) -> str:
    """Return the screen that has been here longest: it has seen most, and speaks for all."""
    screens = [one for one in members if one.kind == "screen"]
    first = min(screens, key=lambda one: (one.since, one.member), default=None)
    return "" if first is None else first.member
