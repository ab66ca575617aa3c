"""`confmon audit`: what was done, who did it, and with which outcome. A row for each action.

Nothing is asked of the bridge, so no profile and no password is needed.
"""

from __future__ import annotations

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from confmon.audit import trail
from confmon.models import moments
from confmon.models.text import clean
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from confmon.audit.log import AuditLog
    from confmon.audit.trail import Entry

FIELDS = (
    "time", "user", "sudo_user", "ssh_client", "tty", "host", "pid", "via", "profile", "origin",
    "action", "verb", "method", "path", "meeting", "target", "identity", "before", "after",
    "group", "undoes",
)  # fmt: skip
"""Of a row, as the intent has them."""
OUTCOME_FIELDS = ("result", "detail", "status", "latency_ms", "proved_after_ms")
"""Of a row, as the outcome has them; None where there is no outcome."""

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def run(arguments: Namespace) -> int:
    """Print the actions that are picked. CliExit: 64; 78, the log can't be read."""
    now = datetime.now(UTC)
    since = None if arguments.since is None else parse_since(arguments.since, now)
    if arguments.shared or arguments.verify:
        return _run_shared(arguments, since, now)
    path = paths.audit_log(demo=arguments.demo)
    try:
        found = trail.read(path, since)
    except OSError as error:
        reason = error.strerror or "I/O error"
        raise exits.CliExit(exits.CONFIG, f"confmon: {error.filename or path}: {reason}") from None
    entries = _pick(found.entries, arguments)
    if not found.entries and since is None:
        print_notice(f"nothing is in {path} yet")
    if found.unreadable:
        print_notice(f"{found.unreadable} lines of {path} are unreadable")
    _print(entries, arguments.output, now)
    return exits.OK


def _run_shared(arguments: Namespace, since: datetime | None, now: datetime) -> int:
    """Print the actions of all boxes that are picked, or how the lines of each box are."""
    from confmon.cli.commands import shared_audit

    if arguments.verify:
        return shared_audit.verify(arguments)
    found = shared_audit.read(arguments, since)
    arguments.profile = None  # it said which share; other boxes name their profiles otherwise
    _print(_pick(found.entries, arguments), arguments.output, now, of_boxes=True)
    return exits.OK


def _pick(entries: Sequence[Entry], wanted: Namespace) -> list[Entry]:
    """Return the actions that the flags want, of these the newest."""
    found = [one for one in entries if _matches(one, wanted)]
    if wanted.limit is not None:
        found = found[len(found) - min(len(found), wanted.limit) :]
    return found


def parse_since(text: str, now: datetime) -> datetime:
    """Return the moment that ``--since`` means. CliExit: 64.

    >>> parse_since("90m", datetime(2024, 5, 6, 12, tzinfo=UTC)).isoformat()
    '2024-05-06T10:30:00+00:00'
    """
    try:
        if ago := _AGO.fullmatch(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        return datetime.fromisoformat(text).astimezone()  # without a zone: this machine's
    except (ValueError, OverflowError):
        raise exits.CliExit(
            exits.USAGE,
            f"confmon: --since {text!r}: neither a time such as 2024-05-06 or 2024-05-06T17:30,",
            "nor how long ago, such as 30m, 2h or 7d",
        ) from None


def _matches(entry: Entry, wanted: Namespace) -> bool:
    if wanted.open and not entry.is_open:
        return False
    if wanted.verb is not None and entry.get("verb") != wanted.verb:
        return False
    if wanted.meeting is not None and wanted.meeting not in _meetings_of(entry):
        return False
    profile = getattr(wanted, "profile", None)
    if profile is not None and entry.get("profile") != profile:
        return False
    return wanted.target is None or _is_target(entry, wanted.target)


def _meetings_of(entry: Entry) -> tuple[Any, ...]:
    """Return the meeting a call was in, or the meeting acted on itself."""
    path = str(entry.get("path"))
    number = path.removeprefix("/meetings/")
    return (entry.get("meeting"), int(number) if number.isdecimal() else None)


def _is_target(entry: Entry, target: str) -> bool:
    """Whether the action was on the id `target`, or on one with that in its name."""
    last = str(entry.get("path")).rpartition("/")[2]
    return target == last or target.casefold() in str(entry.get("target")).casefold()


def _print(entries: list[Entry], output: str, now: datetime, *, of_boxes: bool = False) -> None:
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
    return {name: one for name, one in values.items() if name != "attributes"} | inner


def word(value: Any) -> str:
    """Return a value for a terminal: the file may have been written by others than confmon."""
    if value is None:
        return ""
    return clean(value if isinstance(value, str) else json.dumps(value))


def describe_left_open(log: AuditLog, *, is_seen: bool) -> str:
    """Return one line about the actions that an earlier run left open, or an empty string.

    A crash, a `kill -9` or a power cut between the request and its answer leaves them: intents
    without an outcome. Whether they were carried out only the bridge can tell.

    With `is_seen` the log notes that the operator knows, and the line does not come again.
    """
    entries = trail.find_left_open(log.path, log.now()) if log.path else []
    if not entries:
        return ""
    if is_seen:
        for entry in entries:
            with contextlib.suppress(OSError):  # the line comes once more, then
                log.noticed(entry)
    last = entries[-1]
    what = f"{word(last.get('verb'))} {word(last.get('target'))}, {local_time(last.get('time'))}"
    head = "1 action has" if len(entries) == 1 else f"{len(entries)} actions have"
    last_of = "" if len(entries) == 1 else "the last: "
    return (
        f"{head} no outcome in the audit log ({last_of}{what});"
        " it may have been carried out. See confmon audit --open"
    )


def at_start(log: AuditLog) -> list[str]:
    """Return the notices of the screen's start; the log notes that they were seen."""
    return [line for line in (describe_left_open(log, is_seen=True),) if line]
