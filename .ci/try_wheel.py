"""Runs an installed confmon as an operator would: the demo in a terminal, then its commands."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

DEADLINE_S = 120.0


def read_until(fd: int, wanted: bytes, deadline: float) -> bytes:
    """Read the terminal until `wanted` has come; SystemExit when it does not."""
    seen = b""
    while wanted not in seen:
        ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            sys.exit(f"{wanted!r} did not appear; the last bytes were {seen[-400:]!r}")
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            sys.exit(f"the demo ended before {wanted!r} appeared: {seen[-400:]!r}")
        seen += chunk
    return seen


def demo(confmon: str, home: str) -> None:
    """Start the demo, wait for a meeting to be drawn, and leave with q."""
    child, fd = pty.fork()
    if child == 0:
        environ = {**os.environ, "HOME": home, "TERM": "xterm-256color"}
        os.execve(confmon, [confmon, "demo"], environ)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    deadline = time.monotonic() + DEADLINE_S
    read_until(fd, b"Weekly all-hands", deadline)
    os.write(fd, b"q")
    read_until(fd, b"\x1b[?1049l", deadline)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"the demo ended with {os.waitstatus_to_exitcode(status)}")
    print("demo: drawn and left")


def help_of(confmon: str, what: str, environ: dict[str, str]) -> str:
    """Return what `confmon help` prints."""
    done = subprocess.run([confmon, "help", what], check=True, capture_output=True, env=environ)
    return done.stdout.decode()


def main() -> None:
    """Try the demo, the version, the help and the refusal to draw without a terminal."""
    confmon = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        demo(confmon, home)
        environ = {**os.environ, "HOME": home}
        version = subprocess.run(
            [confmon, "--version"], check=True, capture_output=True, env=environ
        )
        print(version.stdout.decode().strip())
        printed = help_of(confmon, "keys", environ)
        if "ctrl+u" not in printed:
            sys.exit(f"confmon help keys has no table of keys: {printed[:400]!r}")
        page = Path(confmon).parents[1] / "share/man/man1/confmon.1"
        if page.read_text(encoding="ascii") != help_of(confmon, "--man", environ):
            sys.exit(f"{page} is not what confmon help --man prints")
        print("help: a topic and the man page")
        refused = subprocess.run(
            [confmon, "demo"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=environ,
        )
        if refused.returncode != 64:
            sys.exit(f"without a terminal the screen ended with {refused.returncode}, not 64")
        print(refused.stderr.decode().strip())


if __name__ == "__main__":
    main()
