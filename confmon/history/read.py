"""What the writer is given: what one read of the bridge showed, and what an operator did.

Moments are epoch milliseconds by the server's clock. A read that was asked for at one moment and
answered at a later one shows a state of some moment between: `at` is the later one, `asked` the
earlier one (None: the same), `since` and `since_of` are when the reads before were asked for. So
what a read shows to be new has happened between `since` and `at`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confmon.history.records import Reason
    from confmon.models.live_records import Call, Meeting


class DoneAction(NamedTuple):
    """An action of an operator that is settled. `meeting` and `call` are keys of the bridge.

    `author` is the operator; an empty string: who runs this confmon.
    """

    at: int
    verb: str
    meeting: int | None
    call: int | None
    outcome: str
    audit_id: str
    author: str = ""


class NewMarker(NamedTuple):
    """A note of an operator. `meeting` is the number of one that is live; None: of none.

    `session` is the store's own number, where it is known. Without both it is of the whole bridge.
    `author` is the operator; an empty string: who runs this confmon.
    """

    at: int
    meeting: int | None
    text: str
    session: int = 0
    author: str = ""


class NewGap(NamedTuple):
    """From a moment on nothing is seen, as long as no whole read comes."""

    since: int
    reason: Reason


class Read(NamedTuple):
    """What a read of calls or of meetings changed.

    `since` is when all calls (or all meetings) were read clean before; None: never yet, so that
    nobody is known to have joined. `since_of` has the later clean reads of single meetings.
    `put` are calls that came, moved or changed, `gone` those that left; `meetings` started or
    changed, `over` ended. `whole`: a clean read of all calls; `all_meetings`: of all meetings.
    `everything`: `put` (or `meetings`) are all there are, whatever was known before.
    `gap` is why nothing was seen between the whole read before and this one, if that was long.
    """

    at: int
    since: int | None = None
    put: Sequence[Call] = ()
    gone: Sequence[Call] = ()
    meetings: Sequence[Meeting] = ()
    over: Sequence[Meeting] = ()
    whole: bool = False
    all_meetings: bool = False
    everything: bool = False
    since_of: Mapping[int, int] = MappingProxyType({})
    gap: Reason | None = None
    asked: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that is worth writing."""
        return not (self.whole or self.put or self.gone or self.meetings or self.over)


Item = Read | DoneAction | NewMarker | NewGap
"""What is put to the writer."""
