"""What the store asks of the database that it writes, and what statements are run on.

Statements are written once, with ``?`` for values. `sqlite3.Connection` is a `Connection`, and so
is `confmon.history.backends.shared.SharedConnection`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from confmon.history.database import HistoryUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Row = tuple[Any, ...]


class HistoryBusy(HistoryUnavailable):
    """Another program writes at the moment: nothing was tried yet."""


class Cursor(Protocol):
    """What a statement has found, or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """One database, used by one thread at a time.

    Every method may raise sqlite3.Error (a file) or HistoryUnavailable (shared tables).
    """

    @property
    def in_transaction(self) -> bool:
        """Whether statements happen together now."""
        ...

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor:
        """Run a statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once for each row of values."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Backend(Protocol):
    """One database that may be written by one confmon at a time.

    `notice` is what happened to it, to be shown once. Every method may raise HistoryUnavailable.
    """

    notice: str

    @property
    def set_back_ms(self) -> int:
        """A clock that goes back by more was set back; by less, it only trembles."""
        ...

    @property
    def is_handed_over(self) -> bool:
        """Whether who writes goes on where another one has ended, if that was just now."""
        ...

    @property
    def knows_size(self) -> bool:
        """Whether `used_bytes` knows at once what was deleted. If not, it must not be hurried."""
        ...

    def is_in_place(self) -> bool:
        """Whether what was opened is still what this confmon is to write."""
        ...

    def take(self) -> bool:
        """Become the one who writes. False: another confmon does."""
        ...

    def connect(self) -> Connection:
        """Open the database, when it was taken."""
        ...

    def begin(self, connection: Connection) -> None:
        """Begin a transaction. HistoryBusy: somebody else writes at the moment."""
        ...

    def has_items(self, connection: Connection) -> bool:
        """Whether others have left something to be written."""
        ...

    def take_items(self, connection: Connection) -> list[Any]:
        """Take what others have left to be written, inside a transaction."""
        ...

    def set_aside(self) -> None:
        """Begin a new database in the place of a damaged one."""
        ...

    def used_bytes(self, connection: Connection) -> int:
        """Return how many bytes the history takes."""
        ...

    def give_back(self, connection: Connection) -> bool:
        """Give some unused room back to the disk. Return whether there is more."""
        ...

    def release(self) -> None:
        """Let another confmon write."""
        ...
