"""What a terminal does to a program: it is put to sleep, it shrinks, it has no colours."""

from __future__ import annotations

import re
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from confmon.tui.driver.contrast import contrast
from tests.faults import table
from tests.faults.bench import INTERVAL_S
from tests.faults.replies import changed, saying
from tests.faults.test_hostile import aligned
from tests.faults.town import call_named

if TYPE_CHECKING:
    from typing import Any

    from tests.faults.bench import Bench

COLOURS = {str(30 + step + n) for step in (0, 10, 60, 70) for n in (1, 2, 3, 4, 5, 6, 8)}
SIZES = ((20, 5), (1, 1), (39, 10), (40, 9), (500, 200), (40, 10), (120, 36))


def test_asleep_and_awake(bench: Bench) -> None:
    terminal = bench.open_board(in_shell=True)
    terminal.type("\x1a")
    terminal.until(terminal.is_stopped, what="it sleeps, and so does what it was started by")
    terminal.settle()
    assert terminal.modes <= {7, 25}
    assert terminal.settings() == terminal.settings_before
    with bench.server.lock:
        bench.world.change(call_named(bench.world, "Boris"), mute_mode=2)
        bench.world.leave(call_named(bench.world, "Chloe"))
    terminal.look_on(10 * INTERVAL_S)
    since, at = len(bench.server.journal.requests), monotonic()
    terminal.screen.reset()  # the shell has written over it
    terminal.wake()
    bench.agrees(terminal)
    assert 1049 in terminal.modes
    came = len(bench.server.journal.requests) - since
    due = 3 * (1 + (monotonic() - at) / (0.9 * INTERVAL_S))  # of three lists
    assert came <= due + 3, "it caught up on what it slept through"


def test_without_a_shell_it_does_not_go_to_sleep(bench: Bench) -> None:
    terminal = bench.open_board()
    terminal.type("\x1a")
    terminal.sees("no shell here")
    assert not terminal.is_stopped()
    bench.agrees(terminal)


def test_resized(bench: Bench) -> None:
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    for columns, lines in SIZES:
        terminal.screen.reset()
        terminal.resize(columns, lines)
        if columns >= 40 and lines >= 10:
            terminal.until(
                lambda: terminal.shows("Boris") and not terminal.shows("too small"),
                what=f"a whole screen of {columns}x{lines}",
            )
        elif columns > 1:
            terminal.sees("too small", "age" if columns > 30 else "a")
        if terminal.screen.columns < 40 or terminal.screen.lines < 10:
            terminal.settle()
            terminal.type("md")
            terminal.until(terminal.has_heard, what="keys read while it is too small")
            terminal.settle()
    bench.agrees(terminal)
    assert not bench.server.journal.writes()


@pytest.mark.parametrize("term", ["xterm-256color", "unknown"])
def test_a_size_in_the_environment_is_not_believed(bench: Bench, term: str) -> None:
    """An unknown terminal gets Textual's own driver."""
    terminal = bench.open_board(environ={"COLUMNS": "200", "LINES": "70", "TERM": term})
    for columns, lines in ((100, 30), (70, 20), (130, 40)):
        terminal.resize(columns, lines)
        terminal.screen.reset()
        terminal.type("\x0c")
        terminal.until(
            lambda: "age" in terminal.screen.display[0] and "Help" in terminal.screen.display[-1],
            what=f"the first and the last line at {columns}x{lines}",
        )
    bench.agrees(terminal)


@pytest.mark.parametrize("term", ["xterm-256color", "unknown"])
@pytest.mark.parametrize("stderr", ["", "/dev/null", "/dev/full"])
def test_stderr_is_elsewhere(bench: Bench, term: str, stderr: str) -> None:
    terminal = bench.open_board(environ={"TERM": term}, stderr=stderr)
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")
    bench.agrees(terminal)


