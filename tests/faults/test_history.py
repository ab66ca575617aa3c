"""What is kept of the past under faults: it is true and whole, and shows what is missing."""

from __future__ import annotations

import json
import signal
import sqlite3
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from confmon.history.database import make_tables
from confmon.monitor.polling.freshness import LEAST_S
from confmon.process.paths import history
from confmon.simulator.entities import PARTICIPANT
from tests.cli.test_paths import NOBODY
from tests.faults.bench import LONG_S
from tests.faults.kept import Kept
from tests.faults.replies import at_time
from tests.faults.test_hostile import TELLING
from tests.faults.town import BOARD, BOARD_OWNER, STAFF, call_named, crowd, number_of

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
        bench.world.advance()
        call = call_named(bench.world, name)
        bench.world.leave(call)
    return call


def comes(bench: Bench, name: str, nth: int, id_: int = 0) -> Call:
    """Let a caller come, now."""
    with bench.server.lock:
        bench.world.advance()
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


START = {
    "garbage": "The history was damaged. It is now history-",
    "newer": "a newer confmon has written it (version 99 of the tables)",
    "folder": "the database can't be opened",
}


@pytest.mark.parametrize("what", START)
def test_a_database_that_is_none(bench: Bench, what: str) -> None:
    kept = Kept(bench)
    bench.write_config()
    path = bench.state / history(bench.options["base_url"], bench.options["login"]).name
    bench.state.mkdir(mode=0o700, parents=True)
    if what == "garbage":
        path.write_bytes(b"\x1b]0;owned\x07" * 1000)
    elif what == "folder":
        path.mkdir(mode=0o700)
    else:
        with sqlite3.connect(path) as connection:
            make_tables(connection)
            connection.execute("INSERT INTO meta VALUES ('version', '99')")
        connection.close()
    if path.is_file():
        path.chmod(0o600)
    terminal = bench.start()
    terminal.sees(START[what])
    bench.enter_board(terminal)
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")
    if what == "garbage":
        keeps(kept, terminal, bench)
        kept.is_true()
        return
    terminal.sees(PAUSED)
    assert kept.live() == set()
    terminal.type("6")
    terminal.sees(PAUSED, "No history" if what == "folder" else "No meeting is recorded yet")
    bench.back_to_board(terminal)


def test_a_database_that_is_removed_while_it_is_written_and_spoiled_later(bench: Bench) -> None:
    kept = Kept(bench)
    terminal = bench.open_board()
    keeps(kept, terminal, bench)
    for path in bench.state.glob("history-*"):
        path.unlink()
    keeps(kept, terminal, bench)
    leaves(bench, "Karin")
    keeps(kept, terminal, bench)
    kept.is_true()
    for path in bench.state.glob("history-*.db*"):
        with path.open("r+b") as file:  # as a disk does
            file.write(b"\xff" * path.stat().st_size)
    comes(bench, "Zoe", 20)
    terminal.sees("The history was damaged. It is now history-")
    keeps(kept, terminal, bench)
    kept.is_true()
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")


def test_a_bridge_that_is_away_and_a_program_that_is_stopped(bench: Bench) -> None:
    kept = Kept(bench)
    terminal = bench.start()
    keeps(kept, terminal, bench)
    before = kept.committed()
    bench.server.refuse()
    terminal.until(
        lambda: kept.gaps() == [("unreachable", 0)], LONG_S, "it is kept that nothing is seen"
    )
    gone = {leaves(bench, "Lionel").id}
    comes(bench, "Zoe", 20)
    bench.server.lift()
    terminal.until(lambda: kept.gaps() == [("unreachable", 1)], LONG_S, "it is over")
    keeps(kept, terminal, bench)
    terminal.signal(signal.SIGSTOP)
    gone.add(leaves(bench, "Karin").id)
    until = monotonic() + LEAST_S + 1  # longer than reads may be late
    while monotonic() < until:
        terminal.read(0.2)
    terminal.signal(signal.SIGCONT)
    terminal.until(lambda: len(kept.gaps()) == 2, LONG_S, "a gap more")
    keeps(kept, terminal, bench)
    unseen = kept.rows("SELECT call FROM stay JOIN leg USING (leg) WHERE how = 'unseen'")
    assert {call for (call,) in unseen} == gone
    kept.has(before)
    kept.is_true()
    bench.enter_board(terminal)


