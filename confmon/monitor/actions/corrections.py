"""Settled actions of which later reads may show that they ended otherwise: late, or taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.judge import Evidence, evidence_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.clock import Clock
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.actions.log import LogEntry

LATE_WATCHED_S: Final = 120.0
"""So long reads are asked whether what was called not applied, or unknown, shows after all."""

REVERTED_WITHIN_S: Final = 10.0
"""A change that is taken back within this time after it was shown is reported; later it is not."""


@dataclass(slots=True)
class _Watched:
    """One action with an outcome that may yet turn out to be another.

    Only reads asked for since `since` count; it is watched until `until`.
    """

    entry: LogEntry
    answered_at: float
    since: float
    until: float
    was_otherwise: bool
    """Whether a read has shown that it was not so, before it was."""

    @property
    def action(self) -> Action:
        return self.entry.action

    @property
    def is_done(self) -> bool:
        return self.entry.result.outcome is Outcome.DONE


class Corrections:
    """The settled actions that are watched, each for two minutes."""

    def __init__(
        self, codes: Callable[[], Codes], clock: Clock, correct: Callable[[LogEntry, Result], None]
    ) -> None:
        """`correct` is called with the line of an action and what has become of it after all."""
        self._codes = codes
        self._clock = clock
        self._correct = correct
        self._watched: dict[str, _Watched] = {}

    def __bool__(self) -> bool:
        return bool(self._watched)

    def actions(self) -> list[Action]:
        """Return the actions that are watched."""
        return [watched.action for watched in self._watched.values()]

    def may_work_yet(self, action: Action) -> bool:
        """Whether a read may still show that an action worked."""
        watched = self._watched.get(action.id)
        return watched is not None and not watched.is_done

    def watch(self, entry: LogEntry, answered_at: float | None, *, was_otherwise: bool) -> None:
        """Go on looking at what was settled by reads, or by none."""
        outcome, now = entry.result.outcome, self._clock.now()
        may_change = outcome in (Outcome.NOT_APPLIED, Outcome.UNKNOWN) or (
            outcome is Outcome.DONE and entry.action.method == "PUT"
        )
        if may_change and answered_at is not None:
            until = now + LATE_WATCHED_S
            self._watched[entry.action.id] = _Watched(entry, answered_at, now, until, was_otherwise)

    def overwrite(self, action: Action) -> None:
        """Forget those with fields that an action being sent writes again."""
        for other in self.actions():
            is_same = other.target == action.target
            if is_same and (other.change.keys() & action.change.keys() or not action.change):
                del self._watched[other.id]

    def expire(self) -> None:
        """Forget those that have been watched long enough."""
        now = self._clock.now()
        for watched in list(self._watched.values()):
            if now > watched.until:
                del self._watched[watched.action.id]

    def judge_by_read(self, action: Action, record: Call | Meeting | None, asked_at: float) -> None:
        """Correct an outcome that a later read shows to be another; None: the target is gone."""
        watched = self._watched.get(action.id)
        if watched is None or asked_at < watched.since:
            return
        action, result = watched.action, watched.entry.result
        evidence = evidence_of(action, record, self._codes())
        if evidence is Evidence.UNREADABLE:
            return
        if evidence is Evidence.GONE and action.method != "DELETE":
            del self._watched[action.id]  # nothing more can be read of a caller who has left
            return
        is_so, now = evidence is not Evidence.NOT_SHOWN, self._clock.now()
        if is_so and not watched.is_done:
            detail = "applied late" if watched.was_otherwise else "seen late"
            proved_s = now - watched.answered_at
            watched.since = now
            late = replace(result, outcome=Outcome.DONE, detail=detail, proved_s=proved_s)
            self._correct(watched.entry, late)
        elif watched.is_done and not is_so:
            del self._watched[action.id]
            detail = "; ".join(part for part in (result.detail, "changed back by another") if part)
            self._correct(watched.entry, replace(result, detail=detail))
        elif not watched.is_done:
            watched.was_otherwise = True
        elif asked_at - watched.since >= REVERTED_WITHIN_S:
            del self._watched[action.id]
