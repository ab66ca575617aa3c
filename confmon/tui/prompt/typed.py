"""From the command prompt to what it means on a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from confmon.models.people.folding import digits_of
from confmon.models.people.phone_numbers import masked
from confmon.monitor.lookup import Lookup
from confmon.tui.navigation import Find
from confmon.tui.prompt.dialog import PromptDialog

if TYPE_CHECKING:
    from textual.app import App

    from confmon.commands import Command
    from confmon.monitor.lookup import Found
    from confmon.monitor.session import Session
    from confmon.tui.navigation import Navigator
    from confmon.tui.prompt.candidates import Candidate

GONE = "what was under the cursor is gone; nothing was done"


class Host(Protocol):
    """As much of a screen as commands are done on."""

    # ruff: noqa: D102 - the screens say what each is

    session: Session
    navigator: Navigator

    @property
    def app(self) -> App[object]: ...
    def at_cursor(self) -> tuple[Any, Any]: ...
    def is_same(self, one: Any, other: Any) -> bool: ...
    def is_about_row(self, command: Command) -> bool: ...
    def offered(self) -> list[Command]: ...
    async def run_command(self, command_id: str) -> None: ...
    def say(self, text: str) -> None: ...


def ask_command(screen: Host) -> None:
    """Open the prompt. What is under the cursor now is what a command is for."""
    key, record = screen.at_cursor()
    lookup = Lookup(screen.session)

    async def chosen(candidate: Candidate | None) -> None:
        if candidate is None:
            return
        if candidate.command is not None:
            await _run(screen, candidate.command, key, record)
        elif candidate.found is not None:
            visit(screen, candidate.found, lookup)
        else:
            _show(screen, candidate)

    dialog = PromptDialog(screen.offered(), screen.session.settings.keys, lookup)
    screen.app.push_screen(dialog, chosen)


async def _run(screen: Host, command: Command, key: Any, record: Any) -> None:
    now_key, now = screen.at_cursor()
    is_same = record is None or now is None or screen.is_same(record, now)
    if screen.is_about_row(command) and not (now_key == key and is_same):
        screen.say(f"{command.label}: {GONE}")
    else:
        await screen.run_command(command.id)


def visit(screen: Host, found: Found, lookup: Lookup) -> None:
    """Go to a meeting or caller that was found, if it is still there. Nothing is done to it."""
    if not lookup.is_there(found):
        screen.say(f"{found.name} {'has left' if found.kind == 'call' else 'has ended'}")
        return
    meeting, call = (found.key, None) if found.kind == "meeting" else (None, found.key)
    if notice := screen.navigator.go_to(meeting, call, jump=False):
        screen.say(notice.removeprefix(" · "))


def _show(screen: Host, candidate: Candidate) -> None:
    """Show the room or the number that was typed."""
    digits = candidate.line.rpartition(" ")[2]
    mask = screen.session.settings.mask_numbers

    def is_room(room: Any) -> bool:
        return str(room.meeting_number).startswith(digits)

    def is_did(did: Any) -> bool:
        return digits in digits_of(masked(did.phone_number, mask=mask))  # as it is shown

    if candidate.way == "room":
        screen.navigator.show_section("rooms", Find("rooms", f"room {digits}", is_room))
    else:
        screen.navigator.show_section("numbers", Find("dids", digits, is_did))