def test_the_servers_clock_is_set_back_an_hour_and_forward_again(bench: Bench) -> None:
    kept = Kept(bench)
    terminal = bench.open_board()
    keeps(kept, terminal, bench)
    leaves(bench, "Lionel")
    keeps(kept, terminal, bench)
    before = kept.committed()
    live = set(bench.world.calls)
    for skew_s, reason in ((-3600.0, "clock set back"), (0.0, "")):
        bench.server.fault(at_time(skew_s))
        terminal.until(
            lambda: reason in [row[0] for row in kept.gaps()] or not reason,  # noqa: B023
            LONG_S,
            "it is kept that the clock was set back",
        )
        keeps(kept, terminal, bench)
        kept.has(before)
        bench.agrees(terminal)
    assert kept.live() == live
    # A clock that was set makes nobody come or leave.
    how = dict(kept.rows("SELECT how, count(*) FROM stay WHERE left_to NOTNULL GROUP BY 1"))
    assert set(how) <= {"left", "unseen"}
    assert how["left"] == 1
    assert kept.rows("SELECT count(*) FROM leg") == [(16,)]
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("done")


def test_hostile_names_come_out_of_the_store_as_harmless_as_they_went_in(bench: Bench) -> None:
    kept = Kept(bench)
    names = ("\x1b]0;owned\x07\x1b[2J", "[@click=app.exit]x[/]" + "x" * 4096, "e" + "\u0301" * 500,
             "\x9d52;c;cm0=\x9c", "\u202eabc", "=cmd|' /C calc'!A0")  # fmt: skip
    with bench.server.lock:
        bench.world.end(bench.world.meetings[STAFF])
        bench.world.meetings[BOARD].owner = names[0] + names[1]
        for call, name in zip(bench.world.meetings[BOARD].calls.values(), names, strict=False):
            bench.world.change(call, custom_name=name)
    terminal = bench.start()
    keeps(kept, terminal, bench)
    until_now = len(terminal.raw)
    terminal.type("6")
    terminal.sees("history ←", str(BOARD), "owned")
    for key, title in (("I", "joined"), ("V", "tape")):
        terminal.wait_a_hand()
        terminal.type(key)
        terminal.sees(title, "owned")
        terminal.settle()
        terminal.type("\x1b")
        terminal.loses(title)
    for command in (("attendance", str(BOARD)), ("history", "meetings"), ("history", "calls"),
                    ("history", "events")):  # fmt: skip
        for form in ("table", "json", "csv"):
            shown = bench.command(*command, "-o", form)
            assert shown.returncode == 0, shown.stderr
            assert not any(byte < 32 and byte not in b"\n\r\t" for byte in shown.stdout)
            assert "\u009d" not in shown.stdout.decode()
            if form == "json":
                json.loads(shown.stdout)
    for telling in TELLING:
        assert telling not in terminal.raw[until_now:]
    bench.recovers = False  # its names are no longer those of the bench


@pytest.mark.parametrize("what", ["no home", "no rights"])
def test_nowhere_to_keep_it(bench: Bench, what: str) -> None:
    environ = dict.fromkeys(("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), "")
    before: tuple[str, ...] = NOBODY
    if what == "no rights":
        environ, before = {"XDG_STATE_HOME": "/proc/none"}, ()
    terminal = bench.open_board(environ=environ, before=before)
    leaves(bench, "Lionel")
    bench.agrees(terminal)
    terminal.type("6")
    terminal.sees(PAUSED, "no home folder" if what == "no home" else "/proc/none")
    bench.back_to_board(terminal)


def test_a_signal_in_the_middle_of_the_first_read_of_ten_thousand(bench: Bench) -> None:
    with bench.server.lock:
        crowd(bench.world, 10_000)
    kept = Kept(bench)
    terminal = bench.start()
    terminal.until(lambda: len(bench.server.journal.reads("/calls")) >= 3, LONG_S, "some pages")
    assert terminal.leaves(lambda: terminal.signal(signal.SIGTERM)) <= 3.0
    assert terminal.code == 128 + signal.SIGTERM
    second = bench.start()
    second.until(lambda: kept.rows("SELECT count(*) FROM leg") == [(10_016,)], LONG_S, "all")
    assert second.leaves(lambda: second.signal(signal.SIGTERM)) <= 3.0
    kept.is_true()
