"""Runs the real program against an odd bridge, by screen and by command line, and checks both.

Outcomes are read from the audit log, which has those of the screen and of the command line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bridges.odd import Carried, Habits, Odd
from tests.faults import invariants, table
from tests.faults.bench import LONG_S, Bench
from tests.faults.server import BASE
from tests.faults.terminal import LOOK_S
from tests.faults.town import call_named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Reported:
    """The outcome of one action: a line of the audit log."""

    verb: str
    path: str
    result: str
    detail: str
    status: int | None
    latency_ms: int | None
    target: str


class Suite(Bench):
    """A bench with an odd bridge. `codes` goes into the profile's codes table."""

    server: Odd

    def __init__(
        self, folder: Path, habits: Habits | None = None, codes: str = "", calls: int = 12
    ) -> None:
        super().__init__(folder, calls=calls)
        self.server.close()
        self.server = Odd(self.world, habits or Habits())
        self.server.journal.audit = self.audit
        self._codes = codes
        self.options["base_url"] = self.server.origin + BASE
        self.options["deadline_s"] = 10.0

    def write_config(self) -> None:
        """Write the profile with the codes of this bridge."""
        super().write_config()
        self.config.write_text(self.config.read_text() + self._codes)

    # The command line.

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, without a terminal: commands that ask need --yes."""
        self.write_config()
        return subprocess.run(
            [sys.executable, "-m", "confmon", "--config", str(self.config), *arguments],
            env=self.environ(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            cwd=self.home, timeout=LONG_S, check=False,
        )  # fmt: skip

    def listed(self, *arguments: str) -> tuple[list[dict[str, Any]], str]:
        """Return the records that a list command prints, and its stderr."""
        done = self.run(*arguments, "-o", "json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found, done.stderr

    # What was reported.

    def reported(self, path: str = "", verb: str = "") -> list[Reported]:
        """Return the outcomes in the audit log, of one path or verb if given."""
        found = [
            Reported(*(line[name] for name in ("verb", "path", "result", "detail", "status",
                                           "latency_ms", "target")))
            for line in invariants.entries(self.audit()) if line["event"] == "outcome"
        ]  # fmt: skip
        return [
            reported
            for reported in found
            if path in ("", reported.path) and verb in ("", reported.verb)
        ]

    def intents(self) -> dict[str, dict[str, Any]]:
        """Return the intents, by action."""
        lines = invariants.entries(self.audit())
        return {line["action"]: line for line in lines if line["event"] == "intent"}

    def outcome(self, terminal: Terminal, path: str, nth: int = 1) -> Reported:
        """Read until the nth action on a path has an outcome, and return it."""
        terminal.until(lambda: len(self.reported(path)) >= nth, LONG_S, f"outcome {nth} of {path}")
        terminal.settle(0.1)
        return self.reported(path)[nth - 1]

    def enter(self, terminal: Terminal, owner: str, *shown: str) -> None:
        """Open the meeting of an owner from the list, and wait until these texts are shown."""
        self.go_to_meeting(terminal, owner)
        terminal.type("\r")
        terminal.sees(*shown, within_s=LONG_S)

    def press(self, terminal: Terminal, name: str, key: str) -> Reported:
        """Press a key on a caller, answer the question, and return the outcome."""
        call = self.go_to(terminal, name)
        path = f"/calls/{call.id}"
        before = len(self.reported(path))
        self.act(terminal, key)
        if key == "d":
            asks = f"Drop {name}"
            terminal.sees(asks)
            terminal.answer("y", asks)
        return self.outcome(terminal, path, before + 1)

    # The truth.

    def check(self) -> None:
        """The bridge did all changes that are reported as done, and no others.

        Each intent has an outcome, or more if a later read corrects the first. A refusal before
        the request has only an outcome.
        """
        results: dict[str, list[str]] = {}
        for line in invariants.entries(self.audit()):
            if line["event"] == "outcome":
                results.setdefault(line["action"], []).append(line["result"])
        intents = self.intents()
        assert set(intents) <= set(results), f"never reported: {set(intents) - set(results)}"
        left = list(self.server.carried)
        for action, ends in results.items():
            if action not in intents:
                assert set(ends) <= {"refused", "already left"}, f"no audit line before: {ends}"
                continue
            line = intents[action]
            did = Carried(line["method"], line["path"], line["after"])
            if "done" in ends and line["method"] == "PUT":
                assert did in left, f"reported as done and never carried out: {line}"
            elif "done" in ends:
                assert not self._there(line["path"]), f"reported as gone, and is there: {line}"
            elif ends[-1] == "refused":
                assert did not in left, f"reported as refused and carried out: {line}"
            if did in left:
                left.remove(did)
        assert not left, f"carried out and never reported: {left}"

    def _there(self, path: str) -> bool:
        _, kind, key = path.split("/")
        pool: dict[int, Any] = self.world.calls if kind == "calls" else self.world.meetings
        return int(key) in pool


def write(terminal: Terminal, text: str, asks: str) -> None:
    """Type into the empty field of a dialog, letter by letter, and confirm it.

    `asks` is on the screen as long as the dialog is. The field ignores keys at first.
    """
    terminal.look_on(LOOK_S)
    for at in range(1, len(text) + 1):

        def there(typed: str = text[:at]) -> bool:
            if f"│ {typed} " in terminal.text():
                return True
            if f"│ {typed[:-1]}" in terminal.text():
                terminal.type(typed[-1])
                terminal.settle(0.3, at_most_s=1.0)
            return False

        terminal.until(there, LONG_S, f"{text[:at]} in the field")
    terminal.answer("\r", asks)


def statuses(terminal: Terminal) -> set[str]:
    """Return the texts of the status column."""
    return {row.status for row in table.rows(terminal)} - {""}


def id_of(suite: Suite, name: str) -> str:
    """Return a caller's id, for a command line."""
    return str(call_named(suite.world, name).id)
