"""Where confmon reads its configuration and keeps its state: the XDG folders.

Without a home there are none: HOME is not set, and the system does not know the user.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import platformdirs

from confmon.process import exits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class NoHome(exits.CliExit):
    """There is no home that the folder could be in."""

    def __init__(self) -> None:
        home = os.environ.get("HOME", "")
        given = f"{home!r}, which is not a full path" if home else "not set"
        super().__init__(
            exits.CONFIG,
            f"confmon: there is no home folder: HOME is {given}"
            + ("" if home else f", and the system has no user {os.geteuid()}"),
            "Set HOME; or XDG_CONFIG_HOME and XDG_STATE_HOME.",
        )


def config_file() -> Path:
    """Return the default configuration file; it is read and never written. CliExit: no home."""
    return _find_folder(platformdirs.user_config_path) / "config.toml"


def credentials_file() -> Path:
    """Return the file that `confmon login` keeps passwords in. CliExit: no home."""
    return config_file().with_name("credentials.toml")


def state() -> Path:
    """Return the folder of the audit log, remembered refusals and crash logs. CliExit: no home."""
    return _find_folder(platformdirs.user_state_path)


def audit_log(*, demo: bool = False) -> Path:
    """Return the audit log; its rotated files are in the same folder. CliExit: no home.

    A demo has its own, so that rehearsals do not mix with the record.
    """
    return state() / ("audit-demo.jsonl" if demo else "audit.jsonl")


def history(base_url: str, login: str) -> Path:
    """Return the database of an endpoint's history, named after it. CliExit: no home."""
    from zlib import crc32  # hashlib takes 10 ms, before the first frame

    base_url = base_url.rstrip("/")
    sum_ = crc32(f"{base_url}\n{login}".encode())
    name = f"{login}@{base_url.partition('://')[2]}"
    readable = "".join(
        character if character.isascii() and character.isalnum() else "-" for character in name
    )
    return state() / f"history-{readable[:80]}-{sum_:08x}.db"


def or_none(find: Callable[[], Path]) -> Path | None:
    """Return a folder or file of the above; None where there is no home."""
    try:
        return find()
    except NoHome:
        return None


def _find_folder(find: Callable[[str], Path]) -> Path:
    try:
        folder = find("confmon")
    except RuntimeError:  # platformdirs knows no home
        raise NoHome from None
    if not folder.is_absolute():  # it would depend on the folder of the shell
        raise NoHome
    return folder
