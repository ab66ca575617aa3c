"""What is asked of a shared database, whichever it is.

Statements are written once: with ``?`` for values, `now_ms()` for the clock of the database, and
plain types. What the two databases can't say alike is a method here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from confmon.models.text import SUBSTITUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from confmon.sharing.records import FrameRow

Row = tuple[Any, ...]

CONNECT_S = 3.0
"""So long a connection may take to be made."""
STATEMENT_S = 3.0
"""So long a statement may take: a database that is slower is no help at the keys."""
WORD_LENGTH = 64
"""No word that others are woken with is longer."""

_NUL = "\x00"


def storable(text: str) -> str:
    """Return text that both databases keep as it is: without NUL and single surrogates."""
    if text.isascii():
        return text.replace(_NUL, SUBSTITUTE) if _NUL in text else text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace(_NUL, SUBSTITUTE)


class ShareUnavailable(Exception):
    """The shared database can't be used now; the text says why, without a password.

    `short` says it in two words, for a line that has no room for more.
    """

    short: ClassVar[str] = "database away"


class NotPrepared(ShareUnavailable):
    """Its tables are missing, of another version, or of another bridge: it won't mend by itself."""

    short = "not prepared"


class OtherVersion(NotPrepared):
    """Its tables are of another version of confmon."""

    short = "other version"


class OtherBridge(NotPrepared):
    """Its tables are of another bridge."""

    short = "other bridge"


class Denied(ShareUnavailable):
    """The role, or the user of a file, may not do that."""

    short = "access denied"


class NoDriver(ShareUnavailable):
    """The Python package that speaks to the database is not installed."""

    short = "no psycopg"


class Connection(Protocol):
    """One connection, used by one thread at a time; only `wake` may be called from any thread.

    Every method may raise ShareUnavailable: then the connection is of no more use. It still is
    after Denied, or NotPrepared.
    """

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which database it is, for the few statements that can't be written once."""
        ...

    @property
    def hears_words(self) -> bool:
        """Whether `wait` hears of changes. If not, it looks for them, many times a second."""
        ...

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement, which is a transaction of its own outside of one."""
        ...

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        ...

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values, all in one transaction."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block: its statements happen together, or not at all."""
        ...

    def append_frame(self, holder: str, epoch: int, frame: FrameRow, keep_ms: int) -> int | None:
        """Write a frame with the next number, in one statement that asks for the lease as well.

        Returns its number; None: the lease is not this holder's and epoch's any more, and nothing
        is written. `frame.seq` is not looked at. Frames older than `keep_ms` are deleted, unless a
        snapshot is older than they are. All who wait are woken with the word ``frame``.
        """
        ...

    def notify(self, word: str) -> None:
        """Wake all others who wait, with a word such as ``claim``. In a transaction: at its end."""
        ...

    def wait(self, timeout_s: float) -> set[str]:
        """Wait for words of others, for `wake`, or for a time. Returns the words, which may repeat.

        A database without words of its own answers ``{"any"}`` when anything was changed.
        """
        ...

    def wake(self) -> None:
        """Let `wait` return now. From any thread."""
        ...

    def close(self) -> None:
        """Give the connection back; never raises."""
        ...
