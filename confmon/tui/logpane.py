"""The log of actions: what was asked, of whom, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from confmon.monitor.action import Action, Outcome
from confmon.monitor.columns import cut_numbers
from confmon.monitor.dispatch import STOPPED
from confmon.monitor.edit import Edit
from confmon.monitor.verbs import VERBS

if TYPE_CHECKING:
    from confmon.api.codes import Codes
    from confmon.monitor.action import Value
    from confmon.monitor.overlay import Entry
    from confmon.monitor.session import Session
    from confmon.tui.table.look import Cell

    Line = tuple[Cell, ...]

WIDTHS = (8, 12)

_PHONES = ("binding", "dialout", "did")
"""What is named by phone numbers in full; rooms have long numbers too, which are no secret."""

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
    """Return a line for each action; a bulk is one line that counts its outcomes."""
    lines: list[Line] = []
    groups: dict[str, list[Entry]] = {}
    for entry in session.overlay.log:
        group = entry.action.group
        if group is None:
            lines.append(_line(entry, session))
            continue
        if group not in groups:
            groups[group] = []
            lines.append(((group, ""),))  # holds the bulk's place
        groups[group].append(entry)
    made: list[Line] = []
    for line in lines:
        entries = groups.get(line[0][0]) if len(line) == 1 else None
        made.extend(_bulk(entries, session) if entries else [line])
    return made or [(("what you do, and what became of it, is written here", "dim"),)]


def _clock(entry: Entry) -> Cell:
    return (f"{datetime.fromtimestamp(entry.at):%H:%M:%S}", "dim")


def _line(entry: Entry, session: Session) -> Line:
    action, result = entry.action, entry.result
    if isinstance(action, Edit):
        return _edit_line(entry, action, mask=session.settings.mask_numbers)
    verb = VERBS[action.verb]
    what = ", ".join(_said(*changed, session.codes) for changed in action.change.items())
    text = f"{action.label} — {verb.done if result.outcome is Outcome.DONE else action.verb}"
    if action.verb in ("name", "gain", "restore", "restore_meeting") and what:
        text += f" ({what.removeprefix('gain ') if action.verb == 'gain' else what})"
    if result.detail:
        text += f": {result.detail}"
    if result.outcome is Outcome.DONE and result.latency_s is not None:
        text += f" · seen after {result.latency_s:.1f} s"
    return (_clock(entry), (str(result.outcome), _TONES[result.outcome]), (text, ""))


def _said(wire: str, value: Value, codes: Codes) -> str:
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
            return codes.label(f"call.{wire}", int(value))


def _edit_line(entry: Entry, edit: Edit, *, mask: bool) -> Line:
    result = entry.result
    from confmon.monitor.edits import VERBS as EDITS  # what an edit is, is loaded with the first

    doing, done = EDITS[edit.verb]
    label = cut_numbers(edit.label) if mask and edit.thing in _PHONES else edit.label
    text = f"{label} — {done if result.outcome is Outcome.DONE else doing.rstrip('…')}"
    if edit.thing == "attribute":
        text += f" ({edit.change.get(edit.name)})"
    if result.detail:
        text += f": {result.detail}"
    if result.outcome is Outcome.DONE and result.latency_s is not None:
        text += f" · seen after {result.latency_s:.1f} s"
    return (_clock(entry), (str(result.outcome), _TONES[result.outcome]), (text, ""))


def _bulk(entries: list[Entry], session: Session) -> list[Line]:
    stopped = [entry for entry in entries if entry.result.detail == STOPPED]
    counts: dict[str, int] = {}
    for entry in entries:
        word = "stopped" if entry.result.detail == STOPPED else str(entry.result.outcome)
        counts[word] = counts.get(word, 0) + 1
    done = counts.get(Outcome.DONE, 0)
    settled = sum(entry.result.outcome.settled for entry in entries)
    total = len(entries)
    verb = entries[0].action.verb
    parts = ", ".join(f"{n} {outcome}" for outcome, n in counts.items())
    meetings = {action.meeting for entry in entries if isinstance(action := entry.action, Action)}
    where = f"meeting {meetings.pop()}" if len(meetings) == 1 else f"{len(meetings)} meetings"
    over = settled == total
    head = "done" if done == total else f"{settled}/{total}"
    tone = "good" if done == total else ("warn" if over else "pending")
    lines: list[Line] = [
        (_clock(entries[0]), (head, tone), (f"{verb} {total} callers — {parts} · {where}", ""))
    ]
    # Who failed is said one by one; the many that worked, or were stopped, are not.
    failed = [e for e in entries if e.result.outcome.settled and e.result.outcome not in _FINE]
    failed = [entry for entry in failed if entry not in stopped]
    lines.extend(_line(entry, session) for entry in failed[:20])
    return lines


_FINE = (Outcome.DONE, Outcome.GONE, Outcome.LEFT)
