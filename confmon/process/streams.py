"""Standard input, output and error where they are closed, on a full disk, or read by nobody.

None of that ends a command: it does its work, and the exit code tells of lost output.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

from confmon.process import exits

if TYPE_CHECKING:
    from typing_extensions import Buffer

_AS_CLOSED = (os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)
"""How /dev/null takes the place of descriptors 0, 1 and 2: input and output fail as before, and
what a command of the operator's writes on stderr goes nowhere."""


class Output(io.FileIO):
    """Standard output or error. What can't be written is dropped; `trouble` keeps the reason."""

    def __init__(self, number: int) -> None:
        super().__init__(number, "w", closefd=False)
        self.trouble: OSError | None = None

    def write(self, data: Buffer, /) -> int:
        """Write, or drop `data` whole once something could not be written."""
        while self.trouble is None:
            try:
                written: int | None = super().write(data)
            except OSError as error:
                self.trouble = error
            else:
                if written is not None:
                    return written
                select.select([], [self], [])  # another program made the pipe non-blocking
        return memoryview(data).nbytes


def secure() -> None:
    """Open what is closed, so that no stream ends the command. Call before anything is opened.

    Else the first socket or file would get a free number, and the next message with it.
    """
    for number, mode in enumerate(_AS_CLOSED):
        try:
            os.fstat(number)
        except OSError:
            free = os.open(os.devnull, mode)  # the lowest number that is free
            os.set_inheritable(free, True)  # noqa: FBT003
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _wrap_stream(1, sys.stdout)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _wrap_stream(2, sys.stderr)


def _wrap_stream(number: int, found: TextIO | None) -> TextIO:
    """Return a stream that writes like `found`, and a name in another script escaped (LANG=C)."""
    output = Output(number)
    return io.TextIOWrapper(
        io.BufferedWriter(output),
        encoding=found.encoding if found else "utf-8",
        errors="backslashreplace",
        newline="\n",
        line_buffering=number == 2 or output.isatty(),
    )


def print_notice(line: str) -> None:
    """Print a line for the operator on stderr; data goes to stdout."""
    print(f"confmon: {line}", file=sys.stderr)


def has_reader() -> bool:
    """Tell whether stdout can still be written: what goes on and on ends with a closed pipe."""
    output = _output()
    if output is None:
        return True
    if output.trouble is not None:
        return False
    watched = select.poll()
    watched.register(output, 0)  # what is asked for is the hang-up alone
    return not watched.poll(0)


def _output() -> Output | None:
    output = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return output if isinstance(output, Output) else None


def final_code(code: int) -> int:
    """Return the exit code of a command that ends with `code`: 74 where its output was lost.

    A reader that closes early, as in ``confmon calls | head``, is no error.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    output = _output()
    trouble = output.trouble if output is not None else None
    if trouble is None or trouble.errno == errno.EPIPE:
        return code
    reason = "it is closed" if trouble.errno == errno.EBADF else trouble.strerror
    print(f"confmon: the output can't be written: {reason}", file=sys.stderr)
    return code or exits.UNWRITABLE
