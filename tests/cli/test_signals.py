"""A verb that a signal ends between its request and its answer, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.process import exits, paths
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = PATIENCE_S
CALL = {
    "id": 1, "created": 11, "role": 2, "muteMode": 0, "holdMode": 0, "customName": "Jane",
    "meetingNumber": 1,
}  # fmt: skip
"""It will do for a meeting and a room as well."""


class Silent(ThreadingHTTPServer):
    """A bridge of one call that takes a PUT and does not answer it, or refuses it once `over`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = threading.Event()
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Silent

    def do_GET(self) -> None:
        self._answer(200, CALL)

    def do_PUT(self) -> None:
        self.server.asked.set()
        self.server.over.wait(LIMIT_S)
        self._answer(400, {"errors": []})

    def _answer(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        with contextlib.suppress(OSError):  # whoever asked may be gone
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    server = Silent()
    password = tmp_path / "password"
    password.write_text("hunter2\n")
    password.chmod(0o600)
    monkeypatch.setenv("CONFMON_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    monkeypatch.setenv("CONFMON_PASSWORD_FILE", str(password))
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def started(*argv: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "confmon", *argv], stderr=subprocess.PIPE)


def audited() -> list[dict[str, Any]]:
    return [json.loads(line) for line in paths.audit_log().read_text().splitlines()]


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT], ids=str
)
def test_it_says_unknown_and_ends_with_the_signals_code(
    number: signal.Signals, bridge: Silent
) -> None:
    process = started("mute", "1")
    assert bridge.asked.wait(LIMIT_S)
    process.send_signal(number)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 128 + number
    assert b"interrupted" in err
    assert b"Traceback" not in err
    intent, outcome = audited()
    assert (intent["event"], outcome["event"]) == ("intent", "outcome")
    assert intent["action"] == outcome["action"]
    assert (outcome["result"], outcome["status"]) == ("unknown", None)


@pytest.mark.parametrize("argv", [["room", "update", "1", "--description", "x"], ["poll", "1"]])
def test_a_change_in_the_directory_does_so_too(argv: list[str], bridge: Silent) -> None:
    process = started(*argv)
    assert bridge.asked.wait(LIMIT_S)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 128 + signal.SIGTERM
    assert b"interrupted" in err
    assert b"Traceback" not in err
    intent, outcome = audited()
    assert intent["action"] == outcome["action"]
    assert (outcome["result"], outcome["status"]) == ("unknown", None)


def test_what_kill_leaves_open_the_next_verb_tells(
    bridge: Silent, capfd: pytest.CaptureFixture[str]
) -> None:
    process = started("mute", "1")
    assert bridge.asked.wait(LIMIT_S)
    process.kill()
    process.communicate(timeout=LIMIT_S)
    assert [line["event"] for line in audited()] == ["intent"]
    bridge.over.set()
    assert main(["mute", "1"]) == exits.NOT_PROVED
    first, *_ = capfd.readouterr().err.splitlines()
    assert first.startswith("confmon: 1 action has no outcome in the audit log (mute Jane, ")


def test_a_log_that_cannot_be_written_sends_nothing_and_lists_go_on(
    bridge: Silent, capfd: pytest.CaptureFixture[str]
) -> None:
    path = paths.audit_log()
    path.parent.mkdir(parents=True)
    for kind in ("folder", "link", "pipe"):
        if kind == "folder":
            path.mkdir()
        elif kind == "link":
            path.symlink_to("/dev/full")
        else:
            os.mkfifo(path)
        assert main(["mute", "1"]) == exits.NOT_PROVED
        assert main(["audit"]) == exits.CONFIG
        err = capfd.readouterr().err
        assert "the audit log can't be written" in err
        assert "not sent" in err
        path.rmdir() if path.is_dir() else path.unlink()
    assert not bridge.asked.is_set()
