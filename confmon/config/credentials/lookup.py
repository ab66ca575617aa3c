"""Where the password comes from: the first of six places that has one.

A command of the profile's, what `confmon login` wrote into the credentials file, a password file,
the keyring, ``CONFMON_PASSWORD``, a prompt. One that is named and fails ends the search: the next
might hold an old password, and the operator would not know why.

The variable comes after all that is stored more safely. It comes before the prompt: a prompt always
has an answer, so a variable after it would never be used at a terminal.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.config.credentials import credentials_file, keyring, private_file
from confmon.config.credentials.secret import Account, Secret, first_line, is_sendable, refuse
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from pathlib import Path

PASSWORD = "CONFMON_PASSWORD"  # noqa: S105  the variable's name
TRIES = 3
"""How often the prompt asks for what can be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One API of a profile: where it is, the login there, and how to get the password.

    `password` is what the environment's `variable` had.
    """

    base_url: str
    login: str
    password: Secret | None = None
    password_file: Path | None = None
    credentials_command: tuple[str, ...] | None = None
    variable: str = PASSWORD

    @property
    def account(self) -> Account:
        """What a stored password is looked up by."""
        return Account.of(self.base_url, self.login)

    def obtain_password(self) -> Secret:
        """Return the password. CliExit: 78, what is wrong with where it should come from."""
        if place := _find_place(self):
            called, read = place
            found = read()
            if self.password is not None:
                print_notice(f"{self.variable} is not used: there is {called}")
            return found
        if self.password is None:
            return ask_password(self.login, self.base_url)
        print_notice(
            f"{self.variable} is seen by other processes of yours; confmon login keeps it safer"
        )
        return check_sendable(self.password, self.variable)


def _find_place(access: Access) -> tuple[str, Callable[[], Secret]] | None:
    """Return what the place is called that has the password, and what reads it there."""
    if (command := access.credentials_command) is not None:
        from confmon.config.credentials.command import run_credentials_command

        return f"command {command[0]}", lambda: run_credentials_command(command)
    if (written := credentials_file.find(access.account)) is not None:
        return "confmon login", lambda: written
    if (file := access.password_file) is not None:
        return f"file {file}", lambda: read_password_file(file)
    if (kept := keyring.find(access.account)) is not None:
        return "the keyring", lambda: kept
    return None


def name_source(access: Access) -> str:
    """Return where the password would come from; no command is run, and no password file read."""
    if place := _find_place(access):
        return place[0]
    return access.variable if access.password is not None else "a prompt"


def read_password_file(path: Path) -> Secret:
    """Read a password file. CliExit: 78."""
    return first_line(private_file.read(path, "password_file"), f"password_file {path}")


def check_sendable(password: Secret, source: str) -> Secret:
    """Return the password. CliExit: 78, it can't be sent."""
    if not is_sendable(password.reveal()):
        raise refuse(f"{source}: not UTF-8 text without control characters")
    return password


def take_from_environment(environ: MutableMapping[str, str], name: str) -> Secret | None:
    """Take a password out of the environment, so that no child and no process list has it."""
    if environ is os.environ and environ.get(name):
        _overwrite(name)
    text = environ.pop(name, None)
    return Secret(text) if text else None


def _overwrite(name: str) -> None:
    """Blank a variable where the process began with it: /proc and ps always show that place."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError):
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_void_p
        if place := getenv(name.encode()):
            ctypes.memset(place, ord("*"), len(ctypes.string_at(place)))


ELSEWHERE = (
    "no password: confmon login stores one; or set password_file or credentials_command",
    "in the profile, CONFMON_PASSWORD_FILE, or CONFMON_PASSWORD",
)


def ask_password(
    login: str, base_url: str, elsewhere: tuple[str, ...] = ELSEWHERE, *, what: str = "password"
) -> Secret:
    """Ask on the terminal. CliExit: 78, with the lines `elsewhere` where there is none."""
    if not sys.stdin.isatty():
        raise refuse(*elsewhere)
    import getpass

    from confmon.process.signals import raise_on_signals

    for _ in range(TRIES):
        try:
            with raise_on_signals():  # so that a signal too leaves the terminal with its echo
                text = getpass.getpass(f"{what.capitalize()} of {login} at {base_url}: ")
        except EOFError:
            text = ""
        except UnicodeDecodeError:
            print(file=sys.stderr)  # getpass ends the line only after a password
            print_notice("that is no text in this terminal's encoding; type it again")
            continue
        if not text:
            raise refuse(f"no {what} was typed")
        if is_sendable(text):
            return Secret(text)
        print_notice("there is a control character in it; type it again")
    raise refuse(f"no {what} was typed that can be sent")
