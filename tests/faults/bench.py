"""The environment of a fault test: a home folder, a faulty bridge, a second origin, runs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import confmon
from tests.faults import table
from tests.faults.server import BASE, LOGIN, PASSWORD, Server
from tests.faults.terminal import Terminal
from tests.faults.town import BOARD, BOARD_OWNER, call_named, town
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from confmon.simulator.entities import Call

INTERVAL_S = 0.5
LONG_S = 4 * PATIENCE_S
"""The limit of a wait that takes seconds; only a failure takes so long."""
DEADLINE_S = 2.0


class AskedFor:
    """A key that acts, and the request paths it may lead to, read from the screen at the press."""

    def __init__(self, *paths: str) -> None:
        self.at = monotonic()
        self.paths = paths


class Bench:
    """A home folder with a profile, and the servers that the program may and may not talk to.

    `other` is an origin that is not configured. A test sets `recovers` to False if the program
    does not recover in time after it, such as from a wait of five minutes, `reached_other` to True
    if it configures the other origin as a proxy, and `has_bugs` to True if it puts some in.
    """

    def __init__(self, folder: Path, *, tls: ssl.SSLContext | None = None, calls: int = 12) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.state = self.home / "state" / "confmon"
        self.states = [self.state]
        """The state folders of all who act; a test with several operators adds theirs."""
        self.config = self.home / "confmon.toml"
        self.password_file = self.home / "password"
        self.password_file.write_text(f"{PASSWORD}\n")
        self.password_file.chmod(0o600)
        self.world = town(calls)
        self.server = Server(self.world, tls=tls)
        self.other = Server(town(1))
        self.server.journal.audit = self.audit
        self.terminals: list[Terminal] = []
        self.asked_for: list[AskedFor] = []
        self.command_lines: set[bytes] = set()
        self.recovers = True
        self.reached_other = False
        self.has_bugs = False
        self.options: dict[str, Any] = {
            "base_url": self.server.origin + BASE,
            "login": LOGIN,
            "password_file": str(self.password_file),
            "interval_s": INTERVAL_S,
            "deadline_s": DEADLINE_S,
            "mask_numbers": True,
        }
        self.tables = ""
        """Other tables of the configuration file, as text."""

    @property
    def place(self) -> str:
        """Host and port, as the screen shows them."""
        return f"127.0.0.1:{self.server.port}"

    def environ(self) -> dict[str, str]:
        """Return the program's environment: nothing of this machine's user."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "TMPDIR": str(self.home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(confmon.__file__).parents[1]),
        }

    def write_config(self) -> None:
        """Write the profile."""
        lines = [f"{key} = {_toml(value)}" for key, value in self.options.items()]
        self.config.write_text("\n".join(["[profiles.bench]", *lines, self.tables]))

    def start(
        self,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        **how: Any,
    ) -> Terminal:
        """Start the program. It is ended and checked at the end of the test."""
        self.write_config()
        terminal = Terminal(
            ["--config", str(self.config), *arguments],
            self.environ() | dict(environ or {}),
            self.home,
            **how,
        )
        self.terminals.append(terminal)
        return terminal

    def command(
        self, *arguments: str, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end."""
        self.write_config()
        return subprocess.run(
            [sys.executable, "-m", "confmon", *arguments, "--config", str(self.config)],
            env=self.environ() | dict(environ or {}),
            cwd=self.home,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def open_board(self, **how: Any) -> Terminal:
        """Start the program and open the meeting of the test."""
        terminal = self.start(**how)
        self.enter_board(terminal)
        return terminal

    def enter_board(self, terminal: Terminal, *, agree: bool = True) -> None:
        """Open the meeting from the list, and wait until all its callers are on the screen."""
        terminal.sees("Board of trustees")
        self.go_to_meeting(terminal, BOARD_OWNER)
        terminal.type("\r")
        terminal.sees(f"▸ {BOARD_OWNER} {BOARD}", "Alma")
        if agree:
            self.agrees(terminal)
        self.note_command_lines(terminal)

    def go_to_meeting(self, terminal: Terminal, owner: str) -> None:
        """Put the cursor on a meeting in the list."""
        terminal.until(
            lambda: (
                table.meeting_cursor(terminal) >= 0 and table.meeting_line(terminal, owner) >= 0
            ),
            LONG_S,
            f"a cursor, and {owner}",
        )
        way = table.meeting_line(terminal, owner) - table.meeting_cursor(terminal)
        terminal.type(("j" if way > 0 else "k") * abs(way))
        terminal.until(
            lambda: table.meeting_cursor(terminal) == table.meeting_line(terminal, owner),
            LONG_S,
            f"the cursor on {owner}",
        )

    def give_room(self, terminal: Terminal) -> None:
        """Make the pane below the table lower, until all callers of the meeting have a row."""
        terminal.until(lambda: table.under_cursor(terminal), what="a cursor in the meeting")
        for _ in range(terminal.screen.lines):
            if len(table.rows(terminal)) >= len(self.expected()):
                break
            terminal.wait_a_hand()
            terminal.type("<")
            terminal.settle(at_most_s=0.5)

    def back_to_board(self, terminal: Terminal) -> None:
        """Open the meeting from anywhere but a dialog, once the server works again."""
        self.server.lift()
        terminal.wait_a_hand()
        terminal.type("1")
        terminal.loses(f"▸ {BOARD_OWNER} {BOARD}")
        self.enter_board(terminal)

    def audit(self) -> bytes:
        """Return the audit log as it is on the disk, of one operator after the other."""
        paths = [state / "audit.jsonl" for state in self.states]
        return b"".join(path.read_bytes() for path in paths if path.exists())

    def note_command_lines(self, terminal: Terminal) -> None:
        """Read the process list, as any user of the machine can."""
        for entry in members_of(terminal.session):
            with contextlib.suppress(OSError):
                self.command_lines.add((entry / "cmdline").read_bytes())

    # What an operator does.

    def go_to(self, terminal: Terminal, name: str) -> Call:
        """Put the cursor on a caller."""
        while table.under_cursor(terminal) != name:
            at = {row.name: nth for nth, row in enumerate(table.rows(terminal))}
            way = at[name] - at[table.under_cursor(terminal)]
            terminal.type(("j" if way > 0 else "k") * abs(way))
            terminal.until(
                lambda: table.under_cursor(terminal) == name, what=f"the cursor on {name}"
            )
        return call_named(self.world, name)

    def act(self, terminal: Terminal, key: str) -> str:
        """Press a key that acts on the caller under the cursor; return the name."""
        terminal.wait_a_hand()
        name = table.under_cursor(terminal)
        call = next((c for c in self.world.calls.values() if c.custom_name == name), None)
        self.asked_for.append(AskedFor(f"/calls/{call.id}" if call else f"nobody ({name})"))
        terminal.type(key)
        return name

    def may(self, *paths: str) -> None:
        """Note that the next key may lead to requests for these paths."""
        self.asked_for.append(AskedFor(*paths))

    # The screen against the server.

    def expected(self) -> set[tuple[str, str, str]]:
        """Return what the screen should show of each caller in the meeting."""
        with self.server.lock:
            meeting = self.world.meetings.get(BOARD)
            return {
                (call.custom_name, table.mute_word(call.mute_mode), table.hold_word(call.hold_mode))
                for call in (meeting.calls.values() if meeting else ())
            }

    def shown(self, terminal: Terminal) -> set[tuple[str, str, str]]:
        """Return what the screen shows of each caller that has not left."""
        return {
            (row.name, row.mute, row.hold) for row in table.rows(terminal) if row.status != "left"
        }

    def still_shows(self, terminal: Terminal, was: set[tuple[str, str, str]]) -> None:
        """Check that what was shown is shown, once no toast covers it."""
        self.wait_out_toasts(terminal)
        assert self.shown(terminal) == was

    def wait_out_toasts(self, terminal: Terminal) -> None:
        """Read until no toast covers the table."""
        terminal.until(lambda: not table.is_covered(terminal), what="no toast over the table")

    def agrees(self, terminal: Terminal, *, fresh: bool = True) -> None:
        """Read until the screen agrees with the server, and (`fresh`) shows no stale data."""
        terminal.until(
            lambda: (
                self.shown(terminal) == self.expected() and not (fresh and terminal.shows("STALE"))
            ),
            what=f"agreement with {sorted(self.expected())}",
        )

    def close(self) -> None:
        """End the programs and the servers."""
        for terminal in self.terminals:
            terminal.close()
        self.server.close()
        self.other.close()


def members_of(session: int) -> list[Path]:
    """Return the entries in /proc of every process of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, _, its_session = (
                    (entry / "stat").read_text().rpartition(")")[2].split()[:4]
                )
                if int(its_session) == session and state != "Z":
                    found.append(entry)
    return found


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else f'"{value}"'
