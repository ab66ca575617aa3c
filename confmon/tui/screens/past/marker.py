"""Asks for a note, and has it written into the history of a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.models.moments import time_of_day
from confmon.models.text import clean
from confmon.tui.dialogs.form import Field, FormScreen
from confmon.tui.screens.past.session import session_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confmon.history.history import History
    from confmon.history.records import MeetingSession
    from confmon.tui.navigation import Past
    from confmon.tui.screens.screen_actions import CommandScreen

NOT_KEPT = "nothing is recorded here: there is no history to write a note into"
NO_SESSION = "nothing is recorded of this meeting yet: no note was written"
LONGEST = 200
"""Characters of a note."""


def ask_marker(screen: CommandScreen, past: Past, then: Callable[[], None]) -> None:
    """Ask for a note at a moment of a meeting, now if none is given; call `then` once it is on."""
    from confmon.history.database import HistoryUnavailable

    session, history = screen.session, screen.session.history
    if history is None:
        screen.say(NOT_KEPT)
        return
    at = int(session.store.wall() * 1000) if past.at is None else past.at

    def make(values: Mapping[str, str]) -> str:
        text = clean(values["note"], LONGEST).strip()
        if not text:
            raise ValueError("Type a note; escape writes none.")
        return text

    async def write(text: str) -> None:
        try:
            found = await session.history_reader.read(lambda history: _session(history, past, at))
        except HistoryUnavailable as error:
            screen.say(f"{error}; no note was written")
            return
        if found is None:
            screen.say(NO_SESSION)
            return
        trouble = history.mark(text, at=at, session=found.session)
        done = f"noted at {time_of_day(at / 1000)}"
        screen.say(f"{trouble}; no note was written" if trouble else done)
        then()

    def answered(text: str | None) -> None:
        if text is not None:
            screen.app.run_worker(write(text))

    title = f"Note for meeting {past.number} at {time_of_day(at / 1000)}"
    field = Field("note", "Note", help="It is written into the history of this machine, with your "
                  "name; nothing is sent to the bridge.")  # fmt: skip
    screen.app.push_screen(FormScreen(title, [field], make, done="write"), answered)


def _session(history: History, past: Past, at: int) -> MeetingSession | None:
    """Return the session that a note is for: never another one of the same number."""
    if past.session is not None or past.number is None:
        return session_of(history, past, at)
    return history.session_at(past.number, at)
