"""`[alerts]` and the places of audit copies in the configuration, and `confmon alerts test`."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_UNIX, SOCK_DGRAM
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from confmon.cli import main
from confmon.process import exits, paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Served

PROFILE = "[profiles.p]\nbase_url = 'https://bridge.example/v1'\nlogin = 'x'\n"


class Server:
    """Keeps what is posted, and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.posts: list[tuple[str, str | None, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.posts.append((self.path, self.headers["Authorization"], json.loads(body)))
                self.send_response(server.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    served = Server()
    thread = threading.Thread(target=served.http.serve_forever, args=(0.01,))
    thread.start()
    yield served
    served.http.shutdown()
    thread.join()
    served.http.server_close()


def test_a_test_signal_reaches_both(
    config_file: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    token = config_file.parent / "hook.token"
    token.write_text("abc.def\n")
    token.chmod(0o600)
    config_file.write_text(
        f"{PROFILE}[alerts]\nalertmanager = '{server.url}'\n"
        f"alertmanager_token_command = ['echo', 'xyz']\n"
        f"webhook = '{server.url}/hook/x9'\nwebhook_token_file = 'hook.token'\n"
    )
    assert main(["alerts", "test"]) == exits.OK
    place = server.url.removeprefix("http://")
    assert capsys.readouterr().out.splitlines() == [
        f"Alertmanager {place}: accepted", f"webhook {place}: accepted",
    ]  # fmt: skip
    [(path, bearer, [alert]), (hook, other, body)] = server.posts
    assert (path, bearer) == ("/api/v2/alerts", "Bearer xyz")
    assert alert["labels"]["alertname"] == "ConfmonTest"
    assert alert["labels"]["instance"] == "bridge.example"
    assert (hook, other) == ("/hook/x9", "Bearer abc.def")
    assert (body["status"], body["signals"][0]["rule"]) == ("firing", "test")


def test_what_a_receiver_answers_is_the_exit_code(
    config_file: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(f"{PROFILE}[alerts]\nwebhook = '{server.url}/hook/x9'\n")
    for status, code in ((401, exits.AUTH), (500, exits.DOWN), (404, exits.NOT_PROVED)):
        server.status = status
        assert main(["alerts", "test"]) == code
        out = capsys.readouterr().out
        assert f"({status})" in out
        assert "x9" not in out


def test_without_a_receiver_there_is_nothing_to_test(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(PROFILE)
    assert main(["alerts", "test"]) == exits.CONFIG
    assert "names neither" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("alertmanager = 'http://alerts.example'", "must be https"),
        ("alertmanager = 'https://ann:x@alerts.example'", "must not carry a login"),
        ("webhook = 'http://hooks.example/x'", "must be https"),
        ("webhook = 'https://hooks.example/a/../b'", "with dots alone"),
        ("webhook = 'https://hooks.example/x?token=1'", "without ?"),
        ("rules = ['alon']", "did you mean alone?"),
        ("severity = 'green'", "must be one of amber, red"),
        ("webhok = 'https://a.example'", "did you mean webhook?"),
        ("ca_file = 'nowhere.pem'", "there is no file"),
        ("webhook_token_file = 'a'\nwebhook_token_command = ['b']", "keep one"),
    ],
)
def test_a_wrong_setting_is_a_complaint(
    config_file: Path, capsys: pytest.CaptureFixture[str], text: str, what: str
) -> None:
    config_file.write_text(f"{PROFILE}[alerts]\n{text}\n")
    assert main(["config", "validate"]) == exits.CONFIG
    err = capsys.readouterr().err
    assert what in err
    assert ": alerts." in err


@pytest.mark.parametrize(
    ("place", "is_right"),
    [
        ("unix:/dev/log", True), ("udp://logs.example", True), ("tcp://[::1]:601", True),
        ("udp://logs.example:514/", True), ("/dev/log", False), ("unix:dev/log", False),
        ("tls://logs.example", False), ("tcp://logs.example/x", False), ("tcp://", False),
        ("udp://a:b@logs.example", False), ("udp://logs.example:0", False),
        ("unix://host/dev/log", False),
    ],
)  # fmt: skip
def test_places_of_syslog(config_file: Path, *, place: str, is_right: bool) -> None:
    config_file.write_text(f"{PROFILE}audit_syslog = '{place}'\n")
    assert (main(["config", "validate"]) == exits.OK) is is_right


@pytest.mark.parametrize(
    ("mode", "text", "why"),
    [
        (0o644, "abc", "others can read it"),
        (0o600, "two words", "no Bearer token"),
        (0o600, "", "no password in its first line"),
    ],
)
def test_a_token_file_is_private_and_has_a_token(
    config_file: Path, capsys: pytest.CaptureFixture[str], mode: int, text: str, why: str
) -> None:
    token = config_file.parent / "t"
    token.write_text(text)
    token.chmod(mode)
    config_file.write_text(
        f"{PROFILE}[alerts]\nwebhook = 'https://h.example/x'\nwebhook_token_file = 't'\n"
    )
    assert main(["alerts", "test"]) == exits.CONFIG
    err = capsys.readouterr().err
    assert why in err
    assert "alerts.webhook_token_file" in err
    assert "two words" not in err


def test_a_command_that_prints_no_token_names_its_setting(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(
        f"{PROFILE}[alerts]\nwebhook = 'https://h.example/x'\nwebhook_token_command = ['false']\n"
    )
    assert main(["alerts", "test"]) == exits.CONFIG
    assert "alerts.webhook_token_command false: ended with 1" in capsys.readouterr().err


def test_the_path_of_a_webhook_is_not_shown(
    config_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.write_text(f"{PROFILE}[alerts]\nwebhook = 'https://h.example/T0/x9'\n")
    assert main(["config", "show"]) == exits.OK
    out = capsys.readouterr().out
    assert 'webhook = "https://h.example/…"' in out
    assert "x9" not in out


def test_a_verb_sends_copies_of_its_lines_and_ends_where_nobody_takes_them(
    config_file: Path, served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    [caller] = served.callers(1)
    with TemporaryDirectory(prefix="c") as folder, socket.socket(AF_UNIX, SOCK_DGRAM) as taking:
        path = f"{folder}/log"
        config_file.write_text(f"{PROFILE}audit_syslog = 'unix:{path}'\n")
        assert main(["mute", str(caller.id)]) == exits.OK
        assert capsys.readouterr().err.count("audit lines do not reach syslog unix:") == 1
        taking.bind(path)
        taking.settimeout(10)
        assert main(["unmute", str(caller.id)]) == exits.OK
        intent, outcome = taking.recv(65536), taking.recv(65536)
    assert b' verb="unmute"' in intent
    assert b' outcome="done"' in outcome
    assert "reach" not in capsys.readouterr().err
    [*_, line] = (paths.audit_log()).read_text().splitlines()
    assert json.loads(line)["result"] == "done"
