"""Actions under way, laid over the confirmed live state until a later read proves them or not.

Confirmed state is never edited: dropping the pending actions is the rollback.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from confmon.models.identity import key_of
from confmon.monitor.actions.action import Outcome, Reply, Result
from confmon.monitor.actions.corrections import Corrections
from confmon.monitor.actions.judge import UNKNOWN_AFTER_S, ContraryReads, evidence_of, judge
from confmon.monitor.actions.log import ActionLog, LogEntry
from confmon.monitor.actions.verbs import VERBS, left_meanwhile
from confmon.monitor.polling.live_state import Note
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from confmon.clock import Clock
    from confmon.models.identity import Target
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action
    from confmon.monitor.polling.live_store import LiveStore
    from confmon.monitor.polling.snapshot import Snapshot

NOTE_SHOWN_S = 8.0
"""How long a row keeps the note of an action that did not work."""

_NO_NOTE = (Outcome.DONE, Outcome.GONE, Outcome.LEFT)
"""What the row shows by itself."""


@dataclass(slots=True)
class Pending:
    """One action under way: its line of the log, what its request was answered, and when.

    `answered_at` is on the monotonic clock.
    """

    entry: LogEntry
    answered_at: float | None = None
    reply: Reply = field(default_factory=Reply)
    contrary: ContraryReads = field(default_factory=ContraryReads)

    @property
    def action(self) -> Action:
        """What is done, with the value before as it was read last."""
        return self.entry.action

    @property
    def outcome(self) -> Outcome:
        """How far it is: waiting or sent."""
        return self.entry.result.outcome


class PendingActions:
    """Every action under way, what its row shows, and the log of what became of each."""

    def __init__(self, store: LiveStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._pending: dict[str, Pending] = {}
        self._announced: dict[str, Note] = {}
        self._by_target: dict[Target, list[Pending]] = {}
        self._fading: dict[Target, float] = {}
        self._settled: list[Callable[[Action, Result], None]] = []
        self._corrected: list[Callable[[Action, Result], None]] = []
        self._missed: list[Callable[[list[Action]], None]] = []
        self.claimed_by: Callable[[Action], str] = lambda _: ""
        """Returns another operator who has claimed the meeting of an action, or nothing."""
        self.log = ActionLog(clock.now)
        self._corrections = Corrections(lambda: store.live_state.codes, clock, self._correct)
        store.on_applied(self.judge_by_snapshot)
        store.on_replaced(self._replaced)

    def on_settled(self, listener: Callable[[Action, Result], None]) -> None:
        """Call `listener` once for each action, when its outcome is known."""
        self._settled.append(listener)

    def on_corrected(self, listener: Callable[[Action, Result], None]) -> None:
        """Call `listener` when a later read shows another outcome than was reported."""
        self._corrected.append(listener)

    def on_missed(self, listener: Callable[[list[Action]], None]) -> None:
        """Call `listener` with actions on targets that are missing, but not gone for certain."""
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

    def sent_to(self, target: Target) -> list[Action]:
        """Return the actions under way on a target that may have reached the bridge."""
        return [p.action for p in self._on(target) if p.outcome is not Outcome.WAITING]

    def is_under_way(self, action: Action) -> bool:
        """Whether nothing has settled an action yet."""
        return action.id in self._pending

    def is_open(self, action: Action) -> bool:
        """Whether a read may still show that an action worked."""
        return action.id in self._pending or self._corrections.may_work_yet(action)

    def under_way(self, press: str | None = None) -> list[Pending]:
        """Return the actions under way, of one key press or all."""
        return [p for p in self._pending.values() if press is None or p.action.press == press]

    def add(self, action: Action) -> None:
        """Begin to show an action."""
        waiting = Result(outcome=Outcome.WAITING)
        entry = LogEntry(action, self._clock.wall(), waiting, self.claimed_by(action))
        pending = self._pending[action.id] = Pending(entry)
        self._by_target.setdefault(action.target, []).append(pending)
        self.log.append(entry)
        self._note(action)

    def announce(self, actions: Sequence[Action]) -> None:
        """Show what is asked for before it is known whether it will be sent."""
        for action in actions:
            if self.of(action.target) is None:
                self._announced[action.id] = self._note(action)

    def retract(self, actions: Sequence[Action]) -> None:
        """Show it no longer."""
        notes = self._store.live_state.notes
        for action in actions:
            note = self._announced.pop(action.id, None)
            if note is not None and notes.get(action.target) is note:
                del notes[action.target]

    def sent(self, action: Action) -> None:
        """Note that the request is on its way. What it overwrites can't be proved any more."""
        for other in self._on(action.target):
            if other.answered_at is not None and other.action.change.keys() & action.change.keys():
                text = "another action followed before a read could prove it"
                self.settle(other.action, Result(outcome=Outcome.UNKNOWN, detail=text))
        self._corrections.overwrite(action)
        if (pending := self._pending.get(action.id)) is not None:
            self.log.tell(pending.entry, Result(outcome=Outcome.SENT))

    def renew(self, action: Action) -> None:
        """Take an action again under its old id: its value before was read again."""
        pending = self._pending.get(action.id)
        if pending is not None:
            pending.entry.action = action

    def answered(self, action: Action, reply: Reply) -> None:
        """Note that the answer came, or was lost: reads asked for from now on are the judge."""
        pending = self._pending.get(action.id)
        if pending is None:
            return
        pending.answered_at, pending.reply = self._clock.now(), reply
        if reply.lost:
            result = Result(outcome=Outcome.SENT, detail="the answer was lost; reads go on")
            self.log.tell(pending.entry, result)

    def refuse(self, action: Action, detail: str) -> None:
        """Settle an action that was not sent."""
        self.settle(action, Result(outcome=Outcome.REFUSED, detail=detail))

    def settle(self, action: Action, result: Result) -> None:
        """Close an action with its outcome, and call the listeners."""
        pending = self._pending.pop(action.id, None)
        if pending is None:
            return
        self.log.tell(pending.entry, result)
        was_otherwise = pending.contrary.count > 0
        self._corrections.watch(pending.entry, pending.answered_at, was_otherwise=was_otherwise)
        target = action.target
        self._by_target[target].remove(pending)
        if not self._by_target[target]:
            del self._by_target[target]
        others = [p.action for p in self._on(target) if not self._is_another(p.action)]
        if others:
            self._note(others[-1])
        elif result.outcome in _NO_NOTE or self._is_another(action):
            self._store.live_state.notes.pop(target, None)
        else:
            self._note(action, str(result.outcome))
        for listener in self._settled:
            listener(action, result)

    def judge_by_snapshot(self, snapshot: Snapshot[Any]) -> None:
        """Judge every answered action by a snapshot that was asked for after the answer.

        Only a read of everything says that somebody is gone: who is missing in one meeting may
        have moved to another, and is read alone.
        """
        if not self._pending and not self._corrections:
            return
        shown = {key_of(record) for record in snapshot.scan.records}
        missed: list[Action] = []
        for pending in list(self._pending.values()):
            if pending.answered_at is None or snapshot.asked_at < pending.answered_at:
                continue
            match self._says(snapshot, shown, pending.action):
                case "missed":
                    missed.append(pending.action)
                case "shown":
                    record = self._record(pending.action)
                    self._judge(pending, record, asked_at=snapshot.asked_at)
        for action in self._corrections.actions():
            if self._says(snapshot, shown, action) == "shown":
                self._corrections.judge_by_read(action, self._record(action), snapshot.asked_at)
        for listener in self._missed if missed else ():
            listener(missed)

    def _says(
        self, snapshot: Snapshot[Any], shown: set[int], action: Action
    ) -> Literal["shown", "missed", "nothing"]:
        """Tell what a snapshot shows of an action's target, compared with the live store."""
        feeds = (
            (MEETINGS,)
            if action.resource == "meeting"
            else (ALL_CALLS, calls_of(action.meeting or 0))
        )
        if snapshot.feed not in feeds:
            return "nothing"
        record = self._record(action)
        # A record that this scan doesn't show comes from an older read: no evidence.
        if record is not None and action.key not in shown:
            return "nothing"
        whole = snapshot.feed.meeting is None and snapshot.scan.misses(action.target[1])
        is_missed = record is None and (action.key in shown or not whole)
        return "missed" if is_missed else "shown"

    def _record(self, action: Action) -> Call | Meeting | None:
        return self._store.record(action.target)

    def judge_by_read(self, action: Action, record: Call | Meeting | None, asked_at: float) -> None:
        """Judge one action by a read of its own target; None: the target is gone."""
        self._corrections.judge_by_read(action, record, asked_at)
        pending = self._pending.get(action.id)
        if pending is not None:
            self._judge(pending, record, asked_at=asked_at)

    def expire(self) -> bool:
        """Give up on what no read can settle, and let notes fade. Return whether any did."""
        now = self._clock.now()
        for pending in list(self._pending.values()):
            if pending.answered_at is not None and now - pending.answered_at > UNKNOWN_AFTER_S:
                text = "no read could settle it"
                self.settle(pending.action, Result(outcome=Outcome.UNKNOWN, detail=text))
        self._corrections.expire()
        faded = [target for target, until in self._fading.items() if now > until]
        for target in faded:
            del self._fading[target]
            note = self._store.live_state.notes.get(target)
            if note is not None and not note.under_way:
                del self._store.live_state.notes[target]
        return bool(faded)

    def _judge(self, pending: Pending, record: Call | Meeting | None, *, asked_at: float) -> None:
        action, reply, answered_at = pending.action, pending.reply, pending.answered_at
        if answered_at is None:
            return
        waited_s = asked_at - answered_at
        evidence = evidence_of(action, record, self._store.live_state.codes)
        pending.contrary = pending.contrary.after(evidence, waited_s)
        outcome = judge(action, evidence, pending.contrary, waited_s, lost=bool(reply.lost))
        if outcome is None:
            return
        proved_s = self._clock.now() - answered_at
        if outcome is Outcome.LEFT:
            result = left_meanwhile(action, reply.latency_s, proved_s)
        elif outcome is Outcome.DONE:
            result = reply.result(outcome, proved_s=proved_s)
        else:
            why = "the answer was lost" if reply.lost else "the bridge accepted it"
            text = f"{why}; {pending.contrary.count} later reads show no change"
            result = reply.result(outcome, text)
        self.settle(action, result)

    def _correct(self, entry: LogEntry, result: Result) -> None:
        action, was_done = entry.action, entry.result.outcome is Outcome.DONE
        self.log.tell(entry, result, named=True)
        if not self._on(action.target) and not self._is_another(action):
            self._store.live_state.notes.pop(action.target, None)
            if was_done:
                self._note(action, "reverted")
        for listener in self._corrected:
            listener(action, result)

    def _replaced(self, target: Target) -> None:
        # Every pending action of a reused key concerned somebody who has left.
        for pending in list(self._pending.values()):
            action = pending.action
            if action.target == target and pending.answered_at is not None:
                is_done = action.method == "DELETE"
                result = Result(outcome=Outcome.DONE) if is_done else left_meanwhile(action)
                self.settle(action, result)

    def _is_another(self, action: Action) -> bool:
        """Whether the target's key belongs to somebody else now."""
        record = self._store.record(action.target)
        return record is not None and not action.is_on(record)

    def _note(self, action: Action, text: str = "") -> Note:
        """Show in a row for a while how an action ended; without a text, what is being done."""
        now = self._clock.now()
        note = Note(action.verb, text or VERBS[action.verb].doing, under_way=not text, at=now)
        self._store.live_state.notes[action.target] = note
        if text:
            self._fading[action.target] = now + NOTE_SHOWN_S
        return note
