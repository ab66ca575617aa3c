"""From exec to the first frame, and on to the first data."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.bridges import simulated
from tests.benchmarks.pseudo import Terminal, python
from tests.benchmarks.report import Row, ms, times

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE = Path(__file__).parent
_ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07]*\x07")
FRAME = "Starting…|1 Meetings".encode()
DATA = rb"1 Meetings\s+[1-9]|[0-9]+:[0-9][0-9] "
CONFMON = "import sys; from confmon.cli import main; sys.exit(main())"


class Start(NamedTuple):
    """Seconds from exec to the first frame, and to the first data."""

    frame_s: float
    data_s: float


def watch(argv: Sequence[str], frame: bytes, data: bytes, **environ: str) -> Start:
    """Start a program and note when its output first matches two patterns, styles left out."""
    with Terminal(argv, environ=environ) as terminal:
        seen: list[float] = []
        for pattern in (frame, data):
            found = re.compile(pattern)

            def matches() -> bool:
                written = b"".join(chunk.data for chunk in terminal.chunks)
                return found.search(_ESCAPES.sub(b"", written)) is not None  # noqa: B023

            terminal.until(matches)
            seen.append(terminal.chunks[-1].at - terminal.started_at)
        return Start(*seen)


def rows(*, quick: bool) -> list[Row]:
    """Start each program in turn, several times; the first round warms the caches."""
    rounds = 1 if quick else 11
    took: dict[str, list[Start]] = {"confmon": [], "demo": [], "bare": [], "curses": []}
    bare = [sys.executable, str(_HERE / "app_bare.py")]
    confmon = [sys.executable, "-c", CONFMON]
    with simulated(meetings=18, calls=200) as bridge:
        for at in range(rounds + 1):
            now = {
                "confmon": watch(
                    [*confmon, "--base-url", bridge.url, "--login", "demo"],
                    FRAME,
                    DATA,
                    CONFMON_PASSWORD="demo",
                ),
                "bare": watch(bare, b"pressed 0", b"pressed 0"),
                "demo": watch([*confmon, "demo"], FRAME, DATA),
                "curses": watch(python("app_curses", 1000), rb"\+1516", rb"\+1516"),
            }
            for name, one in now.items():
                if at:
                    took[name].append(one)
    frame = {name: median(start.frame_s for start in starts) for name, starts in took.items()}
    ratio = median(
        ours.frame_s / floor.frame_s
        for ours, floor in zip(took["confmon"], took["bare"], strict=True)
    )
    wait = {
        name: median(start.data_s - start.frame_s for start in took[name])
        for name in ("confmon", "demo")
    }
    return [
        Row(
            "exec to first frame",
            f"{ms(frame['confmon'])} (demo {ms(frame['demo'])})",
            f"bare Textual {ms(frame['bare'])}",
            f"the curses sketch {ms(frame['curses'])}",
            times(ratio),
            "≤ 1.3× the floor",
            ratio <= 1.3,
        ),
        Row(
            "first data after it, on loopback",
            f"{ms(wait['confmon'])} (demo {ms(wait['demo'])})",
            to_reach="≤ 300 ms",
            met=wait["confmon"] <= 0.3,
        ),
    ]
