"""What is shown: what is live, a paused view, or a moment of the past."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from confmon.monitor.link.acting import Acting
from confmon.monitor.past.frozen import THE_PAST, Frozen
from confmon.monitor.views.live_columns import RenderContext

if TYPE_CHECKING:
    from confmon.monitor.attention.engine import Attention
    from confmon.monitor.memory.memory import Memory
    from confmon.monitor.past.reader import HistoryReader
    from confmon.monitor.past.recording import Recording
    from confmon.monitor.past.travel import PastMoment, Travel
    from confmon.monitor.podium import Podium
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.together.together import Together
    from confmon.monitor.views.live_view import Subject, View

NO_HISTORY: Final = "nothing is recorded here: history is off"
NO_PAUSE: Final = "the past does not move; esc goes back to now"


class Shown(Acting):
    """The part of a session that shows, and freezes what is shown."""

    memory: Memory
    attention: Attention
    podium: Podium
    history: Recording | None
    together: Together | None = None
    """What the operators of this bridge have together; None: nothing is shared."""
    _paused_before: Frozen | None = None
    """What was shown before the past, where that was a paused view."""

    @property
    def live_state(self) -> LiveState:
        """What the view shows: the live store's live state, or one of an earlier moment."""
        return self.frozen.live_state if self.frozen else self.store.live_state

    @property
    def is_paused(self) -> bool:
        """Whether the view is frozen while collection goes on."""
        return self.frozen is not None and not self.frozen.is_past

    @property
    def past(self) -> PastMoment | None:
        """The moment of the past that is shown."""
        return self.frozen.past if self.frozen else None

    @property
    def paused_for_s(self) -> float:
        """How long the view has been frozen."""
        return self.clock.now() - self.frozen.since_s if self.frozen else 0.0

    def pause(self) -> None:
        """Freeze the view, or let it follow again. The past stays: it does not move anyway."""
        if self.is_past:
            self._say(NO_PAUSE)
            return
        self.frozen = None if self.frozen else self._freeze()

    def _freeze(self) -> Frozen:
        return Frozen(
            self.store.live_state.copy(),
            wall_s=self.store.wall(),
            since_s=self.clock.now(),
            age_s=self.age_s(),
            needs=self.attention.by_target,
        )

    def look(self) -> RenderContext:
        """Return what cells are drawn with; of the past what was recorded, nothing of now."""
        frozen = self.frozen
        if frozen is not None and frozen.past is not None:
            return RenderContext(
                frozen.live_state,
                frozen.wall_s,
                self.settings.mask_numbers,
                pins=self.views.pins,
            )
        needs = frozen.needs if frozen else self.attention.by_target
        return RenderContext(
            self.live_state,
            frozen.wall_s if frozen else self.store.wall(),
            self.settings.mask_numbers,
            asking=self.memory.asking,
            needs=lambda target: needs.get(target, ()),
            history=self.memory.series.callers_in,
            speaks=self.podium.is_on,
            pins=self.views.pins,
            orders=self.order_marks,
            others=self.together,
        )

    def order_marks(self, number: int) -> tuple[str, ...]:
        """Return the marks of the standing orders of a meeting, those of other operators too."""
        own = self.orders.marks(number)
        return own if self.together is None else (*own, *self.together.order_marks(number))

    def go(self, subject: Subject, meeting: int | None = None) -> View:
        """Look at something else and poll it; a list keeps its filter, marks and order."""
        self.views.go(subject, meeting)
        self.views.forget_ended({*self.store.live_state.meetings, *self.live_state.meetings})
        self._watch()
        return self.view

    def look_beside(self, view: View | None) -> None:
        """Let the keys be for callers beside the meetings, or (None) for the meetings again."""
        self.views.look_beside(view)
        self._watch()

    # The past.

    def go_to_past(self, at_s: float) -> None:
        """Show a moment of the past, epoch seconds by the server's clock."""
        if self._may_travel():
            self.travel.go_to(at_s)

    def step_past(self, scans: int) -> None:
        """Show the state so many reads on, or (less than 0) back."""
        paused = self.frozen if self.is_paused else None
        if self._may_travel():
            if paused is not None:
                self.travel.go_to(paused.wall_s)
            self.travel.step(scans)

    def shift_past(self, seconds: int) -> None:
        """Show the past so many seconds on or back."""
        if self._may_travel():
            self.travel.shift(seconds)

    def leave_past(self) -> None:
        """Show what is live again."""
        self._paused_before = None
        self.travel.leave()
        self._watch()

    def _may_travel(self) -> bool:
        """Let no verb act from the moment on that the past is asked for. False: there is none."""
        if self.history is None:
            self._say(NO_HISTORY)
            return False
        if not self.is_past:
            self._paused_before = self.frozen
            self.frozen = replace(self.frozen or self._freeze(), disarms=THE_PAST)
            self.views.put_marks_aside()
            self._on_change()
        return True

    def _show_past(self, moment: PastMoment | None) -> None:
        """Show a moment of the past; None: what was shown before it."""
        if moment is not None:
            wall_s = moment.at / 1000
            self.frozen = Frozen(
                moment.live_state,
                wall_s=wall_s,
                since_s=self.clock.now(),
                age_s=max(0.0, self.store.wall() - wall_s),
                needs={},
                disarms=THE_PAST,
                past=moment,
            )
        elif self.is_past:
            self.frozen = self._paused_before
            self.views.restore_marks()
        self._on_change()

    @cached_property
    def history_reader(self) -> HistoryReader:
        """Reads the history, where there is one, in a thread; one for all who ask."""
        from confmon.history.history import open_place
        from confmon.monitor.past.reader import IDLE_S, HistoryReader

        assert self.history is not None  # noqa: S101  else nobody asks
        place = self.history.place
        idle_s = None if place.shared is None else IDLE_S
        return HistoryReader(partial(open_place, place), idle_s=idle_s, call_later=self.call_later)

    @cached_property
    def travel(self) -> Travel:
        """Reads the past; made when it is first asked for."""
        from confmon.monitor.past.records import PastRecords
        from confmon.monitor.past.travel import Travel

        return Travel(
            self.history_reader,
            PastRecords(self.codes),
            self.codes,
            self.clock,
            wall=self.store.wall,
            show=self._show_past,
            say=self._say,
        )

    async def _close_past(self) -> None:
        if "travel" in self.__dict__:
            self.travel.stop()
        if "history_reader" in self.__dict__:
            await self.history_reader.close()
