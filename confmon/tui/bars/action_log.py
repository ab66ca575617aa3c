"""The log of actions: what was done, to which target, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from confmon.models.moments import time_of_day, zone
from confmon.models.people.phone_numbers import cut_numbers
from confmon.monitor.actions.action import Action, Outcome
from confmon.monitor.actions.log import Bulk
from confmon.monitor.actions.verbs import VERBS
from confmon.tui.bars.ages import about

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.monitor.actions.log import LogEntry
    from confmon.monitor.session import Session
    from confmon.tui.table.look import Cell

    Line = tuple[Cell, ...]

WIDTHS = (8, 12)

_TONES = {
    Outcome.DONE: "good",
    Outcome.GONE: "dim",
    Outcome.LEFT: "dim",
    Outcome.WAITING: "pending",
    Outcome.SENT: "pending",
    Outcome.NOT_APPLIED: "bad",
    Outcome.UNKNOWN: "warn",
    Outcome.REFUSED: "bad",
}


def log_lines(session: Session) -> list[Line]:
    """Return a line for each action; a bulk is one that counts, and one for each not done."""
    made: list[Line] = []
    for line in session.pending_actions.log:
        if isinstance(line, Bulk):
            made.extend(_bulk(line, session))
        else:
            made.append(_line(line, session))
    return made or [(("Your actions appear here", "dim"),)]


def counts_to_see(session: Session) -> Line | None:
    """Return the line that counts the newest bulk, while it runs or nothing came after it."""
    log = [*session.pending_actions.log]
    bulk = next((line for line in reversed(log) if isinstance(line, Bulk)), None)
    if bulk is None or (bulk is not log[-1] and bulk.settled == bulk.total):
        return None
    return _bulk(bulk, session)[0]


def log_title(session: Session) -> str:
    """Return the pane's name, and in which time zone its lines are: it may change within a night.

    The times of day are this machine's, as the moments in the details are.
    """
    log, now_s = session.pending_actions.log, session.clock.wall()
    first = next(iter(log), None)
    zones = dict.fromkeys([zone(first.at if first else now_s), zone(now_s)])
    return f"my actions, times in {', then '.join(zones)}"


_WITH_VALUE = ("name", "gain", "role", "mute_mode", "restore", "restore_meeting")
"""The verbs that say nothing without the value that was asked for."""


def _time(at: float) -> Cell:
    return (time_of_day(at), "dim")


def _line(entry: LogEntry, session: Session) -> Line:
    action, result = entry.action, entry.result
    if not action.is_live:
        return _edit_line(entry, action, mask=session.settings.mask_numbers)
    verb = VERBS[action.verb]
    what = ", ".join(
        _change_text(action.resource, *changed, session.codes) for changed in action.change.items()
    )
    if session.settings.mask_numbers:
        what = cut_numbers(what)
    asked = action.verb.replace("_", " ")
    text = f"{action.label} — {verb.done if result.outcome is Outcome.DONE else asked}"
    if action.verb in _WITH_VALUE and what:
        text += f" ({what.removeprefix('gain ') if action.verb == 'gain' else what})"
    return _entry_line(entry, text, result.proved_s)


def _entry_line(entry: LogEntry, text: str, seen_s: float | None) -> Line:
    """Return the line of one action; `text` is what was done to what."""
    result = entry.result
    if result.detail:
        text += f": {result.detail}"
    if result.outcome is Outcome.DONE and seen_s is not None:
        text += f" · seen after {seen_s:.1f} s"
    if entry.claimed_by:
        text += f" · claimed by {entry.claimed_by}"
    return (_time(entry.at), (str(result.outcome), _TONES[result.outcome]), (text, ""))


def _change_text(resource: str, wire: str, value: Any, codes: Codes) -> str:
    """Return a value that was asked for in the words of the screen."""
    match wire:
        case "customName":
            return str(value) or "no name"
        case "gainLevel":
            return f"gain {value:+d}" if value else "gain 0"
        case "isSecured":
            return "locked" if value else "unlocked"
        case "isRecording":
            return "recording" if value else "not recording"
        case _:
            return codes.label(f"{resource}.{wire}", int(value))


def _edit_line(entry: LogEntry, edit: Action, *, mask: bool) -> Line:
    from confmon.models.resources import BY_NAME
    from confmon.monitor.edits.edit_actions import EDIT_WORDS

    doing, done = EDIT_WORDS[edit.verb]
    # Rooms have long numbers too, which are no secret.
    has_phones = edit.resource in BY_NAME and BY_NAME[edit.resource].is_named_by_phones
    label = cut_numbers(edit.label) if mask and has_phones else edit.label
    text = f"{label} — {done if entry.result.outcome is Outcome.DONE else doing.rstrip('…')}"
    if edit.resource == "attribute":
        text += f" ({edit.change.get(edit.name)})"
    return _entry_line(entry, text, entry.result.latency_s)


_ORDER = sorted(Outcome, key=(Outcome.DONE, Outcome.SENT, Outcome.WAITING, *Outcome).index)
"""What has worked comes first, then what may yet, then the rest."""

_drawn: WeakKeyDictionary[Bulk, tuple[int, list[Line]]] = WeakKeyDictionary()
"""The lines of each bulk as of its version: hundreds may be named, and are drawn at every look."""


def _bulk(bulk: Bulk, session: Session) -> list[Line]:
    version, lines = _drawn.get(bulk, (-1, []))
    if version != bulk.version:
        lines = [
            _counts(bulk, session.pending_actions.log.now()),
            *(_line(entry, session) for entry in bulk.named.values()),
        ]
        _drawn[bulk] = (bulk.version, lines)
    return lines


def _counts(bulk: Bulk, now: float) -> Line:
    """Return the line of a bulk: how many of it were asked for, what became of them, how long yet.

    `now` is on the log's clock.
    """
    done, settled, total = bulk.counts[Outcome.DONE], bulk.settled, bulk.total
    counts = {str(outcome): bulk.counts[outcome] for outcome in _ORDER}
    counts[Outcome.REFUSED] -= bulk.stopped
    parts = ", ".join(
        f"{n} {word}" for word, n in (*counts.items(), ("stopped", bulk.stopped)) if n
    )
    [meeting] = bulk.meetings if len(bulk.meetings) == 1 else [None]
    where = f"{len(bulk.meetings)} meetings" if meeting is None else f"meeting {meeting}"
    head = "done" if done == total else f"{settled}/{total}"
    tone = "good" if done == total else ("warn" if settled == total else "pending")
    left_s = bulk.left_s(now)
    lasts = "" if left_s is None else f" · {about(left_s)} left"
    whom = bulk.first if total == 1 else f"{total} callers"
    text = f"{bulk.verb} {whom} — {parts} · {where}{lasts}"
    return (_time(bulk.at), (head, tone), (text, ""))
