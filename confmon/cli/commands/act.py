"""The verbs on calls and meetings as commands: do it, and prove it.

Every target is read first, so that it can be named, its value kept in the audit log, and a call
id that has been reused since be noticed. One line a target on stderr says what became of it.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from confmon.cli import composition
from confmon.cli.commands import preparation
from confmon.clock import SystemClock
from confmon.models.codes import Codes
from confmon.models.errors import BridgeError, NotFound, Unauthorized
from confmon.models.live_records import Call, Meeting
from confmon.models.people.phone_numbers import cut_numbers
from confmon.monitor.actions.action import Outcome, Result
from confmon.monitor.actions.plan import host_warning, label_of
from confmon.monitor.actions.sending import carry_out
from confmon.monitor.actions.targets.command import CommandTarget, Unsent
from confmon.monitor.actions.turns import Rest
from confmon.monitor.actions.verbs import VERBS, build, unsendable
from confmon.monitor.exports.numbers import NumberVisibility, cut_number
from confmon.monitor.polling.freshness import FRESH_S
from confmon.monitor.polling.live_state import count
from confmon.process import exits, prompt

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from confmon.clock import Clock
    from confmon.models.codes import Role
    from confmon.models.live_records import Value
    from confmon.monitor.actions.action import Action
    from confmon.monitor.actions.journal import Audit
    from confmon.ports import Bridge

T = TypeVar("T")

PARALLEL = 8
JUST_NOW_S = 1.0
"""Before a caller is hung up, a read that began longer ago is repeated."""
NAMED = 10
"""So many targets are named in a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbRequest:
    """What the command line asks for. `ids` are call ids, or the one meeting number of ``end``.

    `role` is what ``role`` makes of a caller. `asks` is False with ``--yes``, or if the verb can be
    taken back.
    """

    verb: str
    ids: tuple[int, ...]
    change: Mapping[str, Value] | None = None
    role: Role | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActContext:
    """What a request is carried out with."""

    bridge: Bridge
    audit: Audit
    codes: Codes
    clock: Clock
    ask: Callable[[str], str]
    say: Callable[[str], None]
    mask: bool = False
    """Whether numbers are cut in messages."""


def run(arguments: Namespace) -> int:
    """Carry out the verb of the command line."""
    request = verb_request(arguments)
    configuration = preparation.prepare(arguments, request.verb, asks=request.asks)
    settings = configuration.settings

    async def work(bridge: Bridge) -> int:
        context = ActContext(
            bridge=bridge,
            audit=composition.audit_log(settings, "cli"),
            codes=Codes(settings.codes),
            clock=SystemClock(),
            ask=prompt.ask,
            say=_say,
            mask=preparation.cuts_numbers(arguments, settings),
        )
        return await act_on_targets(request, context)

    return composition.with_api(configuration, work)


def verb_request(arguments: Namespace) -> VerbRequest:
    """Read the parsed command line. CliExit: 64, a text that cannot be a name."""
    verb = arguments.command
    ids = arguments.meeting if verb == "end" else arguments.id
    change: dict[str, Value] | None = None
    if verb == "name":
        if not arguments.text.isprintable():
            raise exits.usage_error("a name has no control characters")
        change = {"customName": arguments.text}
    elif verb == "gain":
        change = {"gainLevel": arguments.level}
    return VerbRequest(
        verb=verb,
        ids=tuple(dict.fromkeys(ids)) if isinstance(ids, list) else (ids,),
        change=change,
        role=getattr(arguments, "role", None),
        asks=not getattr(arguments, "yes", True),
    )


async def act_on_targets(request: VerbRequest, context: ActContext) -> int:
    """Read the targets, ask where asked to, act, and return the exit code."""
    if reason := unsendable(request.verb, context.codes):
        raise exits.config_error(f"{reason}; nothing was sent")
    change = request.change if request.role is None else _new_role(request.role, context.codes)
    found: list[Call | Meeting] = []
    read_at = context.clock.now()
    codes: list[int] = []
    with preparation.before_sending():
        looked_up = await _bounded(
            [_look_up(request.verb, id_, context.bridge) for id_ in request.ids]
        )
    for id_, record in zip(request.ids, looked_up, strict=True):
        refusal = _refusal(request, record, context.codes)
        if record is None or refusal:
            context.say(f"{id_}: {refusal}")
            codes.append(exits.NOT_PROVED)
        else:
            found.append(record)
    if not found:
        return max(codes)

    if request.asks:
        await _confirm(request, found, context)
    actions = [
        build(request.verb, record, _label(record, context), context.codes, change=change)
        for record in found
    ]
    so_far = _AnswersSoFar(context.clock)
    codes += await _bounded([_act(action, request, context, read_at, so_far) for action in actions])
    return max(codes)


def _new_role(role: Role, codes: Codes) -> Mapping[str, Value]:
    value = codes.sent(role)
    if value is None:
        raise exits.config_error(f"{codes.unsent(role)}; nothing was sent")
    return {"role": value}


def _refusal(request: VerbRequest, record: Call | Meeting | None, codes: Codes) -> str:
    verb = request.verb
    if record is None:  # never seen here, so a wrong number or base URL may be the reason as well
        kind = "meeting: it already ended" if verb == "end" else "call: the caller already left"
        return f"no such {kind}, or never was there"
    is_leg = isinstance(record, Call) and codes.role(record.role) == "recording"
    if is_leg and verb != "drop":
        return "not a caller: a recording leg, or undefined; left out"
    if isinstance(record, Call) and request.role and codes.role(record.role) == request.role:
        return f"already a {request.role}; nothing was sent"
    return ""


