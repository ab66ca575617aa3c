"""What a read proves of an action that was sent. Pure: no clock, no request, no screen.

A reader tells what its read shows of the change (`Evidence`), and how long after the answer it was
asked for. `evidence_of` compares records of calls and meetings; those of everything else are
compared in `confmon.monitor.edits.evidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import VERBS, can_be_read, shows_change

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action

READS_BEFORE_NO: Final = 2
"""So many reads must show otherwise before an action is called not applied."""

UNKNOWN_AFTER_S: Final = 30.0
"""A change of a call or meeting that no read settles within this time is called unknown."""

PATIENCE_S: Final = 5.0
"""So long the server may take until a read shows what it agreed to, unless the verb says more."""


class Evidence(StrEnum):
    """What a read shows of a change."""

    SHOWN = "shown"
    NOT_SHOWN = "not shown"
    UNREADABLE = "unreadable"
    """The server left out what was changed: that proves nothing."""
    GONE = "gone"
    """The target is not there any more, or its key is another one's."""


@dataclass(frozen=True, slots=True)
class ContraryReads:
    """The reads that did not show a change although they were asked for after its answer.

    `count` is how many, `waited_s` how long after the answer the latest of them was asked for.
    """

    count: int = 0
    waited_s: float = 0.0

    def after(self, evidence: Evidence, waited_s: float) -> ContraryReads:
        """Return the reads with one more read counted, if it counts."""
        if evidence is not Evidence.NOT_SHOWN or waited_s < 0:
            return self
        return ContraryReads(self.count + 1, max(self.waited_s, waited_s))


def evidence_of(action: Action, record: Call | Meeting | None, codes: Codes) -> Evidence:
    """Return what a record, read under the key of a call or meeting, shows; None: there is none."""
    if record is None or not action.is_on(record):
        return Evidence.GONE
    if action.method == "DELETE":
        return Evidence.NOT_SHOWN
    if not can_be_read(record, action.change):
        return Evidence.UNREADABLE
    return Evidence.SHOWN if shows_change(record, action.change, codes) else Evidence.NOT_SHOWN


def judge(
    action: Action, evidence: Evidence, contrary: ContraryReads, waited_s: float, *, lost: bool
) -> Outcome | None:
    """Return the outcome that a read proves, or None as long as nothing is proved.

    `contrary` counts this read already; it was asked for `waited_s` after the answer. `lost`: there
    was no answer, and the request may still be on its way.
    """
    if waited_s < 0:
        return None
    match evidence:
        case Evidence.SHOWN:
            return Outcome.DONE
        case Evidence.GONE if action.method == "DELETE":
            return Outcome.DONE
        case Evidence.GONE:
            return Outcome.LEFT if action.is_live else Outcome.GONE
        case Evidence.UNREADABLE:
            return None
    if contrary.count < READS_BEFORE_NO or contrary.waited_s < patience_s(action):
        return None
    return Outcome.UNKNOWN if lost else Outcome.NOT_APPLIED


def judge_end(action: Action, contrary: ContraryReads) -> Outcome:
    """Return the outcome of an action when the time is over in which reads could have proved it.

    Of what comes and goes nothing is known then. A room or number stays what it is: one read that
    shows otherwise is enough, even where the answer was lost.
    """
    return Outcome.NOT_APPLIED if contrary.count and not action.is_live else Outcome.UNKNOWN


def give_up_s(action: Action) -> float:
    """Return for how long after the answer, in seconds, reads may settle an action."""
    return UNKNOWN_AFTER_S if action.is_live else patience_s(action)


def patience_s(action: Action) -> float:
    """Return how long a change may take, in seconds after the answer, until a read shows it."""
    verb = VERBS.get(action.verb)
    return PATIENCE_S if verb is None else verb.patience_s
