"""What the lines around a section's table say: age, lists, why there are no rows, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.resources import BY_PLURAL
from confmon.monitor.polling.freshness import ago
from confmon.monitor.polling.list_reader import INTERVAL_S
from confmon.monitor.sections import LISTS
from confmon.tui.bars.bar import Part, Parts
from confmon.tui.bars.header import age_text, filter_parts, tabs
from confmon.tui.bars.notices import no_data_yet, retrying

if TYPE_CHECKING:
    from confmon.monitor.sections import SectionId
    from confmon.monitor.session import Session
    from confmon.tui.table.look import Cell

NO_MEDIATOR: list[Cell] = [
    ("No Mediator is configured", "title"),
    ("Forwarding is the Mediator's, which has a login of its own.", ""),
    ("Give the profile in config.toml a mediator_base_url, a mediator_login", ""),
    ("and a mediator_password_file or mediator_credentials_command.", ""),
    ("confmon discover can write them for a portal login.", "dim"),
]


def fresh_parts(session: Session, section: SectionId) -> list[Part]:
    """Return how old the list is that is shown, and how often it is read."""
    sections = session.sections
    reader, state = sections.reader(section), sections.state(section)
    if not can_open(session, section):
        return [Part("no Mediator ")]
    if reader is None:
        waits = not sections.trouble_of(section)
        return [Part("starting… " if waits else "no connection ")]
    parts = []
    age = sections.age_s(section)
    if age is None:
        parts.append(Part("no data yet  "))
    else:
        stale = sections.is_stale(section)
        parts.append(
            Part(f" STALE {age_text(age)} ", "outage") if stale else Part(f"age {age_text(age)}  ")
        )
        parts.append(Part(f"{state.latency_s * 1000:.0f} ms  ", priority=5))
    if session.bridge is not None and section != "forwarding":
        parts.append(Part(f"{session.bridge.requests_per_minute()} req/min  ", priority=7))
    parts.append(Part(f"every {INTERVAL_S:g}s ", priority=4))
    return parts


def section_tabs(session: Session, section: SectionId, shown: int, *, typing: bool) -> Parts:
    """Return where one can go and is, and on the right how many rows the filter leaves."""
    view = session.sections.views[session.sections.shown[section]]
    right = filter_parts(view, shown, typing=typing)
    if not right and session.sections.state(section).ok_asked_at is not None:
        right.append(Part(f" {view.total} ", "dim", priority=8))
    return Parts(tuple(tabs(session, section)), tuple(right))


def lists_line(session: Session, section: SectionId) -> list[Part]:
    """Return the section's lists, the one that is shown set off; nothing where there is one."""
    names = LISTS[section]
    if len(names) < 2:
        return []
    parts = []
    for name in names:
        read = session.sections.shelf(name).state.ok_asked_at is not None
        count = f" {len(session.sections.records(name))}" if read else ""
        here = session.sections.shown[section] == name
        parts.append(
            Part(f" {BY_PLURAL[name].title}{count} ", "sublist" if here else "tab", f"list:{name}")
        )
    return [*parts, Part(" ← → ", "dim", priority=9)]


def can_open(session: Session, section: SectionId) -> bool:
    """Whether there is an API that a section reads."""
    return section != "forwarding" or session.open_mediator is not None


def section_placeholder(session: Session, section: SectionId) -> list[Cell]:
    """Return the lines in the middle of a table without rows: why it is empty, what to do."""
    sections = session.sections
    if not can_open(session, section):
        return NO_MEDIATOR
    if trouble := sections.trouble_of(section):
        return [("No connection", "title"), (trouble, "bad")]
    reader = sections.reader(section)
    if reader is None:
        return [("Starting…", "title")]
    if reader.unauthorized is not None:
        where = "the Mediator: " if section == "forwarding" else ""
        return [
            ("Not authorized", "title"),
            (f"{where}{reader.unauthorized}", "bad"),
            (reader.unauthorized.hint, ""),
            ("Nothing more is asked. Press r to try again.", "dim"),
        ]
    state, name = sections.state(section), sections.shown[section]
    if state.error is not None and state.ok_asked_at is None:
        return no_data_yet(session, state)
    if state.ok_asked_at is None:
        return [("Reading…", "title")]
    if sections.views[name].filter_text and sections.views[name].total:
        return [("Nothing matches the filter", "title"), ("escape clears it", "dim")]
    what = BY_PLURAL[name].title
    lines: list[Cell] = [
        (f"There are no {what}" if what == "DIDs" else f"No {what.lower()}", "title")
    ]
    if BY_PLURAL[name].form(new=True) and not session.settings.read_only:
        lines.append(("n makes one", "dim"))
    return lines


def section_banner(session: Session, section: SectionId) -> list[Part]:
    """Return the warning between header and table; nothing while all is well."""
    sections = session.sections
    reader = sections.reader(section)
    if not can_open(session, section) or reader is None:
        return []
    if session.audit_trouble:
        return [Part(f" Changes are refused: {session.audit_trouble} ")]
    if (refused := reader.unauthorized) is not None:
        return [Part(f" Not authorized · r tries again · {refused.hint} ")]
    shelf = sections.shelf(sections.shown[section])
    if shelf.state.error is not None and shelf.state.ok_asked_at is not None:
        age = sections.age_s(section) or 0.0
        data = f"showing data {ago(age)} old"
        return [Part(f" {shelf.state.error} · {data} · {retrying(session, shelf.state)} ")]
    others = [
        f"{BY_PLURAL[name].title}: {other.state.error}"
        for name, other in reader.shelves.items()
        if other is not shelf and other.state.error is not None
    ]
    notes = [*shelf.notes, *others]
    return [Part(f" {' · '.join(notes)} ")] if notes else []