async def _look_up(verb: str, target: int, bridge: Bridge) -> Call | Meeting | None:
    try:
        if verb == "end":
            return await bridge.get_meeting(target)
        return await bridge.get_call(target)
    except NotFound:
        return None


async def _confirm(
    request: VerbRequest, found: Sequence[Call | Meeting], context: ActContext
) -> None:
    """Ask. CliExit: 64, whatever else than the one right answer was given."""
    if request.verb == "end":
        [meeting] = found
        number = str(request.ids[0])
        heads = await _heads(request.ids[0], context)
        context.say(f"Meeting {_label(meeting, context)}: {heads} will be hung up.")
        agreed = context.ask(f"Type {number} to end it:") == number
    elif request.role is not None:
        [call] = found
        if isinstance(call, Call) and (warning := await _host_warning(request.role, call, context)):
            context.say(f"{warning[0].upper()}{warning[1:]}.")
        question = f"Make {_key(call)} {_label(call, context)} a {request.role}? Type y:"
        agreed = context.ask(question).lower() == "y"
    else:
        for record in found[:NAMED]:
            context.say(f"  {_key(record)} {_label(record, context)}")
        if len(found) > NAMED:
            context.say(f"  and {len(found) - NAMED} more")
        many = len(found) > 1
        word = str(len(found)) if many else "y"
        question = f"Drop {len(found)} caller{'s' * many}? Type {word}:"
        agreed = context.ask(question).strip().lower() == word
    if not agreed:
        raise exits.usage_error("not confirmed; nothing was sent")


async def _calls_of(meeting_number: int, context: ActContext) -> Sequence[Call]:
    with preparation.before_sending():
        return (await context.bridge.scan_calls(meeting_number)).records


async def _heads(meeting_number: int, context: ActContext) -> str:
    callers = count(await _calls_of(meeting_number, context), context.codes).callers
    return f"{callers} caller{'s' * (callers != 1)}"


async def _host_warning(role: Role, call: Call, context: ActContext) -> str:
    """Return what to think of before a caller gets another role, or an empty string."""
    if call.meeting_number is None:
        return ""
    calls = await _calls_of(call.meeting_number, context)
    was_host = context.codes.role(call.role) == "host"
    verb = "demote" if was_host and role != "host" else "promote"
    return host_warning(verb, [call], calls, context.codes)


class _AnswersSoFar:
    """What answers to some targets say about those that have not been sent to yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rest = Rest(clock)
        self.refuses_login = False

    def take(self, error: BridgeError) -> None:
        self._rest.note_error(error)
        self.refuses_login = self.refuses_login or isinstance(error, Unauthorized)

    async def keep_quiet(self) -> None:
        while (rest_s := self._rest.left_s) > 0:
            await self._clock.sleep(rest_s)


async def _act(
    action: Action, request: VerbRequest, context: ActContext, read_at: float, so_far: _AnswersSoFar
) -> int:
    """Carry one action out and say what became of it. Returns its exit code.

    `read_at` is when the reading of the targets began: with many, or a question, it is long ago.
    """
    await so_far.keep_quiet()
    fresh_s = JUST_NOW_S if action.method == "DELETE" else FRESH_S
    target = CommandTarget(
        action, context.bridge, context.codes, context.clock,
        is_due=lambda: request.asks or context.clock.now() - read_at > fresh_s,
        refuses_login=lambda: so_far.refuses_login, note_error=so_far.take,
    )  # fmt: skip
    try:
        result = await carry_out(target, context.audit, context.clock)
    except asyncio.CancelledError:
        if target.is_checked:
            context.say(f"{_named(action)}: interrupted; confmon audit says how far it came")
        raise
    if isinstance(result, Unsent):
        context.say(f"{_named(action)}: {result.detail}")
    else:
        done = f"made a {request.role}" if request.role else ""
        context.say(line_of(action, result, mask=context.mask, done=done))
    if action.method == "DELETE" and result.outcome is Outcome.GONE:
        return exits.OK
    return preparation.exit_code_of(result)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def line_of(action: Action, result: Result, *, mask: bool = False, done: str = "") -> str:
    """Return the result line: id, who, what became of it; `mask` cuts numbers in the last.

    `done` says better than the verb does what was done.
    """
    word = (
        done or VERBS[action.verb].done if result.outcome is Outcome.DONE else result.outcome.value
    )
    detail = cut_numbers(result.detail) if mask else result.detail
    detail = f": {detail}" if detail else ""
    return f"{_named(action)}: {word}{detail}"


def _named(action: Action) -> str:
    """Return id and label; a meeting's label begins with its number already."""
    return action.label if action.resource == "meeting" else f"{action.key} {action.label}"


def _label(record: Call | Meeting, context: ActContext) -> str:
    return label_of(cut_number(record, NumberVisibility.NONE) if context.mask else record)


def _key(record: Call | Meeting) -> int:
    return record.id if isinstance(record, Call) else record.meeting_number


async def _bounded(jobs: Sequence[Awaitable[T]]) -> list[T]:
    """Await all, `PARALLEL` at a time, and return their results in order."""
    slots = asyncio.Semaphore(PARALLEL)

    async def one(job: Awaitable[T]) -> T:
        async with slots:
            return await job

    return list(await asyncio.gather(*(one(job) for job in jobs)))