def test_without_colour_every_state_is_a_word_or_a_sign(bench: Bench) -> None:
    with bench.server.lock:
        for name, fields in {
            "Boris": {"mute_mode": 2},
            "Chloe": {"mute_mode": 1},
            "Dmitri": {"hold_mode": 1},
            "Farid": {"mute_mode": 3},
        }.items():
            bench.world.change(call_named(bench.world, name), **fields)
    bench.server.fault(saying(200, b"{}"), method="PUT")  # and does nothing
    terminal = bench.open_board(environ={"NO_COLOR": "1"})
    terminal.sees("soft mute", "muted+soft", "held", "host", "list")
    bench.go_to(terminal, "Greta")
    assert table.under_cursor(terminal) == "Greta"
    bench.act(terminal, "m")
    terminal.sees("muting…")
    terminal.wait_a_hand()
    terminal.type(" ")
    terminal.sees("1 marked")
    assert [row.name for row in table.rows(terminal) if row.marked] == ["Greta"]
    terminal.wait_a_hand()
    terminal.type("U")
    terminal.loses("1 marked")
    for look in re.findall(r"\x1b\[([0-9;]*)m", terminal.raw.decode()):
        plain = re.sub(r"[34]8;2;(\d+);\1;\1", "", look).split(";")
        assert not COLOURS & set(plain), look
    terminal.sees("not applied")


SIXTEEN = [
    bright + name
    for bright in ("", "bright")
    for name in ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
]


@pytest.mark.parametrize("term", ["xterm", "linux", "vt220"])
def test_where_there_are_sixteen_colours_every_word_can_be_read(bench: Bench, term: str) -> None:
    terminal = bench.open_board(environ={"TERM": term, "COLORTERM": ""})
    bench.go_to(terminal, "Boris")
    looks = set(re.findall(r"\x1b\[([0-9;]*)m", terminal.raw.decode()))
    assert any(code in ("97", "107", "37", "47") for look in looks for code in look.split(";"))
    assert not [look for look in looks if re.search(r"[34]8;", look)]
    for y, line in enumerate(terminal.screen.display):
        for x in range(terminal.screen.columns):
            cell = terminal.screen.buffer[y][x]
            if cell.data not in " ▐▌─│╭╮╰╯┌┐└┘" and "default" not in (cell.fg, cell.bg):
                pair = SIXTEEN.index(cell.fg), SIXTEEN.index(cell.bg)
                assert contrast(*(reversed(pair) if cell.reverse else pair)) >= 4.5, line
    here = next(row.y for row in table.rows(terminal) if row.here)
    around = {terminal.screen.buffer[y][5].bg for y in (here - 1, here, here + 1)}
    assert len(around) == 2, "the cursor can't be seen"


HARD = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    "locale",
    [{"LANG": "C"}, {"LC_ALL": "C", **HARD}],
    ids=["C", "ascii"],
)
def test_a_locale_that_has_no_such_letters(bench: Bench, locale: dict[str, str]) -> None:
    names = ("Zoë 漢字 🎧", "Дмитрий ﷽", "\udc80half", "Ünal e\u0301\u0323", "漢" * 20, "डॉक्टर")

    def rename(page: dict[str, Any]) -> None:
        for nth, item in enumerate(page["calls"]):
            item["customName"] = f"{item['customName']} {names[nth % len(names)]}"
            item["muteMode"] = 2

    bench.server.fault(changed(rename), path="^/calls$")
    terminal = bench.start(environ={"LANG": "", **locale})
    terminal.sees("Board of trustees")
    terminal.type("2")
    terminal.sees("Boris", "Lionel", "Rosa")
    assert not terminal.shows("\\u")
    terminal.until(lambda: terminal.text().count(" muted ") >= 16, what="everybody muted")
    aligned(terminal)
    bench.server.lift()
    terminal.sees("Boris       ")
    bench.recovers = locale == {"LANG": "C"}
    if bench.recovers:
        bench.back_to_board(terminal)
