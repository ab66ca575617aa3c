"""The rows of the list of what needs somebody: columns, details, order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from confmon.models.moments import time_of_day, zone
from confmon.models.people.folding import natural_key
from confmon.monitor.attention.rules import BY_ID
from confmon.monitor.views.live_columns import Column, caller_words, duration, name_and_number

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.attention.signal import Signal
    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.polling.live_state import LiveState
    from confmon.monitor.views.live_columns import Cell, Line, RenderContext


@dataclass(frozen=True, slots=True)
class Need:
    """A signal, with the call and the meeting that it is about as they are now."""

    signal: Signal
    call: Call | None
    meeting: Meeting | None


def signal_key(signal: Signal) -> str:
    """Return the key of a signal's row. It may hold a number, and is never shown."""
    kind, key = signal.target
    return f"{signal.rule}/{signal.subject or f'{kind}/{key}'}"


def needs_in(signals: tuple[Signal, ...], live_state: LiveState) -> dict[Key, Need]:
    """Return the rows of signals by their keys."""
    needs: dict[Key, Need] = {}
    for signal in signals:
        kind, key = signal.target
        call_id = key if kind == "call" else signal.call
        call = live_state.calls.get(call_id) if call_id is not None else None
        number = call.meeting_number if call is not None else signal.meeting
        meeting = live_state.meetings.get(number) if number is not None else None
        needs[signal_key(signal)] = Need(signal, call, meeting)
    return needs


def _sign(need: Need, _look: RenderContext) -> Cell:
    if need.signal.is_quiet:
        return ("ok" if need.signal.acknowledged_by else "zz", "dim")
    return ("!!", "bad") if need.signal.severity == "red" else ("!", "warn")


def _age(need: Need, look: RenderContext) -> Cell:
    return (duration(look.wall - need.signal.since), "")


def _who(need: Need, look: RenderContext) -> Cell:
    call = need.call
    if call is None:
        return ("", "")
    name, number = name_and_number(call, look)
    return (name or number or f"call {call.id}", "")


def _phone(need: Need, look: RenderContext) -> Cell:
    """Return the number of a caller with a name; without one it is in its place."""
    call = need.call
    name, number = ("", "") if call is None else name_and_number(call, look)
    return (number, "dim") if name else ("", "")


def _words(need: Need, _look: RenderContext) -> Cell:
    """Return what the rule's title does not say: who takes care of it, the figures."""
    signal = need.signal
    text = "" if signal.text == BY_ID[signal.rule].title else signal.text
    return (" · ".join(part for part in (quiet_words(signal), text) if part), "")


def _number(need: Need) -> int | None:
    call = need.call
    return need.signal.meeting if call is None else call.meeting_number


def _meeting(need: Need, _look: RenderContext) -> Cell:
    number = _number(need)
    return ("" if number is None else str(number), "strong")


def _owner(need: Need, _look: RenderContext) -> Cell:
    return ((need.meeting.subscriber_name or "") if need.meeting is not None else "", "")


def quiet_words(signal: Signal) -> str:
    """Return who takes care of a signal, or until when it is snoozed.

    >>> from confmon.monitor.attention.signal import Signal
    >>> quiet_words(Signal(rule="help", severity="red", target=("call", 1), text="", since=0.0,
    ...                    acknowledged_by="anna"))
    'ack anna'
    """
    if signal.acknowledged_by:
        return f"ack {signal.acknowledged_by}"
    return f"until {time_of_day(signal.snoozed_until)[:5]}" if signal.snoozed_until else ""


COLUMNS: tuple[Column[Need], ...] = (
    Column(id="urgency", title="", width=2, cell=_sign,
           sort=lambda need, _look: (need.signal.is_quiet, need.signal.order)),
    Column(id="age", title="age", width=8, align="right", cell=_age,
           sort=lambda need, _look: need.signal.since),
    Column(id="since", title="since", width=8, priority=8,
           cell=lambda need, _look: (time_of_day(need.signal.since), "dim"),
           sort=lambda need, _look: need.signal.since),
    Column(id="rule", title="what", width=18, cell=lambda need, _look: (
               BY_ID[need.signal.rule].title, (need.signal.severity == "red" and "bad") or "warn"),
           sort=lambda need, _look: BY_ID[need.signal.rule].title),
    Column(id="meeting", title="meeting", width=9, align="right", cell=_meeting,
           sort=lambda need, _look: _number(need) or 0),
    Column(id="owner", title="owner", width=10, grow=1, priority=3, cell=_owner,
           sort=lambda need, look: natural_key(_owner(need, look)[0])),
    Column(id="caller", title="caller", width=16, grow=2, priority=2, cell=_who,
           sort=lambda need, look: natural_key(_who(need, look)[0])),
    Column(id="number", title="number", width=13, priority=7, cell=_phone,
           sort=lambda need, look: _phone(need, look)[0]),
    Column(id="text", title="in words", width=14, comfort=30, grow=6, priority=1, cell=_words,
           sort=lambda need, look: _words(need, look)[0]),
)  # fmt: skip
"""What needs somebody, over all meetings."""


def details_of(need: Need, look: RenderContext) -> list[Line]:
    """Return every fact of a signal, for the details pane."""
    signal, rule = need.signal, BY_ID[need.signal.rule]
    at = f"{time_of_day(signal.since)} {zone(signal.since)}"
    number = _number(need)
    lines: list[Line] = [
        ((rule.title, "title"),),
        (("urgency", "dim"), (signal.severity, "bad" if signal.severity == "red" else "warn")),
        (("in words", "dim"), (signal.text, "")),
        (("age", "dim"), _age(need, look)),
        (("since", "dim"), (at, "")),
    ]
    if number is not None:
        owner = _owner(need, look)[0]
        lines.append((("meeting", "dim"), (f"{number} {owner}".strip(), "")))
    if need.call is not None:
        lines.append((("caller", "dim"), (caller_words(need.call, look), "")))
    if words := quiet_words(signal):
        lines.append((("quiet", "dim"), (words, "")))
    return [
        *lines,
        (("rule", "dim"), (signal.rule, "")),
        (("threshold", "dim"), (rule.thresholds, "")),
        (("meaning", "dim"), (rule.meaning, "")),
    ]
