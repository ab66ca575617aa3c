"""What a key would do: which actions, who is left out and why, and what has to be confirmed.

A plan is made from the records at the key press. The dialog shows it, and what is sent is the plan
without those who have left since.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from confmon.commands import Danger
from confmon.models.live_records import Call, Meeting
from confmon.models.people.phone_numbers import cut_numbers, masked
from confmon.monitor.actions.verbs import build, new_id, unsendable

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from confmon.models.codes import Codes
    from confmon.models.live_records import Value
    from confmon.monitor.actions.action import Action
    from confmon.monitor.polling.live_state import LiveState

NAMED = 3
"""So many of those who were left as they are get named in a notice."""


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What a key changes of what confmon itself keeps: it is not sent. `title` names it.

    Both ways do nothing where the caller has left.
    """

    title: str
    do: Callable[[], None]
    undo: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions ready to be confirmed or sent.

    `title` is the question, `who` names the first targets, `left_out` counts those the verb passes
    over by reason, `hidden` counts marked targets that the filter hides, `warns` is what else is to
    be thought of, `typed` is the text that confirms (empty: `y` does). `own` is what confmon itself
    changes with it. `refusal` says why there is nothing to do.
    """

    title: str
    actions: tuple[Action, ...] = ()
    danger: Danger = Danger.NONE
    who: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0
    warns: str = ""
    typed: str = ""
    own: OwnChange | None = None
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


def opened(calls: Sequence[Call], codes: Codes) -> str:
    """Return the question before these callers' lines are opened, or an empty string.

    Callers who may unmute themselves did the muting, or were muted softly: nobody knows which.
    """
    soft = sum(codes.is_soft_muted(call.mute_mode) for call in calls)
    if not soft:
        return ""
    if len(calls) == 1:
        return "muted by the caller or softly; open the line?"
    return f"{soft} of them muted by the caller or softly; open the line{'s' * (soft != 1)}?"


def for_one(
    verb: str,
    record: Call | Meeting,
    codes: Codes,
    *,
    change: Mapping[str, Value] | None = None,
    mask: bool = False,
) -> Plan:
    """Plan a verb on one target. A drop asks, and so do a new role and a recording's stop."""
    label = label_of(record, mask=mask)
    if isinstance(record, Call) and codes.role(record.role) == "recording" and verb != "drop":
        return Plan(title=verb, refusal="this leg is the recording or undefined, not a caller")
    if change is None and (refusal := unsendable(verb, codes)):
        return Plan(title=verb, refusal=f"{refusal}; nothing was sent")
    actions = (build(verb, record, label, codes, change=change),)
    title = ""
    if verb in _MADE and isinstance(record, Call):
        if why := _left_out(verb, record, codes):
            return Plan(title=verb, refusal=f"{label}: {why}; nothing was sent")
        title = f"Make {label} {_MADE[verb]}?"
    elif verb in _ASKED:
        title = f"{_ASKED[verb]} {label}?"
    if title:
        return Plan(title=title, actions=actions, danger=Danger.ASK, who=(label,))
    return Plan(title=f"{verb} {label}", actions=actions, who=(label,))


def for_unmute(call: Call, codes: Codes, *, mask: bool = False) -> Plan:
    """Plan to open a caller's line; it asks, if the caller may open it as well."""
    plan = for_one("unmute", call, codes, mask=mask)
    if plan.refusal or not (warns := opened([call], codes)):
        return plan
    return replace(plan, title=f"Unmute {plan.who[0]}?", danger=Danger.ASK, warns=warns)


def host_warning(verb: str, chosen: Iterable[Call], everybody: Iterable[Call], codes: Codes) -> str:
    """Return what to think of before callers of one meeting get another role, or an empty string.

    `everybody` are the meeting's calls. A call flow may make everybody a host.
    """
    roles = {call.id: codes.role(call.role) for call in everybody}
    people = {key: role for key, role in roles.items() if role != "recording"}
    others = [role for key, role in people.items() if key not in {call.id for call in chosen}]
    words = []
    if len(people) > 1 and set(others or people.values()) == {"host"}:
        who = "everybody else" if others else "everybody"
        words.append(f"{who} here is a host, as some call flows make them, newcomers too")
    if verb == "demote" and "host" not in others:
        words.append("no host is left then")
    return "; ".join(words)


def for_end(meeting: Meeting, heads: int | None, legs: int) -> Plan:
    """Plan the end of a meeting; says how many callers go with it, None if nobody knows yet."""
    count = "every caller, not counted yet," if heads is None else callers(heads)
    legs_text = f" and {legs} recording leg{'s' * (legs != 1)}" if legs else ""
    return Plan(
        title=f"End meeting {label_of(meeting)}?",
        actions=(build("end", meeting, label_of(meeting)),),
        danger=Danger.TYPED,
        who=(f"{count}{legs_text} will be hung up",),
        typed=str(meeting.meeting_number),
    )


def callers(count: int) -> str:
    """Return so many callers in words."""
    return f"{count} caller{'s' * (count != 1)}"


