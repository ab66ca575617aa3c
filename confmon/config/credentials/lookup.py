"""Where the password comes from: the first of six places that has one.

A command of the profile's, what `confmon login` wrote into the credentials file, a password file,
the keyring, ``CONFMON_PASSWORD``, a prompt. One that is named and fails ends the search: the next
might hold an old password, and the operator would not know why.

The variable ranks below all that is kept better. It does not rank below the prompt: a prompt always
has an answer, so a variable behind it could never be used at a terminal, and the screen has one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.config.credentials import credentials_file, keyring, private_file
from confmon.config.credentials.secret import Account, Secret, first_line, is_sendable, refuse, say

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

PASSWORD = "CONFMON_PASSWORD"  # noqa: S105  the variable's name
TRIES = 3
"""How often the prompt asks for what can be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One API of a profile: where it is, who we are there, and how to get the password.

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
        """Return the password; CliExit says what is wrong with where it should come from."""
        return obtain(self)


def obtain(access: Access) -> Secret:
    """Return the password; CliExit says what is wrong with where it should come from."""
    found = _kept(access)
    given = access.password
    if found is None:
        if given is None:
            return from_prompt(access.login, access.base_url)
        say(f"{access.variable} is seen by other processes of yours; confmon login keeps it safer")
        return sendable(given, access.variable)
    if given is not None:
        say(f"{access.variable} is not used: there is {source(access)}")
    return found


def _kept(access: Access) -> Secret | None:
    if access.credentials_command is not None:
        from confmon.config.credentials.command import from_command

        return from_command(access.credentials_command)
    if (password := credentials_file.find(access.account)) is not None:
        return password
    if access.password_file is not None:
        return from_file(access.password_file)
    return keyring.find(access.account)


def source(access: Access) -> str:
    """Return where the password would come from, without reading the password itself."""
    if access.credentials_command is not None:
        return f"command {access.credentials_command[0]}"
    if credentials_file.find(access.account) is not None:
        return "confmon login"
    if access.password_file is not None:
        return f"file {access.password_file}"
    if keyring.find(access.account) is not None:
        return "the keyring"
    return access.variable if access.password is not None else "a prompt"


def from_file(path: Path) -> Secret:
    """Read a password file. CliExit: 78."""
    return first_line(private_file.read(path, "password_file"), f"password_file {path}")


def sendable(password: Secret, source: str) -> Secret:
    """Return the password. CliExit: 78, it can't be sent."""
    if not is_sendable(password.reveal()):
        raise refuse(f"{source}: not UTF-8 text without control characters")
    return password


def from_environment(environ: MutableMapping[str, str], name: str = PASSWORD) -> Secret | None:
    """Take a password out of the environment, so that no child and no process list has it."""
    if environ is os.environ and environ.get(name):
        _overwrite(name)
    text = environ.pop(name, None)
    return Secret(text) if text else None


def _overwrite(name: str) -> None:
    """Blank a variable where the process began with it: /proc and ps show that place for ever."""
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


def from_prompt(
    login: str, base_url: str, elsewhere: tuple[str, ...] = ELSEWHERE, *, what: str = "password"
) -> Secret:
    """Ask on the terminal; where there is none, say `elsewhere`."""
    if not sys.stdin.isatty():
        raise refuse(*elsewhere)
    import getpass

    from confmon.process.signals import raising

    for _ in range(TRIES):
        try:
            with raising():  # so that a signal too leaves the terminal with its echo
                text = getpass.getpass(f"{what.capitalize()} of {login} at {base_url}: ")
        except EOFError:
            text = ""
        except UnicodeDecodeError:
            print(file=sys.stderr)  # getpass ends the line only after a password
            say("that is no text in this terminal's encoding; type it again")
            continue
        if not text:
            raise refuse(f"no {what} was typed")
        if is_sendable(text):
            return Secret(text)
        say("there is a control character in it; type it again")
    raise refuse(f"no {what} was typed that can be sent")
