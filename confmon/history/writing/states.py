"""The numbers of combinations of codes: there are few, so a change is one small number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from confmon.history.backends.connection import Connection

Table = Literal["call_state", "meeting_state"]


class States:
    """Gives each combination of codes its number, and keeps it in its table."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - a literal
        self._values: dict[int, tuple[Any, ...]] = {row[0]: tuple(row[1:]) for row in rows}
        self._numbers = {values: number for number, values in self._values.items()}
        self._next = max(self._numbers.values(), default=0) + 1
        count = 10 if table == "call_state" else 8
        self._insert = f"INSERT INTO {table} VALUES ({', '.join('?' * count)})"  # noqa: S608

    def number_of(self, values: tuple[Any, ...]) -> int:
        """Return the number of a combination; a new one gets the next. sqlite3.Error."""
        number = self._numbers.get(values)
        if number is None:
            number = self._next
            self._connection.execute(self._insert, (number, *values))
            self._numbers[values], self._values[number] = number, values
            self._next += 1
        return number

    def values_of(self, number: int) -> tuple[Any, ...]:
        """Return the combination of a number; nothing known where there is none."""
        return self._values.get(number, ())
