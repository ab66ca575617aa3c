"""The attributes of meetings that the rules read: the collector reads them, all others take them.

They are facts of the share, keyed by meeting number. Text in them is cleaned here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from confmon.models.identity import same
from confmon.models.live_records import Meeting
from confmon.models.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from confmon.monitor.polling.live_store import LiveStore
    from confmon.sharing.records import Fact
    from confmon.sharing.share import Share

KEPT_S: Final = 1200.0
"""What was read is known to the others for so long after its collector has gone."""


class SharedAttributes:
    """Puts what this confmon reads, and takes what others have read."""

    def __init__(
        self,
        share: Share,
        store: LiveStore,
        *,
        names: Collection[str],
        learn: Callable[[int, Mapping[str, str]], None],
        on_taken: Callable[[Meeting], None],
    ) -> None:
        """`names` are those that a rule reads. `learn` gets a meeting's number and attributes.

        `on_taken` is called with each meeting that another one has read the attributes of.
        """
        self._share, self._store = share, store
        self._names, self._learn, self._on_taken = names, learn, on_taken
        self._facts: Mapping[str, Fact] | None = None
        self._waiting: dict[str, Fact] = {}
        """Facts of meetings that are not live yet, as far as is known here."""
        self._put: set[int] = set()

    @property
    def is_read_here(self) -> bool:
        """Whether this confmon is the one to read them."""
        return self._share.state.reads_here

    def put(self, meeting: Meeting, values: Mapping[str, str]) -> None:
        """Let the others know what was read."""
        number = meeting.meeting_number
        self._put.add(number)
        data = {"id": meeting.id, "created": meeting.created, "values": dict(values)}
        self._share.put_fact("attributes", str(number), data, lasts_s=KEPT_S)

    def look(self) -> None:
        """Take what is new, and take back what was put of meetings that have ended."""
        live = self._store.live_state.meetings
        facts = self._share.state.facts.get("attributes", {})
        if facts is not self._facts:
            before = self._facts or {}
            self._waiting |= {
                key: fact
                for key, fact in facts.items()
                if before.get(key) != fact and fact.key == key
            }
            self._facts = facts
        for key, fact in list(self._waiting.items()):
            meeting = live.get(int(key)) if key.isascii() and key.isdecimal() else None
            if meeting is not None:
                del self._waiting[key]
                self._take(meeting, fact.data)
            elif key not in facts:
                del self._waiting[key]
        if self._store.live_state.meetings_known:
            for number in self._put - live.keys():
                self._put.discard(number)
                self._share.drop_fact("attributes", str(number))

    def _take(self, meeting: Meeting, data: Mapping[str, Any]) -> None:
        values = data.get("values")
        of = Meeting(
            meeting_number=meeting.meeting_number,
            id=_whole(data.get("id")),
            created=_whole(data.get("created")),
        )
        if meeting.meeting_number in self._put or not isinstance(values, dict):
            return
        if same(of, meeting):
            found = {
                name: clean(value)
                for name, value in values.items()
                if name in self._names and isinstance(value, str)
            }
            self._learn(meeting.meeting_number, found)
            self._on_taken(meeting)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
