"""Who of those who ask is called up to speak, meeting by meeting, and who counts as answered.

One speaks at a time. A caller who has been heard for five seconds is answered and leaves the queue,
although the API goes on to say that they ask: its qaMode is read only. Operators also put callers
into the queue, and take them out. All this is kept here; only mutes are sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from confmon.models.identity import same_call
from confmon.monitor.actions.plan import OwnChange

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.identity import Target
    from confmon.models.live_records import Call
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.pending import PendingActions
    from confmon.monitor.memory.asking import Asker, AskingQueue
    from confmon.monitor.polling.live_store import LiveStore

Done = Literal["called up", "answered", "put in", "put back"]
"""What was done to one who asks."""

HEARD_S = 5.0
"""A caller who has been heard so long on the podium is answered."""


@dataclass(eq=False, slots=True)
class Speaker:
    """Who was called up last in a meeting, as they were at the key press.

    `opened` is what opened the line, None if it was open; `result` what became of that. Times are
    on the monotonic clock: `called_at` that of the key, `heard_at` that of the first read since
    that shows an open line.
    """

    call: Call
    opened: Action | None
    called_at: float
    result: Result | None = None
    heard_at: float | None = None


class Podium:
    """The speakers of all meetings, and what operators do to the queue."""

    def __init__(
        self,
        store: LiveStore,
        pending: PendingActions,
        asking: AskingQueue,
        clock: Clock,
        *,
        on_answered: Callable[[int], None],
    ) -> None:
        """`on_answered` is called with a call id when it counts as answered, or no longer does."""
        self._store = store
        self._pending = pending
        self._asking = asking
        self._clock = clock
        self._on_answered = on_answered
        self._speakers: dict[int, Speaker] = {}
        self.on_done: Callable[[Call, Done], None] = lambda _call, _done: None
        """Called with what was done to one who asks from here."""
        self.is_taken: Callable[[int], bool] = lambda _call: False
        """Whether another operator has called a caller up."""
        pending.on_settled(self._settled)

    # Who speaks.

    def speaker_of(self, meeting: int) -> Speaker | None:
        """Return who was called up last in a meeting, if they are still there."""
        speaker = self._speakers.get(meeting)
        return speaker if speaker is not None and self._known(speaker.call) else None

    def is_on(self, call: int) -> bool:
        """Whether a caller is on the podium, and heard."""
        return any(
            speaker.call.id == call and speaker.heard_at is not None
            for speaker in self._speakers.values()
        )

    def next_in(self, meeting: int) -> Asker | None:
        """Return who has asked longest in a meeting, but for those who are called up already."""
        speaker = self.speaker_of(meeting)
        speaks = speaker.call.id if speaker is not None and self._speaks(speaker) else None
        for asker in self._asking.askers_in(meeting):
            if asker.call != speaks and not self.is_taken(asker.call):
                return asker
        return None

    def called_up(self) -> list[Call]:
        """Return who is called up from here and still in the queue."""
        return [
            speaker.call for speaker in self._speakers.values() if speaker.call.id in self._asking
        ]

    def _speaks(self, speaker: Speaker) -> bool:
        """Whether a speaker is heard, or the newest read shows an open line: a key comes first."""
        call = self._known(speaker.call)
        if speaker.heard_at is not None or call is None:
            return speaker.heard_at is not None
        is_muted = self._store.live_state.codes.is_muted(call.mute_mode)
        is_sure = self._pending.changing(("call", call.id), ("muteMode",)) is None
        return (
            is_sure
            and is_muted is False
            and self._store.read_at(("call", call.id)) > speaker.called_at
        )

    def is_waiting(self, call: int | None) -> bool:
        """Whether a caller is in the queue, and not on the podium."""
        return call is not None and call in self._asking and not self.is_on(call)

    def call_up(
        self, meeting: int, call: Call | None, label: str, opened: Action | None
    ) -> OwnChange:
        """Return the change that puts a caller on the podium; None: it is empty then.

        Undone, the speaker before is back on the podium, and one who was answered in the queue.
        """
        before = self._speakers.get(meeting)
        asker = None if call is None else self._asking.of(call.id)
        new = None if call is None else Speaker(call, opened, self._clock.now())

        def do() -> None:
            there = new if new is not None and self._known(new.call) else None
            self._put(meeting, there)
            if there is not None:
                there.called_at, there.heard_at, there.result = self._clock.now(), None, None
                self.on_done(there.call, "called up")

        def undo() -> None:
            self._put(meeting, before)
            if asker is not None and call is not None:
                self._put_back(call, asker)

        return OwnChange(f"let {label} speak" if label else "empty the podium", do, undo)

    def give_up(self, call: Call) -> None:
        """Leave a caller to another operator: nothing is sent, and nobody is muted for it."""
        speakers = self._speakers.items()
        self._speakers = {
            number: speaker for number, speaker in speakers if speaker.call.id != call.id
        }
        self._store.live_state.touch("call", [call.id])

    def tick(self) -> None:
        """Take who has been heard long enough out of the queue. Ages go by the reads."""
        for number, speaker in list(self._speakers.items()):
            call = self._known(speaker.call)
            if call is None:
                del self._speakers[number]
                continue
            target: Target = ("call", call.id)
            codes, read_at = self._store.live_state.codes, self._store.read_at(target)
            if self._pending.changing(target, ("muteMode",)) is not None:
                continue
            if codes.is_muted(call.mute_mode) is not False:
                speaker.heard_at = None
                continue
            if speaker.heard_at is None:
                speaker.heard_at = max(read_at, speaker.called_at)
            if read_at - speaker.heard_at >= HEARD_S and call.id in self._asking:
                self._answer(call)

    def _put(self, meeting: int, speaker: Speaker | None) -> None:
        if speaker is None:
            self._speakers.pop(meeting, None)
        else:
            self._speakers[meeting] = speaker

    def _settled(self, action: Action, result: Result) -> None:
        for speaker in self._speakers.values():
            if speaker.opened is not None and speaker.opened.id == action.id:
                speaker.opened, speaker.result = action, result

    # Into the queue, and out of it.

    def toggle(self, call: Call, label: str) -> OwnChange:
        """Return the change that puts a caller into the queue, or takes one out who is in it."""
        asker, was = self._asking.of(call.id), self._asking.answered(call.id)
        if asker is not None:
            return OwnChange(
                f"take {label} out of the queue",
                lambda: self._answer(call),
                lambda: self._put_back(call, asker),
            )
        if was is not None:
            return OwnChange(
                f"put {label} back into the queue",
                lambda: self._put_back(call, was),
                lambda: self._answer(call),
            )
        at, wall = self._clock.now(), self._store.wall()
        return OwnChange(
            f"put {label} into the queue",
            lambda: self._put_in(call, at, wall),
            lambda: self._answer(call),
        )

    def _put_in(self, call: Call, at: float, wall: float) -> None:
        known = self._known(call)
        if known is not None:
            self._asking.put_in(known, asked_at=at, wall=wall)
            self.changed(known)
            self.on_done(known, "put in")

    def _answer(self, call: Call) -> None:
        known = self._known(call)
        if known is not None:
            self._asking.answer(known.id)
            self.changed(known)
            self.on_done(known, "answered")

    def _put_back(self, call: Call, asker: Asker) -> None:
        known = self._known(call)
        if known is not None and self._asking.put_back(asker, known):
            self.changed(known)
            self.on_done(known, "put back")

    def changed(self, call: Call) -> None:
        """Let all who show a caller know that it was put into the queue, or taken out."""
        self._store.live_state.touch("call", [call.id])
        if call.meeting_number is not None:
            self._store.live_state.touch("tally", [call.meeting_number])
        self._on_answered(call.id)

    def _known(self, call: Call) -> Call | None:
        """Return a caller as last read; None: they have left, or another caller has the id."""
        known = self._store.live_state.calls.get(call.id)
        return known if known is not None and same_call(call, known) else None
