"""Which of events and actions are shown."""

from __future__ import annotations

from confmon.monitor.memory.events import KINDS
from confmon.tui.desk.bottom_pane import next_shown
from confmon.tui.desk.events_shown import GROUPS, EventsShown


def test_the_key_goes_round_and_comes_back() -> None:
    for wide, begin in ((True, "both"), (False, "events")):
        seen = [begin]
        while (shown := next_shown(seen[-1], wide=wide)) != begin:  # type: ignore[arg-type]
            seen.append(shown)
        assert "off" in seen


def test_what_is_not_on_this_width_leads_to_its_first() -> None:
    assert next_shown("both", wide=False) == "events"
    assert next_shown("actions", wide=True) == "both"


def test_every_kind_of_event_is_in_a_group() -> None:
    assert set().union(*(group.kinds for group in GROUPS)) == set(KINDS)


def test_inside_a_meeting_its_own_events_are_shown_until_others_are_chosen() -> None:
    shown = EventsShown()
    assert shown.filter(42, inside=False).meeting is None
    assert shown.filter(42, inside=True).meeting == 42
    shown.of_meeting = False
    assert shown.filter(42, inside=True).meeting is None
    shown.of_meeting = True
    assert shown.filter(42, inside=False).meeting == 42


def test_the_title_says_what_is_left_out() -> None:
    shown = EventsShown()
    assert shown.title(shown.filter(None, inside=False)) == ""
    shown.next_group()
    assert shown.title(shown.filter(7, inside=True)) == " · of 7 · who comes and goes"
    for _ in GROUPS[1:]:
        shown.next_group()
    assert shown.group == 0
