"""Draws every row, pane and line of a bridge, without a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len

from confmon.config.settings.model import Settings
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, Snapshot
from confmon.monitor.session import Session
from confmon.tui.bars.action_log import log_lines
from confmon.tui.bars.header import tabs_line, top_line
from confmon.tui.bars.live_details import details_lines
from confmon.tui.bars.notices import banner, placeholder
from confmon.tui.table import ColumnLook, RowLook
from confmon.tui.table.columns import place_columns
from confmon.tui.table.palette import TONES
from confmon.tui.table.rows import GUTTER, Row, row_segments
from tests.clock import HandClock
from tests.fuzz.bodies import NOW_S
from tests.monitor.conftest import MemoryAudit
from tests.screens.bridge import MemoryIgnoredFields

if TYPE_CHECKING:
    from confmon.models.live_records import Call, Meeting, Scan
    from confmon.monitor.views.live_view import Subject

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FILTERS = ("muted", "-held", "a", "name:x caller:1", "node:10 4420", "[/")


def desk() -> Session:
    """A session that gets its reads from the test."""
    clock = HandClock()
    clock.ahead_s = NOW_S - clock.time_s
    return Session(
        Settings(profile="lab", base_url="http://127.0.0.1/x", login="op"),
        audit=MemoryAudit([]),
        ignored_fields=MemoryIgnoredFields(),
        clock=clock,
        on_change=lambda: None,
    )


def take(session: Session, *, calls: Scan[Call] | None, meetings: Scan[Meeting] | None) -> None:
    """Give the session these reads."""
    clock = session.clock
    assert isinstance(clock, HandClock)
    for feed, scan in ((ALL_CALLS, calls), (MEETINGS, meetings)):
        clock.time_s += 1
        if scan is not None:
            now = clock.now()
            session.store.apply(Snapshot(feed=feed, asked_at=now, answered_at=now, scan=scan))


def check_text(text: str, *, breaks: bool = False) -> None:
    """Check that a terminal takes every part of the text for a character."""
    assert isinstance(text, str)
    for char in text:
        if char not in " \n" or (char == "\n" and not breaks):
            assert unicodedata.category(char) not in FORBIDDEN, f"{char!r} in {text!r}"


def draw(session: Session) -> None:
    """Draw every view, row and pane, and check each text for the terminal."""
    number = next(iter(session.live_state.by_meeting), 1)
    looked_at: tuple[tuple[Subject, int | None], ...] = (
        ("meetings", None),
        ("calls", None),
        ("meeting", number),
    )
    for subject, meeting in looked_at:
        view = session.go(subject, meeting)
        look = session.look()
        columns = [
            ColumnLook(c.id, c.title, c.width, c.grow, c.priority, c.comfort, c.align)
            for c in view.columns
        ]
        for text in (*FILTERS, ""):
            view.set_filter(text)
            view.keys(look, session.clock.now())
        for column in view.columns:
            view.sort_by(column.id)
            view.keys(look, session.clock.now())
        keys = view.keys(look, session.clock.now())
        for key in keys:
            record = view.record(key, look.live_state)
            assert record is not None
            row = RowLook(tuple(column.cell(record, look) for column in view.columns))
            check_row(row, columns)
            for line in details_lines(session, record):
                for text, tone in line:
                    check_text(text)
                    assert tone in ("", *TONES)
        parts = [*top_line(session), *tabs_line(session, typing=False), banner(session)]
        for part in [part for line in parts for part in line]:
            check_text(part.text)
        for text, _ in placeholder(session):
            check_text(text)
        for line in log_lines(session):
            for text, _ in line:
                check_text(text)


def check_row(row: RowLook, columns: list[ColumnLook]) -> None:
    """Check that a row fills exactly its cells, on a narrow and on a wide terminal."""
    for text, tone in row.cells:
        check_text(text)
        assert tone in ("", *TONES)
    for width in (40, 131):
        segments = row_segments(Row(row, "here"), place_columns(columns, width, GUTTER), width)
        assert sum(cells for _, cells, _ in segments) == width
        for text, cells, _ in segments:
            assert cell_len(text) == cells
