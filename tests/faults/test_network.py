"""Faults below HTTP: nobody there, nobody answering, somebody answering for ever."""

from __future__ import annotations

from statistics import median
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.faults import table
from tests.faults.replies import black_hole, drip, hang_up, reset

if TYPE_CHECKING:
    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

DOWN, UP = "j", "k"
WORDS = {
    "refused": "refused the connection",
    "reset": "reset the connection",
    "hang_up": "broke off without an answer",
    "black_hole": "did not answer in time",
    "drip": "took longer than 2 s",
}


def begin(bench: Bench, fault: str) -> None:
    """Let every request from now on fail in this way."""
    if fault == "refused":
        bench.server.refuse()
    else:
        bench.server.fault({f.__name__: f for f in (reset, black_hole, drip, hang_up)}[fault])


def key_answer_s(terminal: Terminal) -> float:
    """Return how long a key takes to show, the middle of seven."""
    return median(terminal.answer_time(key) for key in (DOWN, UP, DOWN, UP, DOWN, UP, DOWN))


def look_of(terminal: Terminal, name: str) -> str:
    """Return the colour in which a name is written."""
    _, at = table.titles(terminal)
    row = next(row for row in table.rows(terminal) if row.name == name)
    return str(terminal.screen.buffer[row.y][at["name"]].fg)


def test_refused_at_start(bench: Bench) -> None:
    bench.server.refuse()
    terminal = bench.start()
    terminal.sees("confmon", bench.place)
    assert terminal.used_s() <= 1.0
    terminal.sees(f"{bench.place} refused the connection", "No data yet", "next try in")
    bench.server.fault(reset)
    at = monotonic()
    bench.server.listen()
    probes = bench.server.journal.reads
    terminal.until(lambda: len(probes("/meetings")) >= 2, what="two more probes")
    assert probes("/meetings")[1].at - at >= 1.7  # they come after 1, 2, 4 … s
    bench.server.lift()
    bench.enter_board(terminal)  # by itself: no key is pressed before the meetings are there


@pytest.mark.parametrize(
    "faults",
    [("refused", "reset", "hang_up"), ("black_hole", "drip")],
    ids="_then_".join,
)
def test_broken_later(bench: Bench, faults: tuple[str, ...]) -> None:
    terminal = bench.open_board()
    was = bench.shown(terminal)
    colour = look_of(terminal, "Chloe")
    bench.go_to(terminal, "Boris")
    for fault in faults:
        bench.server.lift()
        begin(bench, fault)
        terminal.type("r")
        terminal.sees("STALE", WORDS[fault], "old · ", "next try in", "data is stale")
        bench.still_shows(terminal, was)
        assert look_of(terminal, "Chloe") != colour
        bench.act(terminal, "m")
        terminal.sees("nothing was sent")
        assert key_answer_s(terminal) <= 0.1
    assert not bench.server.journal.writes()
    terminal.resize(20, 5)
    terminal.sees("too small", "STALE")
    terminal.screen.reset()
    terminal.resize(120, 36)
    terminal.sees("STALE", "Boris")


def test_a_request_ends_after_ten_seconds_whatever_drips(bench: Bench) -> None:
    del bench.options["deadline_s"]  # the default
    terminal = bench.open_board()
    at = monotonic()
    bench.server.fault(drip, path="meetings")
    terminal.until(lambda: any(r.fault for r in bench.server.journal.requests), what="a drip")
    began = terminal.watch.now()
    dripped = next(r for r in bench.server.journal.requests if r.fault)
    terminal.until(lambda: dripped.closed, what="confmon lets go")
    assert terminal.watch.now() - began <= 12
    assert (dripped.closed_at or 0) - at >= 9
    terminal.type("1")
    terminal.sees(f"{bench.place} took longer than 10 s")
    bench.back_to_board(terminal)
