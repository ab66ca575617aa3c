"""The bench itself: its server is honest unless a test wants it otherwise, its judges strict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from threading import Thread
from time import monotonic, sleep
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults import invariants
from tests.faults.bench import AskedFor, Bench
from tests.faults.grammar import Reader
from tests.faults.server import BASE, PASSWORD, TOKEN
from tests.faults.terminal import Terminal
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = (
    "\x1b[?1049h\x1b[2J\x1b[3;4H\x1b[0;38;2;1;2;3mZoë 漢字\x1b[K\x1b[?2026l\x1b]22;pointer\x07\r\n"
)
BAD = (
    "\x1b]52;c;cm0=\x07", "\x1b]0;owned\x07", "\x1b[6n", "\x1bPq\x1b\\", "\x9b2J", "\x00", "\x07",
    "\x1b[?1047h", "\x1bc", "\x1b]8;;http://x\x07", "\u202e", "\u200b", "\ud800", "\x1b[5i",
)  # fmt: skip


@given(cuts=st.lists(st.integers(0, len(GOOD.encode()))))
def test_known_output_is_known_however_it_is_cut(cuts: list[int]) -> None:
    reader, data = Reader(), GOOD.encode()
    ends = [*sorted(cuts), len(data)]
    tokens = [
        token
        for start, end in zip([0, *ends], ends, strict=False)
        for token in reader.feed(data[start:end])
    ]
    assert "".join(token.text for token in tokens) == GOOD
    assert not reader.unknown
    assert not reader.rest


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_a_finding(text: str) -> None:
    reader = Reader()
    reader.feed((GOOD + text + GOOD).encode("utf-8", "surrogatepass"))
    assert reader.unknown


TWO_FRAMES = """
import sys
frame = "\\x1b[?2026h\\x1b[2J\\x1b[H{}\\x1b[?2026l"
sys.stdout.write("\\x1b[?7;25h" + frame.format("first") + frame.format("second"))
sys.stdout.flush()
sys.stdin.read()
"""


class TwoFrames(Terminal):
    """A program that has drawn over its first frame before anybody has looked."""

    PROGRAM = ("-c", TWO_FRAMES)


def test_no_frame_is_missed(tmp_path: Path) -> None:
    terminal = TwoFrames([], dict(os.environ), tmp_path)
    try:
        while not terminal.raw.endswith(b"second\x1b[?2026l"):
            sleep(0.01)
            terminal._receive(1)
        terminal.sees("first")
        terminal.sees("second")
    finally:
        terminal.close()


def test_what_a_program_waits_for_a_processor_is_not_its_own() -> None:
    processor = min(os.sched_getaffinity(0))
    code = f"import os; os.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"
    busy = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    try:
        watch = Stopwatch(busy[0].pid)
        at, began, queued_s = monotonic(), watch.now(), watch.queued_s()
        while watch.queued_s() < queued_s + 0.3:
            sleep(0.05)
        own_s = watch.now() - began
        assert own_s <= max(0.0, monotonic() - at - 0.3)
    finally:
        for process in busy:
            process.kill()
            process.wait()


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Bench]:
    """Return a bench without a program; its judges are called by hand."""
    bench = Bench(tmp_path)
    try:
        yield bench
    finally:
        bench.close()


def test_a_read_beyond_the_ration_waits_until_the_fault_is_lifted(quiet: Bench) -> None:
    def read() -> None:
        asked = urllib.request.Request(f"{quiet.server.origin}{BASE}/calls")  # noqa: S310
        asked.add_header("Authorization", f"Basic {TOKEN}")
        urllib.request.urlopen(asked).close()  # noqa: S310

    quiet.server.ration(2)
    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    while sum(reader.is_alive() for reader in readers) > 1:
        sleep(0.01)
    waiting = next(reader for reader in readers if reader.is_alive())
    waiting.join(0.2)
    assert waiting.is_alive()
    quiet.server.lift()
    waiting.join()


def note(bench: Bench, method: str, path: str, audit: bytes = b"") -> None:
    """Let a request come in."""
    request = bench.server.journal.note(method, path, {}, b"")
    request.audit = audit


def line(event: str, action: str, path: str) -> bytes:
    """Return a line of an audit log."""
    return json.dumps({"event": event, "action": action, "method": "PUT", "path": path}).encode()


def test_a_write_without_an_audit_line_is_found(quiet: Bench) -> None:
    before = line("intent", "a", "/calls/1") + b"\n"
    note(quiet, "PUT", "/calls/1", before)
    invariants.check_audit(quiet)
    note(quiet, "PUT", "/calls/1", before)  # a second one on the same line
    with pytest.raises(AssertionError, match="without an audit line"):
        invariants.check_audit(quiet)


def test_a_write_to_somebody_else_is_found(quiet: Bench) -> None:
    quiet.asked_for.append(AskedFor("/calls/1"))
    note(quiet, "PUT", "/calls/1")
    invariants.check_what_was_asked_for(quiet)
    note(quiet, "DELETE", "/calls/2")
    with pytest.raises(AssertionError, match="nobody asked for DELETE /calls/2"):
        invariants.check_what_was_asked_for(quiet)


def test_a_visit_elsewhere_is_found(quiet: Bench) -> None:
    invariants.check_origin(quiet)
    quiet.other.journal.connections = 1
    with pytest.raises(AssertionError):
        invariants.check_origin(quiet)


@pytest.mark.parametrize("secret", [PASSWORD, TOKEN])
def test_a_secret_in_a_file_or_the_process_list_is_found(quiet: Bench, secret: str) -> None:
    invariants.check_secrets(quiet)
    (quiet.home / "crash.log").write_text(f"failed: {secret}")
    with pytest.raises(AssertionError, match=r"crash\.log"):
        invariants.check_secrets(quiet)
    (quiet.home / "crash.log").unlink()
    quiet.command_lines.add(b"confmon\0" + secret.encode())
    with pytest.raises(AssertionError, match="process list"):
        invariants.check_secrets(quiet)


def test_an_error_that_nobody_caught_is_found(quiet: Bench) -> None:
    quiet.state.mkdir(parents=True, exist_ok=True)
    log = quiet.state / "crash-20260101T000000.log"
    log.write_text("LookupError")
    log.chmod(0o600)
    with pytest.raises(AssertionError, match="nobody caught"):
        invariants.check(quiet)
    log.unlink()


def test_the_login_anywhere_but_in_its_header_is_found(quiet: Bench) -> None:
    quiet.server.journal.note("GET", "/calls", {"authorization": f"Basic {TOKEN}"}, b"")
    invariants.check_origin(quiet)
    quiet.server.journal.note("GET", f"/calls?login={PASSWORD}", {}, b"")
    with pytest.raises(AssertionError):
        invariants.check_origin(quiet)
    quiet.server.journal.requests.pop()
    quiet.server.journal.note("GET", "/calls", {"cookie": TOKEN}, b"")
    with pytest.raises(AssertionError):
        invariants.check_origin(quiet)


def test_an_intent_without_its_one_outcome_is_found(quiet: Bench) -> None:
    quiet.state.mkdir(parents=True)
    log = quiet.state / "audit.jsonl"
    quiet.terminals = [cast("Any", SimpleNamespace(pid=7, code=0, close=lambda: None))]
    lines = [
        {"event": event, "action": "a", "pid": 7} for event in ("intent", "outcome", "outcome")
    ]
    for count, holds in ((0, True), (1, False), (2, True), (3, False)):
        log.write_text("".join(json.dumps(line) + "\n" for line in lines[:count]))
        if holds:
            invariants.check_outcomes(quiet)
        else:
            with pytest.raises(AssertionError):
                invariants.check_outcomes(quiet)
    quiet.terminals[0].code = -9  # killed: it could not write one
    log.write_text(json.dumps(lines[0]) + "\n")
    invariants.check_outcomes(quiet)


def test_a_line_that_does_not_say_who_is_found(quiet: Bench) -> None:
    quiet.state.mkdir(parents=True)
    log = quiet.state / "audit.jsonl"
    whole = dict.fromkeys(invariants.WHO | invariants.WHAT["intent"], "x")
    whole |= {"event": "intent", "origin": quiet.server.origin}
    log.write_text(json.dumps(whole) + "\n")
    invariants.check_lines(quiet)
    for spoilt in ({**whole, "target": "x" * 4000}, {**whole, "origin": "http://evil.example"}):
        log.write_text(json.dumps(spoilt) + "\n")
        with pytest.raises(AssertionError):
            invariants.check_lines(quiet)
    for missing in ("user", "tty", "before"):
        log.write_text(json.dumps({k: v for k, v in whole.items() if k != missing}) + "\n")
        with pytest.raises(AssertionError):
            invariants.check_lines(quiet)


def test_a_terminal_left_in_disorder_is_found() -> None:
    def terminal(**facts: Any) -> Any:
        sound = {"modes": {7, 25}, "raw": b"\x1b[?1049h..\x1b[?1049l", "settings_before": [1]}
        return cast("Any", SimpleNamespace(settings=lambda: [1], **{**sound, **facts}))

    invariants.check_given_back(terminal())
    for wrong in ({"modes": {7, 25, 1000}}, {"modes": {7}}, {"settings_before": [2]},
                  {"raw": b"\x1b[?1049h"}):  # fmt: skip
        with pytest.raises(AssertionError):
            invariants.check_given_back(terminal(**wrong))
