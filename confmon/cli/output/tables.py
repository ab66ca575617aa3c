"""Records as rows: a table with the screen's columns, or every field by its wire name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from confmon.cli.output import numbers as phones
from confmon.cli.output import rows, writers
from confmon.models.calls import Call, Meeting
from confmon.models.privacy import shown
from confmon.models.records import wire_name
from confmon.monitor.views.live_columns import (
    ALL_CALL_COLUMNS,
    CALL_COLUMNS,
    MEETING_COLUMNS,
    RenderContext,
    started,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.cli.output.numbers import NumberVisibility
    from confmon.config.settings.model import Settings
    from confmon.models.calls import Attribute
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.views.live_columns import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOptions:
    """How a list is to be printed. `wall` is epoch seconds, for running times."""

    output: str
    settings: Settings
    numbers: NumberVisibility
    reveal_codes: bool = False
    wall: float = 0.0


def print_records(
    records: Sequence[Any],
    kind: type[Call] | type[Meeting],
    live_state: LiveState,
    sheet: PrintOptions,
    *,
    one_meeting: bool = False,
    names: Sequence[str] = (),
) -> None:
    """Print calls or meetings: a table as on the screen, else every field by its wire name.

    With `names` these fields alone, also in a table.
    """
    records = [phones.cut_number(one, sheet.numbers) for one in records]
    if sheet.output != "table" or names:
        names = names or names_of(kind)
        rows.print_rows([as_row(one, sheet) for one in records], names, sheet.output)
        return
    columns: tuple[Column[Any], ...] = MEETING_COLUMNS
    if kind is Call:
        columns = CALL_COLUMNS if one_meeting else ALL_CALL_COLUMNS
    columns = tuple(column for column in columns if column.id != "status")
    look = RenderContext(live_state, sheet.wall)
    titles = [column.title for column in columns]
    cells = [[column.cell(one, look)[0] for column in columns] for one in records]
    right = [column.align == "right" for column in columns]
    if kind is Call:
        titles, right = ["id", *titles], [True, *right]
        cells = [[str(one.id), *row] for one, row in zip(records, cells, strict=True)]
        if sheet.reveal_codes:
            titles, right = [*titles, "access code"], [*right, False]
            for one, row in zip(records, cells, strict=True):
                row.append(one.access_code or "")
    writers.write_table(titles, cells, right)


def names_of(kind: type[Call] | type[Meeting]) -> tuple[str, ...]:
    """Return the wire names of the fields of calls or meetings."""
    return tuple(wire_name(field.name) for field in fields(kind))


def as_row(record: Call | Meeting, sheet: PrintOptions) -> dict[str, Any]:
    """Return a record keyed by wire name: raw codes, but access codes hidden.

    A scan leaves `duration` out, because it moves; it is worked out here.
    """
    row = {wire_name(field.name): getattr(record, field.name) for field in fields(record)}
    since = started(record)
    if row["duration"] is None and since is not None:
        row["duration"] = max(0, int(sheet.wall - since / 1000))
    if row.get("accessCode") and not sheet.reveal_codes:
        row["accessCode"] = writers.MASK
    return row


def print_attributes(
    attributes: Sequence[Attribute], sheet: PrintOptions, names: Sequence[str] = ("name", "value")
) -> None:
    """Print a meeting's live attributes; those that hold a code are hidden."""
    found = [
        {"name": one.name, "value": one.value if sheet.reveal_codes else shown(one.name, one.value)}
        for one in (phones.cut_number(one, sheet.numbers) for one in attributes)
    ]
    rows.print_rows(found, names, sheet.output)
