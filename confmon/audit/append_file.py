"""A file of lines that several processes append to, and its rotation.

Every line is one write of less than 4 kB to a file opened for appending, so lines of two processes
never mix, and no writer waits for another. The file is opened for each line: whoever still holds
the old one while it is rotated away writes into its new name, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import time
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_LINE = 4096
"""Bytes, the newline included; a line is shorter."""
FULL = 4 << 20
"""Bytes after which the file is rotated: over 4,000 actions."""
KEPT = 9
"""Rotated files that are kept: ``audit.jsonl.1`` is the newest."""

_LOOK_AGAIN_S = (0.0, 0.001, 0.005, 0.01)


def append(path: Path, line: bytes, *, full: int = FULL, kept: int = KEPT) -> None:
    """Write and fsync one line that ends in a newline. OSError: it may be there in part."""
    descriptor = _open(path)
    try:
        size = os.fstat(descriptor).st_size
        if size and size + len(line) > full:
            _rotate(path, descriptor, kept)
            os.close(descriptor)  # which gives the lock back
            descriptor = -1
            descriptor = _open(path)
            size = os.fstat(descriptor).st_size
        if size and _is_cut(descriptor):
            line = b"\n" + line
        if os.write(descriptor, line) != len(line):
            raise OSError(errno.EIO, "only part of a line could be written", str(path))
        os.fsync(descriptor)
        if not size:
            sync_folder(path.parent)
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def check(path: Path) -> None:
    """Open the file as for a line, and try whether one fits on the disk. OSError: none would do.

    It tries a file next to it and deletes that: an open file does not show that the disk is full.
    """
    os.close(_open(path))
    trial = path.with_name(f"{path.name}.trial-{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(trial, flags, 0o600)
    try:
        if os.write(descriptor, bytes(LONGEST_LINE)) != LONGEST_LINE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        trial.unlink()


def files(path: Path) -> list[Path]:
    """Return the rotated files and the current one, the oldest first."""
    numbered: list[tuple[int, Path]] = []
    with contextlib.suppress(OSError):
        for found in path.parent.iterdir():
            number = found.name.removeprefix(f"{path.name}.")
            if found.name != number and number.isascii() and number.isdigit():
                numbered.append((int(number), found))
    return [*(file for _, file in sorted(numbered, reverse=True)), path]


def open_to_read(path: Path) -> int:
    """Open for reading, a regular file only and never by a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def _open(path: Path) -> int:
    """Open for appending, 0600, as a regular file of our own, and never by a link."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "not a regular file of this user", str(path))
        if facts.st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _is_cut(descriptor: int) -> bool:
    """Tell whether the last line was cut off, as by a full disk.

    Another process's line that crosses a page grows in two steps, so what looks cut is looked at
    again. Should it still be growing then, an empty line comes of it, which readers skip.
    """
    for pause_s in _LOOK_AGAIN_S:
        time.sleep(pause_s)
        size = os.fstat(descriptor).st_size
        if not size or os.pread(descriptor, 1, size - 1) == b"\n":
            return False
    return True


def _rotate(path: Path, descriptor: int, kept: int) -> None:
    """Move the full file out of the way; where that can't be done it grows on.

    Only the holder of the full file's lock may, and only while the file still has its name: of two
    processes that find it full, the second leaves it alone. The file goes last, so no other can be
    full before the older ones have moved.
    """
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.lstat(path).st_ino != os.fstat(descriptor).st_ino:
            return
        names = [path, *(path.with_name(f"{path.name}.{n}") for n in range(1, kept + 1))]
        for newer, older in reversed(list(pairwise(names))):
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)


def sync_folder(folder: Path) -> None:
    """Put the name of a new file on the disk too, where the file system knows how."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
