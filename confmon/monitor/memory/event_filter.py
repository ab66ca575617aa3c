"""Which events are shown: by meeting, by kind, by author and by words.

`joined left` events of these kinds · `-gain` not of this kind · `meeting:4223` of one meeting ·
`by:us` by one author · `anna 5319` both found in the event's texts · `-anna` not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from confmon.models.calls import Call
from confmon.monitor.memory.events import KINDS
from confmon.monitor.memory.feed import FeedLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confmon.monitor.memory.events import By, Event, Kind

KIND_WORDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    **{kind: (kind,) for kind in KINDS},
    "hand": ("asked", "answered"),
    "host": ("host_left", "host_joined"),
    "lock": ("locked", "unlocked"),
    "mute": ("muted", "unmuted"),
    "hold": ("held", "released"),
    "recording": ("recording_on", "recording_off"),
}
"""Words that are matched whole, and the kinds that each means."""

_AUTHORS: Final[Mapping[str, By]] = {
    "us": "us", "me": "us", "you": "us", "caller": "caller", "other": "other", "others": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Events pass that meet all of it. `kinds`: any of these; empty: all.

    `words` are case-folded texts that must all be found in the texts of the event, `not_words`
    must not.
    """

    meeting: int | None = None
    kinds: frozenset[Kind] = frozenset()
    not_kinds: frozenset[Kind] = frozenset()
    by: By | None = None
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != _ALL

    def passes(self, event: Event) -> bool:
        """Tell whether an event passes."""
        if not self._passes_head(event):
            return False
        if not self.words and not self.not_words:
            return True
        text = searchable(event)
        return all(word in text for word in self.words) and not any(
            word in text for word in self.not_words
        )

    def narrowed(self, line: FeedLine) -> FeedLine | None:
        """Return what passes of a line of the feed, or None.

        Of a storm, words find only the events that are kept.
        """
        if not self._passes_head(line.events[0]):
            return None
        if not self.words and not self.not_words:
            return line
        found = tuple([event for event in line.events if self.passes(event)])
        if not found:
            return None
        is_whole = len(found) == len(line.events)
        return line if is_whole else FeedLine(found, len(found), found[-1].at)

    def _passes_head(self, event: Event) -> bool:
        """Tell whether what all events of a line have in common passes."""
        if self.kinds and event.kind not in self.kinds:
            return False
        if event.kind in self.not_kinds or self.by not in (None, event.by):
            return False
        if self.meeting is None or event.meeting == self.meeting:
            return True
        # Who moved has left one meeting and joined another.
        return event.was is not None and event.was.meeting_number == self.meeting


_ALL: Final = EventFilter()


def parse_event_filter(text: str, *, meeting: int | None = None) -> EventFilter:
    """Return the filter that was typed. Nothing that can be typed is an error."""
    kinds: set[Kind] = set()
    not_kinds: set[Kind] = set()
    words: list[str] = []
    not_words: list[str] = []
    by: By | None = None
    for typed in text.casefold().split():
        negated = typed.startswith(("-", "!")) and len(typed) > 1
        word = typed[1:] if negated else typed
        head, _, tail = word.partition(":")
        if head == "kind" and tail in KIND_WORDS:
            word = tail
        if word in KIND_WORDS:
            (not_kinds if negated else kinds).update(KIND_WORDS[word])
        elif head == "meeting" and tail.isdecimal() and not negated:
            meeting = int(tail)
        elif head == "by" and tail in _AUTHORS and not negated:
            by = _AUTHORS[tail]
        elif head in ("kind", "meeting", "by") and not tail and ":" in word:
            pass  # still being typed
        else:
            (not_words if negated else words).append(word)
    return EventFilter(
        meeting=meeting,
        kinds=frozenset(kinds),
        not_kinds=frozenset(not_kinds),
        by=by,
        words=tuple(words),
        not_words=tuple(not_words),
    )


def searchable(event: Event) -> str:
    """Return the texts of an event in which words are looked for, case-folded."""
    parts = [event.kind.replace("_", " "), str(event.meeting or "")]
    for record in (event.record, event.was):
        if isinstance(record, Call):
            parts += [record.custom_name or "", record.caller or "", record.callee or ""]
            parts += [record.node_name or "", str(record.id)]
        elif record is not None:
            parts.append(record.subscriber_name or "")
    return "\n".join(parts).casefold()
