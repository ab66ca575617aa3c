"""What the lines around the list of what needs somebody say: how it is known, how much it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.needs import are_stale, known_age_s
from confmon.monitor.polling.freshness import ago
from confmon.tui.bars import notices
from confmon.tui.bars.bar import Part, Parts
from confmon.tui.bars.header import age_text, filter_parts, tabs

if TYPE_CHECKING:
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.tui.table.look import Cell


def fresh_parts(session: Session) -> list[Part]:
    """Return how old the reads are that it is made from."""
    if session.poller is None or session.bridge is None:
        return [Part("starting… " if not session.trouble else "no connection ")]
    age, stale = known_age_s(session), are_stale(session)
    if age is None:
        return [Part("no data yet  ")]
    parts = [Part(f"{'STALE ' if stale else 'age '}{age_text(age)}  ", "strong" if stale else "")]
    parts.append(Part(f"{session.bridge.requests_per_minute()} req/min  ", priority=7))
    return [*parts, Part(f"every {session.interval_s:g}s ", priority=4)]


def needs_tabs(session: Session, view: ListView, shown: int, *, typing: bool) -> Parts:
    """Return where one can go and is; on the right how many things to go to are how urgent."""
    left = [*tabs(session, "needs"), Part(" ▸ what needs you ", "here", short=" ▸ needs you ")]
    right = filter_parts(view, shown, typing=typing)
    if not right:
        counts = session.attention.counts()
        figures = (counts.red, "red"), (counts.amber, "amber"), (counts.quiet, "quiet")
        words = " · ".join(f"{count} {word}" for count, word in figures if count)
        if (signals := len(session.attention.signals)) > sum(counts):
            words += f" · {signals} signals"
        right.append(Part(f" {words} " if words else "", "dim", priority=8))
    return Parts(tuple(left), tuple(right))


def placeholder(session: Session, view: ListView) -> list[Cell]:
    """Return the lines in the middle of an empty list: why it is empty, and how that is known."""
    poller, age = session.poller, known_age_s(session)
    if session.trouble or poller is None or poller.unauthorized is not None:
        return notices.placeholder(session)
    if age is None:
        lines = notices.placeholder(session) if session.age_s() is None else []
        return lines or [("Reading…", "title"), ("not all calls have been read yet", "dim")]
    if view.filter_text and view.total:
        return [("Nothing matches the filter", "title"), ("escape clears it", "dim")]
    if are_stale(session):
        return [
            (f"Nobody needed you {ago(age)} ago", "title"),
            ("nothing newer is known", "warn"),
        ]
    return [("Nobody needs you", "title"), (f"by what was read {ago(age)} ago", "dim")]


def banner(session: Session) -> list[Part]:
    """Return the warning above the list; nothing while all is well."""
    if session.is_past:
        return [Part(" Meetings and calls show the past; this list is of now ")]
    if session.is_paused:
        return [Part(" The view of meetings and calls is paused; this list goes on ")]
    parts = notices.banner(session)
    age = known_age_s(session)
    if age is not None and are_stale(session):
        parts.insert(0, Part(f" As of {ago(age)} ago: what has changed since is not known "))
    return parts
