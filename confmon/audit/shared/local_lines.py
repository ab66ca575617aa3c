"""The lines of the local audit log that were not looked at yet, in all of its files.

A file is known by its inode, so it is found again after a rotation, and by its first line, since
a new file may get the inode of one that was deleted. Every file is looked into each time: a writer
that was slow may still add to one that was rotated away.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from confmon.audit import append_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_HEAD = append_file.LONGEST_LINE
"""The first line of a file is within so many bytes."""
_CHUNK = 256 << 10
_MOST_BYTES = 1 << 20
"""So much is read at a time, so that who waits for the thread does not wait for long."""
_LISTINGS = 20
"""So often the folder is listed until nobody rotates meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePosition:
    """How far one file was read.

    `offset` is after a whole line; `head` is the hash of the first line, empty where there was
    none yet. `is_done`: it was read to its end after a newer file had been begun.
    """

    inode: int
    head: str
    offset: int = 0
    is_done: bool = False


@dataclass(slots=True)
class Unread:
    """What was found, and how far it got.

    `lost`: a file is gone that was not done, and lines may have gone with it. `is_all`: there is
    no more at the moment.
    """

    lines: list[str] = field(default_factory=list)
    positions: tuple[FilePosition, ...] = ()
    lost: bool = False
    is_all: bool = True


def read_on(
    path: Path, known: Sequence[FilePosition], pick: Callable[[bytes], str | None], most: int
) -> Unread:
    """Return at most so many further lines, those that `pick` makes a text of.

    OSError: a file can't be read.
    """
    left = {file_position.inode: file_position for file_position in known}
    found = Unread()
    positions: list[FilePosition] = []
    room = _MOST_BYTES
    with contextlib.ExitStack() as stack:
        descriptors = _open_all(path, stack)
        for descriptor in descriptors:
            position = FilePosition(inode=os.fstat(descriptor).st_ino, head=_head(descriptor))
            before = left.get(position.inode)
            if before is not None and _is_same(descriptor, before, position.head):
                del left[position.inode]
                position = replace(before, head=position.head)
            offset, is_at_end = position.offset, True
            for row in _rows(descriptor, offset):
                if len(found.lines) >= most or room <= 0:
                    is_at_end = False
                    break
                offset, room = offset + len(row), room - len(row)
                if (text := pick(row)) is not None:
                    found.lines.append(text)
            is_done = position.is_done or (is_at_end and descriptor != descriptors[-1])
            positions.append(replace(position, offset=offset, is_done=is_done))
            found.is_all = found.is_all and is_at_end
    found.positions = tuple(positions)
    found.lost = any(not file_position.is_done for file_position in left.values())
    return found


def _rows(descriptor: int, offset: int) -> Iterator[bytes]:
    """Yield the whole lines from there on, their newlines included."""
    cut = b""
    while more := os.pread(descriptor, _CHUNK, offset):
        offset += len(more)
        *rows, cut = (cut + more).split(b"\n")
        for row in rows:
            yield row + b"\n"


def _open_all(path: Path, stack: contextlib.ExitStack) -> list[int]:
    """Open all files, the oldest first, none twice and none left out by a rotation meanwhile."""
    for _ in range(_LISTINGS):
        listed = append_file.files(path)
        with contextlib.ExitStack() as trial:
            found: dict[int, int] = {}
            current: int | None = None
            # The newest first: a file that moves meanwhile is met twice instead of never.
            for file in reversed(listed):
                with contextlib.suppress(FileNotFoundError):
                    descriptor = append_file.open_to_read(file)
                    trial.callback(os.close, descriptor)
                    inode = os.fstat(descriptor).st_ino
                    found.setdefault(inode, descriptor)
                    current = inode if file == path else current
            if append_file.files(path) == listed and _inode(path) == current:
                stack.push(trial.pop_all())
                return list(reversed(found.values()))
    raise OSError(errno.EAGAIN, "it is rotated all the time", str(path))


def _inode(path: Path) -> int | None:
    try:
        return path.lstat().st_ino
    except FileNotFoundError:
        return None


def _is_same(descriptor: int, before: FilePosition, head: str) -> bool:
    return before.head in ("", head) and os.fstat(descriptor).st_size >= before.offset


def _head(descriptor: int) -> str:
    """Return the hash of the first line, or an empty string where it is not there yet."""
    line, newline, _ = os.pread(descriptor, _HEAD, 0).partition(b"\n")
    return hashlib.sha256(line).hexdigest() if newline else ""
