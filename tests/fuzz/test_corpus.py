"""The next column starts in the same cell for every row, judged by two terminals, none of ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from tests.faults.terminal import Terminal
from tests.fuzz.corpus import CORPUS
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
APP = Path(__file__).with_name("corpus_app.py")
COLUMNS, LINES = 80, len(CORPUS) + 3
NAME_AT, ONE_AT, AGAIN_AT, TWO_AT = 21, 39, 47, 57
"""The cells where the columns start: two of the gutter, then each column and a gap."""
SPACING = {"devanagari", "bengali", "tamil", "lao khmer", "myanmar", "music"}
"""With marks that some terminals give a cell and others none: our own output places what follows
them absolutely, Textual's does not."""


def environ(**more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
    } | more


class InPyte(Terminal):
    """The corpus in a pseudo-terminal that pyte reads."""

    PROGRAM = (str(APP),)

    def __init__(self, output: str, folder: Path) -> None:
        super().__init__(
            [output], environ(TERM="xterm-256color"), folder, columns=COLUMNS, lines=LINES
        )

    def columns_of(self, text: str) -> dict[str, list[int]]:
        """Each row's kind, and the cells in which this text starts."""
        found = {}
        for y in range(LINES):
            cells = [self.screen.buffer[y][x].data or "\0" for x in range(COLUMNS)]
            line = "".join(cell[0] for cell in cells)
            kind = line[2:NAME_AT].strip()
            found[kind] = [x for x in range(COLUMNS) if line.startswith(text, x)]
        return found


class InTmux:
    """The corpus in a window of tmux, which has a grid and a table of widths of its own."""

    def __init__(self, output: str, folder: Path) -> None:
        self._socket = folder / "tmux"
        self._environ = environ(TERM="xterm-256color", TMUX_TMPDIR=str(folder))
        command = f"exec {sys.executable} {APP} {output}"
        self.run("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES + 1),
                 "-s", "corpus", command)  # fmt: skip
        self.run("set", "-g", "status", "off")
        self.run("set", "-g", "mode-keys", "vi")  # a search ends on the first cell of what it found
        self.run("resize-window", "-t", "corpus", "-x", str(COLUMNS), "-y", str(LINES))

    def run(self, *words: str) -> str:
        """Give tmux a command and return what it says."""
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self._socket), *words],
            env=self._environ,
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace")

    def until_shown(self) -> None:
        """Wait until the last row is there, and nothing changes any more."""
        deadline, before = monotonic() + PATIENCE_S, ""
        while True:
            now = self.run("capture-pane", "-p", "-t", "corpus")
            if now == before and now.count("#two") == len(CORPUS):
                return
            assert monotonic() < deadline, now
            before = now
            sleep(0.1)

    def columns_of(self, text: str) -> list[tuple[int, int]]:
        """Every place where this text starts, by tmux's own cursor: line and cell."""
        self.run("copy-mode", "-t", "corpus")
        self.run("send-keys", "-t", "corpus", "-X", "top-line")
        self.run("send-keys", "-t", "corpus", "-X", "start-of-line")
        found: list[tuple[int, int]] = []
        for _ in range(len(CORPUS)):
            self.run("send-keys", "-t", "corpus", "-X", "search-forward-text", text)
            where = "#{copy_cursor_y} #{copy_cursor_x}"
            y, x = map(int, self.run("display-message", "-p", "-t", "corpus", where).split())
            found.append((y, x))
        self.run("send-keys", "-t", "corpus", "-X", "cancel")
        return found

    def close(self) -> None:
        """End it, and the server with it."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("kill-server")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="cm") as name:
        yield Path(name)


def test_in_pyte(folder: Path) -> None:
    # Textual's own output is not tried here: pyte drops what follows some marks of no width.
    terminal = InPyte("diff", folder)
    try:
        terminal.until(lambda: terminal.text().count("#two") == len(CORPUS), what="every row")
        terminal.settle()
        ones, twos = terminal.columns_of("#one"), terminal.columns_of("#two")
        for kind in CORPUS:
            assert ones[kind] == [ONE_AT], kind
            assert twos[kind] == [TWO_AT], kind
    finally:
        terminal.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("output", ["diff", "plain"])
def test_in_tmux(output: str, folder: Path) -> None:
    terminal = InTmux(output, folder)
    try:
        terminal.until_shown()
        for text, cell in (("#one", ONE_AT), ("#two", TWO_AT)):
            places = terminal.columns_of(text)
            assert len({y for y, _ in places}) == len(CORPUS)
            wrong = {list(CORPUS)[y - 1] for y, x in places if x != cell}
            assert not wrong - (SPACING if output == "plain" else set()), (
                places,
                terminal.run("capture-pane", "-p", "-t", "corpus"),
            )
    finally:
        terminal.close()
