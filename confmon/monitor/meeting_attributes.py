"""The run-time attributes of one live meeting: read while they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from confmon.models.attributes import catalogue
from confmon.models.errors import BridgeError, Forbidden, NotFound
from confmon.models.people.phone_numbers import cut_numbers
from confmon.models.resources.directory import ROOMS
from confmon.monitor.edits.edit_actions import attribute_set
from confmon.monitor.views.attributes import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.monitor.actions.action import Action
    from confmon.monitor.session import Session

LEAST_S: Final = 2.0
"""They are read no more often than this, and than the interval."""


class RunTime:
    """What is known of one meeting's attributes. `number` and `owner` are the meeting's."""

    def __init__(self, session: Session, number: int) -> None:
        self._session, self.number = session, number
        meeting = session.live_state.meetings.get(number)
        self.owner = meeting.subscriber_name if meeting is not None else None
        self._identity = meeting.id if meeting is not None else None
        self.lines: list[Line] | None = None
        """None until they have been read."""
        self.trouble = ""
        """Why the last reading failed."""
        self._read_at = float("-inf")
        self._room: dict[str, str] | None = None
        """What the room says that the meeting began with; read once."""

    def is_due(self) -> bool:
        """Whether to read now; counted as read, so that only one reading is under way."""
        now = self._session.clock.now()
        due = now - self._read_at >= max(LEAST_S, self._session.interval_s)
        if due:
            self._read_at = now
        return due

    def read_soon(self) -> None:
        """Read again when they are next shown."""
        self._read_at = float("-inf")

    async def read(self) -> None:
        """Read them from the bridge; `trouble` says if that failed, and the lines stay."""
        bridge = self._session.bridge
        if bridge is None:
            self.trouble = self._session.trouble or "not connected yet"
            return
        try:
            found = await bridge.get_attributes(self.number)
            if self._room is None:
                self._room = await self._room_says()
        except BridgeError as error:
            self.trouble = str(error)
            return
        self.trouble = ""
        self._session.attention.learn_attributes(
            self.number, {attribute.name: attribute.value for attribute in found}
        )
        lines = (
            Line(
                attribute.name,
                self._discreet(attribute.name, attribute.value),
                self._room.get(attribute.name),
                fixed=attribute.name in catalogue.RUN_TIME,
            )
            for attribute in found
        )
        self.lines = sorted(lines, key=lambda line: (line.fixed, line.name))

    def locked(self) -> str:
        """Return why nothing may be changed now, or an empty string."""
        if self.trouble:
            return self.trouble
        meeting = self._session.store.live_state.meetings.get(self.number)
        if meeting is None or meeting.id != self._identity:
            return "the meeting has ended"
        return self._session.disarmed()

    def setting(self, name: str) -> Callable[[str], Action]:
        """Return what makes the edit of one attribute from what is typed.

        ValueError: it does not take that, and what it takes.
        """
        before = next((line.value for line in self.lines or () if line.name == name), None)
        return lambda typed: attribute_set(self.number, name, typed, before, self.owner)

    def _discreet(self, name: str, value: str | None) -> str | None:
        """Cut the phone numbers in the list of participants, where the settings say so."""
        counted = name in catalogue.RUN_TIME
        if value is None or not (counted and self._session.settings.mask_numbers):
            return value
        return cut_numbers(value)

    async def _room_says(self) -> dict[str, str]:
        """Return the attributes of the meeting's room; none where there is no such room."""
        directory = self._session.directory
        if directory is None:
            return {}
        try:
            room = await directory.get(ROOMS, self.number)
        except (NotFound, Forbidden):
            return {}
        return {attribute.name: attribute.value or "" for attribute in room.attributes}
