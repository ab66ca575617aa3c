"""Finds meetings and callers by words, for the command prompt and the palette. Nothing is sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from confmon.models.identity import key_of, same, target_of
from confmon.models.live_records import Call, Meeting
from confmon.models.people.folding import fold, natural_key
from confmon.monitor.views.filter import Filter
from confmon.monitor.views.live_columns import callers_of, name_and_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confmon.models.live_records import LiveResource
    from confmon.monitor.session import Session
    from confmon.monitor.views.live_columns import RenderContext

SLICE = 400
"""So many records are looked at before anything else may run."""


@dataclass(frozen=True, slots=True)
class Found:
    """A meeting or caller as it was found."""

    record: Call | Meeting
    name: str
    """What it is called: its name, else its number as it is shown."""
    more: str
    """What else tells it from others, in one line."""

    @property
    def kind(self) -> LiveResource:
        """What it is."""
        return target_of(self.record)[0]

    @property
    def key(self) -> int:
        """Its call id or meeting number."""
        return key_of(self.record)


@dataclass(frozen=True, slots=True)
class Finds:
    """The best of what was found, and how many there are."""

    shown: tuple[Found, ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        """How many more there are than are shown."""
        return self.total - len(self.shown)


class Lookup:
    """Looks in what the view shows. It keeps the searched texts for as long as it is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._filters: dict[LiveResource, Filter] = {"meeting": Filter(), "call": Filter()}

    async def find(self, kind: LiveResource, text: str, most: int) -> Finds:
        """Return the records that have all words, in slices: keys are heard between them."""
        session, look = self._session, self._session.look()
        records: Sequence[Call | Meeting] = tuple(session.live_state.records_of(kind)[0].values())
        chosen, words, total = self._filters[kind], fold(text).split(), 0
        best: list[tuple[tuple[int, bool, str, int], Found]] = []
        chosen.set(text)
        for start in range(0, len(records), SLICE):
            keyed = {key_of(record): record for record in records[start : start + SLICE]}
            keys = chosen.select(list(keyed.values()), session.live_state, mask=look.mask_numbers)
            total += len(keys)
            found = [describe(keyed[key], look) for key in keys]
            best = nsmallest(most, [*best, *((_rank(record, words), record) for record in found)])
            await asyncio.sleep(0)
        return Finds(tuple(record for _, record in best), total)

    def is_there(self, found: Found) -> bool:
        """Whether what was found is still live, and the same."""
        now = self._session.live_state.records_of(found.kind)[0].get(found.key)
        return now is not None and same(found.record, now)


def describe(record: Call | Meeting, look: RenderContext) -> Found:
    """Return a record in words, its numbers as they are shown."""
    if isinstance(record, Meeting):
        count = callers_of(record, look.live_state)
        heads = "" if count is None else f" · {count} caller{'s' * (count != 1)}"
        number = str(record.meeting_number)
        return Found(record, record.subscriber_name or number, f"meeting {number}{heads}")
    name, number = name_and_number(record, look)
    meeting = look.live_state.meetings.get(record.meeting_number or 0)
    owner = (meeting.subscriber_name if meeting is not None else None) or ""
    at = "no meeting" if record.meeting_number is None else f"in {record.meeting_number} {owner}"
    more = f"{number} {at}" if name else at
    return Found(record, name or number or f"call {record.id}", more.strip())


def _rank(found: Found, words: list[str]) -> tuple[int, bool, str, int]:
    """Return the place of what was found: first what has the words in its name, at its head."""
    name = fold(found.name) if found.kind == "call" else f"{found.key} {fold(found.name)}"
    missing = sum(word not in name for word in words)
    return (missing, not name.startswith(tuple(words[:1])), natural_key(found.name), found.key)
