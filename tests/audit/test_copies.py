"""Audit lines for journald and syslog: over real sockets, and never in the way of an action."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confmon.audit.copies import copies as copies_module
from confmon.audit.copies.copies import WAITING, Copies, Copy, open_copies
from confmon.audit.copies.journald import journal_datagram
from confmon.audit.copies.receivers import LocalSocket, TcpHost, UdpHost, open_place
from confmon.audit.copies.syslog import syslog_message
from confmon.audit.log import AuditLog, fit_line
from confmon.monitor.actions.action import Outcome, Result
from tests.audit.test_audit_log import WHEN, action

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with a short path: that of a socket has at most 107 bytes."""
    with TemporaryDirectory(prefix="c") as name:
        yield Path(name)


def listening(path: Path) -> socket.socket:
    found = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    found.bind(str(path))
    found.settimeout(10)
    return found


def log(folder: Path, *copies: Copy) -> AuditLog:
    copy = Copies(copies).send
    return AuditLog(
        folder / "audit.jsonl", "prod", "https://bridge.example", "cli", lambda: WHEN, copy=copy
    )


def fields_of(datagram: bytes) -> dict[str, str]:
    """Read a datagram as journald does."""
    found = {}
    while datagram:
        line, _, rest = datagram.partition(b"\n")
        name, sign, value = line.partition(b"=")
        if not sign:
            size = int.from_bytes(rest[:8], "little")
            value, end, datagram = rest[8 : 8 + size], rest[8 + size :][:1], rest[9 + size :]
            assert end == b"\n"
        else:
            datagram = rest
        assert re.fullmatch(rb"[A-Z][A-Z0-9_]{0,63}", name)
        found[name.decode()] = value.decode()
    return found


STRUCTURED = re.compile(
    r"<(?P<pri>\d+)>1 (?P<time>\S+) (?P<host>\S+) (?P<app>\S+) (?P<pid>\S+) (?P<id>\S+) "
    r'\[confmon@32473(?P<data>(?: [!-~]+?="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(?P<text>.*)'
)


def parts_of(message: bytes) -> tuple[dict[str, str], dict[str, str]]:
    """Read a message by RFC 5424: its parts, and its structured data unescaped."""
    found = STRUCTURED.fullmatch(message.decode())
    assert found, message
    data = {
        name: re.sub(r'\\(["\\\]])', r"\1", value)
        for name, value in re.findall(r' ([!-~]+?)="((?:[^"\\\]]|\\["\\\]])*)"', found["data"])
    }
    return found.groupdict(), data


def test_journald_gets_the_fields_of_a_line(folder: Path) -> None:
    with closing(listening(folder / "j")) as journal:
        notices: list[str] = []
        copy = Copy("journald", journal_datagram, LocalSocket(str(folder / "j")), notices.append)
        audit = log(folder, copy)
        audit.intent(action())
        audit.outcome(action(), Result(outcome=Outcome.NOT_APPLIED, detail="no", status=200))
        intent, outcome = (fields_of(journal.recv(65536)) for _ in range(2))
        copy.close()
    assert intent["SYSLOG_IDENTIFIER"] == "confmon"
    assert (intent["PRIORITY"], outcome["PRIORITY"]) == ("6", "4")
    assert (intent["CONFMON_VERB"], intent["CONFMON_MEETING"]) == ("mute", "300")
    assert json.loads(intent["CONFMON_AFTER"]) == {"muteMode": 2}
    assert (outcome["CONFMON_OUTCOME"], outcome["CONFMON_STATUS"]) == ("not applied", "200")
    assert outcome["MESSAGE"].startswith("mute Jane +…5319 in meeting 300: not applied, no (")
    assert not notices


def test_a_value_with_a_newline_is_sent_with_its_length() -> None:
    datagram = journal_datagram({"event": "outcome", "detail": "one\nPRIORITY=0\ntwo"})
    found = fields_of(datagram)
    assert found["CONFMON_DETAIL"] == "one\nPRIORITY=0\ntwo"
    assert found["PRIORITY"] == "4"
    assert "\n" not in found["MESSAGE"]


def test_syslog_gets_a_message_of_rfc_5424(folder: Path) -> None:
    with closing(listening(folder / "s")) as server:
        copy = Copy("s", syslog_message, open_place(f"unix:{folder}/s"), print)
        log(folder, copy).intent(action(label='Jos\u00e9 "the [boss]" \\o/'))
        head, data = parts_of(server.recv(65536))
        copy.close()
    assert (head["pri"], head["app"], head["id"]) == ("86", "confmon", "intent")
    assert head["time"] == "2024-05-06T07:08:09.120Z"
    assert data["target"] == 'Jos\u00e9 "the [boss]" \\o/'
    assert (data["verb"], data["meeting"]) == ("mute", "300")
    assert head["text"].startswith('mute Jos\u00e9 "the [boss]" \\o/ in meeting 300: about to be')


@given(st.text(max_size=3000), st.text(max_size=3000), st.dictionaries(st.text(), st.text()))
def test_whatever_is_in_a_line_is_one_message(
    target: str, detail: str, after: dict[str, str]
) -> None:
    try:
        entry = json.loads(fit_line({
            "time": "2024-05-06T07:08:09.120Z", "event": "outcome", "verb": "name",
            "target": target, "detail": detail, "after": after, "host": "h", "pid": 7,
        }))  # fmt: skip
    except OSError:
        return
    message = syslog_message(entry)
    head, data = parts_of(message)
    assert head["pid"] == "7"
    assert data.keys() >= {"verb", "after"}
    assert b"\n" not in message
    assert len(message) < 16384
    found = fields_of(journal_datagram(entry))
    assert found["CONFMON_VERB"] == "name"
    assert json.loads(found["CONFMON_AFTER"]).keys() == entry["after"].keys()


