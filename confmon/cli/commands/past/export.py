"""`history export`: a time span, or a session of a meeting, as a file for `replay`."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from confmon.cli.commands.past.asked import find_session, open_past, print_gaps
from confmon.cli.commands.past.rows import iso
from confmon.clock import run_at_once
from confmon.history.answers import SessionQuery
from confmon.models.moments import moment
from confmon.monitor.exports.numbers import visibility
from confmon.monitor.past.records import PastRecords
from confmon.monitor.replay.lines import FORMAT, VERSION, ReplayLines
from confmon.process import exits
from confmon.process.new_file import new_file
from confmon.process.signals import raise_on_signals
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from typing import TextIO

    from confmon.cli.commands.past.asked import Asked
    from confmon.history.records import Marker

SPAN_MS = 3_600_000
"""The last hour is written where nothing else is asked for."""
MOST_SESSIONS = 100_000


def run(arguments: Namespace) -> int:
    """Write the file. CliExit: 1, there was nothing; 74, it can't be written."""
    with open_past(arguments) as asked:
        since, until, number = _span(arguments, asked)
        past = asked.history.state_at(until)
        if past is None:
            raise exits.CliExit(
                exits.NOT_PROVED, f"confmon: nothing was recorded before {moment(until)}"
            )
        since = max(since, (asked.history.span() or (since, until))[0])
        print_gaps(asked.history.gaps(since, until))
        visible = visibility(
            reveal=arguments.reveal_numbers, mask=asked.settings.mask_numbers, is_export=True
        )
        lines = ReplayLines(
            asked.history, PastRecords(asked.codes), since=since, until=until, number=number,
            visible=visible, run=run_at_once,
        )  # fmt: skip
        header = {
            "format": FORMAT, "version": VERSION, "began": iso(since), "began_ms": since,
            "until": iso(until), "endpoint": _endpoint(asked), "meeting": number,
        }  # fmt: skip
        markers, numbers = _markers(asked, since, until, number)
        with raise_on_signals(), _opened(arguments.file) as out:
            _write(header, out)
            for line in lines.lines(markers, numbers):
                _write(line, out)
    return exits.OK


def _span(arguments: Namespace, asked: Asked) -> tuple[int, int, int | None]:
    """Return the time span, and the number of the meeting if it is about one."""
    if arguments.session is None and arguments.meeting is None:
        until = asked.now if asked.until is None else asked.until
        return (until - SPAN_MS if asked.since is None else asked.since), until, None
    session = find_session(asked, arguments.meeting, arguments.session)
    last = asked.now if session.ended_to is None else session.ended_to
    since = max(session.started_to, asked.since or 0)
    return since, min(last, last if asked.until is None else asked.until), session.number


def _endpoint(asked: Asked) -> str:
    """Return what it was recorded from: without login and password."""
    url = urlsplit(asked.settings.base_url)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"


def _markers(
    asked: Asked, since: int, until: int, number: int | None
) -> tuple[list[Marker], dict[int, int]]:
    """Return the notes of the sessions of the span, and the numbers of these."""
    query = SessionQuery(number=number, since=since, until=until, limit=MOST_SESSIONS)
    sessions = {session.session: session.number for session in asked.history.find_sessions(query)}
    found = asked.history.markers(since, until)
    return [
        marker for marker in found if number is None or marker.session in {0, *sessions}
    ], sessions


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdout
        return
    try:
        with new_file(Path(name)) as out:
            yield out
    except FileExistsError:
        raise exits.CliExit(exits.UNWRITABLE, f"confmon: {name} is there already") from None
    except OSError as error:
        raise exits.CliExit(
            exits.UNWRITABLE, f"confmon: {name} can't be written: {error.strerror}"
        ) from None
    print_notice(f"written: {name}")


def _write(line: Any, out: TextIO) -> None:
    out.write(json.dumps(line, separators=(",", ":")) + "\n")
