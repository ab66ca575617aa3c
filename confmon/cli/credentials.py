"""Where the password comes from, and how it is kept from being seen."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, NoReturn

from confmon.cli import exits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMMAND_TIMEOUT_S = 10.0
_LONGEST = 4096


class Secret:
    """A text that shows itself to nobody but `reveal`: not in a repr, a log, a pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


def refuse(*lines: str) -> exits.Quit:
    """Return the way to end when there is no password to be had."""
    return exits.Quit(exits.CONFIG, *(f"confmon: {line}" for line in lines))


def first_line(raw: bytes, source: str) -> Secret:
    """Return the first line of `raw`; password stores keep remarks below it."""
    head = raw.splitlines()[0] if raw else b""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        raise refuse(f"{source}: not UTF-8 text") from None
    if not text:
        raise refuse(f"{source}: no password in its first line")
    return Secret(text)


def from_file(path: Path) -> Secret:
    """Read a password file, after looking at the very file that was opened."""
    try:
        # Not blocking: opening a pipe that nobody writes would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise refuse(f"password_file {path}: {error.strerror}") from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise refuse(f"password_file {path}: not a regular file")
        if facts.st_uid != os.geteuid():
            raise refuse(f"password_file {path}: belongs to another user; chown it to yourself")
        if facts.st_mode & 0o077:
            mode = stat.S_IMODE(facts.st_mode)
            raise refuse(
                f"password_file {path}: others can read it (mode {mode:04o})",
                f"mend it with: chmod 600 {path}",
            )
        return first_line(os.read(descriptor, _LONGEST), f"password_file {path}")
    finally:
        os.close(descriptor)


def from_command(argv: Sequence[str]) -> Secret:
    """Run the profile's command and take the first line it prints. No shell is involved."""
    import subprocess

    name = f"credentials_command {argv[0]}"
    try:
        done = subprocess.run(  # noqa: S603  the operator's own command
            argv, stdout=subprocess.PIPE, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:  # it carries what was printed so far: never chained
        raise refuse(f"{name}: no answer within {COMMAND_TIMEOUT_S:g} s") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a command"
        raise refuse(f"{name}: {reason}") from None
    if done.returncode != 0:
        raise refuse(f"{name}: ended with {done.returncode}")
    return first_line(done.stdout, name)


def from_prompt(login: str, base_url: str) -> Secret:
    """Ask on the terminal."""
    if not sys.stdin.isatty():
        raise refuse(
            "no password: set password_file or credentials_command in the profile,",
            "or CONFMON_PASSWORD_FILE, or CONFMON_PASSWORD",
        )
    import getpass

    try:
        text = getpass.getpass(f"Password of {login} at {base_url}: ", stream=sys.stderr)
    except EOFError:
        text = ""
    if not text:
        raise refuse("no password was typed")
    return Secret(text)
