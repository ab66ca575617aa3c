"""`history`: the meetings and calls that were, and what happened."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from confmon.cli.commands.past.asked import Asked, find_session, open_past, print_gaps
from confmon.cli.commands.past.rows import cut_name, cut_phone, cut_rented, iso
from confmon.cli.output.printing import (
    PrintOptions,
    TableColumn,
    print_list,
    print_options,
    screen_columns,
)
from confmon.history.answers import CallQuery, SessionQuery
from confmon.models.moments import moment
from confmon.monitor.past.tables.columns import SESSIONS
from confmon.monitor.past.tables.look import PastLook, lasting
from confmon.monitor.past.timeline.people import phone_of, was_dialled
from confmon.monitor.polling.live_state import LiveState
from confmon.process import exits
from confmon.process.streams import print_notice

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from confmon.history.answers import PastEvent, PastLeg
    from confmon.history.records import MeetingSession

MEETING_FIELDS = (
    "session", "meeting", "id", "owner", "started", "started_uncertainty_s", "ended",
    "ended_uncertainty_s", "peak", "callers",
)  # fmt: skip
CALL_FIELDS = (
    "call", "number", "name", "did", "created", "first_seen", "last_seen", "node", "codec",
    "meetings",
)  # fmt: skip
EVENT_FIELDS = ("at", "uncertainty_s", "kind", "meeting", "session", "call", "number", "name",
                "text")  # fmt: skip
EVENTS_SPAN_MS = 3_600_000
"""Events of the last hour are listed where no span is asked for."""
MOST_EVENTS = 100_000


def run(arguments: Namespace) -> int:
    """Do what the command names."""
    match arguments.what:
        case "export":
            from confmon.cli.commands.past.export import run as export

            return export(arguments)
        case "prune":
            from confmon.cli.commands.past.prune import run as prune

            return prune(arguments)
    with open_past(arguments) as asked:
        printing = print_options(arguments, asked.settings)
        {"meetings": _meetings, "calls": _calls, "events": _events}[arguments.what](
            arguments, asked, printing
        )
    return exits.OK


def _meetings(arguments: Namespace, asked: Asked, printing: PrintOptions) -> None:
    query = SessionQuery(
        words=(arguments.search,) if arguments.search else (), number=arguments.meeting,
        since=asked.since, until=asked.until, limit=arguments.limit,
    )  # fmt: skip

    def to_row(session: MeetingSession) -> dict[str, Any]:
        return {
            "session": session.session,
            "meeting": session.number,
            "id": session.id,
            "owner": session.owner,
            "started": iso(session.started_to),
            "started_uncertainty_s": (session.started_to - session.started_from) / 1000,
            "ended": iso(session.ended_to),
            "ended_uncertainty_s": _between_s(session.ended_from, session.ended_to),
            "peak": session.peak,
            "callers": session.stays,
        }

    look = PastLook(LiveState(asked.codes), asked.now / 1000, newest=asked.newest)
    live = lasting("live", look)[0]
    columns = [
        TableColumn("session", lambda session: str(session.session), right=True),
        *screen_columns(
            SESSIONS,
            look,
            started=lambda session: moment(session.started_to),
            ended=lambda session: moment(session.ended_to) or live,
        ),
    ]
    found = asked.history.find_sessions(query)
    print_list(found, MEETING_FIELDS, printing, columns=columns, to_row=to_row)


def _between_s(from_: int | None, to: int | None) -> float:
    return 0.0 if from_ is None or to is None else (to - from_) / 1000


def _calls(arguments: Namespace, asked: Asked, printing: PrintOptions) -> None:
    query = CallQuery(
        phone=arguments.phone, number=arguments.meeting, since=asked.since, until=asked.until,
        limit=arguments.limit,
    )  # fmt: skip

    def to_row(call: PastLeg) -> dict[str, Any]:
        leg = call.leg
        return {
            **_call_fields(call, printing),
            "did": cut_rented(_did(call), printing),
            "created": iso(leg.created),
            "first_seen": iso(leg.first_seen),
            "last_seen": iso(leg.last_seen),
            "node": leg.node_name,
            "codec": leg.codec,
            "meetings": [
                {
                    "session": stay.session,
                    "meeting": session and session.number,
                    "joined": iso(stay.joined_to),
                    "left": iso(stay.left_to),
                    "how": stay.how,
                }
                for stay, session in call.stays
                if stay.session
            ],
        }

    look = PastLook(LiveState(asked.codes), asked.now / 1000, newest=asked.newest)
    live = lasting("live", look)[0]

    def meetings(call: PastLeg) -> str:
        numbers = [str(session.number) for _, session in call.stays if session is not None]
        return " ".join(dict.fromkeys(numbers))

    columns = [
        *(_cell(name, to_row) for name in ("call", "number", "name", "did")),
        TableColumn("from", lambda call: moment(call.leg.first_seen)),
        TableColumn("to", lambda call: moment(call.leg.last_seen) or live),
        TableColumn("meetings", meetings),
    ]
    found = asked.history.find_calls(query)
    print_list(found, CALL_FIELDS, printing, columns=columns, to_row=to_row)


def _phone(call: PastLeg) -> str | None:
    """Return the number of the person."""
    return phone_of(call.leg, call.stays[-1][0]) if call.stays else call.leg.caller


def _did(call: PastLeg) -> str | None:
    """Return the number that was dialled; None: the bridge has dialled the person's."""
    return None if call.stays and was_dialled(call.stays[-1][0]) else call.leg.callee


