"""What must hold after every fault test."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any

from confmon.audit.append_file import LONGEST_LINE
from tests.faults.planted import KEPT_NOWHERE, SECRETS
from tests.faults.server import LOGIN, PASSWORD, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.bench import Bench
    from tests.faults.terminal import Terminal

QUIT_S = 1.0
READS = 3
"""The screen must equal the server after this many complete reads."""
_ALWAYS_ON = {7, 25}
"""Modes that a terminal has on at the start: line wrap, and the cursor shown."""


WHO = frozenset(("time", "event", "action", "user", "sudo_user", "ssh_client", "tty", "host", "pid",
                 "profile", "origin", "via"))  # fmt: skip
WHAT = {
    "intent": frozenset(("verb", "method", "path", "target", "identity", "before", "after")),
    "outcome": frozenset(("method", "path", "target", "result", "status", "latency_ms")),
}


def check(bench: Bench) -> None:
    """Check everything, after the servers work again; every program still running leaves."""
    for terminal in bench.terminals:
        if not terminal.ended():
            bench.note_command_lines(terminal)
            if bench.recovers:
                check_recovery(bench, terminal)
            check_quit(terminal)
        if terminal.master >= 0:
            check_given_back(terminal)
        check_grammar(terminal)
    check_errors(bench)
    check_origin(bench)
    check_audit(bench)
    check_outcomes(bench)
    check_lines(bench)
    check_what_was_asked_for(bench)
    check_secrets(bench)


def check_recovery(bench: Bench, terminal: Terminal) -> None:
    """The screen equals the server after three reads without faults, and three intervals.

    The server answers no fourth read before that, so a busy machine gives no extra time.
    """
    bench.wait_out_toasts(terminal)
    since = bench.server.lift()
    bench.server.ration(READS)
    at, began = monotonic(), terminal.watch.now()
    terminal.type("r")
    bench.agrees(terminal, fresh=False)
    took_s = terminal.watch.now() - began
    reads = [r for r in bench.server.journal.reads("/calls", since) if r.whole]
    took_s -= min((r.at for r in reads), default=at) - at
    allowed_s = READS * bench.options["interval_s"]
    assert took_s <= allowed_s, f"{took_s:.2f} s before the screen was right"
    bench.server.lift()
    bench.agrees(terminal)


def check_quit(terminal: Terminal) -> None:
    """`q` leaves within a second, with 0."""
    took_s = terminal.leaves_on("q")
    assert took_s <= QUIT_S, f"{took_s:.2f} s"
    assert terminal.code == 0, f"ended with {terminal.code}\n{terminal.text()}"


def check_given_back(terminal: Terminal) -> None:
    """The terminal is as it was: main screen, cursor shown, no mouse, the same line settings."""
    assert terminal.modes <= _ALWAYS_ON, f"still on: {terminal.modes - _ALWAYS_ON}"
    assert terminal.settings() == terminal.settings_before
    if b"\x1b[?1049h" in terminal.raw:
        assert terminal.modes == _ALWAYS_ON
        tail = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[0]
        assert b"\x1b[?1049h" in tail


def check_grammar(terminal: Terminal) -> None:
    """Every byte was printable text or a known sequence."""
    assert not terminal.reader.unknown, f"on the terminal: {terminal.reader.unknown[:5]!r}"
    whole = (
        terminal.master < 0 or not terminal.reader.rest
    )  # the rest of a line that is gone is gone, too
    assert whole, f"cut short: {terminal.reader.rest!r}"


def check_errors(bench: Bench) -> None:
    """Nothing failed that nobody awaits, such as a task, a timer or a callback."""
    if bench.has_bugs:
        return
    for log in bench.home.rglob("crash-*.log"):
        raise AssertionError(f"an error that nobody caught:\n{log.read_text()}")
    for terminal in bench.terminals:
        assert b"internal error" not in terminal.raw, f"on the terminal:\n{terminal.text()}"


def check_origin(bench: Bench) -> None:
    """Only the configured origin got the login; the other one got nothing at all."""
    if not bench.reached_other:
        assert bench.other.journal.connections == 0, bench.other.journal.requests
    assert not any("authorization" in request.headers for request in bench.other.journal.requests)
    strays = {
        r.path
        for r in bench.server.journal.requests
        if not r.path.startswith(("/calls", "/meetings"))
    }
    assert not strays
    given = f"{LOGIN}:{bench.password_file.read_text().strip()}"
    login = f"Basic {b64encode(given.encode()).decode()}"
    for request in bench.server.journal.requests:
        rest = [request.path, *request.query.values(), request.body.decode("utf-8", "replace")]
        rest += [text for name, text in request.headers.items() if name != "authorization"]
        assert not any(secret in text for secret in (PASSWORD, TOKEN) for text in rest), request
        assert request.headers.get("authorization", login) == login


def check_audit(bench: Bench) -> None:
    """Each PUT and DELETE was in the audit log when it reached the server.

    No request has the action's id, so method and path identify it: the n-th such request needs n
    intents with this method and path in the log at that moment.
    """
    lines = list(entries(bench.audit()))
    intents = [line for line in lines if line["event"] == "intent"]
    assert len({line["action"] for line in intents}) == len(intents)
    sent: Counter[tuple[str, str]] = Counter()
    for request in bench.server.journal.writes():
        what = (request.method, request.path)
        sent[what] += 1
        written = [
            line
            for line in entries(request.audit)
            if line["event"] == "intent" and (line["method"], line["path"]) == what
        ]
        assert len(written) >= sent[what], f"{what} came in without an audit line"


CORRECTIONS = ("applied late", "seen late", "changed back by another")
UNSENT = "nothing was sent"


def check_outcomes(bench: Bench) -> None:
    """Each intent has one outcome, unless the program was killed or crashed.

    A later read may correct it with a second outcome that says so. What is refused before it is
    sent has an outcome alone.
    """
    ended = {terminal.pid for terminal in bench.terminals if terminal.code not in (-9, 70)}
    lines = [
        line
        for line in entries(bench.audit())
        if line.get("pid") in ended and not line.get("detail", "").endswith((*CORRECTIONS, UNSENT))
    ]
    events = {
        event: Counter((line["pid"], line["action"]) for line in lines if line["event"] == event)
        for event in ("intent", "outcome")
    }
    assert events["intent"] == events["outcome"]


def check_lines(bench: Bench) -> None:
    """Each line of the audit log has who, where and what, and fits into one write."""
    for raw in bench.audit().splitlines(keepends=True):
        assert len(raw) < LONGEST_LINE
        assert raw.isascii()
    for line in entries(bench.audit()):
        assert line.keys() >= WHO | (WHAT.get(line["event"], frozenset()))
        assert line["origin"] == bench.server.origin


def entries(log: bytes) -> Iterator[dict[str, Any]]:
    """Yield the lines of an audit log, without a last one that is not complete yet."""
    for line in log[: log.rfind(b"\n") + 1].splitlines():
        yield json.loads(line)


def check_what_was_asked_for(bench: Bench) -> None:
    """Each PUT and DELETE has a target that was under the cursor at a key press before it."""
    left = list(bench.asked_for)
    for request in bench.server.journal.writes():
        wanted = next((w for w in left if request.path in w.paths and w.at <= request.at), None)
        assert wanted is not None, f"nobody asked for {request.method} {request.path}"


def check_secrets(bench: Bench) -> None:
    """No secret on a terminal, in a file, in the process list."""
    for terminal in bench.terminals:
        assert not terminal.leaked, f"on the screen: {terminal.leaked}"
    for secret in SECRETS:
        raw = secret.encode()
        for terminal in bench.terminals:
            assert raw not in terminal.raw, f"{secret} on the terminal"
        assert not any(raw in line for line in bench.command_lines), f"{secret} in the process list"
    given = {bench.password_file, bench.config}
    for path in bench.home.rglob("*"):
        if path.is_file() and path not in given:
            held = path.read_bytes()
            for secret in KEPT_NOWHERE if path.name.startswith("history-") else SECRETS:
                assert secret.encode() not in held, f"{secret} in {path}"
            assert not path.stat().st_mode & 0o077, f"{path} can be read by others"
