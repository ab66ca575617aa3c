"""What the commands on the past have in common: the history, the time span, the session."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from confmon.cli.history_place import shared_history
from confmon.clock import SystemClock
from confmon.config.settings import resolve
from confmon.history.answers import SessionQuery
from confmon.history.database import HistoryUnavailable
from confmon.history.history import open_history, open_tables
from confmon.models.codes import Codes
from confmon.models.moments import moment
from confmon.monitor.past.tables.look import UNSEEN_MS
from confmon.monitor.past.typed_time import moment_of
from confmon.process import exits, paths
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from confmon.config.settings.model import Settings
    from confmon.history.history import History
    from confmon.history.records import Gap, MeetingSession


class Asked(NamedTuple):
    """The history, what its codes mean, its newest read, and the time span; moments in ms."""

    history: History
    codes: Codes
    settings: Settings
    now: int
    newest: int
    since: int | None
    until: int | None


@contextmanager
def open_past(arguments: Namespace) -> Iterator[Asked]:
    """Open the history of the profile. CliExit: 64, a time is none; 78, it can't be read."""
    configuration = resolve.resolve(arguments, os.environ)
    settings = configuration.settings
    now_s = SystemClock().wall()
    since, until = (
        read_time(f"--{name}", getattr(arguments, name), now_s) for name in ("since", "until")
    )
    if since is not None and until is not None and since > until:
        raise exits.usage_error("--since is later than --until")
    with needing_history():
        shared = shared_history(settings)
        history = (
            open_history(paths.history(settings.base_url, settings.login))
            if shared is None
            else open_tables(shared)
        )
        try:
            now = int(now_s * 1000)
            newest = (history.span() or (now, now))[1]
            if now - newest > UNSEEN_MS and (until is None or until > newest):
                print_notice(
                    f"nothing has been recorded since {moment(newest)}: what was live then may"
                    " not be now"
                )
            yield Asked(history, Codes(settings.codes), settings, now, newest, since, until)
        finally:
            history.close()


@contextmanager
def needing_history() -> Iterator[None]:
    """End the command where there is no history, or it can't be read. CliExit: 78."""
    try:
        yield
    except HistoryUnavailable as error:
        raise exits.config_error(
            f"the history: {str(error).rstrip('.')}",
            "The screen records what it sees, and so does confmon record.",
        ) from None


def read_time(flag: str, text: str | None, now_s: float) -> int | None:
    """Return the moment that a flag means, epoch milliseconds. CliExit: 64.

    Besides what may be typed on the screen: a day, and ISO 8601 with its zone.
    """
    if text is None:
        return None
    if text in ("today", "yesterday"):
        text += " 0:00"
    try:
        if len(text) > 5 and text[:4].isdecimal():
            return int(datetime.fromisoformat(text).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        pass  # the other reports it
    try:
        return int(moment_of(text, now_s) * 1000)
    except ValueError as error:
        raise exits.usage_error(f"{flag}: {error}") from None


def find_session(asked: Asked, number: int | None, session: int | None) -> MeetingSession:
    """Return the session that is meant: by its id, or the newest one of the meeting in the span.

    CliExit: 1, there is none.
    """
    if session is not None:
        found = asked.history.meeting_sessions([session]).get(session)
        if found is None or number not in (None, found.number):
            of = "" if number is None else f" of meeting {number}"
            raise exits.CliExit(
                exits.NOT_PROVED, f"confmon: the history has no session {session}{of}"
            )
        return found
    query = SessionQuery(number=number, since=asked.since, until=asked.until, limit=2)
    sessions = asked.history.find_sessions(query)
    if not sessions:
        raise exits.CliExit(
            exits.NOT_PROVED, f"confmon: the history has no session of meeting {number} then"
        )
    if len(sessions) > 1:
        print_notice(
            f"the newest session of meeting {number}, which began {moment(sessions[0].started_to)};"
            f" for others see confmon history meetings --meeting {number}"
        )
    return sessions[0]


def print_gaps(gaps: tuple[Gap, ...] | list[Gap]) -> None:
    """Say on stderr what was not seen."""
    for gap in gaps:
        to = "" if gap.to_at is None else f" to {moment(gap.to_at)}"
        print_notice(f"not seen from {moment(gap.from_at)}{to} ({gap.reason})")