def _call_fields(call: PastLeg | None, printing: PrintOptions) -> dict[str, Any]:
    """Return id, number and name of a call, as far as they may be seen."""
    if call is None:
        return {"call": None, "number": None, "name": None}
    number, name = cut_phone(_phone(call), printing), cut_name(call.leg.name, printing)
    return {"call": call.leg.call, "number": number, "name": name}


def _events(arguments: Namespace, asked: Asked, printing: PrintOptions) -> None:
    session, history = None, asked.history
    until = asked.now if asked.until is None else asked.until
    since = until - EVENTS_SPAN_MS if asked.since is None else asked.since
    if arguments.session is not None or arguments.meeting is not None:
        session = find_session(asked, arguments.meeting, arguments.session)
        if asked.since is None:
            since = session.started_from - 1
        if asked.until is None:
            until = asked.now if session.ended_to is None else session.ended_to
    print_gaps(history.gaps(since, until))
    of = None if session is None else session.session
    events = list(islice(history.events(since, until, asked.codes, of), MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        events.pop()
        print_notice(f"only the first {MOST_EVENTS:,} events: give a shorter time span")
    calls = history.past_legs({event.leg for event in events if event.leg})
    sessions = history.meeting_sessions({event.session for event in events if event.session})

    def to_row(event: PastEvent) -> Mapping[str, Any]:
        of = sessions.get(event.session)
        return {
            "at": iso(event.to_at),
            "uncertainty_s": (event.to_at - event.from_at) / 1000,
            "kind": event.kind,
            "meeting": of and of.number,
            "session": event.session or None,
            **_call_fields(calls.get(event.leg), printing),
            "text": cut_name(event.text, printing) or None,
        }

    columns = [
        TableColumn("time", lambda event: moment(event.to_at)),
        TableColumn("", lambda event: event.kind.replace("_", " ")),
        *(_cell(name, to_row) for name in ("meeting", "call", "number", "name", "text")),
    ]
    print_list(events, EVENT_FIELDS, printing, columns=columns, to_row=to_row)


def _cell(name: str, to_row: Callable[[Any], Mapping[str, Any]]) -> TableColumn:
    """Return a column with what JSON has."""

    def text(record: Any) -> str:
        value = to_row(record)[name]
        return "" if value is None else str(value)

    return TableColumn(name, text, right=name in ("meeting", "call"))
