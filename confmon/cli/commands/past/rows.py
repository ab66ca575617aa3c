"""How the past is written: moments, and numbers as far as they may be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.cli.commands.watching.change_lines import iso_ms
from confmon.models.people.phone_numbers import cut_numbers, masked
from confmon.monitor.exports.numbers import NumberVisibility

if TYPE_CHECKING:
    from confmon.cli.output.printing import PrintOptions


def iso(at: int | None) -> str | None:
    """Return a moment (epoch milliseconds) in UTC."""
    return None if at is None else iso_ms(at / 1000)


def cut_phone(number: str | None, printing: PrintOptions) -> str | None:
    """Return a person's telephone number, cut unless all may be seen."""
    is_cut = printing.numbers is not NumberVisibility.ALL
    return masked(number, mask=True) if number and is_cut else number


def cut_rented(number: str | None, printing: PrintOptions) -> str | None:
    """Return a number that is rented to be dialled, cut if none may be seen."""
    is_cut = printing.numbers is NumberVisibility.NONE
    return masked(number, mask=True) if number and is_cut else number


def cut_name(name: str | None, printing: PrintOptions) -> str | None:
    """Return a name with the telephone numbers in it cut."""
    return cut_numbers(name) if name and printing.numbers is not NumberVisibility.ALL else name
