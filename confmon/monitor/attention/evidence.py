"""Up to which moment the reads show what is known: conditions grow older by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Feed, calls_of

if TYPE_CHECKING:
    from confmon.models.live_records import LiveResource
    from confmon.monitor.attention.rule import Condition, Rule
    from confmon.monitor.polling.state_update import Diff

NO_READ = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one read changed.

    `asked_at` is on the monotonic clock, `wall` the same moment in epoch seconds by the server's
    clock. `feed` is None for a record that was read alone. `is_first`: the first read of its feed,
    so who came has not just joined. `is_clean`: the read was not torn.
    """

    kind: LiveResource
    diff: Diff
    asked_at: float
    wall: float
    feed: Feed | None = None
    is_first: bool = False
    is_clean: bool = True


class Evidence:
    """When each feed was asked last, by reads that can be believed.

    A torn read may have missed somebody. It counts once another one has followed, so that a bridge
    with nothing but torn reads is believed one read later.
    """

    def __init__(self) -> None:
        self._calls = self._meetings = NO_READ
        self._of_one: dict[int, float] = {}
        """By meeting, where its callers are read by themselves."""
        self._torn: dict[Feed, float] = {}

    def add(self, published: Published) -> None:
        """Take a read in."""
        feed, asked_at = published.feed, published.asked_at
        if feed is None:
            return
        torn_at = self._torn.pop(feed, NO_READ)
        if not published.is_clean:
            self._torn[feed] = asked_at
            asked_at = torn_at
        if feed == MEETINGS:
            self._meetings = max(self._meetings, asked_at)
        elif feed == ALL_CALLS:
            self._calls = max(self._calls, asked_at)
        elif feed.meeting is not None:
            known = self._of_one.get(feed.meeting, NO_READ)
            self._of_one[feed.meeting] = max(known, asked_at)

    def forget(self, number: int) -> None:
        """Let go of a meeting that has ended."""
        self._of_one.pop(number, None)
        self._torn.pop(calls_of(number), None)

    def of(self, rule: Rule, condition: Condition) -> tuple[float, float]:
        """Return up to when a condition is shown by all lists it needs, and the newest of them."""
        calls, meetings = self._calls, self._meetings
        if condition.meeting is not None and self._of_one:
            calls = max(calls, self._of_one.get(condition.meeting, NO_READ))
        if "calls" not in rule.needs:
            return meetings, meetings
        if "meetings" not in rule.needs:
            return calls, calls
        return (calls, meetings) if calls < meetings else (meetings, calls)
