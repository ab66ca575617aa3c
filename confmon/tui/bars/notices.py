"""What is shown where there are no rows, and the banner over data that can't be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from confmon.monitor.polling.freshness import ago
from confmon.tui.bars.bar import Part
from confmon.tui.bars.past import past_banner

if TYPE_CHECKING:
    from confmon.monitor.polling.feed import FeedState
    from confmon.monitor.session import Session
    from confmon.tui.table.look import Cell


CLOCK_OFF_S = 60.0
"""From so much on the banner shows that the server's clock is off; times follow it anyway."""
_TRY_NOW = "r tries now"


def placeholder(session: Session) -> list[Cell]:
    """Return the lines in the middle of a table without rows: why it is empty, and what to do."""
    host = urlsplit(session.settings.base_url).netloc
    view, state = session.views.main, session.feed_state()
    if session.past is not None:
        return _past_placeholder(session)
    if session.trouble:
        return [("No connection", "title"), (session.trouble, "bad")]
    if session.poller is None:
        return [("Starting…", "title"), (f"connecting to {host}", "dim")]
    if (refused := session.poller.unauthorized) is not None:
        return [
            ("Not authorized", "title"),
            (str(refused), "bad"),
            (refused.hint, ""),
            ("Polling has stopped. Press r to try again.", "dim"),
        ]
    if state.error is not None and state.ok_asked_at is None:
        return no_data_yet(session, state)
    if state.ok_asked_at is None:
        return [("Reading…", "title"), (host, "dim")]
    if view.filter and view.total:
        return [("Nothing matches the filter", "title"), ("escape clears it", "dim")]
    if view.subject == "meetings":
        return [("No meeting is live", "title"), ("one appears here as soon as it starts", "dim")]
    if view.subject == "calls":
        return [("Nobody is on the bridge", "title"), ("calls appear as they come in", "dim")]
    if view.meeting in session.live_state.meetings:
        return [("Nobody is in this meeting", "title"), ("escape goes back", "dim")]
    return [("This meeting has ended", "title"), ("escape goes back to the meetings", "dim")]


def _past_placeholder(session: Session) -> list[Cell]:
    view, then = session.views.main, "at the moment that is shown"
    if view.filter and view.total:
        return [("Nothing matches the filter", "title"), (then, "dim")]
    if view.subject == "meetings":
        return [("No meeting was live", "title"), (then, "dim")]
    if view.subject == "calls":
        return [("Nobody was on the bridge", "title"), (then, "dim")]
    if view.meeting in session.live_state.meetings:
        return [("Nobody was in this meeting", "title"), (then, "dim")]
    return [("This meeting was not live", "title"), (then, "dim")]


def no_data_yet(session: Session, state: FeedState) -> list[Cell]:
    """Return why nothing of a list has been read yet, and when that is tried again."""
    error = str(state.error), "bad"
    hint = state.error.hint if state.error is not None else ""
    return [("No data yet", "title"), error, (hint, "dim"), (retrying(session, state), "dim")]


def retrying(session: Session, state: FeedState) -> str:
    """Return when a list is read again after an error."""
    return f"{_next_try(session, state)} · {_TRY_NOW}"


def _next_try(session: Session, state: FeedState) -> str:
    wait = max(0.0, state.next_at - session.clock.now()) if state.next_at is not None else 0.0
    return f"next try in {wait:.0f} s"


def banner(session: Session) -> list[Part]:
    """Return the warning between header and table; nothing while all is well."""
    if session.audit_trouble:
        return [
            Part(f" Verbs are refused: {session.audit_trouble} "),
            Part("· the next verb tries again ", priority=5),
        ]
    if session.is_past:
        return past_banner(session)
    if session.is_paused:
        return [
            Part(f" Paused {ago(session.paused_for_s)} ago; collection goes on. p follows again ")
        ]
    if session.poller is None:
        return []
    if (refused := session.poller.unauthorized) is not None:
        return [Part(f" Not authorized · r tries again · {refused.hint} ")]
    state = session.feed_state()
    if state.error is not None and state.ok_asked_at is not None:
        age = session.age_s() or 0.0
        parts = [
            Part(f" {state.error} ", yields=True),  # whatever the server says, what follows stays
            Part(f"· showing data {ago(age)} old ", short=f"· {ago(age)} old "),
        ]
        if state.failures:  # none: another feed's 429
            parts.append(Part(f"· {state.failures} failed ", priority=5))
        return [*parts, Part(f"· {_next_try(session, state)} "), Part(f"· {_TRY_NOW} ", priority=4)]
    notes = _notes(session)
    return [Part(f" {' · '.join(notes)} ")] if notes else []


def _notes(session: Session) -> list[str]:
    """Return what is not whole, or not as it should be, while reads come."""
    notes: list[str] = []
    seen = session.store.seen.get(session.feeds()[0])
    if seen is not None:
        if seen.scan.unreadable:
            notes.append(f"{len(seen.scan.unreadable)} unreadable")
        notes += seen.scan.notes
        if abs(skew := session.store.skew_s or 0.0) > CLOCK_OFF_S:
            notes.append(_clock_off(skew))
    if words := history_pauses(session):
        notes.append(words)
    if seen is not None and session.alerts is not None and session.alerts.trouble:
        notes.append(session.alerts.trouble)
    return notes


def history_pauses(session: Session) -> str:
    """Return why nothing is kept now, or an empty string."""
    trouble = session.history.trouble if session.history is not None else ""
    return f"The history pauses: {trouble} · watching and acting go on" if trouble else ""


def _clock_off(skew_s: float) -> str:
    """Return how wrong the server's clock is, in whole minutes: a notice must not flicker."""
    minutes = round(abs(skew_s) / 60)
    text = ago(minutes * 60) if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} days"
    return f"the server's clock is {text} {'ahead' if skew_s > 0 else 'behind'}"
