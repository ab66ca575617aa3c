"""Writes the view into a file: what it shows, as it was when the key was pressed."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from confmon.monitor.exports.export import SUFFIXES, Export, check_file, write_file
from confmon.monitor.exports.numbers import visibility
from confmon.monitor.past.timeline.moments import when
from confmon.monitor.polling.freshness import ago
from confmon.process import paths
from confmon.tui.dialogs.form import Field, FormScreen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.tui.view_tools.shown import ShownView

NOTHING = "no rows are shown: nothing to export"
AT_ONCE = 100
"""So many rows are made between two looks at what else is to be done."""

SHORT, FULL = "short", "full"
SHOWN, ALL = "shown", "all"


@dataclass(frozen=True, slots=True)
class Order:
    """What the form asks for."""

    path: Path
    is_whole: bool
    reveal: bool


def ask_where_to_export(screen: ShownView) -> None:
    """Ask for the file, and write into it what is shown now."""
    session = screen.session
    subjects = [screen.subject_of(screen.record_in(screen.view, key)) for key in screen.shown_keys]
    records = [subject for subject in subjects if subject is not None]
    if not records:
        screen.say(NOTHING)
        return
    look, age_s, past = screen.look, screen.data_age_s() or 0.0, screen.past_moment()
    wall_s = session.clock.wall()
    what, at_s, as_of = screen.view_name, wall_s, f"{ago(age_s)} ago"
    if past is not None:
        at_s = past.at / 1000
        what, as_of = f"{what} past", when(at_s, wall_s)
    taken = partial(
        Export,
        records=records,
        columns=tuple(screen.view.columns),
        look=replace(look, live_state=look.live_state.copy()),
        as_of_s=wall_s - age_s if past is None else at_s,
        age_s=age_s,
    )
    name = default_name(session.settings.profile, what, at_s)
    may_reveal = session.start.reveal_numbers or not session.settings.mask_numbers
    form = FormScreen(
        f"Export {len(records)} {'row' if len(records) == 1 else 'rows'} as of {as_of}",
        _fields(default_file(name), may_reveal, reveal=session.start.reveal_numbers),
        _order,
        done="write",
    )

    def answered(order: Order | None) -> None:
        if order is not None:
            visible = visibility(
                reveal=order.reveal, mask=session.settings.mask_numbers, is_export=True
            )
            export = taken(is_whole=order.is_whole, visible=visible)
            screen.app.run_worker(_write(screen, export, order.path), exit_on_error=False)

    screen.app.push_screen(form, answered)


def _fields(file: str, may_reveal: bool, *, reveal: bool) -> list[Field]:
    numbers = [(SHORT, "people's telephone numbers cut to four digits, as in every export")]
    if may_reveal:
        numbers.append((FULL, "telephone numbers in full, as with --reveal-numbers"))
    hint = "" if may_reveal else " mask_numbers is set: --reveal-numbers at the start lifts it."
    return [
        Field(
            "file", "File", file,
            f"A new file in {_here()} or elsewhere, which only you can read. Its name ends with "
            f"{', '.join(SUFFIXES)}.",
            check=check_file,
        ),
        Field(
            "columns", "Columns", SHOWN, "Rows, filter and order are those of the screen.",
            options=((SHOWN, "the columns of the screen, in its words"),
                     (ALL, "every field by its wire name, as the API has it")),
            check=_one_of(SHOWN, ALL),
        ),
        Field(
            "numbers", "Numbers", FULL if reveal else SHORT, f"How numbers leave.{hint}",
            options=tuple(numbers), check=_one_of(*(value for value, _ in numbers)),
        ),
    ]  # fmt: skip


def _one_of(*words: str) -> Any:
    def check(text: str) -> None:
        if text not in words:
            raise ValueError(f"It takes {' or '.join(words)}.")

    return check


def _order(values: Mapping[str, str]) -> Order:
    path = check_file(values["file"])
    try:
        path = path.absolute()
        is_there = path.is_symlink() or path.exists()
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise ValueError(f"{error.strerror}.") from None
    if is_there:
        raise ValueError("There is a file of that name; none is ever overwritten.")
    return Order(path, values["columns"] == ALL, values["numbers"] == FULL)


async def _write(screen: ShownView, export: Export, path: Path) -> None:
    found: list[Mapping[str, Any]] = []
    for row in export.rows():
        found.append(row)
        if len(found) % AT_ONCE == 0:
            await asyncio.sleep(0)
    try:
        await asyncio.to_thread(write_file, path, export.names(), found)
    except OSError as error:
        screen.say(f"{path}: {error.strerror or 'I/O error'}; nothing was written")
    else:
        rows = "1 row" if len(found) == 1 else f"{len(found)} rows"
        screen.say(f"{rows} written to {path}")


def default_file(name: str) -> str:
    """Return a name in the current folder; in the state folder where that can't be written."""
    here = _here()
    folder = None if os.access(here, os.W_OK) else paths.or_none(paths.state)
    return name if folder is None else str(folder / name)


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return Path("/")


def default_name(profile: str, view: str, wall_s: float) -> str:
    """Return a name with what it is, of which profile, and when, by this machine's time.

    >>> default_name("prod", "meeting 100", 0.0).startswith("confmon-prod-meeting-100-19")
    True
    """
    what = re.sub(r"[^A-Za-z0-9]+", "-", f"{profile} {view}").strip("-")
    return f"confmon-{what}-{datetime.fromtimestamp(wall_s):%Y%m%d-%H%M%S}.csv"
