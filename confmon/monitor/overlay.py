"""Actions under way, laid over the confirmed picture until a later read proves them or not.

Confirmed state is never edited: dropping the overlay is the rollback.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.monitor.action import Outcome, Result
from confmon.monitor.picture import Note
from confmon.monitor.snapshot import ALL_CALLS, MEETINGS, calls_of
from confmon.monitor.verbs import VERBS, identity_of, key_of, left_meanwhile, shows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from confmon.api.errors import BridgeError
    from confmon.api.records import Call, Meeting
    from confmon.clock import Clock
    from confmon.monitor.action import Action
    from confmon.monitor.board import Board
    from confmon.monitor.edit import Edit
    from confmon.monitor.picture import Target
    from confmon.monitor.snapshot import Snapshot

LOOKS_BEFORE_NO = 2
"""So many reads must show otherwise before an action is called not applied."""

UNKNOWN_AFTER_S = 30.0
"""An action that no read settles within this time is called unknown."""

NOTE_SHOWN_S = 8.0
"""How long a row keeps the note of an action that did not work."""

LOG_KEPT = 500

_NO_NOTE = (Outcome.DONE, Outcome.GONE, Outcome.LEFT)
"""What the row shows by itself."""


@dataclass(slots=True)
class Pending:
    """One action under way. Times are on the monotonic clock."""

    action: Action
    outcome: Outcome = Outcome.WAITING
    answered_at: float | None = None
    lost: bool = False
    looks: int = 0


@dataclass(slots=True)
class Entry:
    """One line of the log pane: what was asked and where it stands. `at` is epoch seconds, ours.

    An `Edit` of what stands is no business of the overlay; `confmon.monitor.sections` adds it.
    """

    action: Action | Edit
    at: float
    result: Result


class Overlay:
    """Every action under way, what its row shows, and the log of what became of each."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._pending: dict[str, Pending] = {}
        self._by_target: dict[Target, list[Pending]] = {}
        self._fading: dict[Target, float] = {}
        self._settled: list[Callable[[Action, Result], None]] = []
        self._missed: list[Callable[[list[Action]], None]] = []
        self.log: deque[Entry] = deque(maxlen=LOG_KEPT)
        self._entries: dict[str, Entry] = {}
        board.on_applied(self.look)
        board.on_replaced(self._replaced)

    def on_settled(self, listener: Callable[[Action, Result], None]) -> None:
        """Call `listener` once for each action, when its outcome stands."""
        self._settled.append(listener)

    def on_missed(self, listener: Callable[[list[Action]], None]) -> None:
        """Call `listener` with actions whose targets are missing, but not gone for certain."""
        self._missed.append(listener)

    def of(self, target: Target) -> Pending | None:
        """Return the action under way on who has this key now, if any."""
        return next((p for p in self._on(target) if not self._is_another(p.action)), None)

    def _on(self, target: Target) -> list[Pending]:
        return list(self._by_target.get(target, ()))

    def changing(self, target: Target, fields: Collection[str]) -> Pending | None:
        """Return the action under way that changes one of these fields, or takes all away."""
        for pending in self._on(target):
            action = pending.action
            if action.method == "DELETE" or not action.change.keys().isdisjoint(fields):
                return pending
        return None

    def is_under_way(self, action: Action) -> bool:
        """Whether nothing has settled an action yet."""
        return action.id in self._pending

    def under_way(self, press: str | None = None) -> list[Pending]:
        """Return the actions under way, of one key press or all."""
        return [p for p in self._pending.values() if press is None or p.action.press == press]

    def add(self, action: Action) -> None:
        """Begin to show an action."""
        pending = self._pending[action.id] = Pending(action)
        self._by_target.setdefault((action.kind, action.target), []).append(pending)
        entry = Entry(action, self._clock.wall(), Result(outcome=Outcome.WAITING))
        self._entries[action.id] = entry
        self.log.append(entry)
        self._note(action, VERBS[action.verb].doing, under_way=True)

    def sent(self, action: Action) -> None:
        """Note that the request is on its way. What it overwrites can't be proved any more."""
        for other in self._on((action.kind, action.target)):
            if other.answered_at is not None and other.action.change.keys() & action.change.keys():
                text = "another action followed before a read could prove it"
                self.settle(other.action, Result(outcome=Outcome.UNKNOWN, detail=text))
        self._mark(action, Outcome.SENT)

    def answered(self, action: Action, *, lost: bool) -> None:
        """Note that the answer came, or was lost: reads asked for from now on are the judge."""
        pending = self._pending.get(action.id)
        if pending is not None:
            pending.answered_at, pending.lost = self._clock.now(), lost

    def refuse(self, action: Action, detail: str, *, error: BridgeError | None = None) -> None:
        """Settle an action that changed nothing."""
        status = error.status if error is not None else None
        self.settle(action, Result(outcome=Outcome.REFUSED, detail=detail, status=status))

    def settle(self, action: Action, result: Result) -> None:
        """Close an action with its outcome; tell whoever asked to know."""
        pending = self._pending.pop(action.id, None)
        if pending is None:
            return
        entry = self._entries.pop(action.id)
        entry.result = result
        target: Target = (action.kind, action.target)
        self._by_target[target].remove(pending)
        if not self._by_target[target]:
            del self._by_target[target]
        others = [p.action for p in self._on(target) if not self._is_another(p.action)]
        if others:
            self._note(others[-1], VERBS[others[-1].verb].doing, under_way=True)
        elif result.outcome in _NO_NOTE or self._is_another(action):
            self._board.picture.notes.pop(target, None)
        else:
            self._note(action, str(result.outcome), under_way=False)
        for listener in self._settled:
            listener(action, result)

    def look(self, snapshot: Snapshot[Any]) -> None:
        """Judge every answered action by a snapshot that was asked for after the answer.

        Only a read of everything says that somebody is gone: who is missing in one meeting may
        have moved to another, and is to be read alone.
        """
        shown: set[int] | None = None
        missed: list[Action] = []
        for pending in list(self._pending.values()):
            if pending.answered_at is None or snapshot.asked_at < pending.answered_at:
                continue
            action = pending.action
            feeds = (
                (MEETINGS,)
                if action.kind == "meeting"
                else (ALL_CALLS, calls_of(action.meeting or 0))
            )
            if snapshot.feed not in feeds:
                continue
            if shown is None:
                shown = {key_of(record) for record in snapshot.scan.records}
            record = self._board.record((action.kind, action.target))
            # A record that this scan doesn't show stands on an older read: no evidence.
            if record is not None and action.target not in shown:
                continue
            whole = snapshot.feed.meeting is None and snapshot.scan.misses(action.target)
            if record is None and (action.target in shown or not whole):
                missed.append(action)
            else:
                self._judge(pending, record, asked_at=snapshot.asked_at)
        for listener in self._missed if missed else ():
            listener(missed)

    def look_alone(self, action: Action, record: Call | Meeting | None, asked_at: float) -> None:
        """Judge one action by a read of its own target; None: the target is gone."""
        pending = self._pending.get(action.id)
        if pending is None or pending.answered_at is None or asked_at < pending.answered_at:
            return
        self._judge(pending, record, asked_at=asked_at)

    def expire(self) -> bool:
        """Give up on what no read can settle, and let notes fade. Return whether any did."""
        now = self._clock.now()
        for pending in list(self._pending.values()):
            if pending.answered_at is not None and now - pending.answered_at > UNKNOWN_AFTER_S:
                text = "no read could settle it"
                self.settle(pending.action, Result(outcome=Outcome.UNKNOWN, detail=text))
        faded = [target for target, until in self._fading.items() if now > until]
        for target in faded:
            del self._fading[target]
            note = self._board.picture.notes.get(target)
            if note is not None and not note.under_way:
                del self._board.picture.notes[target]
        return bool(faded)

    def _judge(self, pending: Pending, record: Call | Meeting | None, *, asked_at: float) -> None:
        action = pending.action
        answered_at = pending.answered_at or 0.0
        waited = self._clock.now() - answered_at
        status = None if pending.lost else 200  # any 2xx
        if record is None or identity_of(record) != action.identity:
            if action.method == "DELETE":
                result = Result(outcome=Outcome.DONE, status=status, latency_s=waited)
            else:
                result = left_meanwhile(action, waited)
            self.settle(action, result)
            return
        if action.method == "PUT" and shows(record, action.change, self._board.picture.codes):
            result = Result(outcome=Outcome.DONE, status=status, latency_s=waited)
            self.settle(action, result)
            return
        pending.looks += 1
        patience_s = VERBS[action.verb].patience_s
        if pending.looks >= LOOKS_BEFORE_NO and asked_at - answered_at >= patience_s:
            why = "the answer was lost" if pending.lost else "the bridge said yes"
            text = f"{why}; {pending.looks} later reads show no change"
            result = Result(outcome=Outcome.NOT_APPLIED, detail=text, status=status)
            self.settle(action, result)

    def _replaced(self, target: Target) -> None:
        # Every pending action of a reused key concerned somebody who has left.
        for pending in list(self._pending.values()):
            action = pending.action
            if (action.kind, action.target) == target and pending.answered_at is not None:
                done = action.method == "DELETE"
                self.settle(
                    action, Result(outcome=Outcome.DONE) if done else left_meanwhile(action)
                )

    def _is_another(self, action: Action) -> bool:
        """Whether the target's key has become somebody else's, whose row this does not concern."""
        record = self._board.record((action.kind, action.target))
        return record is not None and identity_of(record) != action.identity

    def _mark(self, action: Action, outcome: Outcome) -> None:
        pending = self._pending.get(action.id)
        if pending is not None:
            pending.outcome = outcome
            self._entries[action.id].result = Result(outcome=outcome)

    def _note(self, action: Action, text: str, *, under_way: bool) -> None:
        target: Target = (action.kind, action.target)
        now = self._clock.now()
        self._board.picture.notes[target] = Note(action.verb, text, under_way, now)
        if not under_way:
            self._fading[target] = now + NOTE_SHOWN_S
