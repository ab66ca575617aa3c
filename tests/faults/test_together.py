"""Five operators and a collector, each in a home and by a role of its own, while much fails."""

from __future__ import annotations

import contextlib
from collections import Counter
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.faults import table
from tests.faults.invariants import entries
from tests.faults.sharing import TAKE_OVER_S, Together, shares
from tests.faults.town import BOARD, call_named, come
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.bench import Bench
    from tests.faults.server import Exchange
    from tests.faults.terminal import Terminal
    from tests.sharing.server import Server

CROWD = 300
INTERVAL_S = 2.0
STOPPED_S = 20.0
OPERATORS = ("ann", "bob", "cy", "dee")
WALL = "wall"
SIZES = {"ann": (120, 40), "bob": (120, 40), "cy": (80, 24), "dee": (200, 60), WALL: (120, 40)}
ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'five_{name}') THEN
    CREATE ROLE five_{name} LOGIN IN ROLE confmon_{group};
  END IF;
END $$
"""


class Seat(NamedTuple):
    """Where an operator sits."""

    name: str
    home: Path
    terminal: Terminal

    @property
    def environ(self) -> dict[str, str]:
        return environ_of(self.name, self.home)

    @property
    def lines(self) -> list[str]:
        """The local audit log."""
        path = self.home / "state" / "confmon" / "audit.jsonl"
        return path.read_text().splitlines() if path.exists() else []


def environ_of(name: str, home: Path) -> dict[str, str]:
    """Return what makes a box of its own: a user and folders."""
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("STATE", "CONFIG", "DATA")}
    return {"HOME": str(home), "LOGNAME": name, "USER": name, **folders}


@pytest.fixture
def together(make_bench: Callable[..., Bench], postgres_server: Server) -> Iterator[Together]:
    """Return what they share: a bridge with one large meeting, and the database."""
    bench = make_bench()
    for nth in range(CROWD):
        come(bench.world, f"Crowd {nth:03}", 60 + nth)
    bench.options["interval_s"] = INTERVAL_S
    with contextlib.closing(Together(bench, postgres_server)) as made:
        for name in (*OPERATORS, WALL, "collect"):
            group = {WALL: "reader", "collect": "collector"}.get(name, "operator")
            made.sql(ROLE.format(name=name, group=group))
        yield made


def sit_down(together: Together, name: str) -> Seat:
    """Start the screen of an operator, or of the wall, which has no login."""
    bench, home = together.bench, together.bench.home / name
    home.mkdir(mode=0o700)
    url = together.server.url(together.database, f"five_{name}")
    arguments = ["--share", url]
    if name == WALL:
        config = home / "confmon.toml"
        base = bench.options["base_url"]
        config.write_text(
            f'[profiles.wall]\nbase_url = "{base}"\nread_only = true\nmask_numbers = true\n'
        )
        config.chmod(0o600)
        arguments += ["--config", str(config)]
    else:
        bench.states.append(home / "state" / "confmon")
    columns, lines = SIZES[name]
    terminal = bench.start(*arguments, environ=environ_of(name, home), columns=columns, lines=lines)
    together.until(lambda: shares(terminal), what=f"{name} shares")
    return Seat(name, home, terminal)


def timed(together: Together, what: str, holds: Callable[[], object]) -> float:
    """Wait for something, and return how long it took, in seconds of the programs themselves."""
    pids = [terminal.pid for terminal in together.bench.terminals if terminal.code is None]
    watch = Stopwatch(
        *pids, *(collector.pid for collector in together.collectors if collector.runs())
    )
    began, began_at = watch.now(), monotonic()

    def looked() -> object:
        watch.queued_s()
        return holds()

    together.until(looked, what=what)
    took_s = watch.now() - began
    print(f"{what}: {took_s:.1f} s ({monotonic() - began_at:.1f} s on this machine)")  # noqa: T201
    return took_s


def has_cursor(terminal: Terminal) -> bool:
    """Whether a list is on the screen."""
    return table.meeting_cursor(terminal) >= 0


def is_muted_on(terminal: Terminal, name: str) -> bool:
    """Whether the row of a caller has it."""
    return any(row.name == name and row.mute == "muted" for row in table.rows(terminal))


def slowly(exchange: Exchange) -> None:
    """Carry a request out and answer a little later."""
    reply = exchange.honest()
    exchange.server.lifted.wait(0.05)
    exchange.send(reply)


def mute_all(together: Together, terminal: Terminal) -> int:
    """Begin to mute all callers of the meeting; return how many."""
    bench = together.bench
    terminal.wait_a_hand()
    terminal.type("A")
    terminal.sees("●▌")
    terminal.wait_a_hand()
    bench.may(*(f"/calls/{call.id}" for call in bench.world.meetings[BOARD].calls.values()))
    terminal.type("m")
    terminal.sees("Type the number of callers (")
    count = terminal.text().partition("Type the number of callers (")[2].partition(")")[0]
    for digit in count:
        terminal.wait_a_hand()
        terminal.type(digit)
    terminal.wait_a_hand()
    terminal.answer("\r", "Type the number")
    return int(count)


def outcomes(seat: Seat) -> Counter[str]:
    """Return how the actions of an operator ended."""
    log = ("\n".join(seat.lines) + "\n").encode()
    return Counter(entry["result"] for entry in entries(log) if entry["event"] == "outcome")


def check_audit(together: Together, seats: list[Seat]) -> None:
    """Each operator's lines are in the shared audit, in order, and nobody finds anything wrong."""
    local = sorted(seat.lines for seat in seats if seat.lines)

    def chains() -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for box, line in together.sql("SELECT box, line FROM audit ORDER BY box, n"):
            found.setdefault(box, []).append(line)
        return sorted(found.values())

    together.until(lambda: chains() == local, what="all lines in the shared audit")
    for seat in seats:
        if seat.name == WALL:
            continue
        url = together.server.url(together.database, f"five_{seat.name}")
        done = together.bench.command(
            "audit", "--shared", "--verify", "--share", url, environ=seat.environ
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_five_operators_keep_one_view_through_everything(together: Together) -> None:
    bench = together.bench
    bench.options["share"] = together.server.url(together.database, "five_collect")
    first = together.collector()
    seats = [sit_down(together, name) for name in (*OPERATORS, WALL)]
    ann, bob = seats[0], seats[1]
    everyone = [seat.terminal for seat in seats]

    bench.go_to_meeting(ann.terminal, "Board of trustees")
    ann.terminal.type("&")
    timed(together, "a claim is on all", lambda: all(one.shows("ann's") for one in everyone[1:]))
    for terminal in everyone:
        together.until(partial(has_cursor, terminal), what="a list")
        terminal.type("\r")  # the largest meeting is the first
    together.until(lambda: all(table.rows(one) for one in everyone), what="the meeting on all")

    bench.go_to(bob.terminal, "Boris")
    bench.act(bob.terminal, "m")
    took_s = timed(
        together, "a mute is on all", lambda: all(is_muted_on(one, "Boris") for one in everyone)
    )
    assert took_s <= 2 * INTERVAL_S
    together.until(lambda: outcomes(bob)["done"] == 1, what="it is proved")

    together.collector("standing by")
    before = len(together.epochs())
    bench.server.fault(slowly, method="PUT")
    sent = len(bench.server.journal.writes())
    count = mute_all(together, ann.terminal)
    together.until(lambda: len(bench.server.journal.writes()) >= sent + 20, what="some mutes")
    first.kill()
    took_s = timed(together, "another one collects", lambda: len(together.epochs()) > before)
    assert took_s <= TAKE_OVER_S
    timed(together, "the bulk ends", lambda: sum(outcomes(ann).values()) == count)
    # Whatever had not been sent when the data was too old is sent once it is fresh again.
    paths = [write.path for write in bench.server.journal.writes()[sent:]]
    assert len(paths) == len(set(paths)) == count
    assert outcomes(ann) == {"done": count}

    together.server.stop()
    stopped_at = monotonic()
    with bench.server.lock:
        bench.world.change(call_named(bench.world, "Chloe"), mute_mode=0)
    timed(
        together,
        "all with a login are alone",
        lambda: all(seat.terminal.shows("alone · ") for seat in seats),
    )
    bench.go_to(bob.terminal, "Dmitri")
    bench.act(bob.terminal, "h")
    together.until(lambda: monotonic() - stopped_at > STOPPED_S, what="a long stop")
    together.server.start()
    timed(
        together,
        "all share again",
        lambda: all(shares(one) and not one.shows("STALE") for one in everyone),
    )
    check_audit(together, seats)
    for terminal in everyone:
        together.bench.wait_out_toasts(terminal)
    together.check_writers()
