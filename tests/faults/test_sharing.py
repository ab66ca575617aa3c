"""Several screens and a collector on one bridge, while one of them, or what they share, fails."""

from __future__ import annotations

import contextlib
import signal
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.faults.invariants import entries
from tests.faults.sharing import ALONE_S, LEASE_S, REJOIN_S, TAKE_OVER_S, Together, shares
from tests.faults.town import BOARD, call_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.bench import Bench
    from tests.faults.server import Exchange
    from tests.faults.terminal import Terminal
    from tests.sharing.server import Server

MANY = 11
"""Callers in the meeting who are no host."""
ALONE = "alone · database away"
STOPPED_S = 15.0


@pytest.fixture
def together(bench: Bench, postgres_server: Server) -> Iterator[Together]:
    """Return what several programs share."""
    with contextlib.closing(Together(bench, postgres_server)) as made:
        yield made


def slowly(exchange: Exchange) -> None:
    """Carry a request out and answer a little later."""
    reply = exchange.honest()
    exchange.server.lifted.wait(0.3)
    exchange.send(reply)


def change(bench: Bench, name: str) -> None:
    """Let somebody else mute a caller on the bridge."""
    with bench.server.lock:
        bench.world.change(call_named(bench.world, name), mute_mode=2)


def mute(together: Together, terminal: Terminal, name: str) -> None:
    """Mute a caller on this screen, and wait until that is proved."""
    bench = together.bench
    bench.go_to(terminal, name)
    bench.act(terminal, "m")
    together.until(lambda: (name, "muted") in proved(bench), what=f"the mute of {name} is proved")


def proved(bench: Bench) -> set[tuple[str, str]]:
    """Return who was muted, as the audit log says."""
    found = set()
    for line in entries(bench.audit()):
        if line["event"] == "outcome" and line["result"] == "done":
            found.add((str(line["target"]).split()[0], {"mute": "muted"}[line["verb"]]))
    return found


def mute_all(together: Together, terminal: Terminal) -> None:
    """Begin to mute all callers of the meeting."""
    bench = together.bench
    terminal.wait_a_hand()
    terminal.type("A")
    terminal.sees("12 marked")
    terminal.wait_a_hand()
    bench.may(*(f"/calls/{call.id}" for call in bench.world.meetings[BOARD].calls.values()))
    terminal.type("m")
    terminal.sees(f"Type the number of callers ({MANY})")
    for digit in str(MANY):
        terminal.wait_a_hand()
        terminal.type(digit)
    terminal.wait_a_hand()
    terminal.answer("\r", "Type the number")


def test_the_collector_is_killed_during_a_bulk_mute(together: Together) -> None:
    bench = together.bench
    collector = together.collector()
    first, second = together.screen(), together.screen()
    bench.server.fault(slowly, method="PUT")
    mute_all(together, first)
    together.until(lambda: len(bench.server.journal.writes()) >= 3, what="some of the mutes")
    collector.kill()
    together.until(lambda: len(bench.server.journal.writes()) == MANY, what="all mutes")
    together.agree(first, second, within_s=TAKE_OVER_S)
    change(bench, "Alma")
    together.until(lambda: len(proved(bench)) == MANY, what="all mutes are proved")
    assert len(together.epochs()) == 2
    together.check()


def test_the_collector_is_stopped_and_goes_on(together: Together) -> None:
    bench = together.bench
    collector = together.collector()
    first, second = together.screen(), together.screen()
    collector.signal(signal.SIGSTOP)
    stopped_at = monotonic()
    change(bench, "Boris")
    together.agree(first, second, within_s=TAKE_OVER_S)
    mute(together, second, "Chloe")
    together.until(lambda: monotonic() - stopped_at > STOPPED_S, what="a long stop")
    assert len(together.epochs()) == 2
    collector.signal(signal.SIGCONT)
    change(bench, "Esther")
    together.agree(first, second, within_s=0)
    together.until(lambda: collector.lines()[-1].startswith(("standing by", "collecting")))
    mute(together, first, "Greta")
    together.check()


def test_tables_that_were_never_made_are_named_and_found_once_they_are(together: Together) -> None:
    bench = together.bench
    together.sql("DROP SCHEMA confmon CASCADE")
    screen = bench.open_board()
    screen.sees("alone · not prepared", "run 'confmon share init' once")
    assert bench.command("share", "init").returncode == 0
    together.until(lambda: screen.shows("shared · "), what="a screen that shares")
    together.until(lambda: screen.shows("1 here"), what="it is here")


@pytest.mark.parametrize("how", ["stopped", "frozen", "full"])
def test_the_database_fails_and_comes_back(together: Together, how: str) -> None:
    bench, server = together.bench, together.server
    together.collector()
    first, second = together.screen(), together.screen()
    fail, mend = {
        "stopped": (server.stop, server.start),
        "frozen": (server.freeze, server.thaw),
        "full": (together.fill, together.free),
    }[how]
    fail()
    change(bench, "Boris")
    # One that only follows notices nothing of a full disk before the lease is over.
    together.agree(first, second, within_s=ALONE_S + (TAKE_OVER_S if how == "full" else 0))
    if how != "full":
        together.until(lambda: first.shows(ALONE) and second.shows(ALONE), what="both are alone")
    mute(together, second, "Chloe")
    together.agree(first, second)
    mend()
    together.until(lambda: shares(first) and shares(second), what="both share again")
    change(bench, "Esther")
    together.agree(first, second, within_s=LEASE_S + REJOIN_S)
    mute(together, first, "Greta")
    together.check()


def test_one_screen_is_cut_off(together: Together) -> None:
    bench = together.bench
    together.collector()
    link = together.link()
    first, second = together.screen(), together.screen("--share", together.url_by(link))
    link.cut()
    change(bench, "Boris")
    together.agree(first, within_s=0)
    together.agree(second, within_s=LEASE_S + ALONE_S)
    together.until(lambda: second.shows(ALONE), what="the second is alone")
    assert not first.shows(ALONE)
    mute(together, second, "Chloe")
    together.agree(first, second)
    link.mend()
    together.until(lambda: shares(second), what="the second shares again")
    mute(together, second, "Dmitri")
    together.agree(first, second)
    assert len(together.epochs()) == 1
    together.check()


def test_the_bridge_is_away_and_comes_back(together: Together) -> None:
    bench = together.bench
    together.collector()
    first, second = together.screen(), together.screen()
    bench.server.refuse()
    together.until(lambda: first.shows("STALE") and second.shows("STALE"), what="stale screens")
    change(bench, "Boris")
    bench.server.lift()
    together.agree(first, second)
    mute(together, second, "Chloe")
    together.agree(first, second, within_s=0)
    together.check()


def test_the_screen_that_collects_leaves_and_another_goes_on(together: Together) -> None:
    bench = together.bench
    first = together.screen()
    second = together.screen()
    together.until(lambda: shares(second), what="the second follows")
    first.wait_a_hand()
    first.leaves_on("q")
    change(bench, "Boris")
    together.agree(second, within_s=3.0)  # the lease was given back
    mute(together, second, "Chloe")
    assert len(together.epochs()) == 2
    together.check()
