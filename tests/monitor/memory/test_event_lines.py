"""How the event feed reads."""

from __future__ import annotations

from typing import Any

import pytest

from confmon.models.live_records import Meeting
from confmon.monitor.memory.event_filter import EventFilter
from confmon.monitor.memory.events import KINDS, Event, Kind
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS
from confmon.monitor.views.event_lines import LIMIT, WIDTHS, event_lines, events_title
from confmon.monitor.views.live_columns import RenderContext
from tests.monitor.conftest import a_call
from tests.monitor.memory.conftest import Desk, calls


def look(desk: Desk, *, mask: bool = False) -> RenderContext:
    return RenderContext(desk.store.live_state, desk.store.wall(), mask)


def texts(desk: Desk, *kinds: Any, mask: bool = False) -> list[str]:
    """The lines without their times."""
    shown = EventFilter(kinds=frozenset(kinds))
    lines = event_lines(desk.memory.events, look(desk, mask=mask), filter=shown)
    return [" | ".join(text for text, _ in line[1:]) if line[1:] else line[0][0] for line in lines]


def test_a_day_at_the_desk(desk: Desk) -> None:
    anna = {"custom_name": "Anna", "caller": "15162065319"}
    desk.show(MEETINGS, [Meeting(meeting_number=100, id=1, is_recording=False)])
    desk.show(ALL_CALLS, calls(1, 2, role=1))
    assert texts(desk) == ["Nothing happened yet"]
    desk.show(ALL_CALLS, [*calls(1, 2, role=1), *calls(3, **anna)])
    desk.show(ALL_CALLS, [*calls(1, 2, role=1), *calls(3, **anna, mute_mode=2, qa_mode=1)])
    desk.show(ALL_CALLS, calls(3, **anna | {"custom_name": "Zoë"}, mute_mode=1, qa_mode=1))
    desk.show(
        MEETINGS,
        [Meeting(meeting_number=100, id=1, is_recording=True, subscriber_name="Acme")],
    )
    assert texts(desk) == [
        "100 | joined | Anna 15162065319",
        "100 | asks | Anna 15162065319 · has a question",
        "100 | muted | Anna 15162065319 · by someone else",
        "100 | renamed | 15162065319 Anna → Zoë · by someone else",
        "100 | left | 15550000001",
        "100 | left | 15550000002",
        "100 | no host left | 15550000002 was the last",
        "100 | recording | Acme · by someone else",
    ]
    assert texts(desk, "renamed") == ["100 | renamed | 15162065319 Anna → Zoë · by someone else"]
    assert texts(desk, "locked") == ["No event passes this filter"]
    assert texts(desk, "joined", mask=True) == ["100 | joined | Anna •••••••5319"]
    assert event_lines(desk.memory.events, look(desk))[0][0][0].count(":") == 2
    assert events_title(desk.memory.events, desk.store.wall()).startswith("events, times in UTC")


def test_a_storm_is_one_line(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1))
    desk.show(ALL_CALLS, [*calls(*range(1, 24)), *calls(24, custom_name="Last")])
    assert texts(desk) == ["100 | 23 joined | 15550000002, 15550000003, 15550000004 and 20 more"]
    desk.show(ALL_CALLS, calls(1))
    assert [line.split(" | ")[1] for line in texts(desk)] == ["23 joined", "23 left"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_that_fit(desk: Desk, kind: Any) -> None:
    call = a_call(7, gain_level=1)
    of_meeting = kind in ("started", "ended", "locked", "unlocked")
    record = Meeting(meeting_number=100, id=1) if of_meeting else call
    for by in ("us", "caller", "other", None):
        event = Event(0.0, kind, 100, None if of_meeting else 7, by, record, record)
        desk.memory.events.add([event])
        desk.memory.events.add([event] * 999)
    for line in event_lines(desk.memory.events, look(desk)):
        assert all(len(text) <= width for (text, _), width in zip(line, WIDTHS, strict=False))
        assert "None" not in str(line)


def test_only_the_newest_lines_are_shown(desk: Desk) -> None:
    events, call = desk.memory.events, a_call(7)
    for at in range(LIMIT + 5):
        kind: Kind = "left" if at % 2 else "joined"
        events.add([Event(60.0 * at, kind, 100, 7, None, call, call)])
    lines = event_lines(events, look(desk))
    assert len(lines) == LIMIT
    assert [line[2][0] for line in lines[-2:]] == ["left", "joined"]


def test_a_line_is_drawn_anew_for_another_filter_or_mask(desk: Desk) -> None:
    desk.show(ALL_CALLS, calls(1))
    desk.show(ALL_CALLS, calls(1, 2))
    events = desk.memory.events
    first = event_lines(events, look(desk))
    assert event_lines(events, look(desk))[0] is first[0]
    assert texts(desk, "left") == ["No event passes this filter"]
    elsewhere = event_lines(events, look(desk), filter=EventFilter(meeting=200))
    assert list(elsewhere) == [(("Nothing happened here yet", "dim"),)]
    assert texts(desk) == ["100 | joined | 15550000002"]
    assert texts(desk, mask=True) == ["100 | joined | •••••••0002"]
