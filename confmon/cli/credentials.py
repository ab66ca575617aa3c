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
from typing import TYPE_CHECKING

from confmon.cli import keyrings, private, stored
from confmon.cli.secret import Secret, first_line, refuse, say

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

    from confmon.cli.configure import Configuration

PASSWORD = "CONFMON_PASSWORD"  # noqa: S105  the variable's name


def obtain(configuration: Configuration) -> Secret:
    """Return the password; Quit says what is wrong with where it should come from."""
    found = _kept(configuration)
    given = configuration.password
    if found is None:
        if given is None:
            settings = configuration.settings
            return from_prompt(settings.login, settings.base_url)
        say(f"{PASSWORD} is seen by other processes of yours; confmon login keeps it safer")
        return given
    if given is not None:
        say(f"{PASSWORD} is not used: there is {source(configuration)}")
    return found


def _kept(configuration: Configuration) -> Secret | None:
    if configuration.credentials_command is not None:
        from confmon.cli.command import from_command

        return from_command(configuration.credentials_command)
    account = configuration.account
    if (password := stored.find(account)) is not None:
        return password
    if configuration.password_file is not None:
        return from_file(configuration.password_file)
    return keyrings.find(account)


def source(configuration: Configuration) -> str:
    """Return where the password would come from, without reading the password itself."""
    account = configuration.account
    if configuration.credentials_command is not None:
        return f"command {configuration.credentials_command[0]}"
    if stored.find(account) is not None:
        return "confmon login"
    if configuration.password_file is not None:
        return f"file {configuration.password_file}"
    if keyrings.find(account) is not None:
        return "the keyring"
    return PASSWORD if configuration.password is not None else "a prompt"


def from_file(path: Path) -> Secret:
    """Read a password file. Quit: 78."""
    return first_line(private.read(path, "password_file"), f"password_file {path}")


def from_environment(environ: MutableMapping[str, str]) -> Secret | None:
    """Take the password out of the environment, so that no child and no process list has it."""
    if environ is os.environ and environ.get(PASSWORD):
        _overwrite(PASSWORD)
    text = environ.pop(PASSWORD, None)
    return Secret(text) if text else None


def _overwrite(name: str) -> None:
    """Blank a variable where the process began with it: /proc and ps show that place for ever."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError):
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_void_p
        if place := getenv(name.encode()):
            ctypes.memset(place, ord("*"), len(ctypes.string_at(place)))


def from_prompt(login: str, base_url: str) -> Secret:
    """Ask on the terminal."""
    if not sys.stdin.isatty():
        raise refuse(
            "no password: confmon login stores one; or set password_file or credentials_command",
            "in the profile, CONFMON_PASSWORD_FILE, or CONFMON_PASSWORD",
        )
    import getpass

    from confmon.cli.interrupts import raising

    try:
        with raising():  # so that a signal too leaves the terminal with its echo
            text = getpass.getpass(f"Password of {login} at {base_url}: ")
    except EOFError:
        text = ""
    if not text:
        raise refuse("no password was typed")
    return Secret(text)
