"""The layout of a tape: its window, its axis, and that each presence is drawn where it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from confmon.history.answers import Attendance, Attendee, Tape
from confmon.history.records import (
    CallState,
    Gap,
    Leg,
    Marker,
    MeetingSession,
    PastAction,
    Stay,
)
from confmon.models.codes import Codes
from confmon.models.moments import zone
from confmon.monitor.past.timeline.axis import TICK, axis, step_of, ticks
from confmon.monitor.past.timeline.gantt import ABSENT, GAP, SIGNS, UNSURE, band, picture
from confmon.monitor.past.timeline.moments import about, between, gap_words
from confmon.monitor.past.timeline.spans import Span, seen, spans_of, unsure_of
from confmon.monitor.past.timeline.tape import DrawnTape, marks_line
from confmon.monitor.past.timeline.window import LEAST_MS, Whole, Window

T0 = 1_760_000_000_000
HOUR = 3_600_000

moments = st.integers(T0, T0 + 6 * HOUR)
widths = st.integers(1, 200)
windows = st.builds(
    lambda start, length, cells: Window(start, start + length, cells),
    moments, st.integers(LEAST_MS, 8 * HOUR), widths,
)  # fmt: skip
states = st.sampled_from(("heard", "muted", "held", "unknown"))
spans = st.lists(
    st.builds(lambda at, length, state: Span(at, at + length, state),
              moments, st.integers(0, HOUR), states), max_size=5,
)  # fmt: skip


@st.composite
def gaps_in_order(draw: Any) -> tuple[Gap, ...]:
    """Some gaps, the first one first, apart from each other; the last may last."""
    edges = sorted(draw(st.lists(moments, max_size=6, unique=True)))
    found = [Gap(a, b, "not running") for a, b in list(pairwise(edges))[::2]]
    lasts: bool = draw(st.booleans())
    if found and lasts:
        found[-1] = Gap(found[-1].from_at, None, "unreachable")
    return tuple(found)


@given(windows, moments)
def test_every_moment_of_a_window_is_in_the_cell_that_says_so(window: Window, at: int) -> None:
    cell = window.cell(at)
    assert (window.from_at <= at < window.to_at) == (0 <= cell < window.cells)
    assert window.edge(cell) <= at < window.edge(cell + 1)
    assert window.edge(0) == window.from_at
    assert window.edge(window.cells) == window.to_at


@given(spans, gaps_in_order(), windows)
def test_a_presence_is_drawn_in_its_cells_and_in_no_others(
    of: list[Span], gaps: tuple[Gap, ...], window: Window
) -> None:
    drawn = picture(of, (), gaps, window)
    assert len(drawn) == window.cells
    parts = [part for span in of for part in seen(span, gaps, window.to_at)]
    for cell, sign in enumerate(drawn):
        start, end = window.edge(cell), window.edge(cell + 1)
        inside = {
            part.state
            for part in parts
            if max(start, part.from_at) < min(end, part.to_at)
            or (part.from_at == part.to_at and start <= part.from_at < end)
        }
        if inside:
            assert sign in {SIGNS[state] for state in inside}
        else:
            assert sign in (ABSENT, GAP)


@given(spans, gaps_in_order())
def test_nothing_that_was_seen_lies_in_a_gap(of: list[Span], gaps: tuple[Gap, ...]) -> None:
    end = T0 + 24 * HOUR
    for span in of:
        parts = list(seen(span, gaps, end))
        assert all(span.from_at <= one.from_at <= one.to_at <= span.to_at for one in parts)
        for part in parts:
            for gap in gaps:
                shared = min(part.to_at, end if gap.to_at is None else gap.to_at) - max(
                    part.from_at, gap.from_at
                )
                assert shared <= 0


@given(gaps_in_order(), windows)
def test_a_gap_is_a_band_and_has_words_where_there_is_room(
    gaps: tuple[Gap, ...], window: Window
) -> None:
    line = band(gaps, window)
    assert len(line) == window.cells
    assert (line.strip() == "") == (
        not any(
            gap.from_at < window.to_at and (gap.to_at is None or gap.to_at > window.from_at)
            for gap in gaps
        )
    )


@given(windows)
def test_the_axis_has_round_ticks_that_do_not_touch(window: Window) -> None:
    line = axis(window)
    assert len(line) == window.cells
    found = list(ticks(window, step_of(window)))
    assert all(window.from_at <= at < window.to_at for at in found)
    assert all(line[window.cell(at)] == TICK for at in found)
    assert all(before < after for before, after in pairwise(found))
    assert f"{TICK}{TICK}" not in line


@st.composite
def looks(draw: Any) -> tuple[Whole, int]:
    """A look at some time, after some keys."""
    cells = draw(st.integers(2, 200))
    goes_on = draw(st.booleans())
    whole = Whole(T0, T0 + draw(st.integers(0, 8 * HOUR)), goes_on=goes_on)
    for key in draw(st.lists(st.sampled_from("<>[]+-0{}e"), max_size=25)):
        match key:
            case "<" | ">":
                whole = whole.move(cells, -1 if key == "<" else 1)
            case "[" | "]":
                whole = whole.move(cells, -10 if key == "[" else 10)
            case "+" | "-":
                whole = whole.zoom(cells, 1 if key == "+" else -1)
            case "{" | "}":
                whole = whole.pan(cells, -0.5 if key == "{" else 0.5)
            case "0":
                whole = whole.show_all()
            case _:
                whole = whole.extend(T0, whole.end + 2000, goes_on=goes_on)
    return whole, cells


@given(looks())
def test_the_cursor_is_always_in_sight_and_within_what_there_is(of: tuple[Whole, int]) -> None:
    whole, cells = of
    window = whole.window(cells)
    assert window.from_at <= whole.cursor < window.to_at
    assert whole.start <= whole.cursor <= whole.end
    assert window.length >= LEAST_MS
    assert window.from_at >= whole.start


def test_a_tape_that_goes_on_keeps_its_place_for_most_reads() -> None:
    for length in (None, 60_000):
        whole = Whole(T0, T0 + 3_000_000, length=length, begin=T0 + 2_940_000, goes_on=True)
        windows = set()
        for nth in range(300):
            whole = whole.extend(T0, T0 + 3_000_000 + nth * 2000, goes_on=True)
            window = whole.window(90)
            assert window.from_at <= whole.cursor < window.to_at
            windows.add(window)
        assert len(windows) <= 50, "600 s, and a view of 60 s that goes on by 15 s"


@given(looks())
def test_a_step_moves_by_one_cell_until_the_edge(of: tuple[Whole, int]) -> None:
    whole, cells = of
    window = whole.window(cells)
    moved = whole.move(cells, -1)
    if window.cell(whole.cursor) > 0:
        assert window.cell(moved.cursor) == window.cell(whole.cursor) - 1
        assert moved.window(cells) == window
    assert moved.cursor <= max(whole.cursor, whole.start)


def person(name: str, *stays: Stay, role: int = 2) -> Attendee:
    """Somebody with these stays."""
    first, last = stays[0], stays[-1]
    leg = Leg(leg=first.leg, call=first.leg, caller="+15162065319", name=name)
    return Attendee(
        number=leg.caller, name=name, role=role, joined=first.joined_to,
        joined_uncertainty_s=(first.joined_to - first.joined_from) / 1000, left=last.left_to,
        left_uncertainty_s=0.0, reconnects=len(stays) - 1, total_s=1.0, muted_s=0.0, held_s=0.0,
        stays=tuple((stay, leg) for stay in stays),
    )  # fmt: skip


def stay_of(leg: int, start_s: float, end_s: float | None, **state: int) -> Stay:
    """A stay that was seen by reads two seconds apart."""
    start = T0 + int(start_s * 1000)
    end = None if end_s is None else T0 + int(end_s * 1000)
    return Stay(
        stay=leg, leg=leg, session=1, joined_from=start - 2000, joined_to=start,
        left_from=None if end is None else end - 2000, left_to=end,
        how=None if end is None else "left",
        changes=((start, CallState(**{"role": 2, "mute_mode": 0, "hold_mode": 0, **state})),),
    )  # fmt: skip


def tape_of(*people: Attendee, until_s: float = 600, **more: object) -> Tape:
    """The tape of a meeting that began at T0 and is live."""
    session = MeetingSession(session=1, number=100, started_from=T0 - 2000, started_to=T0)
    gaps = more.get("gaps", ())
    return Tape(
        attendance=Attendance(session=session, until=T0 + int(until_s * 1000), attendees=people,
                              gaps=gaps),  # type: ignore[arg-type]
        markers=more.get("markers", ()),  # type: ignore[arg-type]
        actions=more.get("actions", ()),  # type: ignore[arg-type]
    )  # fmt: skip


def test_reconnects_are_on_one_row_and_states_are_told_apart() -> None:
    attendee = person("Anna", stay_of(1, 0, 100), stay_of(2, 160, 300, mute_mode=2),
                 stay_of(3, 360, None, hold_mode=1))  # fmt: skip
    drawn = DrawnTape(tape_of(attendee), Codes(), mask=False)
    assert drawn.picture(1, Window(T0, T0 + 600_000, 30)) == "█████   ▒▒▒▒▒▒▒   ░░░░░░░░░░░░"


def test_what_is_between_two_reads_is_drawn_as_not_known_where_it_is_seen() -> None:
    attendee = person("Anna", stay_of(1, 4, 10))
    near = Window(T0, T0 + 12_000, 12)
    drawn = DrawnTape(tape_of(attendee, until_s=12), Codes(), mask=False)
    assert drawn.picture(1, near) == f"  {UNSURE * 2}████{UNSURE * 2}  "
    assert unsure_of([stay_of(1, 4, None)]) == ((T0 + 2000, T0 + 4000),)


def test_an_unknown_mute_code_is_never_drawn_as_heard() -> None:
    stay = stay_of(1, 0, None, mute_mode=77)
    assert [span.state for span in spans_of([stay], T0 + 10, Codes())] == ["unknown"]


def test_the_line_above_tells_the_most_telling_and_the_line_below_all() -> None:
    host = person("Eva", stay_of(1, 60, 120), role=1)
    stay, leg = host.stays[0]
    stay = Stay(**{name: getattr(stay, name) for name in stay.__slots__}
                | {"changes": ((stay.joined_to, CallState(role=1, mute_mode=0)),)})  # fmt: skip
    host = Attendee(**{name: getattr(host, name) for name in host.__slots__}
                    | {"stays": ((stay, leg),)})  # fmt: skip
    at = T0 + 119_000
    marker = Marker(marker=1, at=at, session=1, text="noise", author="op")
    action = PastAction(action=1, at=at, verb="mute", session=1, leg=1, outcome="done",
                        author="op", audit_id="a")  # fmt: skip
    gap = Gap(T0 + 300_000, T0 + 480_000, "not running")
    tape = tape_of(host, markers=(marker,), actions=(action,), gaps=(gap,))
    drawn = DrawnTape(tape, Codes(), mask=True)
    window = Window(T0, T0 + 600_000, 60)
    line = marks_line(drawn, window, band(drawn.gaps, window))
    assert line[6] == "+"
    assert line[11] == '"'
    assert line[12] == "−"
    assert "not running" in line[30:48]
    words = " | ".join(text for text, _ in drawn.facts_at(at, 1, window))
    assert "noise (op)" in words
    assert "mute Eva: done (op)" in words
    assert "not running" in " ".join(text for text, _ in drawn.facts_at(T0 + 310_000, 1, window)), (
        "in a gap nobody is shown as in"
    )


def test_the_moment_of_the_cursor_says_its_time_zone() -> None:
    """On the tape no pane below names it."""
    drawn = DrawnTape(tape_of(person("Eva", stay_of(1, 0, None))), Codes(), mask=False)
    (moment, _), *_ = drawn.facts_at(T0 + 1000, 1, Window(T0, T0 + 60_000, 60))
    assert moment.endswith(f" {zone(T0 // 1000)}")


def test_of_a_time_before_the_first_read_only_the_end_is_shown() -> None:
    gap = Gap(T0 - HOUR, T0 + HOUR, "not running")
    attendee = person("Anna", stay_of(1, 0, None))
    drawn = DrawnTape(tape_of(attendee, until_s=3600 + 800, gaps=(gap,)), Codes(), mask=False)
    assert drawn.end == T0 + HOUR + 800_000
    assert T0 + HOUR - 100_000 <= drawn.start < T0 + HOUR
    row = drawn.picture(1, Window(drawn.start, drawn.end + 1, 90))
    assert row.startswith("·" * 5)
    assert row.endswith("█" * 80)


def test_numbers_are_cut_where_they_are_masked() -> None:
    attendee = person("", stay_of(1, 0, None))
    drawn = DrawnTape(tape_of(attendee), Codes(), mask=True)
    words = " ".join(text for text, _ in drawn.facts_at(T0 + 1000, 1, Window(T0, T0 + 60_000, 60)))
    assert "5319" in words
    assert "15162065319" not in words


def test_numbers_in_notes_are_cut_where_they_are_masked() -> None:
    tape = tape_of(person("Eva", stay_of(1, 0, None)))
    note = Marker(marker=1, at=T0 + 1000, session=1, text="call 15162065319 back", author="op")
    drawn = DrawnTape(replace(tape, markers=(note,)), Codes(), mask=True)
    assert [mark.words for mark in drawn.marks] == ["call •••••••5319 back (op)"]


def test_a_host_who_was_not_seen_to_leave_did_not_leave_when_reads_went_on() -> None:
    gone = replace(stay_of(1, 0, 400, role=1), how="unseen", left_from=T0 + 100_000)
    drawn = DrawnTape(tape_of(person("Eva", gone)), Codes(), mask=False)
    assert [(mark.at, mark.words) for mark in drawn.marks if mark.sign == "−"] == [
        (T0 + 100_000, "host Eva last seen")
    ]


def test_what_was_on_another_day_has_its_date() -> None:
    noon = round(datetime(2026, 11, 28, 12).timestamp() * 1000)
    night = noon - 13 * HOUR
    assert about(noon, 0.0, noon) == "12:00:00"
    assert about(night, 4.0, noon) == "Nov 27 23:00"
    assert between(night, night + 2000, noon) == "2026-11-27 23:00:00–23:00:02"
    assert between(night, noon, noon) == "2026-11-27 23:00:00–2026-11-28 12:00:00"
    assert between(noon, noon, noon) == "12:00:00"
    gap = Gap(night, noon, "not running")
    assert gap_words(gap, noon) == "not seen 2026-11-27 23:00:00–2026-11-28 12:00:00: not running"
    assert gap_words(Gap(noon, None, "torn"), noon) == "not seen 12:00:00–now: torn"
