"""`confmon login` and `logout` on a terminal of their own, against a small service."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.config.credentials import credentials_file
from confmon.config.credentials.secret import Account, Secret
from confmon.process import exits, paths
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Served

LIMIT_S = PATIENCE_S
PASSWORD = "hünter2"
PROMPT = b"/v1: "


class Door(ThreadingHTTPServer):
    """A service that lets one login in. `asked` has every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Door

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        wanted = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
        known = self.headers["Authorization"] == f"Basic {wanted}"
        body = json.dumps({"meetings": [], "total": 0} if known else {"errors": []}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    server = Door()
    monkeypatch.setenv("CONFMON_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("CONFMON_LOGIN", "ann")
    yield server
    server.shutdown()
    server.server_close()


def on_a_terminal(
    argv: list[str], *steps: tuple[bytes, str | signal.Signals]
) -> tuple[int, str, bool]:
    """Run confmon; at each marker, in this order, type a text or send a signal.

    Returns the exit code, all that was shown, and whether the terminal echoes again.
    """
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "confmon", *argv], stdin=inner, stdout=inner, stderr=inner,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  a bare call
    )  # fmt: skip
    seen, left, until = b"", list(steps), time.monotonic() + LIMIT_S
    at = 0
    while process.poll() is None or select.select([terminal], [], [], 0)[0]:
        assert time.monotonic() < until, seen
        if select.select([terminal], [], [], 0.05)[0]:
            seen += os.read(terminal, 65536)
        if left and left[0][0] in seen[at:]:
            marker, act = left.pop(0)
            at = seen.index(marker, at) + len(marker)
            if isinstance(act, str):
                os.write(terminal, act.encode(errors="surrogateescape"))
            else:
                process.send_signal(act)
    echoes = bool(termios.tcgetattr(inner)[3] & termios.ECHO)
    os.close(inner)
    os.close(terminal)
    return process.returncode, seen.decode(errors="replace"), echoes


def account(door: Door) -> Account:
    return Account(f"http://127.0.0.1:{door.server_port}", "ann")


def test_it_asks_checks_with_one_request_stores_and_forgets(
    door: Door, capfd: pytest.CaptureFixture[str]
) -> None:
    code, seen, echoes = on_a_terminal(["login"], (PROMPT, PASSWORD + "\n"))
    assert (code, echoes) == (exits.OK, True)
    assert PASSWORD not in seen
    assert str(paths.credentials_file()) in seen
    assert len(door.asked) == 1

    assert main(["meetings", "-o", "json"]) == exits.OK  # without a terminal, and nothing is asked
    assert main(["config", "show"]) == exits.OK
    out, err = capfd.readouterr()
    assert "# password from: confmon login" in out
    assert PASSWORD not in out + err

    assert main(["logout"]) == exits.OK
    assert credentials_file.find(account(door)) is None
    assert main(["logout"]) == exits.OK
    assert "no password of ann" in capfd.readouterr().err
    assert main(["meetings"]) == exits.CONFIG


def test_a_refused_password_is_not_stored(door: Door) -> None:
    code, seen, _ = on_a_terminal(["login"], (PROMPT, "wrong\n"))
    assert code == exits.AUTH
    assert "nothing was stored" in seen
    assert "portal" in seen
    assert "--no-check" not in seen
    assert not paths.credentials_file().exists()
    assert len(door.asked) == 1


def test_without_a_service_only_no_check_stores(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_BASE_URL", "http://127.0.0.1:9/v1")
    code, seen, _ = on_a_terminal(["login"], (PROMPT, "hunter2\n"))
    assert code == exits.DOWN
    assert "--no-check" in seen
    assert not paths.credentials_file().exists()
    code, _, _ = on_a_terminal(["login", "--no-check"], (PROMPT, "hunter2\n"))
    assert code == exits.OK
    kept = credentials_file.find(Account("http://127.0.0.1:9", "ann"))
    assert kept is not None
    assert kept.reveal() == "hunter2"
    assert door.asked == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=str)
def test_a_signal_at_the_prompt_gives_the_echo_back(door: Door, number: signal.Signals) -> None:
    code, _, echoes = on_a_terminal(["login"], (PROMPT, number))
    assert (code, echoes) == (128 + number, True)
    assert door.asked == []


