"""The events up to a past moment, as a feed: the pane draws it like that of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.history.records import CallState
from confmon.models.live_records import Meeting
from confmon.monitor.memory.events import KINDS, Event
from confmon.monitor.memory.feed import EventFeed

if TYPE_CHECKING:
    from confmon.history.answers import PastEvent
    from confmon.history.history import History
    from confmon.history.records import Leg, MeetingSession
    from confmon.models.codes import Codes
    from confmon.monitor.past.records import PastRecords

LOOKED_BACK_S: Final = (60, 5 * 60, 30 * 60)
"""So far back events are looked for, until there are enough."""
ENOUGH: Final = 100
MOST: Final = 2000

_STATELESS: Final = CallState()


def events_before(at: int, history: History, records: PastRecords, codes: Codes) -> EventFeed:
    """Return the newest events up to a moment, epoch milliseconds."""
    found: list[PastEvent] = []
    for back_s in LOOKED_BACK_S:
        found = list(history.events(at - back_s * 1000, at + 1, codes))
        if len(found) >= ENOUGH:
            break
    del found[:-MOST]
    legs = history.legs({past_event.leg for past_event in found if past_event.leg})
    sessions = history.meeting_sessions(
        {past_event.session for past_event in found if past_event.session}
    )
    feed = EventFeed()
    for past_event in found:
        event = _event(
            past_event, legs.get(past_event.leg), sessions.get(past_event.session), records
        )
        if event is not None:
            feed.add([event])
    return feed


def _event(
    past_event: PastEvent, leg: Leg | None, session: MeetingSession | None, records: PastRecords
) -> Event | None:
    number, owner = (session.number, session.owner) if session is not None else (None, None)
    if past_event.kind not in KINDS or (leg is None and session is None):
        return None
    record = (
        Meeting(meeting_number=number or 0, subscriber_name=owner)
        if leg is None
        else records.call(leg, number, _STATELESS, past_event.to_at)
    )
    return Event(
        at=past_event.to_at / 1000,
        kind=past_event.kind,
        meeting=number,
        call=None if leg is None else leg.call,
        by=None,
        record=record,
    )
