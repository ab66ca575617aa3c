"""A section: lists of what stands at an endpoint, one of them at a time in the table.

It wires, as the live screen does. What is shown comes from `confmon.monitor.sections`; what a key
means comes from the registry.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from confmon.models.identity import same_moment
from confmon.monitor.actions.action import Outcome
from confmon.monitor.edits.plan import identity_of, label_of
from confmon.monitor.polling.list_reader import SOON_S
from confmon.monitor.sections import LISTS
from confmon.monitor.views.directory_columns import COLUMNS, details_of
from confmon.tui.bars.action_log import log_lines
from confmon.tui.bars.bar import Bar
from confmon.tui.bars.footer import footer_line
from confmon.tui.bars.header import too_small_line, top_line
from confmon.tui.bars.section_bars import (
    fresh_parts,
    lists_line,
    section_banner,
    section_placeholder,
    section_tabs,
)
from confmon.tui.screens.screen_actions import ScreenActions
from confmon.tui.screens.table_screen import TableScreen, column_look
from confmon.tui.table import LiveTable, RowLook

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.commands import Command
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.sections import SectionId, Sections
    from confmon.monitor.session import Session
    from confmon.monitor.views.list_view import ListView
    from confmon.monitor.views.live_columns import Column
    from confmon.tui.dialogs.form import AskEdit, TypedEdit
    from confmon.tui.navigation import Find, Navigator
    from confmon.tui.table.look import Cell


class SectionScreen(TableScreen):
    """Show the lists of a section, and take up what is to be done with a record."""

    SECTION: SectionId
    FILTER_HINT = "filter: words that all stand in the row, -word"

    def __init__(self, session: Session, navigator: Navigator) -> None:
        super().__init__(session, navigator)
        self._shown: list[Key] = []
        self._rows: dict[Key, RowLook] = {}
        self._drawn: dict[Key, int | None] = {}
        """Who had each key on the screen when it was drawn."""
        self._under: tuple[str, Key, int | None] | None = None
        """List, key and identity that were last drawn under the cursor."""
        self._cursors: dict[str, Key] = {}
        self._wanted: tuple[Find, float] | None = None
        """Which record to put the cursor on as soon as it is listed, and since when."""
        self._new: Key | None = None
        """What has just been created and is not listed yet."""
        self._read: tuple[str, Key, float | None] | None = None
        self._asked: tuple[AskEdit | TypedEdit, str, Any] | None = None
        self.methods = self.make_doing().methods()

    def make_doing(self) -> SectionActions:
        """Return what does the commands that send nothing."""
        return SectionActions(self)

    # What is shown.

    @property
    def sections(self) -> Sections:
        """The lists behind every section."""
        return self.session.sections

    @property
    def list_name(self) -> str:
        """The list that is shown."""
        return self.sections.shown[self.SECTION]

    @property
    def view(self) -> ListView:
        """Filter and order of the list that is shown."""
        view = self.sections.views[self.list_name]
        view.columns = self.columns()
        return view

    def columns(self) -> tuple[Column[Any], ...]:
        """Return the columns of the list that is shown."""
        return COLUMNS[self.list_name]

    def entered(self) -> None:
        """Draw what there is."""
        self.table.reset()
        self.redraw()

    def redraw(self) -> None:
        """Draw the list, and the lines around it."""
        name, view = self.list_name, self.view
        self.look = self.sections.look_of()
        self._rows.clear()
        version = self.sections.version(self.SECTION)
        self._shown = view.keys(self.sections.records(name), self.look, version)
        columns = [column_look(column) for column in view.columns]
        self.table.set_columns(columns, view.sort_id, view.descending != view.sorted_by.high_first)
        self.table.placeholder = section_placeholder(self.session, self.SECTION)
        self.table.set_class(self.sections.is_stale(self.SECTION) and bool(self._shown), "-stale")
        self._part_from_reused()
        self._drawn.clear()
        self.table.show(self._shown, self._row)
        self._find_wanted()
        if self._new is not None and self.table.move_to(self._new):
            self._new = None
        if (key := self.cursor_key) is not None and (record := self.record()) is not None:
            self._under = (name, key, identity(record))
        self._redraw_lines()
        self._follow()

    def _part_from_reused(self) -> None:
        """Don't let the cursor stand on another record that has been given the same key."""
        if self._under is None or self._under[0] != self.list_name:
            return
        _, key, was = self._under
        record = self.sections.records(self.list_name).get(key)
        if record is not None and not same_moment(was, identity(record)):
            self.table.lose(key)
            self._under = None

    def _redraw_lines(self) -> None:
        session, section = self.session, self.SECTION
        typing = self.is_filter_open
        url = session.settings.mediator_base_url if section == "forwarding" else ""
        top = top_line(session, fresh_parts(session, section), base_url=url)
        self.query_one("#top", Bar).say(*top)
        tabs = section_tabs(session, section, len(self._shown), typing=typing)
        self.query_one("#tabs", Bar).say(*([too_small_line()] if self.is_small else tabs))
        lists = self.query_one("#lists", Bar)
        lists.set_class(bool(which := lists_line(session, section)), "-on")
        lists.say(which)
        warning = section_banner(session, section)
        warn = self.query_one("#banner", Bar)
        warn.set_class(bool(warning), "-on")
        warn.say(warning)
        reason = self.sections.disarmed(section)
        footer = footer_line(
            session, typing=typing, place=self.PLACE, means=self.means, reason=reason
        )
        self.query_one("#bottom", Bar).say(*footer)
        if self.has_details:
            self.show_record()
        self.log_pane.show(log_lines(session), follow=True)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        return command.id != "open"

    def show_record(self) -> None:
        """Show every field of the record under the cursor, and read what the list leaves out."""
        key, name = self.cursor_key, self.list_name
        record = self.record()
        if key is None or record is None:
            self.details.show([(("nothing under the cursor", "dim"),)])
            return
        self.read_whole(name, key)
        self.details.show(self.detail_lines(record))

    def read_whole(self, name: str, key: Key) -> None:
        """Read a record alone: once when it is come to, and again after each read of its list."""
        wanted = (name, key, self.sections.shelf(name).state.ok_asked_at)
        if wanted != self._read:
            self._read = wanted
            self.sections.read_alone(name, key)

    def detail_lines(self, record: Any) -> list[tuple[Cell, ...]]:
        """Return the lines of the details pane."""
        lines = list(details_of(record, self.look))
        error = self.sections.shelf(self.list_name).errors.get(self.cursor_key or 0)
        if error is not None:
            lines.insert(1, ((f"not read: {error}", "bad"),))
        return lines

    def _row(self, key: Key) -> RowLook:
        row = self._rows.get(key)
        if row is None:
            record = self.sections.records(self.list_name).get(key)
            if record is None:
                return RowLook(())
            self._drawn[key] = identity(record)
            cells = tuple(column.cell(record, self.look) for column in self.view.columns)
            row = self._rows[key] = RowLook(cells)
        return row

    # What is under the cursor.

    @property
    def cursor_key(self) -> Key | None:
        """The key under the cursor, while it belongs to what is drawn there."""
        key = cast("Key | None", self.table.cursor_key)
        record = self.sections.records(self.list_name).get(key) if key is not None else None
        if key is None or record is None:
            return None
        who = identity(record)
        return key if same_moment(self._drawn.get(key, who), who) else None

    def record(self) -> Any:
        """Return the record under the cursor, as whole as it was read; None: there is none."""
        return self.sections.record(self.list_name, self.cursor_key)

    def first_row(self) -> None:
        """Put the cursor on the first row, if it stands on none."""
        if self.table.cursor_key is None and self._shown:
            self.table.move_to(self._shown[0])

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        """Show the details of what is under the cursor now."""
        key = self.cursor_key
        self._under = None
        if key is not None and (record := self.record()) is not None:
            self._under = (self.list_name, key, identity(record))
        self.cursor_moved()
        if self.has_details and self.is_shown:
            self.show_record()

    def cursor_moved(self) -> None:
        """Do what moving on means for the section."""

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        """Stay where the operator goes, whatever is created meanwhile."""
        self._new = None

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Show or hide the details."""
        self.toggle_details()

    # Moving about.

    def show_list(self, name: str) -> None:
        """Show another list of the section; each keeps its cursor."""
        if name == self.list_name:
            return
        if (key := self.cursor_key) is not None:
            self._cursors[self.list_name] = key
        self.close_filter()
        self.sections.show(self.SECTION, name)
        self.table.reset()
        self._under = None
        wanted, self._wanted = self._wanted, None
        self.redraw()
        if name in self._cursors:
            self.table.move_to(self._cursors[name])
        self._wanted = wanted
        if not self.is_small:
            self.set_focus(self.table)

    def find(self, find: Find) -> None:
        """Show a record of a list with its details, now or as soon as the list has been read."""
        self._wanted = (find, self.session.clock.now())
        self.sections.views[find.list_name].set_filter("")
        if self.is_mounted:
            self.show_list(find.list_name)
            self.show_details()
            self._find_wanted()
        else:
            self.sections.shown[self.SECTION] = find.list_name
            self._details = True

    def _find_wanted(self) -> None:
        if self._wanted is None:
            return
        find, since = self._wanted
        records = self.sections.records(self.list_name)
        found = next((key for key in self._shown if find.matches(records[key])), None)
        read_at = self.sections.state(self.SECTION).ok_asked_at
        if found is not None:
            self._wanted = None
            self.table.move_to(found)
        elif read_at is not None and read_at >= since - SOON_S:
            self._wanted = None
            self.table.lose(self.table.cursor_key)  # who stands there is not who was asked for
            self.say(f"{find.label} is not listed here")

    def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """Do what was clicked, or show the list that was."""
        message.prevent_default()
        if message.command.startswith("list:"):
            self.show_list(message.command.removeprefix("list:"))
        elif message.command:
            super().on_bar_pressed(message)

    # Up: from a key to what it means.

    def wish(self, command_id: str) -> None:
        """Take up a command that writes, unless nothing may be changed now."""
        if self.app.screen is not self:
            return  # one question at a time
        if reason := self.sections.disarmed(self.SECTION):
            self.say(f"{reason}; nothing was sent")
        else:
            self.take_up(command_id)

    def take_up(self, command_id: str) -> None:
        """Ask for what a command needs to know."""

    def still(self, name: str, record: Any) -> bool:
        """Whether a record is still there, and the same one."""
        from confmon.monitor.edits.plan import key_of

        now = self.sections.records(name).get(key_of(record))
        return now is not None and same_moment(identity(now), identity(record))

    def send(self, edit: Action, name: str = "", record: Any = None) -> None:
        """Send what was confirmed, if it may still be sent and its record is still there."""
        if reason := self.sections.disarmed(self.SECTION):
            self.say(f"{reason}; nothing was sent")
        elif record is not None and not self.still(name, record):
            self.say(f"{label_of(record)} is gone; nothing was sent")
        else:
            then = partial(self._created, self.list_name) if edit.method == "POST" else None
            self.sections.carry_out(edit, then)

    def _created(self, name: str, result: Result) -> None:
        """Put the cursor on what was created, as soon as it is listed."""
        key = getattr(result, "key", None)
        if result.outcome is Outcome.DONE and key is not None and self.list_name == name:
            self._new = key

    def follow(self, dialog: AskEdit | TypedEdit, record: Any) -> None:
        """Let a question say when what it is about has gone meanwhile."""
        self._asked = None if record is None else (dialog, self.list_name, record)

    def _follow(self) -> None:
        if self._asked is not None:
            dialog, name, record = self._asked
            if not dialog.is_active:
                self._asked = None
            elif not self.still(name, record):
                self._asked = None
                dialog.gone("it is gone; nothing was sent")

    def say(self, text: str) -> None:
        """Say something for a moment."""
        self.app.notify(text, markup=False, timeout=4)


# ruff: noqa: D102 - the registry documents each command


class SectionActions(ScreenActions):
    """The commands of a section that send nothing."""

    def __init__(self, screen: SectionScreen) -> None:
        super().__init__(screen)
        self._screen = screen

    def methods(self) -> dict[str, Callable[[], object]]:
        return super().methods() | {
            "back": self.back,
            "refresh": self.refresh,
            "next_list": self.next_list,
            "previous_list": self.previous_list,
        }

    def back(self) -> None:
        if self._screen.is_typing or self._screen.view.filter_text:
            self._screen.clear_filter()
        else:
            self._screen.navigator.leave_section()

    def refresh(self) -> None:
        self._screen.sections.retry(self._screen.SECTION)
        self._screen.changed()

    def next_list(self) -> None:
        self._step(1)

    def previous_list(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        names = LISTS[self._screen.SECTION]
        at = names.index(self._screen.list_name)
        self._screen.show_list(names[(at + by) % len(names)])


def identity(record: Any) -> int | None:
    """Return what tells a record from another that has been given its key."""
    try:
        return identity_of(record)
    except (AttributeError, TypeError):
        return None
