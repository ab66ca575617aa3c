"""Replies that are HTTP and a refusal: 401, 403, 404, 429, 5xx, 3xx."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.faults.replies import saying
from tests.faults.server import BASE, Reply, encoded
from tests.faults.test_hostile import ASKS

if TYPE_CHECKING:
    from tests.faults.bench import Bench
    from tests.faults.server import Exchange
    from tests.faults.terminal import Terminal


def next_try_s(terminal: Terminal) -> int:
    """Return the seconds that are counted down on the screen."""
    found = re.search(r"next try in (\d+) s", terminal.text())
    return int(found[1]) if found else 10**9


def test_401_at_start(bench: Bench) -> None:
    bench.password_file.write_text("of-the-portal\n")
    terminal = bench.start()
    terminal.sees(
        "Not authorized", "login (401)", "conference endpoint itself", "not those of the portal"
    )
    terminal.look_on(1.2)
    assert len(bench.server.journal.requests) == 1
    terminal.type("r")
    terminal.until(lambda: len(bench.server.journal.requests) == 2, what="one more try")
    terminal.look_on(0.7)
    assert len(bench.server.journal.requests) == 2
    bench.recovers = False  # the password is read at the start only


def test_401_later(bench: Bench) -> None:
    terminal = bench.open_board()
    bench.server.fault(saying(401, b"unauthorized", "Content-Type: text/plain"))
    terminal.sees("Not authorized", "r tries again", "conference endpoint itself")
    since = len(bench.server.journal.requests)
    bench.act(terminal, "m")
    terminal.sees("nothing was sent")
    terminal.look_on(2.0)
    assert len(bench.server.journal.requests) == since
    assert not bench.server.journal.writes()


def test_403_on_put_only(bench: Bench) -> None:
    bench.server.fault(saying(403, b'{"error": "Forbidden"}'), method="PUT")
    terminal = bench.open_board()
    bench.go_to(terminal, "Boris")
    bench.act(terminal, "m")
    terminal.sees("refused", "not permitted (403)")
    since = len(bench.server.journal.requests)
    terminal.until(lambda: bench.server.journal.finished("/calls", since) >= 3, what="more reads")
    bench.agrees(terminal)
    assert len(bench.server.journal.writes()) == 1


@pytest.mark.parametrize(("key", "word"), [("m", "already left"), ("d", "already left")])
def test_404_on_a_call_that_just_left(bench: Bench, key: str, word: str) -> None:
    def leave_first(exchange: Exchange) -> None:
        with exchange.server.lock:
            world = exchange.server.world
            world.leave(world.calls[int(exchange.request.path.split("/")[2])])
        exchange.send(exchange.honest())

    terminal = bench.open_board()
    bench.server.fault(leave_first, method="PUT" if key == "m" else "DELETE")
    bench.go_to(terminal, "Boris")
    bench.act(terminal, key)
    if key == "d":
        terminal.sees("Drop Boris")
        terminal.answer("y", ASKS)
    terminal.sees(word)
    terminal.look_on(1.5)
    assert [r.status for r in bench.server.journal.writes()] == [404]


@pytest.mark.parametrize(
    ("asked", "least_s"),
    [
        ("2", 2.0),
        ("DATE+3", 2.0),  # dates have whole seconds
        ("0", 1.0),
        ("DATE-60", 1.0),
    ],
)
def test_429_is_honoured(bench: Bench, asked: str, least_s: float) -> None:
    terminal = bench.open_board()

    def throttle(exchange: Exchange) -> None:
        value = asked
        if asked.startswith("DATE"):
            value = formatdate(time.time() + int(asked[4:]), usegmt=True)
        exchange.send(Reply(429, b"", [f"Retry-After: {value}"]))

    since = len(bench.server.journal.requests)
    bench.server.fault(throttle, times=1)
    journal = bench.server.journal
    terminal.until(
        lambda: (
            journal.requests[-1].status == 200 and any(r.status == 429 for r in journal.requests)
        ),
        what="a read after the 429",
    )
    terminal.type("r")  # asking for more does not help
    every = journal.requests[since:]
    at = next(nth for nth, request in enumerate(every) if request.status == 429)
    refused = every[at]
    early = [r for r in every[at + 1 :] if r.at - refused.at < least_s - 0.05]
    feeds = [(r.path, r.query.get("filter")) for r in (refused, *early)]
    assert len(feeds) == len(set(feeds))  # each was on its way when the 429 came


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("Retry-After: 99999999999999999999", 300),
        ("Retry-After: Fri, 01 Jan 2100 00:00:00 GMT", 300),
        ("Retry-After: soon", 10),
        ("Retry-After: -5", 10),
        ("X-Nothing: to say", 10),
    ],
)
def test_429_counts_down(bench: Bench, header: str, wait_s: int) -> None:
    terminal = bench.open_board()
    at = monotonic()
    bench.server.fault(saying(429, b"", header))
    terminal.sees(f"wants fewer requests (429), next in {wait_s} s", "next try in")
    terminal.until(lambda: next_try_s(terminal) < wait_s, what="a second less")
    since = len(bench.server.journal.requests)
    terminal.type("r")
    terminal.until(lambda: next_try_s(terminal) < wait_s - 1, what="two seconds less")
    assert all(r.at - at >= wait_s - 1 for r in bench.server.journal.requests[since:])
    bench.recovers = False


def test_a_burst_of_5xx(bench: Bench) -> None:
    terminal = bench.open_board()
    statuses = iter((500, 502, 503, 504, 520, 599) * 50)

    def fail(exchange: Exchange) -> None:
        exchange.send(
            Reply(next(statuses), b"<html>PROXYLOGINPAGE</html>", ["Content-Type: text/html"])
        )

    since = len(bench.server.journal.requests)
    began = monotonic()
    bench.server.fault(fail)

    def failures() -> list[float]:
        reads = bench.server.journal.reads("/meetings", since)
        return [read.at - began for read in reads if (read.status or 0) >= 500]

    terminal.until(lambda: len(failures()) >= 3, what="three failures of a feed")
    _, second, third, *_ = failures()
    assert second >= 0.8
    assert third >= 2.5
    lasted = monotonic() - began
    assert len(bench.server.journal.requests) - since <= 3 * (lasted + 1)
    terminal.sees(f"{bench.place} fails (5", "next try in")
    assert not terminal.shows("PROXYLOGINPAGE")


def test_3xx_is_never_followed(bench: Bench) -> None:
    terminal = bench.open_board()
    away = bench.other.origin
    for status, target in (
        (301, f"{away}{BASE}/calls"),
        (302, f"//127.0.0.1:{bench.other.port}/calls"),
        (303, f"{BASE}/elsewhere"),
        (307, f"{away.replace('http', 'HTTP')}/calls"),
        (308, f"http://x@127.0.0.1:{bench.other.port}/"),
        (304, ""),
        (300, "\t"),
    ):
        bench.server.fault(saying(status, b"", f"Location: {target}"), path="calls")
        terminal.type("r")
        terminal.sees(f"redirects ({status}) to", "not followed")
        bench.server.lift()
        terminal.type("r")
        terminal.loses("not followed")
    bench.go_to(terminal, "Boris")
    for status in (302, 303, 307):
        bench.server.fault(saying(status, b"", f"Location: {away}{BASE}/calls/1"), method="PUT")
        sent = len(bench.server.journal.writes())
        bench.act(terminal, "m")
        terminal.sees("refused", f"Boris ••••••••7101 — mute: {bench.place} redirects ({status})")
        assert len(bench.server.journal.writes()) == sent + 1
    assert not {"done", "muted"} & set(terminal.text().split())
    bench.agrees(terminal)


def test_a_long_error_leaves_room_for_what_comes_next(bench: Bench) -> None:
    terminal = bench.open_board()
    words = "the bridge is being served " * 40
    bench.server.fault(saying(500, encoded({"error": words})), path="^/calls$")
    for columns in (80, 56, 40):
        terminal.screen.reset()
        terminal.resize(columns, 36)
        terminal.sees("… · ", " old · ", "next try in")
    terminal.resize(120, 36)
