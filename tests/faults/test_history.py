"""What is kept of the past under faults: true, whole, never in the way, and said to be missing."""

from __future__ import annotations

import signal
import sqlite3
from typing import TYPE_CHECKING

from confmon.simulator.entities import PARTICIPANT
from tests.faults.bench import LONG_S
from tests.faults.kept import Kept
from tests.faults.town import BOARD, BOARD_OWNER, call_named, number_of

if TYPE_CHECKING:
    from confmon.simulator.entities import Call
    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

PAUSED = "The history pauses: "


def keeps(kept: Kept, terminal: Terminal, bench: Bench) -> None:
    """Wait until who is on the bridge is who is kept to be there."""
    terminal.until(
        lambda: kept.live() == set(bench.world.calls),
        LONG_S,
        "the history has who is there",
    )


def leaves(bench: Bench, name: str) -> Call:
    """Let a caller leave."""
    with bench.server.lock:
        call = call_named(bench.world, name)
        bench.world.leave(call)
    return call


def comes(bench: Bench, name: str, nth: int, id_: int = 0) -> Call:
    """Let a caller come, now."""
    with bench.server.lock:
        return bench.world.place(
            bench.world.meetings[BOARD],
            PARTICIPANT,
            id=id_,
            created=bench.world.now_ms,
            custom_name=name,
            caller=number_of(nth),
        )


def test_the_second_of_two_takes_over_when_the_first_is_killed(bench: Bench) -> None:
    kept = Kept(bench)
    first = bench.open_board()
    keeps(kept, first, bench)
    leaves(bench, "Lionel")
    bench.tables = bench.config.read_text().replace("profiles.bench", "profiles.other")
    second = bench.start("--profile", "other")
    bench.enter_board(second)
    comes(bench, "Zoe", 20)
    keeps(kept, second, bench)
    before = kept.committed()
    first.leaves(lambda: first.signal(signal.SIGKILL))
    first.hang_up()
    leaves(bench, "Boris")  # nobody keeps it now
    comes(bench, "Yves", 21)
    keeps(kept, second, bench)
    leaves(bench, "Chloe")
    keeps(kept, second, bench)
    kept.has(before)
    assert kept.gaps() == [("not running", 1)]
    assert len(kept.rows("SELECT run FROM run")) == 2
    kept.is_true()
    assert not second.shows(PAUSED)


def test_a_disk_that_is_full_for_a_while(bench: Bench) -> None:
    kept = Kept(bench)
    terminal = bench.open_board()
    keeps(kept, terminal, bench)
    before = kept.committed()
    terminal.fill_disk()
    leaves(bench, "Alma")
    terminal.sees(PAUSED, "watching and acting go on")
    bench.agrees(terminal)
    comes(bench, "Zoe", 20)
    bench.agrees(terminal)
    terminal.free_disk()
    terminal.loses(PAUSED, within_s=LONG_S)
    keeps(kept, terminal, bench)
    kept.has(before)
    assert kept.gaps() == []
    kept.is_true()


def test_another_program_locks_it_for_long(bench: Bench) -> None:
    kept = Kept(bench)
    terminal = bench.open_board()
    keeps(kept, terminal, bench)
    other = sqlite3.connect(kept.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    leaves(bench, "Alma")
    terminal.sees(PAUSED, "locked by another program")
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")
    bench.agrees(terminal)
    terminal.type("6")
    terminal.sees(BOARD_OWNER, "ended", PAUSED)  # what is kept can be read
    other.execute("ROLLBACK")
    other.close()
    terminal.loses(PAUSED)
    keeps(kept, terminal, bench)
    boris = call_named(bench.world, "Boris").id
    terminal.until(lambda: kept.muted() == {boris}, what="the mute is kept")
    terminal.until(
        lambda: kept.rows("SELECT verb, outcome FROM action") == [("mute", "done")],
        what="the action is kept",
    )
    assert kept.gaps() == []
    kept.is_true()
    bench.back_to_board(terminal)