def for_many(
    verb: str,
    calls: Iterable[Call],
    codes: Codes,
    *,
    shown: Container[int] | None = None,
    under_way: Callable[[Call], str] = lambda _call: "",
    mask: bool = False,
) -> Plan:
    """Plan a bulk verb; it wants the number of callers typed.

    Role 0 legs stay out of all, hosts out of mute and hold.

    Callers who already are as wanted are left out too, so that undo restores only what was changed.
    Those with an action under way (`under_way`) are left out: their state is not known yet.
    `shown` are the ids that pass the filter; None: there is none.
    """
    if refusal := unsendable(verb, codes):
        return Plan(title=verb, refusal=f"{refusal}; nothing was sent")
    left_out: Counter[str] = Counter()
    actions: list[Action] = []
    chosen: list[Call] = []
    group = new_id()
    for call in calls:
        doing = "" if verb == "drop" else under_way(call)
        reason = _kept_out(verb, call, codes) or (f"still {doing}" if doing else "")
        if reason := reason or _left_out(verb, call, codes):
            left_out[reason] += 1
        else:
            chosen.append(call)
            actions.append(build(verb, call, label_of(call, mask=mask), codes, group=group))
    count = len(actions)
    hidden = 0 if shown is None else sum(action.key not in shown for action in actions)
    who = tuple(action.label for action in actions[:6])
    if not actions:
        return Plan(title=verb, left_out=left_out, refusal=_nobody(verb, left_out))
    return Plan(
        title=f"{verb.capitalize()} {callers(count)}?",
        actions=tuple(actions),
        danger=Danger.TYPED,
        who=who + ((f"and {count - 6} more",) if count > 6 else ()),
        left_out=left_out,
        hidden=hidden,
        warns=opened(chosen, codes) if verb == "unmute" else "",
        typed=str(count),
    )


_ASKED = {"drop": "Drop", "stop_recording": "Stop recording"}
"""The verbs on one target that ask, and how."""
_MADE = {"promote": "a host", "demote": "a participant"}
"""What callers become by the verbs for roles."""
_NOT_NEEDED = {
    "mute": "already muted", "hold": "already on hold", "promote": "already a host",
    "demote": "not a host",
}  # fmt: skip


def why_left_out(verb: str, call: Call, codes: Codes) -> str:
    """Return why a bulk verb passes a caller over, or an empty string."""
    return _kept_out(verb, call, codes) or _left_out(verb, call, codes)


def _kept_out(verb: str, call: Call, codes: Codes) -> str:
    role = codes.role(call.role)
    if role == "recording":
        return "recording leg"
    return "host" if verb in ("mute", "hold") and role == "host" else ""


def _left_out(verb: str, call: Call, codes: Codes) -> str:
    is_so: bool | None
    match verb:
        case "mute" | "unmute":
            code, is_so = "mute", codes.is_muted(call.mute_mode)
        case "hold" | "release":
            code, is_so = "hold", codes.is_held(call.hold_mode)
        case "promote" | "demote":
            role = codes.role(call.role)
            code, is_so = "role", role == "host" if role else None
        case "drop":
            return ""
        case _:
            raise ValueError(f"no verb for many: {verb}")
    if is_so is None:
        return f"unknown {code} code"
    is_needed = is_so is not (verb in ("mute", "hold", "promote"))
    return "" if is_needed else _NOT_NEEDED.get(verb, f"no {verb} needed")


def reasons(left_out: Mapping[str, int]) -> str:
    """Return how many are left out, and why.

    >>> reasons({"host": 2, "already muted": 5, "recording leg": 1})
    '2 hosts, 5 already muted, 1 recording leg'
    """
    named = (
        "host", "recording leg", "unknown mute code", "unknown hold code", "unknown role code",
    )  # fmt: skip
    return ", ".join(
        f"{count} {reason}{'s' if count > 1 and reason in named else ''}"
        for reason, count in left_out.items()
    )


def _nobody(verb: str, left_out: Mapping[str, int]) -> str:
    if left_out.get("host") and not left_out.keys() - {"host", "recording leg"}:
        # As a call flow can make it: then "all but hosts" is nobody.
        return f"everybody is a host here; nobody to {verb}"
    return f"nobody to {verb}: {reasons(left_out) or 'no callers'}"


def left_as_they_are(left_out: Mapping[str, int], names: Sequence[str]) -> str:
    """Return how many were left as they are, and why, and the first ones by name."""
    some = [*names[:NAMED], *(["…"] if len(names) > NAMED else [])]
    who = f" ({', '.join(some)})" if some else ""
    return f"left as they are: {reasons(left_out)}{who}"


def still_there(plan: Plan, live_state: LiveState) -> Plan:
    """Return the plan without those who left, or were replaced, since the key press."""
    kept = tuple(action for action in plan.actions if action.is_on(_record(live_state, action)))
    if not kept and plan.actions:
        left = plan.actions[0].label if len(plan.actions) == 1 else "every one of them"
        return replace(plan, actions=(), refusal=f"{left} already left; nothing was sent")
    return replace(plan, actions=kept)


def _record(live_state: LiveState, action: Action) -> Call | Meeting | None:
    resource, key = action.target
    return live_state.calls.get(key) if resource == "call" else live_state.meetings.get(key)
