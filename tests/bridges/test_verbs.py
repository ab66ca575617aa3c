"""Every verb on bridges that are odd in one manner: it works and is proved, or says why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.bridges import odd
from tests.bridges.odd import Habits
from tests.bridges.suite import id_of, statuses, write
from tests.faults import table
from tests.faults.bench import LONG_S
from tests.faults.town import BOARD, call_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bridges.odd import Talk
    from tests.bridges.suite import Suite
    from tests.faults.terminal import Terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One bridge: its habits, and how it takes a change."""

    habits: Callable[[], Habits] = Habits
    write: Talk | None = None
    statuses: frozenset[int | None] = field(default_factory=lambda: frozenset({200}))
    """What a change is answered by, as the log tells it."""


WORKING = {
    "created a millisecond off": Oddity(habits=lambda: Habits(twist=odd.wobbling(1))),
    "created a second off": Oddity(habits=lambda: Habits(twist=odd.wobbling(1000))),
    "lists cut to seconds": Oddity(habits=lambda: Habits(twist=odd.cut_to_seconds)),
    "lists in seconds": Oddity(habits=lambda: Habits(twist=odd.list_in_seconds)),
    "all in other units": Oddity(habits=lambda: Habits(twist=odd.all_in_seconds)),
    "without created": Oddity(habits=lambda: Habits(twist=odd.without_created)),
    "pages of five": Oddity(habits=lambda: Habits(page=5)),
    "unordered, without a total": Oddity(habits=lambda: Habits(page=5, orders=False, counts=False)),
    "202": Oddity(write=odd.answered_by(202), statuses=frozenset({202})),
    "204": Oddity(write=odd.answered_by(204), statuses=frozenset({204})),
    "a list as the reply": Oddity(write=odd.as_a_list),
    "lost and applied": Oddity(write=odd.lost, statuses=frozenset({None})),
    "a byte order mark": Oddity(habits=lambda: Habits(pack=odd.with_mark)),
    "gzip of several members": Oddity(habits=lambda: Habits(pack=odd.in_members)),
}
"""Bridges on which every verb works and is proved."""


_ASKED = "enter save"
"""What is in the dialog for a name."""


@pytest.fixture
def opened(make_suite: Callable[..., Suite]) -> Callable[[Oddity], Suite]:
    def made(oddity: Oddity) -> Suite:
        suite = make_suite(oddity.habits())
        if oddity.write is not None:
            suite.server.fault(oddity.write, method="PUT")
        return suite

    return made


@pytest.mark.parametrize("name", WORKING)
def test_every_verb_of_the_screen_works_and_is_proved(
    opened: Callable[[Oddity], Suite], name: str
) -> None:
    suite = opened(WORKING[name])
    terminal = suite.open_board()
    for key, verb in (("m", "mute"), ("m", "unmute"), ("h", "hold"), ("h", "release"),
                      ("]", "gain")):  # fmt: skip
        reported = suite.press(terminal, "Boris", key)
        assert (reported.verb, reported.result) == (verb, "done"), reported
        assert reported.status in WORKING[name].statuses
    _rename(suite, terminal, "Chloe", "Carla")
    assert suite.press(terminal, "Dmitri", "d").result == "done"
    assert call_named(suite.world, "Carla").id
    assert statuses(terminal) <= {"left", "changed"}  # nobody came: nobody is taken for another
    names = {row.name for row in table.rows(terminal) if row.status != "left"}
    assert {"Boris", "Carla"} <= names
    assert "Dmitri" not in names


def _rename(suite: Suite, terminal: Terminal, name: str, new: str) -> None:
    path = f"/calls/{suite.go_to(terminal, name).id}"
    suite.act(terminal, "n")
    terminal.sees(_ASKED)
    there = terminal.text().count(name)

    def emptied() -> bool:
        if terminal.text().count(name) < there:
            return True
        terminal.type("\x05")  # to the end
        terminal.settle(0.2, at_most_s=0.5)
        terminal.type("\x15")  # and all of it away
        terminal.settle(0.2, at_most_s=0.5)
        return False

    terminal.until(emptied, LONG_S, "an empty field")
    write(terminal, new, _ASKED)
    assert suite.outcome(terminal, path).result == "done"


