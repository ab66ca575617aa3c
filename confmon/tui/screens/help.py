"""The help screen: every key, from the one registry, and the way to the topics."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from confmon.monitor.views.filter import STATE_WORDS
from confmon.tui.bars.footer import help_rows
from confmon.tui.dialogs.modal import Modal, keys_line
from confmon.tui.table import LinesPane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult

    from confmon.commands import Place
    from confmon.config.settings.model import Settings
    from confmon.tui.table.look import Cell

_HEADINGS = {
    "caller": "Callers (under the cursor, or marked)",
    "meeting": "The whole meeting",
    "needs": "What needs you",
    "rooms": "The room under the cursor",
    "forwarding": "The binding or dialout under the cursor",
    "view": "Where to look",
    "table": "Find, sort, mark",
    "past": "The past",
    "app": "confmon",
}

_FIELDS = "in one field: meeting name caller did node bridge codec owner id"

_TOPICS = "Here: what the screen says, filters, rules, settings and more, searched as you type."

_MOVING = (
    ("↑ ↓ j k", "Move. PgUp PgDn by a page, g G or home end to the ends."),
    ("click", "A row selects, again opens; a column title sorts; tabs and keys below work too."),
)


def help_lines(
    remapped: Mapping[str, str], place: Place = "live", *, read_only: bool
) -> list[tuple[Cell, ...]]:
    """Return the key sheet, without the verbs where there are none."""
    lines: list[tuple[Cell, ...]] = [(("Move", "title"),)]
    lines.append((("/", "key"), ("Topics", "strong"), (_TOPICS, "")))
    lines += [((keys, "key"), ("", ""), (text, "")) for keys, text in _MOVING]
    for scope, rows in groupby(
        help_rows(remapped, place, read_only=read_only), key=lambda row: row[0]
    ):
        lines += [(("", ""),), ((_HEADINGS[scope], "title"),)]
        lines += [((keys, "key"), (label, "strong"), (text, "")) for _, keys, label, text in rows]
    if place != "live":
        return lines
    lines += [
        (("", ""),),
        (("Filter words", "title"),),
        (("anna 4420", "key"), ("", ""), ("both, anywhere in the row", "")),
        (("node:10.2", "key"), ("", ""), (_FIELDS, "")),
        (("muted", "key"), ("", ""), (f"a state: {' '.join(STATE_WORDS)}", "")),
        (("-muted", "key"), ("", ""), ("not", "")),
        (("", ""),),
        (("What the row says", "title"),),
        (("part list rec", "dim"), ("", ""), ("participant, listener, recording leg", "")),
        (("muting…", "pending"), ("", ""), ("asked for; no read has shown it yet", "")),
        (("not applied", "bad"), ("", ""), ("accepted, but later reads show no change", "")),
        (("unknown", "warn"), ("", ""), ("the answer was lost and no read could settle it", "")),
    ]  # fmt: skip
    return lines


class HelpScreen(Modal[None]):
    """The key sheet, scrollable. Any of escape, q, ?, F1 closes it; a slash opens the topics."""

    def __init__(self, settings: Settings, place: Place = "live") -> None:
        super().__init__()
        self._settings = settings
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay out the sheet."""
        pane = LinesPane(widths=(12, 14))
        pane.border_title = "Keys"
        pane.border_subtitle = keys_line(("/", "topics and search"), ("esc", "close"))
        yield pane

    def on_mount(self) -> None:
        """Fill it."""
        lines = help_lines(self._settings.keys, self._place, read_only=self._settings.read_only)
        self.query_one(LinesPane).lines = tuple(lines)

    def on_key(self, event: events.Key) -> None:
        """Close, or let the sheet scroll."""
        if event.key in ("escape", "q", "question_mark", "f1"):
            event.stop()
            self.dismiss(None)
        elif event.key == "slash":
            from confmon.tui.dialogs.topics import TopicsDialog

            event.stop()
            self.app.push_screen(TopicsDialog())
