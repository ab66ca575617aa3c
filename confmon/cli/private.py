"""Files that only their owner may read: looked at once opened, replaced in one step."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from confmon.cli.secret import LONGEST, refuse, say


def read(path: Path, name: str) -> bytes:
    """Return what a private file holds. `name` is what it is called, such as ``password_file``.

    What is looked at is the very file that was opened, so nobody can swap it in between.
    Quit: 78, it is not there, not regular, not ours, open to others, or too long.
    """
    try:
        # Not blocking: opening a pipe that nobody writes would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise refuse(f"{name} {path}: {reason}") from None
    raw = b""
    try:
        _check(os.fstat(descriptor), path, name)
        _warn_of_folder(path)
        while len(raw) <= LONGEST and (part := os.read(descriptor, LONGEST)):
            raw += part
    except OSError as error:
        raise refuse(f"{name} {path}: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(raw) > LONGEST:
        raise refuse(f"{name} {path}: longer than {LONGEST >> 10} kB")
    return raw


def _check(facts: os.stat_result, path: Path, name: str) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise refuse(f"{name} {path}: not a regular file")
    if facts.st_uid != os.geteuid():
        raise refuse(f"{name} {path}: belongs to another user; chown it to yourself")
    if facts.st_mode & 0o077:
        mode = stat.S_IMODE(facts.st_mode)
        raise refuse(
            f"{name} {path}: others can read it (mode {mode:04o})",
            f"mend it with: chmod 600 {path}",
        )


def _warn_of_folder(path: Path) -> None:
    folder = path.absolute().parent
    with contextlib.suppress(OSError):
        mode = folder.stat().st_mode
        if mode & 0o022 and not mode & stat.S_ISVTX:  # in a sticky one only owners move files
            say(f"others can put another file in place of {path}: chmod go-w {folder}")


def replace(path: Path, raw: bytes) -> None:
    """Put a private file, 0600, in the place of `path`; readers see the old or the new one whole.

    OSError: the old one stands.
    """
    import tempfile

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # O_EXCL, 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
