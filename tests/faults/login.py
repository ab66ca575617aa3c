"""Runs a program in a shell in a login with a terminal.

Run it as a script, with a Python command line. The shell and the program are one job in the
foreground, as with ``sh -c``. This process adopts orphans and has no terminal, as init; it exits
with the program's code. It writes the ids of login, shell and program to a file beside it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import termios
from pathlib import Path

PIDS = "pids"
_CHILD_SUBREAPER = 36


def main() -> None:
    """Start login, shell and program, and wait for the last of them."""
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1)
    login = os.fork()
    if not login:
        log_in()
    code = -1
    while code < 0:  # killed: its children come to this process
        code = os.waitstatus_to_exitcode(os.wait()[1])
    os._exit(code)


def log_in() -> None:
    """Take the terminal, give it to the shell, and take it back when the shell is gone."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])  # it waits until it is looked for
    shell = os.fork()
    if not shell:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
        run_shell()
    os.setpgid(shell, shell)
    os.tcsetpgrp(0, shell)
    code = os.waitstatus_to_exitcode(os.waitpid(shell, 0)[1])
    while code < 0:
        signal.sigwait([signal.SIGUSR1])
        os.tcsetpgrp(0, os.getpgrp())
    os._exit(code)


def run_shell() -> None:
    """Run the program and exit with its code."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    program = os.fork()
    if not program:
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # noqa: S606 - that is what we are
    written = os.open(f"{PIDS}.new", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(written, f"{os.getppid()} {os.getpid()} {program}".encode())
    Path(f"{PIDS}.new").rename(PIDS)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]))


if __name__ == "__main__":
    main()
