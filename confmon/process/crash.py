"""The crash log: where it happened, without any values.

Messages and locals of an unexpected exception may carry a password or an access code, so the log
has the types and the frames only.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


MOST_REPORTS = 5
"""So many errors that end nothing are reported by one process: the same may come every second."""


def format_frames(error: BaseException) -> str:
    """Return the types and frames of `error` and of what led to it, the first cause first."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nwhich led to\n\n".join(
        "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n"
        for error in reversed(chain)
    )


def report(error: BaseException, folder: Path | None = None) -> str:
    """Write the crash log (0600) and return the line to print. It never raises."""
    where = "no log could be written"
    with contextlib.suppress(Exception):
        where = f"see {_write(format_frames(error), folder)}"
    return f"confmon: internal error: {type(error).__name__}; {where}"


def _write(text: str, folder: Path | None) -> Path:
    if folder is None:
        from confmon.process import paths

        folder = paths.state()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / time.strftime("crash-%Y%m%dT%H%M%S.log", time.gmtime())
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as log:
        log.write(text)
    return path
