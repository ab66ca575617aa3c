"""A section: lists of what is set up at an endpoint, one of them at a time in the table.

It wires, as the live screen does. What is shown comes from `confmon.monitor.sections`; what a key
means comes from the registry.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from confmon.models.identity import same_moment
from confmon.models.resources import BY_PLURAL
from confmon.monitor.actions.action import Outcome
from confmon.monitor.edits.edit_actions import identity_of, label_of, record_key
from confmon.monitor.polling.list_reader import SOON_S
from confmon.monitor.sections import LISTS
from confmon.monitor.views.directory_details import details_of
from confmon.tui.bars.bar import Bar, Parts
from confmon.tui.bars.header import top_line
from confmon.tui.bars.section_bars import (
    can_open,
    fresh_parts,
    lists_line,
    section_banner,
    section_placeholder,
    section_tabs,
)
from confmon.tui.screens.screen_actions import CommandScreen
from confmon.tui.screens.view_state import ViewState
from confmon.tui.table.listing import columns_of

if TYPE_CHECKING:
    from confmon.commands import Command
    from confmon.monitor.actions.action import Action, Result
    from confmon.monitor.polling.list_reader import Key
    from confmon.monitor.sections import SectionId, Sections
    from confmon.monitor.views.list_view import ListView
    from confmon.tui.dialogs.form import AskEdit, FormScreen, TypedEdit
    from confmon.tui.navigation import Find, Visit
    from confmon.tui.table import Cell, LiveTable


class SectionScreen(CommandScreen):
    """Show the lists of a section, and take up what is to be done with a record."""

    SECTION: SectionId

    _wanted: tuple[Find, float] | None = None
    """Which record to put the cursor on as soon as it is listed, and since when."""
    _new: Key | None = None
    """What has just been created and is not listed yet."""
    _read: tuple[str, Key, float | None] | None = None
    _asked: tuple[AskEdit | TypedEdit, str, Any] | None = None

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
        return self.sections.views[self.list_name]

    @property
    def view_name(self) -> str:
        """The list that is shown."""
        return self.list_name

    def data_age_s(self) -> float | None:
        """Return how old the list is; None: it was not read yet."""
        return self.sections.age_s(self.SECTION)

    def state_now(self) -> ViewState:
        """Return what is to be shown now."""
        session, section, sections = self.session, self.SECTION, self.sections
        view, look = self.view, sections.look_of()
        records, version = sections.records(self.list_name), sections.version(section)
        keys = tuple(view.keys(records, look, version))
        of_mediator = section == "forwarding" and can_open(session, section)
        url = session.settings.mediator_base_url if of_mediator else ""
        return ViewState(
            columns=columns_of(view),
            keys=keys,
            look=look,
            placeholder=tuple(section_placeholder(session, section)),
            is_stale=sections.is_stale(section),
            top=top_line(session, fresh_parts(session, section), base_url=url),
            tabs=section_tabs(session, section, len(keys), typing=self.is_filter_open),
            banner=Parts(tuple(section_banner(session, section))),
            lists=Parts(tuple(lists_line(session, section))),
            title=BY_PLURAL[self.list_name].title.lower() + self.navigator.history.crumbs(),
        )

    def record_in(self, view: ListView, key: Key) -> Any:
        """Return the record of a row as its list has it."""
        return self.sections.records(self.list_name).get(key)

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two records of a key were created at the same moment."""
        return same_moment(identity_of(one), identity_of(other))

    def rows_shown(self) -> None:
        """Put the cursor on what is looked for, or has just been created."""
        self._find_wanted()
        if self._new is not None and self.table.move_to(self._new):
            self._new = None

    def disarmed(self) -> str:
        """Return why nothing may be changed now, or an empty string."""
        return self.sections.disarmed(self.SECTION)

    def means(self, command: Command) -> bool:
        """Whether a command of the footer means something now."""
        return command.id != "open"

    def show_record(self) -> None:
        """Show every field of the record under the cursor, and read what the list leaves out."""
        if (key := self.cursor_key) is not None:
            self.read_whole(self.list_name, key)
        super().show_record()

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

    # What is under the cursor.

    @property
    def cursor_key(self) -> Key | None:
        """The key under the cursor, while it belongs to what is drawn there."""
        key: Key | None = super().cursor_key
        return key if key is not None and self.record_in(self.view, key) is not None else None

    def record(self) -> Any:
        """Return the record under the cursor, as whole as it was read; None: there is none."""
        return self.sections.record(self.list_name, self.cursor_key)

    def on_live_table_navigated(self, message: LiveTable.Navigated) -> None:
        """Stay where the operator goes, whatever is created meanwhile."""
        self._new = None

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        """Show or hide the details."""
        self.action_details()

    # Moving about.

    def here(self) -> Visit:
        """Return what leads back to what is looked at."""
        return replace(super().here(), list_name=self.list_name)

    def come_back(self, visit: Visit) -> None:
        """Look at what was looked at before, as it was left."""
        if visit.list_name:
            self.show_list(visit.list_name)
        super().come_back(visit)

    def show_list(self, name: str) -> None:
        """Show another list of the section; each keeps its cursor."""
        if name == self.list_name:
            return
        self.leave_view()
        self.sections.show(self.SECTION, name)
        wanted, self._wanted = self._wanted, None
        self.enter_view()
        self._wanted = wanted

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
        found = next((key for key in self.shown_keys if find.matches(records[key])), None)
        read_at = self.sections.state(self.SECTION).ok_asked_at
        if found is not None:
            self._wanted = None
            self.table.move_to(found)
        elif read_at is not None and read_at >= since - SOON_S:
            self._wanted = None
            self.table.release(self.table.cursor_key)  # what is there was not asked for
            self.say(f"{find.label} is not listed here")

    async def on_bar_pressed(self, message: Bar.Pressed) -> None:
        """Show the list that was clicked."""
        if message.command.startswith("list:"):
            message.prevent_default()
            self.show_list(message.command.removeprefix("list:"))

    # Up: from a key to what it means.

    def still(self, name: str, record: Any) -> bool:
        """Whether a record is still there, and the same one."""
        now = self.sections.records(name).get(record_key(record))
        return now is not None and self.is_same(now, record)

    def send(self, edit: Action, name: str, record: Any) -> None:
        """Send what was confirmed, if it may still be sent and its record is still there."""
        if reason := self.disarmed():
            self.say(f"{reason}; nothing was sent")
        elif record is not None and not self.still(name, record):
            label = label_of(record, mask=self.session.settings.mask_numbers)
            self.say(f"{label} is gone; nothing was sent")
        else:
            then = partial(self._created, self.list_name) if edit.method == "POST" else None
            self.sections.start_edit(edit, then)

    def _created(self, name: str, result: Result) -> None:
        """Put the cursor on what was created, as soon as it is listed."""
        key = getattr(result, "key", None)
        if result.outcome is Outcome.DONE and key is not None and self.list_name == name:
            self._new = key

    def ask(self, form: FormScreen, title: str, record: Any = None) -> None:
        """Show the form, then what it makes, and send that when it is confirmed."""
        self.app.push_screen(form, lambda edit: self.confirm(title, edit, record))

    def confirm(self, title: str, edit: Action | None, record: Any = None) -> None:
        """Show what will be sent, and send it when that is confirmed."""
        from confmon.tui.dialogs.form import AskEdit

        if edit is not None:
            self.send_after(AskEdit(title, self.lines_of(edit, record)), edit, record)

    def lines_of(self, edit: Action, record: Any) -> list[str]:
        """Return what an edit sends, a line each."""
        raise NotImplementedError

    def send_after(self, dialog: AskEdit | TypedEdit, edit: Action, record: Any) -> None:
        """Ask, and send what is confirmed; the question says when its record has gone meanwhile."""
        name = self.list_name
        self._asked = None if record is None else (dialog, name, record)
        self.app.push_screen(dialog, lambda yes: self.send(edit, name, record) if yes else None)

    def follow_record(self) -> None:
        """Let the question say that what it is about has gone."""
        if self._asked is not None:
            dialog, name, record = self._asked
            if not dialog.is_active:
                self._asked = None
            elif not self.still(name, record):
                self._asked = None
                dialog.gone("it is gone; nothing was sent")

    # The commands that send nothing.

    # ruff: noqa: D102 - the registry documents each command

    def action_refresh(self) -> None:
        self.sections.retry(self.SECTION)
        super().action_refresh()

    def action_next_list(self) -> None:
        self._step(1)

    def action_previous_list(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        names = LISTS[self.SECTION]
        self.show_list(names[(names.index(self.list_name) + by) % len(names)])
