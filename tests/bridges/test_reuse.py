"""An id and a meeting number that somebody else got since they were read: nobody else is hit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.bridges import odd
from tests.bridges.odd import Habits
from tests.bridges.suite import write
from tests.faults.bench import LONG_S
from tests.faults.town import BOARD, call_named, come

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bridges.suite import Suite
    from tests.faults.terminal import Terminal

INTERVAL_S = 30.0
"""What is shown grows old while a test lasts, and is not stale yet."""
OLD_S = 6
"""From 5 s on a target is looked at again before anything is sent."""
_AGE = re.compile(r"age (\d+)s")


def opened(suite: Suite) -> Terminal:
    """Go into the meeting, and wait until what is shown of it is old."""
    suite.options["interval_s"] = INTERVAL_S
    terminal = suite.start()
    suite.enter_board(terminal, agree=False)
    terminal.sees("Boris", "Chloe", "Dmitri")
    suite.go_to(terminal, "Boris")
    return terminal


def _grow_old(terminal: Terminal) -> None:
    def is_old() -> bool:
        found = _AGE.search(terminal.text())
        return found is not None and int(found[1]) >= OLD_S

    terminal.until(is_old, LONG_S, f"data {OLD_S} s old")


@pytest.mark.parametrize("created", [True, False], ids=["with created", "without created"])
@pytest.mark.parametrize("key", ["d", "m", "h", "]"])
def test_a_key_on_an_id_that_another_caller_has_by_now_sends_nothing(
    make_suite: Callable[..., Suite], key: str, created: bool
) -> None:
    suite = make_suite(Habits(twist=None if created else odd.without_created))
    terminal = opened(suite)
    with suite.server.lock:
        boris = call_named(suite.world, "Boris")
        suite.world.leave(boris)
        come(suite.world, "Newcomer", 77, id_=boris.id)
    path = f"/calls/{boris.id}"
    if key != "d":  # a look before each DELETE, however fresh what is shown
        _grow_old(terminal)
    assert terminal.shows("Boris")
    suite.may(path)
    terminal.wait_a_hand()
    terminal.type(key)
    if key == "d":
        terminal.sees("Drop Boris")
        terminal.answer("y", "Drop Boris")
    terminal.until(lambda: suite.reported(path) or suite.server.journal.writes(), LONG_S, "the log")
    assert not suite.server.journal.writes()
    assert [reported.result for reported in suite.reported(path)] in (["refused"], ["already left"])
    assert call_named(suite.world, "Newcomer").id == boris.id


def test_a_meeting_number_that_another_session_has_by_now_is_not_ended(
    make_suite: Callable[..., Suite],
) -> None:
    suite = make_suite()
    terminal = opened(suite)
    with suite.server.lock:
        suite.world.end(suite.world.meetings[BOARD])
        suite.world.open(
            BOARD, owner="Somebody else", attributes={}, codes=("1", "2", "3"), wanted=3,
            created=suite.world.now_ms,
        )  # fmt: skip
    suite.may(f"/meetings/{BOARD}")
    terminal.wait_a_hand()
    terminal.type("E")
    asks = "End meeting"
    terminal.sees(asks)
    write(terminal, str(BOARD), asks)
    path = f"/meetings/{BOARD}"
    terminal.until(lambda: suite.reported(path) or suite.server.journal.writes(), LONG_S, "the log")
    assert not suite.server.journal.writes()
    assert [reported.result for reported in suite.reported(path)] in (["refused"], ["already left"])
    assert BOARD in suite.world.meetings


def test_an_id_that_the_same_caller_has_still_is_acted_on(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite()
    terminal = opened(suite)
    _grow_old(terminal)
    reported = suite.press(terminal, "Boris", "m")
    assert reported.result == "done"
