"""Files that others must not read, or not write: looked at once opened, replaced in one step."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from confmon.config.credentials.secret import LONGEST, refuse
from confmon.process.state_file import beside, replace_file
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from collections.abc import Callable


def read(path: Path, name: str) -> bytes:
    """Return what a private file holds. `name` is what it is called, such as ``password_file``.

    CliExit: 78, it is not there, not regular, not ours, open to others, or too long.
    """
    return _read(path, f"{name} {path}", LONGEST, _check_private)


def read_trusted(path: Path, longest: int) -> bytes:
    """Return what a file holds that others may read and must not write: it names what is run.

    It may be ours or root's. /dev/null is an empty file. CliExit: 78, as above.
    """
    return _read(path, str(path), longest, _check_trusted)


def exists(path: Path, name: str) -> bool:
    """Tell whether there is such a file. CliExit: 78, that can't be known."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise refuse(f"{name} {path}: {error.strerror}") from None
    return True


def _read(
    path: Path, called: str, longest: int, check: Callable[[os.stat_result, Path, str], None]
) -> bytes:
    """Read a file. The file that was opened is checked, so that no other can be swapped in."""
    try:
        # Not blocking: opening a pipe that nobody writes would never end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        if getattr(error, "errno", None) == errno.ENXIO:  # a socket
            reason = "not a regular file"
        raise refuse(f"{called}: {reason}") from None
    raw = b""
    try:
        check(os.fstat(descriptor), path, called)
        _warn_of_folder(path)
        while len(raw) <= longest and (part := os.read(descriptor, longest + 1)):
            raw += part
    except OSError as error:
        raise refuse(f"{called}: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(raw) > longest:
        raise refuse(f"{called}: longer than {longest >> 10} kB")
    return raw


def _check_private(facts: os.stat_result, path: Path, called: str) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise refuse(f"{called}: not a regular file")
    if facts.st_uid != os.geteuid():
        raise refuse(f"{called}: belongs to another user; chown it to yourself")
    if facts.st_mode & 0o077:
        raise refuse(
            f"{called}: others can read it (mode {stat.S_IMODE(facts.st_mode):04o})",
            f"fix it with: chmod 600 {path}",
        )


def _check_trusted(facts: os.stat_result, path: Path, called: str) -> None:
    """Check who may write. A group counts as others: its members are not known for sure."""
    if _is_nothing(facts):
        return
    if not stat.S_ISREG(facts.st_mode):
        raise refuse(f"{called}: not a regular file")
    if facts.st_uid not in (0, os.geteuid()):
        raise refuse(f"{called}: belongs to another user, and names what is run; chown it")
    if facts.st_mode & 0o022:
        raise refuse(
            f"{called}: others can write it (mode {stat.S_IMODE(facts.st_mode):04o}),"
            " and it names what is run",
            f"fix it with: chmod go-w {path}",
        )


def _is_nothing(facts: os.stat_result) -> bool:
    return stat.S_ISCHR(facts.st_mode) and facts.st_rdev == Path(os.devnull).stat().st_rdev


def _warn_of_folder(path: Path) -> None:
    folder = path.absolute().parent
    with contextlib.suppress(OSError):
        mode = folder.stat().st_mode
        if mode & 0o022 and not mode & stat.S_ISVTX:  # in a sticky one only owners move files
            print_notice(f"others can put another file in place of {path}: chmod go-w {folder}")


def replace(path: Path, raw: bytes) -> None:
    """Put a private file, 0600, in the place of `path`; readers see the old or the new one whole.

    OSError: the old one is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, raw, durable=True)


def create(path: Path, raw: bytes) -> None:
    """Write a private file, 0600, where there is none; readers see it whole.

    OSError: there is one, of whatever kind, or it can't be written; nothing was changed.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with beside(path, raw, durable=True) as name:
            os.link(name, path)  # unlike a move, it never takes the place of another
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "the file exists already", str(path)) from None
