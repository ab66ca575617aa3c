"""The operator's own command that prints the password, run without a shell.

It has the terminal meanwhile, so that it can ask for a PIN, and ten seconds. What it prints is
never part of a message.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from confmon.config.credentials.secret import LONGEST, first_line, refuse
from confmon.process.signals import raise_on_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confmon.config.credentials.secret import Secret

TIMEOUT_S = 10.0
_LOOK_S = 0.05


def run_credentials_command(
    argv: Sequence[str], timeout_s: float = TIMEOUT_S, *, name: str = "credentials_command"
) -> Secret:
    """Run the command, take the first line it prints. CliExit: 78, it failed or took too long.

    `name` is the setting that has the command.
    """
    name = f"{name} {argv[0]}"
    try:
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, process_group=0)  # noqa: S603
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a command"
        raise refuse(f"{name}: {reason}") from None
    try:
        with raise_on_signals(), _in_foreground(process.pid):
            raw = _output(process, time.monotonic() + timeout_s)
    except BaseException:
        _kill(process)
        raise
    finally:
        assert process.stdout is not None  # noqa: S101  a pipe was asked for
        process.stdout.close()
    if raw is None:
        _kill(process)
        raise refuse(f"{name}: no answer within {timeout_s:g} s")
    if len(raw) > LONGEST:
        _kill(process)
        raise refuse(f"{name}: prints more than {LONGEST >> 10} kB")
    if (number := -process.returncode) > 0:
        # Most real-time signals have no name.
        called = next(
            (known.name for known in signal.Signals if known == number), f"signal {number}"
        )
        raise refuse(f"{name}: ended by {called}")
    if process.returncode:
        raise refuse(f"{name}: ended with {process.returncode}")
    return first_line(raw, name)


def _output(process: subprocess.Popen[bytes], until: float) -> bytes | None:
    """Return what the command printed before it ended, or just over `LONGEST`; None: too late.

    What it leaves behind in the background may hold the pipe open, so its own end counts.
    """
    assert process.stdout is not None  # noqa: S101
    pipe = process.stdout.fileno()
    os.set_blocking(pipe, False)
    raw = b""
    while len(raw) <= LONGEST:
        over = process.poll() is not None  # before the last read: nothing is printed after it
        try:
            part = os.read(pipe, LONGEST)
        except BlockingIOError:
            part = None
        if part:
            raw += part
        elif over:
            return raw
        elif (left := until - time.monotonic()) <= 0:
            return None
        elif part is None:
            select.select([pipe], [], [], min(left, _LOOK_S))
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(min(left, _LOOK_S))
    return raw


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command with everything it started."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def _in_foreground(group: int) -> Iterator[None]:
    """Put the command in the terminal's foreground, as a shell does; take it back after."""
    import termios

    terminal, ours = _find_terminal()
    if terminal < 0:
        yield
        return
    modes = termios.tcgetattr(terminal)
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        with contextlib.suppress(OSError):  # it may have ended already
            os.tcsetpgrp(terminal, group)
            os.killpg(group, signal.SIGCONT)
        yield
    finally:
        with contextlib.suppress(OSError, termios.error):
            os.tcsetpgrp(terminal, ours)
            termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
        signal.signal(signal.SIGTTOU, before)


def _find_terminal() -> tuple[int, int]:
    """Return the terminal that has us in its foreground, and our group; -1 where there is none."""
    try:
        terminal, ours = sys.stdin.fileno(), os.getpgrp()
        if os.isatty(terminal) and os.tcgetpgrp(terminal) == ours:
            return terminal, ours
    except (OSError, ValueError):
        pass
    return -1, -1
