"""A view as data: its rows in their order, and the file that they are written into.

Numbers are cut and codes hidden as in every export. Each row tells as of when it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confmon.models.live_records import Call, Meeting
from confmon.models.records import wire_name
from confmon.models.resources import resource_of
from confmon.monitor.exports import formats, rows
from confmon.monitor.exports.numbers import NumberVisibility, cut_number
from confmon.monitor.views.live_columns import has_left
from confmon.process.new_file import new_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from confmon.monitor.views.live_columns import Column, RenderContext

SUFFIXES = (".csv", ".json", ".jsonl")
"""What a file's name ends with, and so its format."""
AS_OF, AGE = "asOf", "ageSeconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is to be exported: the records as of one moment, in the order of the view.

    `as_of_s` is when they were asked for, epoch seconds; `age_s` how old they were when they were
    taken. `is_whole`: every field by its wire name, else the columns of the view.
    """

    records: Sequence[Any]
    columns: Sequence[Column[Any]]
    look: RenderContext
    visible: NumberVisibility
    as_of_s: float
    age_s: float
    is_whole: bool = False

    def names(self) -> tuple[str, ...]:
        """Return the names of what each row has, in order."""
        key = key_name(self.records[0])
        if self.is_whole:
            return (*rows.names_of(type(self.records[0])), AS_OF, AGE)
        return (key, *(name for name, _ in self._columns(key)), AS_OF, AGE)

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield a row for each record."""
        look = replace(self.look, mask_numbers=self.visible is NumberVisibility.NONE)
        key = key_name(self.records[0])
        columns = self._columns(key)
        of = {AS_OF: iso(self.as_of_s), AGE: round(self.age_s)}
        for record in self.records:
            cut = cut_number(record, self.visible)
            if not self.is_whole:
                cells = {name: column.cell(cut, look)[0] for name, column in columns}
                yield {key: rows.value_of(cut, key)} | cells | of
            elif not (isinstance(record, Call | Meeting) and has_left(record, look)):
                yield rows.to_row(cut, wall_s=look.wall) | of  # no field says that one has left

    def _columns(self, key: str) -> list[tuple[str, Column[Any]]]:
        """Return the columns with their titles; none is a picture, and none says the key again."""
        named = [
            (column.title or column.id, column) for column in self.columns if not column.is_drawn
        ]
        return [(name, column) for name, column in named if name != key]


def key_name(record: Any) -> str:
    """Return the wire name of what a record is reached by."""
    if (resource := resource_of(type(record))) is not None:
        return resource.wire(resource.key)
    if isinstance(record, Call | Meeting):
        return wire_name("id" if isinstance(record, Call) else "meeting_number")
    return rows.names_of(type(record))[0]


def iso(epoch_s: float) -> str:
    """Return a moment in UTC."""
    return f"{datetime.fromtimestamp(int(epoch_s), UTC):%Y-%m-%dT%H:%M:%SZ}"


def check_file(text: str) -> Path:
    """Return the file that was typed. ValueError: its name does not say a known format."""
    from confmon.config.settings.checks import check_path

    try:
        path = check_path(text.strip())
    except ValueError as error:
        raise ValueError(f"The file {error}.") from None
    if path.suffix.lower() not in SUFFIXES or not path.stem:
        raise ValueError(f"Its name has to end with {', '.join(SUFFIXES)}.")
    return path


def write_file(path: Path, names: Sequence[str], found: Sequence[Mapping[str, Any]]) -> None:
    """Write a new file, which only its owner can read. OSError: nothing is left of it.

    A file that is there already is never touched.
    """
    with new_file(path) as out:
        match path.suffix.lower():
            case ".csv":
                formats.write_csv(names, found, out)
            case ".jsonl":
                formats.write_jsonl(found, out)
            case _:
                formats.write_json(found, out)
