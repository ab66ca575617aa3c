"""Many calls that leave at once: when that is a drop, and what they had in common."""

from __future__ import annotations

from collections import Counter, deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from confmon.monitor.attention.past.windows import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confmon.config.settings.attention import AttentionSettings
    from confmon.models.live_records import Call
    from confmon.monitor.polling.live_state import LiveState

DROPS_KEPT = 5
USUAL_READS = 10
"""So many reads tell how many leaves a second are usual."""
UNLEARNED, UNLEARNED_S = 0.05, 5.0
"""Until then, so many of all calls are unusual in so many seconds."""
USUAL_TIMES = 4
"""A mass drop has so many times the usual leaves."""


class Drop(NamedTuple):
    """Calls that left in one read, or in several soon after each other; of those there before.

    `there` of them have a `place` in common: a node, a bridge, a codec, a DID.
    """

    at: float
    last_at: float
    left: int
    of: int
    place: str = ""
    there: int = 0
    reads: int = 1


class Drops:
    """The last drops. One at the same place, while that is as young as drops are shown, grows."""

    def __init__(self, settings: AttentionSettings) -> None:
        self._settings = settings
        self._left: list[Call] = []
        """Who has left since the last read of all calls."""
        self._there = 0
        """How many calls that read showed."""
        self._usual_leaves = 0.0
        """Leaves a second: some reads are further apart than others."""
        self._reads = 0
        self._drops: deque[Drop] = deque(maxlen=DROPS_KEPT)

    def __iter__(self) -> Iterator[Drop]:
        return iter(self._drops)

    def add_leave(self, call: Call) -> None:
        """Note that a call has left."""
        self._left.append(call)
        if len(self._left) > MOST:
            del self._left[0]

    def begin_read(self, state: LiveState) -> None:
        """Count from a read of all calls on."""
        self._left, self._there = [], len(state.calls)

    def end_read(self, wall: float, state: LiveState, before_at: float | None) -> None:
        """See whether those who have left are a drop; `before_at`: of the read before."""
        left, settings = self._left, self._settings
        before = max(self._there, len(left))
        self._reads += 1
        gap_s = max(1.0, UNLEARNED_S if before_at is None else wall - before_at)
        usual, rate = self._usual_leaves, len(left) / gap_s
        least = USUAL_TIMES * usual * gap_s
        if self._reads <= USUAL_READS:
            least = UNLEARNED * before * max(1.0, gap_s / UNLEARNED_S)
        is_unusual = len(left) >= least
        is_many = len(left) >= settings.mass_drop_calls and is_unusual
        is_share = (
            len(left) >= settings.mass_drop_least
            and 100 * len(left) >= settings.mass_drop_percent * before
        )
        if (is_many or is_share) and not _is_one_end(left, state):
            self._add(Drop(wall, wall, len(left), before, *_stands_out(left, state)))
        else:
            self._usual_leaves = usual + (rate - usual) / min(self._reads, 60)

    def _add(self, drop: Drop) -> None:
        for at, known in enumerate(self._drops):
            if known.place == drop.place and drop.at - known.at < self._settings.mass_drop_shown_s:
                left = known.left + drop.left
                self._drops[at] = known._replace(
                    last_at=drop.at,
                    left=left,
                    of=max(known.of, left + drop.of - drop.left),
                    there=known.there + drop.there,
                    reads=known.reads + 1,
                )
                return
        self._drops.append(drop)


def _is_one_end(left: Sequence[Call], state: LiveState) -> bool:
    """Whether one meeting has ended, which is no drop."""
    number, *others = {call.meeting_number for call in left}
    return not others and number is not None and not state.by_meeting.get(number)


_TRAITS = (("node_name", "node"), ("bridge_name", "bridge"), ("codec", "codec"), ("callee", "DID"))
COMPARED = 1000
"""So many of those who stayed are compared with those who left."""
_MOST_OF = 0.8
"""What a drop has in common is true of so many who left, and of half as many of all others."""


def _stands_out(left: Sequence[Call], state: LiveState) -> tuple[str, int]:
    """Return what most of those who left have in common, and how many of them do."""
    calls = list(islice(state.calls.values(), COMPARED))
    for field, title in _TRAITS:
        values = Counter(getattr(call, field) for call in left)
        value, count = values.most_common(1)[0]
        if not value or count < _MOST_OF * len(left):
            continue
        others = sum(getattr(call, field) == value for call in calls)
        if not calls or others / len(calls) <= _MOST_OF / 2:
            name = f"…{value[-4:]}" if field == "callee" else value
            return f"{title} {name}", count
    return "", 0
