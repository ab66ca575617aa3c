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
        self._table = table

    def number_of(self, values: tuple[Any, ...]) -> int:
        """Return the number of a combination; a new one gets the next. sqlite3.Error."""
        number = self._numbers.get(values)
        if number is None:
            number = max(self._values, default=0) + 1
            marks = ", ".join("?" * (len(values) + 1))
            self._connection.execute(
                f"INSERT INTO {self._table} VALUES ({marks})",  # noqa: S608 - a literal
                (number, *values),
            )
            self._numbers[values], self._values[number] = number, values
        return number

    def values_of(self, number: int) -> tuple[Any, ...]:
        """Return the combination of a number; nothing known where there is none."""
        return self._values.get(number, ())
