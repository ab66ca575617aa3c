"""Small JSON files in the state folder: one object by profile, readable by its owner alone.

What is in them may be lost without harm, so a file that is damaged says nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 1 << 20


def read_json(path: Path | None) -> dict[str, Any]:
    """Return what a file says; one that is missing or damaged says nothing."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def replace_json(path: Path, everything: dict[str, Any]) -> None:
    """Replace a file as a whole, mode 0600. OSError: it cannot be written, and is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(path, json.dumps(everything, indent=1, sort_keys=True).encode())


def replace_file(path: Path, raw: bytes, *, mode: int = 0o600, durable: bool = False) -> None:
    """Replace a file as a whole, `durable` also where the power fails. OSError as above."""
    with beside(path, raw, mode=mode, durable=durable) as new:
        new.replace(path)


@contextlib.contextmanager
def beside(path: Path, raw: bytes, *, mode: int = 0o600, durable: bool) -> Iterator[Path]:
    """Write a file of another name into the folder of `path`; at the end that name is gone."""
    import tempfile

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # O_EXCL
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(raw)
            if durable:
                file.flush()
                os.fsync(descriptor)
        yield new
    finally:
        with contextlib.suppress(OSError):
            new.unlink()
