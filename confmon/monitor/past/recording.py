"""The history of a run: where it is, who writes it, who tells the writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.read import NewMarker
from confmon.history.writer import Writer
from confmon.monitor.past.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.history.place import HistoryPlace
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.polling.coverage import Coverage
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.sharing.share import Share

FOLLOWS = "another confmon writes this history"
CLOSE_S = 1.0
"""So long what waits is still written at the end."""


class Recording:
    """Keeps what happens, from `start` to `close`."""

    def __init__(
        self,
        place: HistoryPlace,
        store: LiveStore,
        coverage: Coverage,
        pending: PendingActions,
        clock: Clock,
        *,
        gap_from_s: Callable[[], float],
    ) -> None:
        """`gap_from_s`: after so many seconds without a whole read of all calls there is a gap."""
        codes = store.live_state.codes
        self.place = place
        self.writer = Writer(
            place,
            is_recording=lambda role: codes.role(role) == "recording",
            gap_from_s=gap_from_s,
        )
        self.recorder = Recorder(store, coverage, clock, self.writer, gap_from_s=gap_from_s)
        pending.on_settled(self.recorder.settled)

    def mark(self, text: str, *, at: int, session: int) -> str:
        """Have a note written at a moment (epoch ms) of a meeting session. Return why it is not."""
        if not self.writer.takes_notes:
            return FOLLOWS
        if trouble := self.writer.why_lost:
            return trouble
        self.writer.put(NewMarker(at, None, text, session))
        return ""

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, or an empty string."""
        return self.writer.trouble

    def start(self, share: Share | None = None) -> None:
        """Open the database on a thread and begin to write.

        `share` tells who collects, where the history is shared.
        """
        if share is not None and self.place.shared is not None:
            self.place.shared.attach(share)
        self.writer.start()

    def look(self) -> str:
        """Note a gap that has begun. Return what to show about the database, once."""
        self.recorder.look()
        return self.writer.notice()

    def close(self) -> None:
        """Write what waits, close the database, and remove what was for this run alone."""
        self.writer.close(CLOSE_S)
        self.place.remove()
