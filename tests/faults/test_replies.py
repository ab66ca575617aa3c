"""Replies that are no replies: cut, broken, packed wrongly, from somebody else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.replies import (
    HTML,
    NEVER_SHOWN,
    bomb,
    claimed_to_be,
    cut,
    empty,
    half_packed,
    html,
    raw,
    recoded,
    reset_at,
    saying,
    wrong_length,
)
from tests.faults.test_network import key_answer_s

if TYPE_CHECKING:
    from tests.faults.bench import Bench

MARKED = NEVER_SHOWN.encode()
FAULTS = {
    "cut in the status line": cut(7),
    "cut in the headers": cut(40),
    "cut after the headers": cut(80),
    "cut in the body": cut(900),
    "cut before the last byte": cut(-1),
    "reset at once": reset_at(0),
    "reset in the body": reset_at(900),
    "reset before the last byte": reset_at(-1),
    "longer than it says": wrong_length(-40),
    "shorter than it says": wrong_length(+40),
    "not HTTP": raw(b"220 smtp.example ESMTP " + MARKED + b"\r\n"),
    "binary": raw(bytes(range(256)) * 8),
    "a status nobody knows": saying(799, MARKED),
    "not JSON": saying(200, b"OK " + MARKED),
    "half a JSON": saying(200, b'{"calls": [{"id": 1, "customName": "' + MARKED),
    "JSON of another kind": saying(200, b'"' + MARKED + b'"'),
    "no list in it": saying(200, b'{"calls": {"' + MARKED + b'": 1}}'),
    "empty 200": empty,
    "HTML from a proxy": html,
    "HTML as JSON": saying(200, HTML),
    "UTF-16": recoded("utf-16"),
    "not UTF-8": saying(200, b'{"calls": [{"id": 1, "customName": "\xff\xfe' + MARKED + b'"}]}'),
    "plain, claimed to be gzip": claimed_to_be("gzip"),
    "plain, claimed to be br": claimed_to_be("br"),
    "gzip cut short": half_packed,
}


def test_a_broken_reply_is_dropped_whole(bench: Bench) -> None:
    terminal = bench.open_board()
    was = bench.shown(terminal)
    reported: dict[str, str] = {}
    bench.server.fault(html, path="calls")
    for count in (1, 2, 3):
        terminal.until(lambda: failed(terminal.text()) >= count, what=f"{count} failed")  # noqa: B023
        terminal.type("r")
    for name, talk in FAULTS.items():
        since = len(bench.server.journal.requests)
        bench.server.fault(talk, path="calls")
        terminal.type("r")
        terminal.until(
            lambda: bench.server.journal.finished("/calls", since) >= 2,  # noqa: B023
            what=f"two broken replies: {name}",
        )
        terminal.sees("showing data")
        bench.still_shows(terminal, was)
        assert not terminal.shows(NEVER_SHOWN), name
        reported[name] = terminal.text().splitlines()[2]
        bench.server.lift()
        terminal.type("r")
        terminal.loses("showing data")
    assert NEVER_SHOWN.encode() not in terminal.raw
    for name, banner in reported.items():
        assert bench.place in banner or "reply" in banner or "JSON" in banner, (name, banner)


def failed(text: str) -> int:
    """Return how many reads have failed, by the banner."""
    found = re.search(r"(\d+) failed", text)
    return int(found[1]) if found else 0


def test_a_bomb_is_cut_at_16_mib(bench: Bench) -> None:
    terminal = bench.open_board()
    was = bench.shown(terminal)
    before = memory_mib(terminal.process.pid)
    bench.server.fault(bomb(), path="calls")
    terminal.type("r")
    terminal.sees("the reply is longer than 16 MiB", "showing data")
    bench.still_shows(terminal, was)
    assert memory_mib(terminal.process.pid) - before < 100
    assert key_answer_s(terminal) <= 0.1


def memory_mib(pid: int) -> float:
    """Return the most memory a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
