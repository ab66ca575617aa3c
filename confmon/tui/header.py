"""What the lines above the table say: where we are, how fresh it is, what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from confmon.monitor.freshness import ago
from confmon.monitor.picture import Tally, total
from confmon.monitor.snapshot import MEETINGS
from confmon.tui.bar import Part

if TYPE_CHECKING:
    from confmon.monitor.picture import Picture
    from confmon.monitor.session import Session


def top_line(session: Session) -> tuple[list[Part], list[Part]]:
    """Return profile and host on the left, the state of the data on the right."""
    settings = session.settings
    host = urlsplit(settings.base_url).netloc
    left = [
        Part(" confmon ", "brand", priority=9),
        Part(f" {settings.profile}", "strong"),
        Part(f"  {host}", "", priority=6),
    ]
    if settings.read_only:
        left.append(Part("  READ-ONLY", "strong"))
    return left, _freshness(session)


def _freshness(session: Session) -> list[Part]:
    if session.poller is None or session.bridge is None:
        return [Part("starting… " if not session.trouble else "no connection ")]
    state, age = session.feed_state(), session.age_s()
    parts = []
    if session.is_paused:
        parts.append(Part(f"PAUSED {ago(session.paused_for_s)}  ", "strong"))
    if age is None:
        parts.append(Part("no data yet  "))
    else:
        stale = session.is_stale()
        parts.append(
            Part(f"{'STALE ' if stale else 'age '}{_age(age)}  ", "strong" if stale else "")
        )
        parts.append(Part(f"{state.latency_s * 1000:.0f} ms  ", priority=5))
    parts.append(Part(f"{session.bridge.requests_per_minute()} req/min  ", priority=7))
    parts.append(Part(f"every {session.interval_s:g}s ", priority=4))
    return parts


def _age(seconds: float) -> str:
    # Whole seconds: tenths would be sent over the line every time it is drawn, and tell nothing.
    return f"{int(seconds)}s" if seconds < 60 else ago(seconds)


def tabs_line(session: Session, shown: int, *, typing: bool) -> tuple[list[Part], list[Part]]:
    """Return where one can go and where one is; on the right filter, marks and order."""
    picture, view = session.picture, session.view
    left = [
        _tab("1 Meetings", len(picture.meetings), view.subject == "meetings", "meetings"),
        _tab("2 All calls", len(picture.calls) if picture.calls_known else None,
             view.subject == "calls", "calls"),
    ]  # fmt: skip
    if view.meeting is not None:
        meeting = picture.meetings.get(view.meeting)
        owner = f" {meeting.subscriber_name}" if meeting and meeting.subscriber_name else ""
        left.append(Part(f" ▸ {view.meeting}{owner} ", "here"))
        left.append(_tally_part(picture.tally(view.meeting)))
        if meeting is None and session.poller and session.poller.state(MEETINGS).ok_asked_at:
            left.append(Part(" ended", "warn"))
    else:
        left.append(_totals_part(picture))
    right = []
    if view.marks:
        right.append(Part(f" {len(view.marks)} marked ", "accent"))
    if view.is_held(session.clock.now()):
        right.append(Part(" order held ", "dim", priority=7))
    if view.filter:
        if not typing:
            right.append(Part(f" /{view.filter.text} ", "accent", "filter"))
        right.append(Part(f" {shown} of {view.total} ", "strong"))
    return left, right


def _tab(title: str, count: int | None, here: bool, command: str) -> Part:
    text = f" {title} {'…' if count is None else count} "
    return Part(text, "here" if here else "tab", command)


def tally_text(tally: Tally, *, short: bool = False) -> str:
    """Return head-counts in words.

    >>> tally_text(Tally(hosts=1, participants=12, muted=3))
    '13 callers: 1 host, 12 participants · 3 muted'
    >>> tally_text(Tally(hosts=1, participants=12, muted=3), short=True)
    '13 callers · 3 muted'
    """
    roles = [
        f"{count} {word}{'s' * (count != 1)}"
        for count, word in (
            (tally.hosts, "host"),
            (tally.participants, "participant"),
            (tally.listeners, "listener"),
            (tally.others, "other"),
        )
        if count
    ]
    states = [
        f"{count} {word}"
        for count, word in ((tally.muted, "muted"), (tally.held, "held"), (tally.hands, "asking"))
        if count
    ]
    callers = f"{tally.callers} caller{'s' * (tally.callers != 1)}"
    if short:
        return " · ".join([callers, *states])
    heads = f"{callers}: {', '.join(roles)}" if roles else callers
    return " · ".join([heads, *states])


def _tally_part(tally: Tally) -> Part:
    short = f" {tally_text(tally, short=True)}"
    return Part(f" {tally_text(tally)}", "dim", priority=8, short=short)


def _totals_part(picture: Picture) -> Part:
    if not picture.calls_known:
        return Part(" counting callers…" if picture.meetings else "", "dim", priority=8)
    return _tally_part(total([picture.tally(number) for number in picture.by_meeting]))
