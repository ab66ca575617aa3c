"""What a key would do: which actions, who is left out and why, and what has to be confirmed.

A plan is made from the records as they stood at the key press; the dialog shows it, and what is
sent is the plan, less whoever has left since.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from confmon.api.records import Call, Meeting
from confmon.monitor.columns import cut_numbers, masked
from confmon.monitor.commands import Danger
from confmon.monitor.verbs import build, new_id, shows, unsendable

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from confmon.api.codes import Codes
    from confmon.monitor.action import Action, Value
    from confmon.monitor.picture import Picture


@dataclass(frozen=True, slots=True)
class Plan:
    """A wish ready to be confirmed or sent.

    `title` is the question, `who` names the first targets, `left_out` counts whom the verb passes
    over by reason, `hidden` counts marked targets that the filter hides, `typed` is the text that
    confirms (empty: `y` does). `refusal` says why there is nothing to do.
    """

    title: str
    actions: tuple[Action, ...] = ()
    danger: Danger = Danger.NONE
    who: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0
    typed: str = ""
    refusal: str = ""


def label_of(record: Call | Meeting, *, mask: bool = False) -> str:
    """Return how a target is named in dialogs and logs: name and number, or number and owner.

    `mask` leaves the last four characters of a caller's number.
    """
    if isinstance(record, Meeting):
        owner = record.subscriber_name
        return f"{record.meeting_number} {owner}" if owner else str(record.meeting_number)
    name = cut_numbers(record.custom_name or "") if mask else record.custom_name
    names = [part for part in (name, masked(record.caller, mask=mask)) if part]
    return " ".join(names) or f"call {record.id}"


def toggled(calls: Sequence[Call], field_name: str, codes: Codes) -> str | None:
    """Return the verb that `m` or `h` means for these calls; None if a code is not known.

    One who can be heard is muted; only when nobody can be heard does the key unmute. Likewise hold.
    Of several, those that mute and hold pass over don't decide.
    """
    if len(calls) > 1:
        passed_over = ("host", "recording")
        calls = [call for call in calls if codes.role(call.role) not in passed_over] or calls
    if field_name == "muteMode":
        states = [codes.is_muted(call.mute_mode) for call in calls]
        return None if None in states else "unmute" if all(states) else "mute"
    states = [codes.is_held(call.hold_mode) for call in calls]
    return None if None in states else "release" if all(states) else "hold"


def for_one(
    verb: str,
    record: Call | Meeting,
    codes: Codes,
    *,
    change: Mapping[str, Value] | None = None,
    mask: bool = False,
) -> Plan:
    """Plan a verb on one target. A drop asks, an end wants the number typed."""
    label = label_of(record, mask=mask)
    if isinstance(record, Call) and codes.role(record.role) == "recording" and verb != "drop":
        return Plan(title=verb, refusal="this leg is the recording or undefined, not a caller")
    if change is None and (refusal := unsendable(verb, codes)):
        return Plan(title=verb, refusal=f"{refusal}; nothing was sent")
    actions = (build(verb, record, label, codes, change=change),)
    if verb == "drop":
        return Plan(title=f"Drop {label}?", actions=actions, danger=Danger.ASK, who=(label,))
    return Plan(title=f"{verb} {label}", actions=actions, who=(label,))


def for_end(meeting: Meeting, heads: int | None, legs: int) -> Plan:
    """Plan the end of a meeting; says how many callers go with it, None if nobody knows yet."""
    count = "every caller, not counted yet," if heads is None else _callers(heads)
    legs_text = f" and {legs} recording leg{'s' * (legs != 1)}" if legs else ""
    return Plan(
        title=f"End meeting {label_of(meeting)}?",
        actions=(build("end", meeting, label_of(meeting)),),
        danger=Danger.TYPED,
        who=(f"{count}{legs_text} will be hung up",),
        typed=str(meeting.meeting_number),
    )


def _callers(count: int) -> str:
    return f"{count} caller{'s' * (count != 1)}"


def for_many(
    verb: str,
    calls: Iterable[Call],
    codes: Codes,
    *,
    shown: Container[int] | None = None,
    typed_over: int = 20,
    mask: bool = False,
) -> Plan:
    """Plan a bulk verb. Role 0 legs stay out of all, hosts out of mute and hold.

    Whoever already is as wanted is left out too, so that undo restores only what was changed.
    `shown` are the ids that pass the filter; None: there is none.
    """
    if refusal := unsendable(verb, codes):
        return Plan(title=verb, refusal=f"{refusal}; nothing was sent")
    left_out: Counter[str] = Counter()
    actions: list[Action] = []
    group = new_id()
    for call in calls:
        if reason := _left_out(verb, call, codes):
            left_out[reason] += 1
        else:
            actions.append(build(verb, call, label_of(call, mask=mask), codes, group=group))
    count = len(actions)
    hidden = 0 if shown is None else sum(action.target not in shown for action in actions)
    who = tuple(action.label for action in actions[:6])
    if not actions:
        return Plan(title=verb, left_out=left_out, refusal=_nobody(verb, left_out))
    meetings = {action.meeting for action in actions}
    typed = ""
    if verb == "drop":
        [meeting] = meetings if len(meetings) == 1 else [None]
        typed = str(count if meeting is None else meeting)
    elif count > typed_over and len(meetings) != 1:
        typed = str(count)
    return Plan(
        title=f"{verb.capitalize()} {count} caller{'s' * (count != 1)}?",
        actions=tuple(actions),
        danger=Danger.TYPED if typed else Danger.ASK,
        who=who + ((f"and {count - 6} more",) if count > 6 else ()),
        left_out=left_out,
        hidden=hidden,
        typed=typed,
    )


_WANTED: dict[str, Callable[[Call, Codes], bool]] = {
    "mute": lambda call, codes: codes.is_muted(call.mute_mode) is False,
    "unmute": lambda call, codes: codes.is_muted(call.mute_mode) is True,
    "hold": lambda call, codes: codes.is_held(call.hold_mode) is False,
    "release": lambda call, codes: codes.is_held(call.hold_mode) is True,
    "drop": lambda _call, _codes: True,
}


def _left_out(verb: str, call: Call, codes: Codes) -> str:
    role = codes.role(call.role)
    if role == "recording":
        return "recording leg"
    if verb in ("mute", "hold") and role == "host":
        return "host"
    if verb in ("mute", "unmute") and codes.is_muted(call.mute_mode) is None:
        return "unknown mute code"
    if verb in ("hold", "release") and codes.is_held(call.hold_mode) is None:
        return "unknown hold code"
    if not _WANTED[verb](call, codes):
        return {"mute": "already muted", "hold": "already on hold"}.get(verb, f"no {verb} needed")
    return ""


def reasons(left_out: Mapping[str, int]) -> str:
    """Return how many are left out, and why.

    >>> reasons({"host": 2, "already muted": 5, "recording leg": 1})
    '2 hosts, 5 already muted, 1 recording leg'
    """
    named = ("host", "recording leg", "unknown mute code", "unknown hold code")
    return ", ".join(
        f"{count} {reason}{'s' if count > 1 and reason in named else ''}"
        for reason, count in left_out.items()
    )


def _nobody(verb: str, left_out: Mapping[str, int]) -> str:
    return f"nobody to {verb}: {reasons(left_out) or 'no callers'}"


def still_there(plan: Plan, picture: Picture) -> Plan:
    """Return the plan less whoever left, or was replaced, since the key press."""
    kept = tuple(action for action in plan.actions if action.is_on(_record(picture, action)))
    if not kept and plan.actions:
        left = plan.actions[0].label if len(plan.actions) == 1 else "every one of them"
        return replace(plan, actions=(), refusal=f"{left} already left; nothing was sent")
    return replace(plan, actions=kept)


def _record(picture: Picture, action: Action) -> Call | Meeting | None:
    if action.kind == "call":
        return picture.calls.get(action.target)
    return picture.meetings.get(action.target)


def undo(actions: Sequence[Action], picture: Picture) -> Plan:
    """Plan the restoring of each target's own previous raw values.

    Who left, and whose value somebody else has changed since, is left out and counted.
    """
    left_out: Counter[str] = Counter()
    restoring: list[Action] = []
    group = new_id() if len(actions) > 1 else None
    for action in actions:
        record = _record(picture, action)
        if action.method == "DELETE":
            left_out["hung up for good"] += 1
        elif record is None or not action.is_on(record):
            left_out["already left"] += 1
        elif not shows(record, action.change, picture.codes):
            left_out["changed since"] += 1
        elif None in action.before.values() and set(action.before) - {"customName"}:
            left_out["previous value unknown"] += 1
        else:
            verb = "restore" if action.kind == "call" else "restore_meeting"
            change = {wire: "" if v is None else v for wire, v in action.before.items()}
            restoring.append(
                build(verb, record, action.label, change=change, group=group, undoes=action.id)
            )
    if not restoring:
        return Plan(title="Undo", left_out=left_out, refusal=_nobody("restore", left_out))
    return Plan(title=f"Undo {len(restoring)}", actions=tuple(restoring), left_out=left_out)
