"""The one way from records to stdout: a table for eyes, JSON, JSON lines or CSV for programs.

Telephone numbers are cut and codes are hidden here, whatever the record and the format.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from confmon.cli.output import writers
from confmon.clock import SystemClock
from confmon.monitor.exports import formats, numbers, rows
from confmon.monitor.exports.numbers import NumberVisibility

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from confmon.config.settings.model import Settings
    from confmon.monitor.views.live_columns import Column, RenderContext

    Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOptions:
    """How records are printed. `wall_s` is epoch seconds, for running times."""

    output: str = "table"
    numbers: NumberVisibility = NumberVisibility.ALL
    reveal_codes: bool = False
    wall_s: float = 0.0


class TableColumn(NamedTuple):
    """A column of a table for eyes. `uncut`: however long its cells are."""

    title: str
    cell: Callable[[Any], str]
    right: bool = False
    uncut: bool = False


def print_options(arguments: Namespace, settings: Settings) -> PrintOptions:
    """Return how the command line wants records printed.

    A table on a terminal is as the screen is; one that goes into a file or another program is an
    export, as JSON and CSV are anywhere.
    """
    return PrintOptions(
        output=arguments.output,
        numbers=numbers.visibility(
            reveal=getattr(arguments, "reveal_numbers", False),
            mask=settings.mask_numbers,
            is_export=arguments.output != "table" or not sys.stdout.isatty(),
        ),
        reveal_codes=getattr(arguments, "reveal_codes", False),
        wall_s=SystemClock().wall(),
    )


def screen_columns(
    columns: Iterable[Column[Any]], context: RenderContext, **cells: Callable[[Any], str]
) -> list[TableColumn]:
    """Return the columns of a table that looks as on the screen, but for `cells`, by column id."""

    def text(column: Column[Any], record: Any) -> str:
        return column.cell(record, context)[0]

    return [
        TableColumn(
            column.title, cells.get(column.id, partial(text, column)), column.align == "right"
        )
        for column in columns
    ]


def print_list(
    records: Iterable[Any],
    names: Sequence[str],
    options: PrintOptions,
    *,
    columns: Sequence[TableColumn] = (),
    to_row: Callable[[Any], Row] | None = None,
) -> None:
    """Print records with the fields `names`, or as a table with `columns` where there are some.

    `to_row` makes a row of a record where that is not every field by its wire name.
    """
    records = [numbers.cut_number(record, options.numbers) for record in records]
    if options.output == "table" and columns:
        writers.write_table(
            [column.title for column in columns],
            [[column.cell(record) for column in columns] for record in records],
            [column.right for column in columns],
            [column.uncut for column in columns],
        )
        return
    found = [_pick(record, names, options, to_row) for record in records]
    match options.output:
        case "json":
            formats.write_json(found, sys.stdout)
        case "jsonl":
            formats.write_jsonl(found, sys.stdout)
        case "csv":
            formats.write_csv(names, found, sys.stdout)
        case _:
            writers.write_table(
                names, [[rows.to_text(name, row[name]) for name in names] for row in found]
            )


def print_one(record: Any, names: Sequence[str], options: PrintOptions) -> None:
    """Print one record: JSON without brackets round it, a table with a line for each field."""
    row = row_of(record, names, options)
    match options.output:
        case "json" | "jsonl":
            formats.write_jsonl([row], sys.stdout)
        case "csv":
            formats.write_csv(names, [row], sys.stdout)
        case _:
            writers.write_lines(rows.to_lines(row))


def row_of(record: Any, names: Sequence[str], options: PrintOptions) -> dict[str, Any]:
    """Return the fields `names` of a record as JSON has them, numbers cut and codes hidden."""
    return _pick(numbers.cut_number(record, options.numbers), names, options)


def _pick(
    record: Any,
    names: Sequence[str],
    options: PrintOptions,
    to_row: Callable[[Any], Row] | None = None,
) -> dict[str, Any]:
    row = (
        rows.to_row(record, reveal_codes=options.reveal_codes, wall_s=options.wall_s)
        if to_row is None
        else to_row(record)
    )
    return {name: row.get(name) for name in names}
