"""Actions of the audit as rows: which of them are printed, and what is in each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from confmon.audit import trail
from confmon.models import moments
from confmon.models.text import clean

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from datetime import datetime

    from confmon.audit.trail import Entry

FIELDS = (
    "time", "user", "sudo_user", "ssh_client", "tty", "host", "pid", "via", "profile", "origin",
    "action", "verb", "method", "path", "meeting", "target", "identity", "before", "after",
    "group", "undoes",
)  # fmt: skip
"""Of a row, as the intent has them."""
OUTCOME_FIELDS = ("result", "detail", "status", "latency_ms", "proved_after_ms")
"""Of a row, as the outcome has them; None where there is no outcome."""


def pick(entries: Sequence[Entry], wanted: Namespace) -> list[Entry]:
    """Return the actions that the flags want, of these the newest."""
    found = [entry for entry in entries if _matches(entry, wanted)]
    if wanted.limit is not None:
        found = found[len(found) - min(len(found), wanted.limit) :]
    return found


def _matches(entry: Entry, wanted: Namespace) -> bool:
    if wanted.open and not entry.is_open:
        return False
    if wanted.verb is not None and entry.get("verb") != wanted.verb:
        return False
    if wanted.meeting is not None and not _is_of_meeting(entry, wanted.meeting):
        return False
    profile = getattr(wanted, "profile", None)
    if profile is not None and entry.get("profile") != profile:
        return False
    return wanted.target is None or _is_target(entry, wanted.target)


def _is_of_meeting(entry: Entry, number: int) -> bool:
    """Whether the action was on this meeting, or on a call in it."""
    return f"/meetings/{number}" == entry.get("path") or bool(entry.get("meeting") == number)


def _is_target(entry: Entry, target: str) -> bool:
    """Whether the action was on the id `target`, or on one with that in its name."""
    last = str(entry.get("path")).rpartition("/")[2]
    return target == last or target.casefold() in str(entry.get("target")).casefold()


def print_entries(
    entries: list[Entry], output: str, now: datetime, *, of_boxes: bool = False
) -> None:
    """Print actions; with `of_boxes` also which box wrote each."""
    from confmon.cli.output.printing import PrintOptions, TableColumn, print_list

    def plain(name: str) -> TableColumn:
        return TableColumn(name, lambda entry: word(entry.get(name)), right=name == "meeting")

    columns = [
        TableColumn("time", lambda entry: local_time(entry.get("time"))),
        *([TableColumn("box", lambda entry: word(entry.box))] if of_boxes else []),
        *(plain(name) for name in ("user", "profile", "verb", "meeting", "target")),
        TableColumn("change", _change),
        TableColumn("result", lambda entry: _result(entry, now)),
        TableColumn("detail", lambda entry: word(entry.outcome.get("detail"))),
    ]
    print_list(
        entries,
        (*FIELDS, *OUTCOME_FIELDS, "ended", *(["box"] if of_boxes else [])),
        PrintOptions(output=output),
        columns=columns,
        to_row=_flat_row if output == "csv" else to_row,
    )


def to_row(entry: Entry) -> dict[str, Any]:
    """Return everything the log says of an action; `ended` is when its outcome was written."""
    row = {name: entry.get(name) for name in FIELDS}
    row |= {name: entry.outcome.get(name) for name in OUTCOME_FIELDS}
    row["ended"] = entry.outcome.get("time")
    return {**row, "box": entry.box} if entry.box else row


def _flat_row(entry: Entry) -> dict[str, Any]:
    return {name: _flat(value) for name, value in to_row(entry).items()}


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value, 400)
    return json.dumps(value) if isinstance(value, dict | list) else value


def _result(entry: Entry, now: datetime) -> str:
    if entry.is_open:
        return "under way" if entry.is_under_way(now) else "no outcome"
    return word(entry.outcome.get("result"))


def local_time(time: Any) -> str:
    """Return a line's time in this machine's time."""
    at = trail.parse_time(time)
    return moments.local(at) if at else word(time)


def _change(entry: Entry) -> str:
    before, after = (_flatten_attributes(entry.get(name)) for name in ("before", "after"))
    return " ".join(
        f"{word(name)} {word(before.get(name))}→{word(value)}" for name, value in after.items()
    )


def _flatten_attributes(values: Any) -> dict[str, Any]:
    """Return fields with their values, and each attribute like a field."""
    if not isinstance(values, dict):
        return {}
    inner = values.get("attributes")
    if not isinstance(inner, dict):
        return values
    return {name: value for name, value in values.items() if name != "attributes"} | inner


def word(value: Any) -> str:
    """Return a value for a terminal: the file may have been written by others than confmon."""
    if value is None:
        return ""
    return clean(value if isinstance(value, str) else json.dumps(value))
