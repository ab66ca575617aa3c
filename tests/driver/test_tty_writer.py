"""A terminal that is slow, stalled or gone never makes the event loop wait."""

from __future__ import annotations

import os
import pty
import select
import tty
from threading import RLock, Thread
from typing import TYPE_CHECKING

import pyte
import pytest

from confmon.tui.driver.output import Output
from confmon.tui.driver.tty_writer import TtyWriter
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH, HEIGHT = 100, 30


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    for fd in (master, slave):
        if fd_is_open(fd):
            os.close(fd)


def fd_is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def frame(number: int) -> str:
    rows = (f"\x1b[{y + 1};1H{number * 31 + y * 7:0>{WIDTH}}" for y in range(HEIGHT))
    return "\n".join(rows) + "\x1b[1;1H"


def read_all(master: int, line: TtyWriter) -> bytes:
    """Everything up to the moment when all is sent."""
    closed: list[bool] = []
    closing = Thread(target=lambda: closed.append(line.close(PATIENCE_S)))
    closing.start()
    data = b""
    while not closed or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.05)[0]:
            data += os.read(master, 65536)
    closing.join()
    assert closed == [True]
    return data


def test_frames_a_stalled_terminal_missed_are_never_sent(ends: tuple[int, int]) -> None:
    master, slave = ends
    lock = RLock()
    output = Output(lambda: (WIDTH, HEIGHT), erase_colours=True)
    line = TtyWriter(slave, lambda: output.take().encode(), lock)
    output.feed("\x1b[?1049h")
    raw = 0
    for number in range(300):  # nobody reads: whoever waited would wait for ever
        with lock:
            output.feed(frame(number))
            line.send_pending()
        raw += len(frame(number))
    sent = read_all(master, line)
    screen = pyte.Screen(WIDTH, HEIGHT)
    pyte.ByteStream(screen).feed(sent.replace(b"\x1b[?1049h", b""))
    assert screen.display == [f"{299 * 31 + y * 7:0>{WIDTH}}" for y in range(HEIGHT)]
    assert len(sent) < raw / 10


def test_closing_gives_up_on_a_stalled_terminal(ends: tuple[int, int]) -> None:
    _, slave = ends
    line = TtyWriter(slave, lambda: b"x" * 1_000_000, RLock())
    line.send_pending()
    assert not line.close(0.1)  # and not never


def test_a_terminal_that_is_gone_swallows_everything(ends: tuple[int, int]) -> None:
    master, slave = ends
    due = [b"after the end" * 1000] * 3
    line = TtyWriter(slave, lambda: due.pop() if due else b"", RLock())
    os.close(master)
    line.send_pending()
    line.send_pending()
    assert line.close(PATIENCE_S)


def test_a_pipe_is_written_by_the_thread_alone() -> None:
    """What cannot be opened anew (another user's terminal after su) is written piece by piece."""
    read_end, write_end = os.pipe()
    due = [b"b" * 100_000, b"a" * 100_000]
    line = TtyWriter(write_end, lambda: due.pop() if due else b"", RLock())
    line.send_pending()
    assert read_all(read_end, line) == b"a" * 100_000 + b"b" * 100_000
    os.close(read_end)
    os.close(write_end)
