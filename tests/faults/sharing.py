"""Several real programs on one faulty bridge that share it by a real PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from tests.faults import invariants
from tests.faults.bench import LONG_S
from tests.stopwatch import PATIENCE_S, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal
    from tests.sharing.server import Server

INTERVALS: Final = 3
"""After so many intervals without a fault a screen equals the bridge."""
LEASE_S: Final = 8.0
TAKE_OVER_S: Final = LEASE_S + 1.0 + 1.5
"""The lease expires, that is looked at, and a screen takes it."""
ALONE_S: Final = 0.5 + 3.5 + 1.0
"""So late a missing word is noticed, so long a statement may take, and the first read to begin."""
REJOIN_S: Final = 10.0
"""The longest pause between two attempts to connect."""

_LOG = """
CREATE TABLE confmon.writer_log (seq bigint, epoch bigint, pid int, holder text);
CREATE FUNCTION confmon.note_writer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO confmon.writer_log
    SELECT NEW.seq, NEW.epoch, pg_backend_pid(), holder FROM confmon.lease;
  RETURN NEW;
END $$;
CREATE TRIGGER note_writer AFTER INSERT ON confmon.live_frame
  FOR EACH ROW EXECUTE FUNCTION confmon.note_writer();
CREATE FUNCTION confmon.be_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
"""
_WRITTEN = ("live_frame", "live_snapshot", "lease", "member", "audit", "read_request")


def shares(terminal: Terminal) -> bool:
    """Tell whether a screen of any width says that somebody collects."""
    return terminal.shows("shared · ") and not terminal.shows("no collector")


class Together:
    """The shared tables of a bench, the programs that use them, and what they have written."""

    def __init__(self, bench: Bench, server: Server) -> None:
        server.make_running()
        self.bench, self.server = bench, server
        self.database = server.new_database()
        self.url = server.url(self.database)
        self.collectors: list[Collector] = []
        self.links: list[Link] = []
        bench.options["share"] = self.url
        bench.recovers = False  # that is checked here: a follower does not read the bridge
        made = bench.command("share", "init")
        assert made.returncode == 0, made.stderr
        self.sql(_LOG)

    # What is there.

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser and return its rows."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True, options="-c search_path=confmon") as there:
            found = there.execute(statement.encode())
            return found.fetchall() if found.description else []

    def collector(self, does: str = "collecting") -> Collector:
        """Start a `confmon collect` and wait until it collects, or stands by."""
        self.bench.write_config()
        made = Collector(self.bench, self.bench.home / f"collector-{len(self.collectors)}")
        self.collectors.append(made)
        self.until(
            lambda: any(line.startswith(does) for line in made.lines()), what=f"a collector {does}"
        )
        return made

    def link(self) -> Link:
        """Return a way to the database that can be cut."""
        self.links.append(Link(self.server.port))
        return self.links[-1]

    def url_by(self, link: Link) -> str:
        """Return where the tables are by this way."""
        return self.url.replace(f":{self.server.port}/", f":{link.port}/")

    def screen(self, *arguments: str) -> Terminal:
        """Start a screen, open the meeting of the test, and wait until it shares."""
        terminal = self.bench.open_board() if not arguments else self.bench.start(*arguments)
        if arguments:
            self.bench.enter_board(terminal)
        self.until(lambda: shares(terminal), what="a screen that shares")
        return terminal

    def fill(self) -> None:
        """Let nothing be written any more, as on a full disk."""
        for name in _WRITTEN:
            self.sql(
                f"CREATE TRIGGER a_full BEFORE INSERT OR UPDATE ON {name}"
                " FOR EACH STATEMENT EXECUTE FUNCTION be_full()"
            )

    def free(self) -> None:
        """End that."""
        for name in _WRITTEN:
            self.sql(f"DROP TRIGGER a_full ON {name}")

    # What is waited for.

    def until(self, holds: Callable[[], object], within_s: float = LONG_S, what: str = "") -> None:
        """Read all screens until something holds."""
        end = monotonic() + within_s
        terminals = [terminal for terminal in self.bench.terminals if terminal.master >= 0]
        while not holds():
            texts = "\n".join(terminal.text() for terminal in terminals)
            assert monotonic() < end, f"not seen within {within_s} s: {what}\n{texts}"
            for one in terminals:
                while one.read(0):
                    pass
            if terminals:
                select.select([terminal.master for terminal in terminals], [], [], 0.02)
            else:
                select.select([], [], [], 0.02)

    def agree(self, *terminals: Terminal, within_s: float | None = None) -> None:
        """Wait until these screens equal the bridge, and are fresh.

        With `within_s` and three intervals, the time of all programs, without their waits for a
        processor, must not be longer.
        """
        pids = [terminal.pid for terminal in self.bench.terminals if terminal.code is None]
        watch = Stopwatch(
            *pids, *(collector.pid for collector in self.collectors if collector.runs())
        )
        began = watch.now()

        def all_agree() -> bool:
            watch.queued_s()
            return all(
                self.bench.shown(terminal) == self.bench.expected() and not terminal.shows("STALE")
                for terminal in terminals
            )

        self.until(all_agree, what=f"agreement with {sorted(self.bench.expected())}")
        took_s = watch.now() - began
        if within_s is not None:
            allowed_s = within_s + INTERVALS * self.bench.options["interval_s"]
            assert took_s <= allowed_s, f"{took_s:.1f} s before all screens were right"

    # What must hold.

    def check(self) -> None:
        """Check who wrote, what was sent, and the shared audit; all programs leave.

        The bridge and the database must work.
        """
        self.until(self.audit_is_complete, what="all audit lines in the shared tables")
        for terminal in self.bench.terminals:
            if not terminal.ended():
                invariants.check_quit(terminal)
        self.check_writers()
        for collector in self.collectors:
            failed = [line for line in collector.lines() if "internal error" in line]
            assert not failed, failed
        self.check_sent()
        assert self.audit_is_complete(), "audit lines are missing in the shared tables"
        verified = self.bench.command("audit", "--shared", "--verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr

    def check_writers(self) -> None:
        """One holder an epoch, no hole, nothing of an older epoch after a newer one."""
        log = self.sql("SELECT seq, epoch, pid, holder FROM writer_log ORDER BY seq")
        assert log, "nobody has written"
        numbers = [row[0] for row in log]
        assert numbers == list(range(numbers[0], numbers[0] + len(log))), f"a hole in {numbers}"
        epochs = [row[1] for row in log]
        assert epochs == sorted(epochs), f"an old epoch after a newer one: {epochs}"
        for epoch in set(epochs):
            holders = {row[3] for row in log if row[1] == epoch}
            assert len(holders) == 1, f"{holders} in epoch {epoch}"
            pids = [row[2] for row in log if row[1] == epoch]
            turns = [pid for at, pid in enumerate(pids) if not at or pids[at - 1] != pid]
            assert len(turns) == len(set(turns)), f"two write in epoch {epoch}: {pids}"

    def check_sent(self) -> None:
        """Nothing was sent twice: each caller is changed once in these tests."""
        sent = [(write.method, write.path) for write in self.bench.server.journal.writes()]
        assert len(sent) == len(set(sent)), f"sent twice: {sent}"

    def epochs(self) -> list[int]:
        """Return the epochs in which frames were written."""
        return [row[0] for row in self.sql("SELECT DISTINCT epoch FROM writer_log ORDER BY 1")]

    def audit_is_complete(self) -> bool:
        """Tell whether each chain has all lines in order: another way there makes another one."""
        chains: dict[str, list[str]] = {}
        for box, line in self.sql("SELECT box, line FROM audit ORDER BY box, n"):
            chains.setdefault(box, []).append(line)
        local = self.bench.audit().decode().splitlines()
        return bool(chains) and all(chain == local for chain in chains.values())

    def close(self) -> None:
        """End the programs without a screen, and let the server go on."""
        for link in self.links:
            link.close()
        for collector in self.collectors:
            collector.close()
        self.server.thaw()


class Collector:
    """A `confmon collect`. What it says is in a file."""

    def __init__(self, bench: Bench, output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "confmon", "collect", "--config", str(bench.config)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                cwd=bench.home,
                env=bench.environ(),
                start_new_session=True,
            )
        self.pid = self.process.pid

    def lines(self) -> list[str]:
        """Return what it has printed, without the name of the program."""
        lines = self._output.read_text().splitlines()
        return [line.removeprefix("confmon: ") for line in lines]

    def runs(self) -> bool:
        """Tell whether it has not ended."""
        return self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill it, and wait for that."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it as a service manager does."""
        if self.runs():
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            assert self.process.wait(PATIENCE_S) == 0, self.lines()


class Link:
    """A way to a port of this machine that can be cut: nothing arrives, and nobody is notified."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._is_cut = False
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._carrying: list[Thread] = []
        self._accepting = Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """Let nothing through any more; what was open stays open."""
        self._is_cut = True

    def mend(self) -> None:
        """Let it through again; what was open before is lost."""
        self._end_all()
        self._is_cut = False

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end_all()
        self._accepting.join(PATIENCE_S)

    def _end_all(self) -> None:
        open_, carrying = self._open[:], self._carrying[:]
        for one in open_:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in carrying:
            thread.join(PATIENCE_S)
        for one in open_:
            one.close()
            self._open.remove(one)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(near)
            if self._is_cut:
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                near.shutdown(socket.SHUT_RDWR)
                continue
            self._open.append(far)
            for source, sink in ((near, far), (far, near)):
                thread = Thread(target=self._carry, args=(source, sink), daemon=True)
                self._carrying.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if not self._is_cut:
                    sink.sendall(data)
            if not self._is_cut:
                sink.shutdown(socket.SHUT_WR)
