"""Two operators, two real programs, one bridge: they act on the same callers and end agreed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

import confmon
from tests.faults import table
from tests.faults.terminal import LOOK_S, Terminal
from tests.order.test_bursts import PROSE
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERVAL_S = 1.0
SLACK_S = 1.0
"""What drawing and comparing may add to three intervals."""
LOGIN, PASSWORD = "ann-and-ben", "hunter2hunter2"
BRIDGE = f"""
from confmon.simulator.http.server import run
run(meetings=2, calls=14, seed=4, churn=0, login={LOGIN!r}, password={PASSWORD!r},
    on_ready=lambda port: print(port, flush=True))
"""
"""Nobody comes or goes but by what the operators do: then there is one truth to agree on."""

PROOF_S = 12.0
"""A change that two reads and five seconds did not prove is called not applied."""

State = set[tuple[str, str, str]]


class Lab:
    """One simulated bridge and the operators at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.simulator = subprocess.Popen(
            [sys.executable, "-c", BRIDGE],
            stdout=subprocess.PIPE,
            env=self.environ("bridge"),
            text=True,
        )
        assert self.simulator.stdout is not None
        port = int(self.simulator.stdout.readline())
        self.base_url = f"http://127.0.0.1:{port}/conference/v1"
        self.operators: list[Terminal] = []

    def environ(self, name: str) -> dict[str, str]:
        """An environment of its own for each process."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("STATE", "CONFIG", "CACHE")}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(confmon.__file__).parents[1]),
            **folders,
        }

    def operator(self, name: str) -> Terminal:
        """Start a screen, and show all calls on it."""
        environ = self.environ(name)
        secret = self.folder / name / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        terminal = Terminal(
            ["--base-url", self.base_url, "--login", LOGIN, "--interval", str(INTERVAL_S)],
            environ | {"CONFMON_PASSWORD_FILE": str(secret)},
            self.folder / name,
        )
        self.operators.append(terminal)
        terminal.sees("req/min", "host muted")
        terminal.type("2")
        terminal.until(lambda: table.under_cursor(terminal), what="callers")
        return terminal

    def calls(self) -> State:
        """What the bridge has: number, mute and hold of every call."""
        request = urllib.request.Request(f"{self.base_url}/calls?limit=1000")  # noqa: S310
        token = b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        with urllib.request.urlopen(request) as reply:  # noqa: S310
            found = json.load(reply)["calls"]
        return {
            (one["caller"], table.mute_word(one["muteMode"]), table.hold_word(one["holdMode"]))
            for one in found
        }

    @staticmethod
    def shown(terminal: Terminal) -> State:
        """What the screen has, but for those who have just left."""
        rows = [row for row in table.rows(terminal) if not row.status.startswith("left")]
        # The meeting's number beside it begins before its title.
        return {(row.number.split("  ")[0], row.mute, row.hold) for row in rows}

    def agree(self, within_s: float) -> None:
        """Wait until both screens show what the bridge has, and nothing under way.

        What a row shows of what its own operator wants (`holding…`) is no disagreement about the
        truth, but it has to end: the other may have wanted something else. The seconds are those
        of all who take part, without what they wait for a processor.
        """
        watch = Stopwatch(self.simulator.pid, *(terminal.pid for terminal in self.operators))
        began = watch.now()
        while True:
            for terminal in self.operators:
                terminal.read(0.02)
            true = self.calls()
            shown = [self.shown(terminal) for terminal in self.operators]
            if all(state == true for state in shown):
                return
            took_s = watch.now() - began
            wrong = [sorted(state - true) for state in shown]
            words = f"{wrong}\n{self.operators[0].text()}"
            assert took_s < within_s or all(_is_under_way(state - true) for state in shown), words
            assert took_s < within_s + PROOF_S, words

    def audited(self, name: str) -> list[dict[str, Any]]:
        """The lines of an operator's audit log."""
        path = self.folder / name / "STATE" / "confmon" / "audit.jsonl"
        text = path.read_text() if path.exists() else ""
        return [cast("dict[str, Any]", json.loads(line)) for line in text.splitlines()]

    def close(self) -> None:
        """End everybody."""
        for terminal in self.operators:
            terminal.close()
        self.simulator.send_signal(signal.SIGINT)
        self.simulator.wait()
        assert self.simulator.stdout is not None
        self.simulator.stdout.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    made.close()


def _is_under_way(wrong: State) -> bool:
    return all(mute.endswith("…") or hold.endswith("…") for _, mute, hold in wrong)


def listen(*terminals: Terminal, seconds: float) -> None:
    """Take in what is written for a while."""
    for terminal in terminals:
        terminal.look_on(seconds / len(terminals))


def test_two_programs_on_the_same_callers_end_in_agreement(lab: Lab) -> None:
    ann, ben = lab.operator("ann"), lab.operator("ben")
    lab.agree(10)
    dice = Random(8)  # noqa: S311 - repeatable, not secret
    for _ in range(2):
        way = "g" + "j" * dice.randrange(5)  # both go to the same row
        for who in (ann, ben):
            who.type(way)
        listen(ann, ben, seconds=1.5)  # what comes at once with other keys is no verb
        for _ in range(4):
            for who in dice.sample((ann, ben), 2):
                who.type(dice.choice(("m", "h", "m", "h", "]", "j", "k", "u")))
            listen(ann, ben, seconds=dice.choice((0.4, 0.9)))
        for who in (ann, ben):
            if who.shows("y yes"):  # such as whether a line that is muted softly is to be opened
                who.answer("n", "y yes")
        lab.agree(3 * INTERVAL_S + SLACK_S)
    for who in (ann, ben):  # both hang up the same one
        who.type("gj" * 3)
    listen(ann, ben, seconds=1.5)
    for who in (ann, ben):
        who.type("d")
    for who in (ann, ben):
        who.sees("Drop", "yes")
    before = len(lab.calls())
    listen(ann, ben, seconds=2 * LOOK_S)  # questions are deaf at first
    for who in (ann, ben):
        who.type("y")
    ann.until(lambda: len(lab.calls()) < before, what="a caller hung up")
    lab.agree(3 * INTERVAL_S + SLACK_S)
    assert len(lab.calls()) == before - 1
    listen(ann, ben, seconds=1.5)
    acted = 0  # on a busy machine most keys are read together, and are no verbs
    for name in ("ann", "ben"):
        lines = lab.audited(name)
        intents = [line["action"] for line in lines if line["event"] == "intent"]
        assert len(intents) == len(set(intents))
        acted += len(intents)
        drops = [line for line in lines if line["verb"] == "drop" and line["event"] == "outcome"]
        assert [line["result"] for line in drops] in (["done"], ["already left"], [])
    assert acted


def test_what_is_pasted_into_the_real_program_hangs_nobody_up(lab: Lab) -> None:
    ann = lab.operator("ann")
    for text in (PROSE * 20, "d" + "x" * 3000 + "y" * 3000):
        ann.type(f"\x1b[200~{text}\x1b[201~")  # as terminals paste
        listen(ann, seconds=0.4)
        ann.type(text.replace("q", "").replace("\n", "\r"))  # as tmux does without -p
        listen(ann, seconds=1.0)
        ann.type("\x1b")
        listen(ann, seconds=0.3)
    assert not ann.ended()
    lines = lab.audited("ann")
    assert not [line for line in lines if line["verb"] in ("drop", "end")]