@pytest.mark.parametrize("name", WORKING)
def test_every_verb_of_the_command_line_works_and_is_proved(
    opened: Callable[[Oddity], Suite], name: str
) -> None:
    suite = opened(WORKING[name])
    boris, chloe, dmitri = (id_of(suite, one) for one in ("Boris", "Chloe", "Dmitri"))
    for command, word in (
        (["mute", boris, chloe], "muted"),
        (["hold", boris], "on hold"),
        (["name", chloe, "Carla"], "named"),
        (["gain", boris, "2"], ""),
        (["drop", "--yes", dmitri], "dropped"),
        (["end", "--yes", str(BOARD)], "ended"),
    ):
        done = suite.run(*command)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert word in done.stderr
    assert {reported.result for reported in suite.reported()} == {"done"}
    assert BOARD not in suite.world.meetings
    people, _ = suite.listed("calls")
    assert len(people) == len(suite.world.calls) == 4


@pytest.mark.parametrize(
    ("write", "result"),
    [(odd.ignored, "not applied"), (odd.lost_on_the_way, "unknown")],
    ids=["says yes and does nothing", "loses it on the way"],
)
def test_what_was_not_done_is_not_reported_as_done(
    make_suite: Callable[..., Suite], write: Talk, result: str
) -> None:
    suite = make_suite()
    suite.server.fault(write, method="PUT")
    terminal = suite.open_board()
    for name, key in (("Boris", "m"), ("Chloe", "h")):
        reported = suite.press(terminal, name, key)
        assert reported.result in (result, "not applied"), reported
    boris = id_of(suite, "Boris")
    done = suite.run("mute", boris)
    assert done.returncode == 1
    assert f"{boris} " in done.stderr
    assert "muted" not in done.stderr.partition(":")[2]
    assert not suite.server.carried


def test_a_refused_change_says_why(make_suite: Callable[..., Suite]) -> None:
    suite = make_suite()
    paths = frozenset(f"/calls/{id_of(suite, name)}" for name in ("Boris", "Chloe"))
    suite.server.fault(odd.refusing(paths), method="PUT")
    terminal = suite.open_board()
    reported = suite.press(terminal, "Boris", "m")
    assert reported.result == "refused"
    assert "Wrong value" in reported.detail
    terminal.sees("Wrong value")
    assert suite.press(terminal, "Dmitri", "m").result == "done"


@pytest.mark.parametrize("write", [odd.late, odd.lost_and_late], ids=["answered", "lost"])
def test_one_that_is_applied_late_is_reported_as_such(
    make_suite: Callable[..., Suite], write: Talk
) -> None:
    """Late by the program's patience: as soon as it says that it does not show."""
    suite = make_suite()
    suite.server.fault(write, method="PUT")
    terminal = suite.open_board()
    reported = suite.press(terminal, "Boris", "m")
    assert reported.result != "done", reported
    suite.server.catch_up()
    terminal.until(lambda: re.search(r"\blate\b", terminal.text()), LONG_S, "that it came late")
    assert call_named(suite.world, "Boris").mute_mode == 2
    terminal.until(
        lambda: ("Boris", "muted") in {(row.name, row.mute) for row in table.rows(terminal)},
        LONG_S, "Boris is muted",
    )  # fmt: skip


# Codes.

_SWAPPED = """
[codes."call.muteMode"]
0 = "muted by host"
2 = "not muted"
"""


def test_codes_of_the_config_decide_what_is_sent_and_what_proves_it(
    make_suite: Callable[..., Suite],
) -> None:
    """0 is muted here, and 2 is heard."""
    suite = make_suite(codes=_SWAPPED)
    for call in suite.world.calls.values():
        suite.world.change(call, mute_mode=2)
    suite.world.change(call_named(suite.world, "Chloe"), mute_mode=0)
    terminal = suite.start()
    suite.enter_board(terminal, agree=False)
    terminal.until(lambda: _muted(terminal) == {"Chloe"}, LONG_S, "Chloe alone is muted")
    for name, verb, mode in (("Boris", "mute", 0), ("Chloe", "unmute", 2)):
        reported = suite.press(terminal, name, "m")
        assert (reported.verb, reported.result) == (verb, "done"), reported
        assert call_named(suite.world, name).mute_mode == mode
    terminal.until(lambda: _muted(terminal) == {"Boris"}, LONG_S, "Boris alone is muted")
    for command, mode in (("unmute", 2), ("mute", 0)):
        done = suite.run(command, id_of(suite, "Boris"))
        assert done.returncode == 0, done.stderr
        assert call_named(suite.world, "Boris").mute_mode == mode


def _muted(terminal: Terminal) -> set[str]:
    return {row.name for row in table.rows(terminal) if row.mute == "muted"}
