"""A new profile: its table at the end of the configuration file, its passwords in private files."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.config.credentials import private_file
from confmon.config.credentials.credentials_file import toml
from confmon.config.credentials.secret import Secret, refuse
from confmon.config.settings import checks, toml_lines
from confmon.config.settings.config_file import PROFILE_NAME, check_file, format_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from confmon.models.forwarding import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is to be written. `passwords` are keyed by the file's name beside the configuration."""

    name: str
    toml: str
    passwords: Mapping[str, Secret]


def build(
    name: str, conference: Endpoint, mediator: Endpoint | None, taken: Collection[str]
) -> Profile:
    """Return a profile for these endpoints. ValueError: the name or an address can't be used."""
    name = name or re.sub(r"[^A-Za-z0-9._-]+", "-", conference.name or "").strip("-._")
    if not PROFILE_NAME.fullmatch(name):
        raise ValueError("choose the profile's name by --name: letters, digits, - and _")
    if name in taken:
        raise ValueError(f"there is a profile {name} already; choose another name by --name")
    settings: dict[str, str] = {}
    passwords: dict[str, Secret] = {}
    for api, endpoint in (("", conference), ("mediator_", mediator)):
        if endpoint is None:
            continue
        what = "address"
        try:
            settings[f"{api}base_url"] = checks.check_base_url(endpoint.api_url)
            what = "login"
            settings[f"{api}login"] = checks.check_login(endpoint.login)
        except ValueError as error:
            raise ValueError(f"endpoint {endpoint.endpoint_sid}: its {what} {error}") from None
        if endpoint.password:
            file = f"{name}.{api.rstrip('_') or 'conference'}.password"
            settings[f"{api}password_file"] = file
            passwords[file] = Secret(endpoint.password)
    return Profile(name=name, toml=table_of(name, settings), passwords=passwords)


def table_of(name: str, settings: Mapping[str, object]) -> str:
    """Return the table of a profile as TOML, after an empty line."""
    lines = "".join(f"{key} = {toml(value)}\n" for key, value in settings.items())
    return f"\n[{format_key(('profiles', name))}]\n{lines}"


def write(profile: Profile, file: Path) -> list[Path]:
    """Write the passwords, then add the table. Returns what was written.

    CliExit: 78, and nothing is left behind: a file is there already or can't be written, or the
    configuration would no longer be right.
    """
    old = _read(file)
    check_result(old + profile.toml.encode(), file)
    written: list[Path] = []
    try:
        for name, password in profile.passwords.items():
            path = file.parent / name
            private_file.create(path, password.reveal().encode() + b"\n")
            written.append(path)
        if file.exists():
            _append(file, profile.toml.encode(), len(old))
        else:
            private_file.create(file, profile.toml.lstrip("\n").encode())
    except (OSError, UnicodeEncodeError) as error:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        reason = error.strerror if isinstance(error, OSError) else "a password is not UTF-8 text"
        where = getattr(error, "filename", None) or file
        raise refuse(f"{where}: {reason}; nothing was written") from None
    return [*written, file]


def _read(file: Path) -> bytes:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise refuse(f"{file}: {error.strerror}") from None
    return raw if raw.endswith(b"\n") or not raw else raw + b"\n"


def check_result(raw: bytes, file: Path) -> None:
    """Check the file as it would be. CliExit: 78."""
    import tomllib

    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refuse(f"{file}: a table can't be added to it; nothing was written") from None
    if complaints := check_file(toml_lines.TomlFile(file, data)).complaints:
        raise refuse(*complaints, "nothing was written")


def _append(file: Path, raw: bytes, size: int) -> None:
    """Add to a file in one write, which is on the disk then. OSError: it is as it was."""
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    try:
        before = os.fstat(descriptor).st_size
        if before + 1 < size or before > size:
            raise OSError(errno.EAGAIN, "it was changed meanwhile", str(file))
        line_end = b"" if before == size else b"\n"
        try:
            if os.write(descriptor, line_end + raw) < len(line_end + raw):
                raise OSError(errno.ENOSPC, "no space left", str(file))
            os.fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
