"""What the changes of a meeting come to, counted as they come and go."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from confmon.monitor.attention.past.foreign import (
    MOST_OF_ONE,
    MUTE,
    ForeignChange,
    ForeignChanges,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.monitor.attention.past.foreign import ChangesOfMeeting

SHOWN_S = 60.0
CHANGES = st.builds(
    ForeignChange,
    at=st.just(0.0),
    meeting=st.sampled_from((100, 200)),
    call=st.sampled_from((None, 1, 2, 3)),
    whats=st.sampled_from((MUTE, ("hold",), ("mute", "hold"), ("role", "name"))),
)
READS = st.lists(
    st.tuples(st.floats(1, 40), st.lists(CHANGES, max_size=6), st.sampled_from((100, None, None))),
    max_size=12,
)


def check(found: ChangesOfMeeting, changes: Sequence[ForeignChange]) -> None:
    """Compare what was counted with the changes themselves."""
    of_callers = [change for change in changes if change.call is not None]
    assert found.since == (changes[0].at if changes else None)
    assert found.callers == Counter(change.call for change in of_callers)
    assert found.of_callers == Counter(what for change in of_callers for what in change.whats)
    of_meeting = [change for change in changes if change.call is None]
    assert found.of_meeting == Counter(what for change in of_meeting for what in change.whats)


@given(reads=READS)
def test_what_is_counted_is_what_there_is(
    reads: list[tuple[float, list[ForeignChange], int | None]],
) -> None:
    foreign, wall = ForeignChanges(SHOWN_S), 1000.0
    known: list[ForeignChange] = []
    for passed_s, changes, ended in reads:
        wall += passed_s
        for change in changes:
            known.append(change._replace(at=wall))
            foreign._note(known[-1])
        if ended is not None:
            foreign.forget(ended)
            known = [change for change in known if change.meeting != ended]
        foreign.prune(wall)
        known = [change for change in known if change.at >= wall - SHOWN_S]
        for number in (100, 200):
            here = [change for change in known if change.meeting == number]
            check(foreign.mutes(number), [one for one in here if one.whats == MUTE])
            check(foreign.others(number), [one for one in here if one.whats != MUTE])


def test_of_one_meeting_the_newest_are_kept() -> None:
    foreign = ForeignChanges(SHOWN_S)
    changes = [ForeignChange(1000.0 + at, 100, at, ("hold",)) for at in range(MOST_OF_ONE + 3)]
    for change in changes:
        foreign._note(change)
    check(foreign.others(100), changes[3:])
    foreign.prune(1000.0 + SHOWN_S + 10)
    check(foreign.others(100), changes[10:])
