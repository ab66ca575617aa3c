"""A moment that is shown in place of now: that of a pause, or one of the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confmon.monitor.attention.signal import Signal, SignalTarget
    from confmon.monitor.past.travel import PastMoment
    from confmon.monitor.polling.live_state import LiveState

PAUSED = "the view is paused"
THE_PAST = "this is the past"


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is shown as long as the view does not follow."""

    live_state: LiveState
    wall_s: float
    """The moment that is shown, in seconds since the epoch by the server's clock."""
    since_s: float
    """Since when it is shown, by the clock that is passed in."""
    age_s: float | None
    """How old the data was when it froze; None: there was none."""
    needs: Mapping[SignalTarget, Sequence[Signal]]
    """What needed somebody at that moment."""
    disarms: str = PAUSED
    """Why no verb may be used on it."""
    past: PastMoment | None = None
    """The moment of the past that is shown; None: none was read yet, or the view is paused."""

    @property
    def is_past(self) -> bool:
        """Whether it is the past, or on the way there."""
        return self.disarms == THE_PAST

    def age_at(self, now: float) -> float | None:
        """Return how old what is shown is by now."""
        return None if self.age_s is None else self.age_s + now - self.since_s
