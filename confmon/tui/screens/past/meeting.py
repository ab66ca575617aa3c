"""Which meeting session or caller is meant, asked of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.history.answers import SessionQuery
from confmon.models.people.numbers import tells_line
from confmon.tui.navigation import Past

if TYPE_CHECKING:
    from confmon.history.history import History
    from confmon.history.records import MeetingSession
    from confmon.tui.navigation import Navigator
    from confmon.tui.screens.screen_actions import CommandScreen

NO_NUMBER = "no number under the cursor"
NOT_ONES = "{}: that may be anybody, so nobody's earlier calls are known"


def session_of(history: History, past: Past, now_ms: int) -> MeetingSession | None:
    """Return the session that is meant: of a number that of the moment, else the last one."""
    if past.session is not None:
        return history.meeting_sessions([past.session]).get(past.session)
    if past.number is None:
        return None
    found = history.session_at(past.number, now_ms if past.at is None else past.at)
    if found is None:
        query = SessionQuery(number=past.number, limit=1)
        found = next(iter(history.find_sessions(query)), None)
    return found


def show_earlier_calls(
    screen: CommandScreen, navigator: Navigator, phone: str | None, name: str | None
) -> None:
    """Show the calls of a number, if it is one that tells people apart."""
    if not phone:
        screen.say(NO_NUMBER)
    elif not tells_line(phone):
        screen.say(NOT_ONES.format(phone))
    else:
        navigator.show_recorded("earlier", Past(phone=phone, name=name))
