"""How far the local audit log is in the shared one: a file for each share, in the state folder.

Of several processes of a user, one at a time copies lines, under a lock on a file beside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from confmon.audit.append_file import sync_folder
from confmon.audit.shared.chain import ChainedLine, first_previous
from confmon.audit.shared.local_lines import FilePosition
from confmon.process import state_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What is in the table, and what is on its way.

    `box` names the chain: host, user, and a random part, for two machines may have one name.
    `n` and `hash` are of the last line that is there for certain, `files` what it was read from.
    `pending` are the lines after it: written here before they are sent, they are the same after a
    crash, whatever became of the files meanwhile.
    """

    box: str
    n: int = 0
    hash: str = ""
    files: tuple[FilePosition, ...] = ()
    pending: tuple[ChainedLine, ...] = ()

    @classmethod
    def new(cls, host: str, user: str) -> Position:
        """Return that of a chain that begins."""
        box = f"{host}/{user}#{os.urandom(4).hex()}"
        return cls(box=box, hash=first_previous(box))


def path_of(folder: Path, share: str) -> Path:
    """Return the file for a share; `share` names its tables."""
    from zlib import crc32

    return folder / f"shared-audit-{crc32(share.encode()):08x}.json"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock for a block; False: another process does. OSError: it can't be held."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path.with_suffix(".lock"), flags, 0o600)
    try:
        is_free = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_free = False
        yield is_free
    finally:
        os.close(descriptor)


def read(path: Path) -> Position | None:
    """Return what the file says; None: nothing that can be used."""
    found: dict[str, Any] = state_file.read_json(path)
    try:
        return Position(
            box=str(found["box"]),
            n=int(found["n"]),
            hash=str(found["hash"]),
            files=tuple(FilePosition(**file) for file in found["files"]),
            pending=tuple(ChainedLine(*line) for line in found["pending"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def write(path: Path, position: Position) -> None:
    """Replace the file, so that it survives a power cut. OSError: it is as it was."""
    raw = json.dumps(
        asdict(position) | {"pending": [list(chained_line) for chained_line in position.pending]}
    )
    state_file.replace_file(path, raw.encode(), durable=True)
    sync_folder(path.parent)