@pytest.mark.parametrize("typed", ["h\udcfcnter2\n", "hunter\x012\n"])
def test_what_cannot_be_sent_is_asked_for_again(
    door: Door, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code, seen, echoes = on_a_terminal(["login"], (PROMPT, typed), (PROMPT, PASSWORD + "\n"))
    assert (code, echoes) == (exits.OK, True)
    assert "type it again" in seen
    assert len(door.asked) == 1
    code, seen, echoes = on_a_terminal(["login"], *[(PROMPT, typed)] * 3)
    assert (code, echoes) == (exits.CONFIG, True)
    assert "no password was typed that can be sent" in seen
    assert len(door.asked) == 1


def test_an_answer_that_is_no_text_is_no_yes(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    [call] = served.callers(1)
    code, seen, _ = on_a_terminal(["drop", str(call.id)], (b"Type y: ", "\udce9y\n"))
    assert code == exits.USAGE
    assert "not confirmed; nothing was sent" in seen
    assert call.id in served.world.calls


def test_without_a_terminal_it_says_what_else_there_is(
    door: Door, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["login"]) == exits.USAGE
    assert "password_file" in capfd.readouterr().err
    assert door.asked == []


def test_a_variable_works_at_a_terminal_without_a_prompt(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFMON_PASSWORD", PASSWORD)
    code, seen, _ = on_a_terminal(["meetings", "-o", "json"])
    assert code == exits.OK
    assert seen.splitlines()[1:] == ["[]"]
    assert len(door.asked) == 1


def test_a_command_may_ask_at_the_terminal(door: Door, config_file: Path) -> None:
    ask = "stty -echo; printf 'PIN? ' > /dev/tty; read pin < /dev/tty; echo h${pin}nter2"
    config_file.write_text(
        f'[profiles.p]\nbase_url = "http://127.0.0.1:{door.server_port}/v1"\nlogin = "ann"\n'
        f'credentials_command = ["sh", "-c", "{ask}"]\n'
    )
    code, seen, echoes = on_a_terminal(["meetings", "-o", "json"], (b"PIN? ", "ü\n"))
    assert (code, echoes) == (exits.OK, True)
    assert "ünter2" not in seen
    assert seen.endswith("[]\r\n")


def test_a_real_keyring_takes_the_place_of_the_file(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(RING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("STUB_RING", str(tmp_path / "ring"))
    credentials_file.store(account(door), Secret("old"))  # it would come first
    code, seen, _ = on_a_terminal(["login"], (PROMPT, PASSWORD + "\n"))
    assert code == exits.OK
    assert "is in the keyring" in seen
    assert credentials_file.find(account(door)) is None
    code, seen, _ = on_a_terminal(["meetings", "-o", "json"])
    assert (code, seen.strip()) == (exits.OK, "[]")
    code, seen, _ = on_a_terminal(["logout"])
    assert code == exits.OK
    assert "no longer in the keyring" in seen
    assert (tmp_path / "ring").read_text() == ""


RING = """
import os, pathlib
class Ring:
    priority = 5
    path = pathlib.Path(os.environ["STUB_RING"])
    def get_password(self, service, name):
        return self.path.read_text() if self.path.exists() else None
    def set_password(self, service, name, text):
        self.path.write_text(text)
    def delete_password(self, service, name):
        self.path.write_text("")
def get_keyring():
    return Ring()
"""


def test_the_mediators_password_is_one_of_its_own(
    door: Door, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{door.server_port}/mediator/v1"
    monkeypatch.setenv("CONFMON_MEDIATOR_BASE_URL", url)
    monkeypatch.setenv("CONFMON_MEDIATOR_LOGIN", "max")
    code, shown, _ = on_a_terminal(["login", "--mediator"], (PROMPT, f"{PASSWORD}\n"))
    assert code == exits.AUTH  # the small service lets ann in, not max
    assert door.asked == ["/mediator/v1/dids?limit=1"]
    assert PASSWORD not in shown
    code, _, _ = on_a_terminal(["login", "--mediator", "--no-check"], (PROMPT, f"{PASSWORD}\n"))
    assert code == exits.OK
    origin = f"http://127.0.0.1:{door.server_port}"
    kept = credentials_file.find(Account(origin, "max"))
    assert kept is not None
    assert kept.reveal() == PASSWORD
    assert credentials_file.find(Account(origin, "ann")) is None
    assert main(["logout", "--mediator"]) == exits.OK
    assert credentials_file.find(Account(origin, "max")) is None
