"""What the lines around a table of the past say: as of when, how much, why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.tui.bars.bar import Part, Parts
from confmon.tui.bars.header import age_text, tabs
from confmon.tui.bars.notices import history_pauses

if TYPE_CHECKING:
    from confmon.monitor.past.tables.answer import Answer
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.tui.table.look import Cell

OFF: list[Cell] = [
    ("The history is off", "title"),
    ("history = true in config.toml turns it on: from then on it is kept", ""),
    ("who was in which meeting, and when.", ""),
]


def fresh_parts(session: Session, answer: Answer[object], until_ms: int | None) -> list[Part]:
    """Return how old the newest read is that is recorded, or how old the answer is."""
    if session.history is None:
        return [Part("history off ")]
    if answer.read_at is None:
        return [Part("no history " if answer.trouble else "reading… ")]
    if until_ms is not None:
        age = max(0.0, session.store.wall() - until_ms / 1000)
        return [Part("recorded ", priority=4), Part(f"age {age_text(age)} ")]
    return [Part(f"age {age_text(max(0.0, session.clock.now() - answer.read_at))} ")]


def past_tabs(
    session: Session, view: ListView, shown: int, *, title: str, typing: bool, more: bool = False
) -> Parts:
    """Return where one can go and is; on the right how many rows there are."""
    left = tabs(session, "history")
    if title:
        left.append(Part(f" ▸ {title} ", "here", short=f" ▸ {title.partition(',')[0]} "))
    right = []
    if view.filter_text and not typing:
        right.append(Part(f" /{view.filter_text} ", "accent", "filter"))
    some = f" {shown} of {view.total} " if shown != view.total else f" {shown}"
    right.append(Part(f"{some}{' or more' if more else ''} ", "dim", priority=8))
    return Parts(tuple(left), tuple(right))


def placeholder(
    session: Session, answer: Answer[object], view: ListView, nothing: list[Cell]
) -> list[Cell]:
    """Return the lines in the middle of an empty table: why it is empty."""
    if session.history is None:
        return OFF
    if answer.trouble:
        return [("No history", "title"), (answer.trouble, "bad"), ("r tries again", "dim")]
    if answer.read_at is None:
        return [("Reading…", "title")]
    if view.filter_text:
        return [("Nothing matches", "title"), ("escape clears it", "dim")]
    return nothing


def banner(session: Session, answer: Answer[object]) -> list[Part]:
    """Return the warning above the table; nothing while all is well."""
    if session.history is None:
        return []
    if answer.trouble and answer.read_at is not None:
        return [Part(f" {answer.trouble}: what is shown is as of before ")]
    return [Part(f" {words} ")] if (words := history_pauses(session)) else []
