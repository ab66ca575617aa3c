"""The clock of a replay: the time of day is that of then, and waits are those of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confmon.clock import Clock
    from confmon.monitor.replay.file import Replay


class ReplayClock:
    """A clock that tells the time of then, from the first `play` on, `speed` times as fast."""

    def __init__(self, clock: Clock, *, replay: Replay, speed: float) -> None:
        self._clock, self._speed = clock, speed
        self._began_s = replay.began_s
        self._first_s, self._lasts_s = replay.first_s, replay.lasts_s
        self._since: float | None = None

    def now(self) -> float:
        """Seconds since some fixed moment."""
        return self._clock.now()

    def wall(self) -> float:
        """Epoch seconds of then."""
        return self._began_s + self.at_s

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._clock.sleep(seconds)

    @property
    def at_s(self) -> float:
        """How far it has played, seconds after its begin."""
        if self._since is None:
            return self._first_s
        played_s = (self._clock.now() - self._since) * self._speed
        return min(self._lasts_s, self._first_s + played_s)

    def play(self) -> float:
        """Begin, unless it has begun; return how far it has played."""
        if self._since is None:
            self._since = self._clock.now()
        return self.at_s
