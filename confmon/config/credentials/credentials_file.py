"""``credentials.toml``: the passwords that `confmon login` wrote down, each for one account.

[[login]]
origin = "https://api.carrierx.com"
login = "prod-endpoint-login"
password = "…"
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

from confmon.config.credentials import private_file
from confmon.config.credentials.secret import Account, Secret, refuse
from confmon.process import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLED = "credentials file"
_FIELDS = ("origin", "login", "password")
_HEAD = "# Written by confmon login; confmon logout takes an entry out. Keep it at chmod 600.\n"


def find(account: Account) -> Secret | None:
    """Return the password kept for an account. CliExit: 78, the file must not be used as it is."""
    path = paths.or_none(paths.credentials_file)
    return _read(path).get(account) if path else None


def store(account: Account, password: Secret) -> Path:
    """Store a password in place of the one before. Returns the file. CliExit: 78."""
    path = paths.credentials_file()
    with _lock(path):
        _write(path, {**_read(path), account: password})
    return path


def remove(account: Account) -> bool:
    """Remove a password; False: there was none. CliExit: 78."""
    path = paths.or_none(paths.credentials_file)
    if path is None or not private_file.exists(path, CALLED):
        return False
    with _lock(path):
        kept = _read(path)
        if kept.pop(account, None) is None:
            return False
        _write(path, kept)
    return True


def _read(path: Path) -> dict[Account, Secret]:
    if not private_file.exists(path, CALLED):
        return {}
    raw = private_file.read(path, CALLED)
    import tomllib

    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise refuse(f"{CALLED} {path}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:  # of its message the place only: no part of the text
        place = str(error).rpartition("(")[2].rstrip(")")
        raise refuse(f"{CALLED} {path}: not TOML {place}") from None
    except (RecursionError, ValueError):
        raise refuse(f"{CALLED} {path}: nested too deeply, or a number too long") from None
    entries = data.get("login", [])
    if set(data) - {"login"} or not isinstance(entries, list):
        raise refuse(f"{CALLED} {path}: has something else than [[login]] tables")
    return dict(_entry(entry, number, path) for number, entry in enumerate(entries, 1))


def _entry(entry: Any, number: int, path: Path) -> tuple[Account, Secret]:
    texts = [entry.get(name) for name in _FIELDS] if isinstance(entry, dict) else []
    match [text for text in texts if isinstance(text, str) and text]:
        case [origin, login, password]:
            return Account(origin, login), Secret(password)
    raise refuse(f"{CALLED} {path}: entry {number} needs origin, login and password")


def _write(path: Path, kept: dict[Account, Secret]) -> None:
    tables = [
        f"\n[[login]]\norigin = {toml(account.origin)}\nlogin = {toml(account.login)}\n"
        f"password = {toml(password.reveal())}\n"
        for account, password in kept.items()
    ]
    try:
        private_file.replace(path, (_HEAD + "".join(tables)).encode())
    except UnicodeEncodeError:
        raise refuse("a password that is not UTF-8 text can't be stored") from None
    except OSError as error:
        raise refuse(f"{CALLED} {path}: {error.strerror}") from None


def toml(value: Any) -> str:
    """Return the value of a setting as TOML writes it: JSON's way, but without a raw DEL."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Keep other logins out between reading and writing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise refuse(f"{CALLED} {path}: {error.strerror}") from None
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