def test_no_secret_and_no_number_leaves_that_the_file_has_not(folder: Path) -> None:
    sent: list[bytes] = []
    copy = copies_module.Copy("s", syslog_message, Heard(sent), print)
    log(folder, copy).intent(action(change={"accessCode": "998877"}, label="Jane +15162065319"))
    assert b"998877" not in sent[0]
    assert b"15162065319" not in sent[0]


class Heard:
    """A receiver that keeps what it is sent; it fails as long as a test wants that."""

    is_local = True

    def __init__(self, sent: list[bytes]) -> None:
        self.sent = sent
        self.fails = False

    def send(self, message: bytes) -> None:
        if self.fails:
            raise ConnectionRefusedError(111, "Connection refused")
        self.sent.append(message)

    def close(self) -> None:
        pass


def test_a_failure_is_shown_once_and_never_an_error(folder: Path) -> None:
    notices: list[str] = []
    heard = Heard([])
    copy = Copy("journald", journal_datagram, heard, notices.append)
    audit = log(folder, copy)
    heard.fails = True
    audit.intent(action())
    audit.intent(action())
    heard.fails = False
    audit.intent(action())
    assert notices == [
        "audit lines do not reach journald: Connection refused; the file has them",
        "audit lines reach journald again; 2 lines did not",
    ]
    assert len((folder / "audit.jsonl").read_text().splitlines()) == 3
    assert len(heard.sent) == 1


def test_a_socket_that_nobody_reads_takes_no_time(folder: Path) -> None:
    notices: list[str] = []
    with closing(listening(folder / "full")):
        copy = Copy("s", syslog_message, LocalSocket(str(folder / "full")), notices.append)
        for _ in range(2000):
            copy.send({"event": "intent"})
        copy.close()
    assert copy.dropped
    assert len(notices) == 1


def test_what_listens_anew_gets_the_next_line(folder: Path) -> None:
    notices: list[str] = []
    copy = Copy("s", syslog_message, LocalSocket(str(folder / "s")), notices.append)
    copy.send({"event": "intent"})
    with closing(listening(folder / "s")) as server:
        copy.send({"event": "outcome"})
        assert b" outcome [" in server.recv(65536)
    (folder / "s").unlink()
    with closing(listening(folder / "s")) as server:
        copy.send({"event": "noticed"})
        assert b" noticed [" in server.recv(65536)
    copy.close()
    assert len(notices) == 2


def test_udp_carries_a_line(folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        found = open_copies(
            journald=False, syslog=f"udp://127.0.0.1:{server.getsockname()[1]}", say=print
        )
        found.send(fit_line({"event": "intent", "verb": "mute"}))
        head, data = parts_of(server.recv(65536))
        found.close()
    assert head["id"] == "intent"
    assert data["verb"] == "mute"


def counted(stream: Any) -> bytes:
    """Read one message with its length before it."""
    size = b""
    while (sign := stream.read(1)) != b" ":
        size += sign
    found: bytes = stream.read(int(size))
    return found


def test_tcp_counts_its_octets_and_connects_anew_where_it_was_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        host = TcpHost("127.0.0.1", server.getsockname()[1])
        host.send("one \u00e4\n".encode())
        first, _ = server.accept()
        with first, first.makefile("rb") as stream:
            assert counted(stream) == "one \u00e4\n".encode()
            host.send(b"two")
            assert counted(stream) == b"two"
        host.send(b"three")
        second, _ = server.accept()
        with second, second.makefile("rb") as stream:
            assert counted(stream) == b"three"
        host.close()


def test_lines_wait_for_a_host_and_the_oldest_are_dropped() -> None:
    held = threading.Event()
    sent: list[bytes] = []

    class Slow(Heard):
        is_local = False

        def send(self, message: bytes) -> None:
            held.wait(10)
            super().send(message)

    notices: list[str] = []
    copy = Copy("syslog", lambda entry: b"%d" % entry["n"], Slow(sent), notices.append)
    for number in range(WAITING + 5):
        copy.send({"n": number})
    held.set()
    copy.close(10)
    assert copy.dropped in (5, 6)  # the first may be with the host already
    assert sent[-1] == b"%d" % (WAITING + 4)
    assert len(sent) >= WAITING


def test_the_end_does_not_wait_for_a_host_that_is_not_there() -> None:
    heard = Heard([])
    heard.is_local, heard.fails = False, True
    notices: list[str] = []
    copy = Copy("syslog", syslog_message, heard, notices.append)
    copy.send({"event": "intent"})
    copy.close(10)
    assert copy._thread is not None
    assert not copy._thread.is_alive()
    assert notices == ["audit lines do not reach syslog: Connection refused; the file has them"]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("unix:/dev/log", LocalSocket("/dev/log")),
        ("udp://logs.example", UdpHost("logs.example", 514)),
        ("tcp://logs.example:6514", TcpHost("logs.example", 6514)),
        ("tcp://[::1]", TcpHost("::1", 601)),
    ],
)
def test_places(url: str, place: LocalSocket | UdpHost | TcpHost) -> None:
    assert open_place(url) == place
