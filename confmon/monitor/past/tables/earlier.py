"""The calls of one telephone number, a row for each meeting that each of them was in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.monitor.past.timeline.people import phone_of, was_dialled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confmon.history.answers import PastLeg
    from confmon.history.records import Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCall:
    """One time that somebody was in a meeting, or on the bridge. Moments are epoch ms.

    `stay` is 0 where the call was in no meeting; `left` is None while it lasts. `caller` is the
    person's number, `callee` the one that the person dialled; None: the bridge dialled the person.
    """

    leg: int
    stay: int
    call: int
    caller: str | None
    callee: str | None
    name: str | None
    session: int
    number: int | None
    owner: str | None
    joined: int
    left: int | None
    how: Ended | None

    def lasted_s(self, newest_ms: int) -> float:
        """Return how long it lasted, or has lasted by the newest read."""
        until = self.left if self.left is not None else newest_ms
        return max(0.0, (until - self.joined) / 1000)


def earlier_calls(legs: Iterable[PastLeg]) -> dict[tuple[int, int], EarlierCall]:
    """Return the calls by leg and stay."""
    found: dict[tuple[int, int], EarlierCall] = {}
    for past in legs:
        leg = past.leg
        for stay, session in past.stays:
            found[leg.leg, stay.stay] = EarlierCall(
                leg=leg.leg, stay=stay.stay, call=leg.call, caller=phone_of(leg, stay),
                callee=None if was_dialled(stay) else leg.callee, name=leg.name,
                session=stay.session,
                number=None if session is None else session.number,
                owner=None if session is None else session.owner,
                joined=stay.joined_to, left=stay.left_to, how=stay.how,
            )  # fmt: skip
        if not past.stays:
            found[leg.leg, 0] = EarlierCall(
                leg=leg.leg, stay=0, call=leg.call, caller=leg.caller, callee=leg.callee,
                name=leg.name, session=0, number=None, owner=None,
                joined=leg.first_seen, left=leg.last_seen, how=None,
            )  # fmt: skip
    return found
