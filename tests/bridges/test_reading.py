"""Lists of bridges that are slow, or that order and count in their own manner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bridges.odd import Habits
from tests.bridges.suite import id_of
from tests.faults import table
from tests.faults.bench import LONG_S
from tests.faults.replies import changed
from tests.faults.town import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bridges.suite import Suite

CROWD = 334
"""With those who are there already 350 callers: four pages of a hundred."""
PAGE_S = 1.6
"""Four pages take longer than the age at which data is stale on a quick bridge, as 4 s a page and
an interval of 2 s do; what is scaled down is the time, not how many intervals a read takes."""


def test_a_slow_bridge_is_acted_on(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite(Habits(page=100, page_s=PAGE_S))
    crowd(suite.world, CROWD)
    terminal = suite.start()
    terminal.sees("Board of trustees", within_s=LONG_S)
    terminal.type("2")
    terminal.until(lambda: len(table.rows(terminal)) > 10, LONG_S, "callers on the screen")
    whole = suite.server.journal.finished("/calls", 0)
    for nth, key in enumerate(("m", "h", "m", "h"), 1):
        terminal.until(
            lambda nth=nth: suite.server.journal.finished("/calls", 0) > whole + 3 * nth,  # type: ignore[misc]
            LONG_S, "another page or three",
        )  # fmt: skip
        assert not terminal.shows("STALE")
        name = suite.act(terminal, key)
        path = suite.asked_for[-1].paths[0]
        reported = suite.outcome(terminal, path, 1 + sum(
            wanted.paths == (path,) for wanted in suite.asked_for[:-1]
        ))  # fmt: skip
        assert reported.result == "done", (name, reported)
    assert len(suite.server.carried) == 4


def test_the_command_line_acts_on_a_slow_bridge(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite(Habits(page=100, page_s=PAGE_S))
    crowd(suite.world, CROWD)
    assert suite.run("mute", id_of(suite, "Boris")).returncode == 0
    people, notes = suite.listed("calls")
    assert len(people) == 350
    assert not notes


def test_nobody_is_missing_on_a_bridge_that_groups_its_calls(
    make_suite: Callable[..., Suite],
) -> None:
    """It heeds filter and not order, lists one meeting after the other, and may tell no total."""
    suite = make_suite(Habits(page=100, orders=False))
    crowd(suite.world, CROWD)
    everybody = sorted(suite.world.calls)
    for counts in (True, False):
        suite.server.habits.counts = counts
        people, notes = suite.listed("calls")
        assert sorted(person["id"] for person in people) == everybody, notes
        assert "by offset" in notes
    terminal = suite.start()
    terminal.sees(f"Calls {len(everybody)} ", within_s=LONG_S)
    terminal.type("2")
    terminal.sees("read by offset", within_s=LONG_S)


def test_a_list_that_is_known_to_lack_somebody_says_so(make_suite: Callable[..., Suite]) -> None:
    """It counts more than it sends, whatever is asked."""

    def fewer(page: dict[str, object]) -> None:
        page["total"] = 400

    suite = make_suite()
    suite.server.fault(changed(fewer), path="^/calls$")
    people, notes = suite.listed("calls")
    assert len(people) == len(suite.world.calls)
    assert "the server counts 400 calls" in notes
    terminal = suite.start()
    terminal.sees("Board of trustees")
    terminal.type("2")
    terminal.sees("the server counts 400 calls")
