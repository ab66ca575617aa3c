"""Whether one change can be taken back, or made again, and by which action.

Judged by the target's record as it was read last, once nothing is under way on it. What somebody
else has changed since is left as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.verbs import build, has_values, raw_value, shows_change

if TYPE_CHECKING:
    from confmon.models.codes import Codes
    from confmon.models.live_records import Call, Meeting
    from confmon.monitor.actions.action import Action, Result

NOT_SENT = "not sent"
_SINCE = "changed since"
_LEFT = "already left"


def why_not_back(
    asked: Action, result: Result | None, record: Call | Meeting | None, codes: Codes
) -> str:
    """Return why a target's previous values are not to be restored, or an empty string.

    `result` is what became of the change. Where that is not known, they are restored all the same,
    whatever the record shows: the request may still be carried out.
    """
    outcome = result.outcome if result is not None else Outcome.UNKNOWN
    if outcome is Outcome.REFUSED:
        return NOT_SENT if result and "nothing was sent" in result.detail else "was refused"
    if asked.method == "DELETE":
        return "hung up for good" if asked.resource == "call" else "ended for good"
    if record is None or not asked.is_on(record):
        return _LEFT
    if None in asked.before.values() and set(asked.before) - {"customName"}:
        return "previous value unknown"
    if has_values(record, asked.before):
        return "" if outcome is Outcome.UNKNOWN else "already as before"
    if not shows_change(record, asked.change, codes) or _muted_since(asked, record, codes):
        return _SINCE
    return ""


def why_not_again(
    asked: Action, restored: Result | None, record: Call | Meeting | None, codes: Codes
) -> str:
    """Return why a change is not to be made again, or an empty string.

    `restored` is what became of taking it back; see `why_not_back`.
    """
    if asked.method == "DELETE":
        return "was hung up" if asked.resource == "call" else "was ended"
    if record is None or not asked.is_on(record):
        return _LEFT
    if restored is not None and restored.outcome is Outcome.UNKNOWN:
        return ""
    if has_values(record, asked.before):
        return ""
    return "already changed so" if shows_change(record, asked.change, codes) else _SINCE


def restoring(
    asked: Action, result: Result | None, record: Call | Meeting, group: str | None
) -> Action:
    """Return the action that gives a target back the raw values it had before.

    `result` is what became of the change; see `why_not_back`.
    """
    change = {wire: "" if value is None else value for wire, value in asked.before.items()}
    verb = "restore" if asked.resource == "call" else "restore_meeting"
    action = build(verb, record, asked.label, change=change, group=group, undoes=asked.id)
    return replace(action, unless_changed=_is_known(result), at_once=asked.at_once)


def repeating(
    asked: Action, restored: Result | None, record: Call | Meeting, group: str | None
) -> Action:
    """Return the action that makes the same change again; see `why_not_again`."""
    action = build(asked.verb, record, asked.label, change=asked.change, group=group)
    return replace(action, unless_changed=_is_known(restored), at_once=asked.at_once)


def _is_known(result: Result | None) -> bool:
    """Whether it is known what became of what was sent last: it is not to show yet."""
    return result is not None and result.outcome is not Outcome.UNKNOWN


def stops_recording(asked: Action, *, back: bool) -> bool:
    """Whether a recording stops when a change is taken back (`back`), or made again."""
    return (asked.before if back else asked.change).get("isRecording") is False


def _muted_since(asked: Action, record: Call | Meeting, codes: Codes) -> bool:
    """Whether the caller has muted the line as well since: restoring must not open it."""
    if asked.resource != "call" or "muteMode" not in asked.change:
        return False
    now, was = raw_value(record, "muteMode"), asked.before["muteMode"]
    soft = isinstance(now, int) and codes.is_soft_muted(now)
    return soft and not (isinstance(was, int) and codes.is_soft_muted(was))
