"""`kill -9`, of which no program hears: the next start tells what was left open."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from tests.faults.bench import members_of
from tests.faults.replies import black_hole
from tests.faults.town import call_named

if TYPE_CHECKING:
    from tests.faults.bench import Bench

UNFINISHED = "1 action has no outcome"


def test_kill_while_an_action_is_under_way(bench: Bench) -> None:
    terminal = bench.open_board()
    bench.server.fault(black_hole, method="PUT")
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.until(bench.server.journal.writes, what="the PUT")
    terminal.leaves(lambda: terminal.signal(signal.SIGKILL))
    assert terminal.code == -signal.SIGKILL
    assert not members_of(terminal.session), "a process of it is still there"
    terminal.hang_up()  # nobody could give it back
    (intent,) = map(json.loads, bench.audit().splitlines())
    assert intent["event"] == "intent"
    assert intent["path"] == f"/calls/{call_named(bench.world, 'Boris').id}"
    bench.server.lift()
    second = bench.start()
    second.sees(UNFINISHED, "confmon audit --open")
    bench.enter_board(second)
    assert second.leaves_on("q") <= 1.0
    third = bench.open_board()
    assert not third.shows(UNFINISHED)
    assert len(bench.server.journal.writes()) == 1


def test_kill_of_the_server_and_its_return(bench: Bench) -> None:
    terminal = bench.open_board()
    was = bench.shown(terminal)
    bench.server.refuse()
    terminal.sees("STALE", "refused the connection", "next try in")
    bench.still_shows(terminal, was)
    with bench.server.lock:
        bench.world.change(call_named(bench.world, "Chloe"), mute_mode=2)
    bench.server.listen()
    bench.agrees(terminal)  # by itself
    terminal.loses("refused the connection")
