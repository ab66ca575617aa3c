"""The tape of a meeting, made ready to be drawn: its people, and what happened, over time."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from confmon.models.moments import zone
from confmon.models.people.phone_numbers import cut_numbers
from confmon.monitor.past.timeline.gantt import picture
from confmon.monitor.past.timeline.moments import gap_words, joined, left, when
from confmon.monitor.past.timeline.people import times_back, who, who_called
from confmon.monitor.past.timeline.spans import WORDS, seen, spans_of, unsure_of
from confmon.monitor.past.timeline.window import LEAST_MS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from confmon.history.answers import Attendee, Tape
    from confmon.history.records import Gap, Leg, Stay
    from confmon.models.codes import Codes
    from confmon.monitor.past.timeline.spans import Span
    from confmon.monitor.past.timeline.window import Window


class Mark(NamedTuple):
    """Something that happened at a moment: a sign for the line above the people, and words."""

    at: int
    sign: str
    words: str
    tone: str = ""


_LEAD = 8
"""The part of what was seen that is shown of a time before, at most."""

ORDER = '"−!+'
"""The signs, the most telling first: a note, a host left, an action, a host joined."""


def key_of(attendee: Attendee) -> int:
    """Return the key of a person, the same as the tape goes on: the leg they came with first."""
    return attendee.stays[0][1].leg


class Person:
    """Somebody on the tape; what they did is worked out when they come in sight."""

    def __init__(self, attendee: Attendee, until: int, codes: Codes) -> None:
        self.attendee = attendee
        self._stays = [stay for stay, _ in attendee.stays]
        self._until = until
        self._codes = codes

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """When they were surely in, and in which state."""
        return spans_of(self._stays, self._until, self._codes)

    @cached_property
    def unsure(self) -> tuple[tuple[int, int], ...]:
        """When they may have been in."""
        return unsure_of(self._stays)

    def is_in(self, at: int) -> bool:
        """Whether they were surely in at a moment, by their stays alone."""
        return any(
            stay.joined_to <= at and (stay.left_from is None or at < stay.left_from)
            for stay in self._stays
        )

    def state_at(self, at: int, gaps: Sequence[Gap]) -> str:
        """Return what they did at a moment."""
        for span in self.spans:
            for part in seen(span, gaps, self._until):
                is_newest = at == part.to_at in (part.from_at, self._until)
                if part.from_at <= at < part.to_at or is_newest:
                    return WORDS[part.state]
        if any(start <= at < end for start, end in self.unsure):
            return "in or not: between two reads"
        return "not in"


class DrawnTape:
    """A tape with its people by their keys, and its marks in the order of time."""

    def __init__(self, tape: Tape, codes: Codes, *, mask: bool) -> None:
        attendance = tape.attendance
        self.tape = tape
        self.session, self.until, self.gaps = (
            attendance.session, attendance.until, attendance.gaps,
        )  # fmt: skip
        self.mask = mask
        people = [
            Person(attendee, self.until, codes)
            for attendee in attendance.attendees
            if attendee.stays
        ]
        self.people: Mapping[int, Person] = {key_of(person.attendee): person for person in people}
        self._pictures: tuple[Window | None, dict[int, str]] = (None, {})
        self.marks = tuple(sorted(self._marks(codes), key=lambda mark: mark.at))
        self._moments = [mark.at for mark in self.marks]
        self.start, self.end = self._ends(people)
        """The first moment that is shown, and the last that is known."""

    @cached_property
    def attendees(self) -> Mapping[int, Attendee]:
        """The people as the attendance has them, by their keys."""
        return {key: person.attendee for key, person in self.people.items()}

    @property
    def is_live(self) -> bool:
        """Whether the meeting goes on."""
        return self.session.ended_to is None

    def picture(self, key: int, window: Window) -> str:
        """Return the row of a person; those of the window of last time are kept."""
        if self._pictures[0] != window:
            self._pictures = (window, {})
        made = self._pictures[1]
        if key not in made:
            person = self.people[key]
            made[key] = picture(person.spans, person.unsure, self.gaps, window)
        return made[key]

    def marks_between(self, start: int, end: int) -> tuple[Mark, ...]:
        """Return what happened from a moment up to another."""
        return self.marks[bisect_left(self._moments, start) : bisect_left(self._moments, end)]

    def count_at(self, at: int) -> int:
        """Return how many were in at a moment."""
        return sum(person.is_in(at) for person in self.people.values())

    def gap_at(self, at: int) -> Gap | None:
        """Return the gap that a moment lies in."""
        return next(
            (
                gap
                for gap in self.gaps
                if gap.from_at <= at and (gap.to_at is None or at < gap.to_at)
            ),
            None,
        )

    def facts_at(self, at: int, key: int | None, window: Window) -> list[tuple[str, str]]:
        """Return what was so at a moment: how many were in, the person, what happened there."""
        gap = self.gap_at(at)
        began = self.session.started_to // 1000  # its day is in the title
        parts = [(f"{when(at // 1000, began)} {zone(at // 1000)}", "strong")]
        parts.append(
            (gap_words(gap, at), "warn") if gap is not None else (f"{self.count_at(at)} in", "")
        )
        if (person := self.people.get(key or 0)) is not None:
            attendee = person.attendee
            did = "" if gap is not None else " " + person.state_at(at, self.gaps)
            parts.append((who(attendee.number, attendee.name, mask=self.mask) + did, ""))
            parts.append((f"joined {joined(attendee, at)}", "dim"))
            if back := times_back(attendee):
                parts.append(("back once" if back == 1 else f"back {back} times", "dim"))
            parts.append(
                (f"left {left(attendee, at)}" if attendee.left is not None else "still in", "dim")
            )
        cell = window.cell(at)
        for mark in self.marks_between(window.edge(cell), window.edge(cell + 1)):
            parts.insert(2, (f"{mark.sign} {mark.words}", mark.tone))
        return parts

    def _ends(self, people: Sequence[Person]) -> tuple[int, int]:
        """Return the first moment that is shown and the last that is known.

        Of a time before the first read, of which the server gave no more than the beginning, only
        the end is shown. The last moment is the end of the meeting, or the newest read.
        """
        start = min([self.session.started_from, *[person.attendee.joined for person in people]])
        ended = self.session.ended_to
        lasts = [person.attendee.left or self.until for person in people]
        end = max(start, self.until if ended is None else max([ended, *lasts]))
        unseen = self.gap_at(start)
        if unseen is not None and unseen.to_at is not None and unseen.to_at < end:
            some = 1 << max(0, ((end - unseen.to_at) // _LEAD).bit_length() - 1)
            start = max(start, unseen.to_at - max(LEAST_MS, some))
        return start, end

    # What happened.

    def _marks(self, codes: Codes) -> Iterator[Mark]:
        legs = {leg.leg: who_called(leg, stay, mask=self.mask)
                for person in self.people.values()
                for stay, leg in person.attendee.stays}  # fmt: skip
        for marker in self.tape.markers:
            text = cut_numbers(marker.text) if self.mask else marker.text
            yield Mark(marker.at, '"', text + _by(marker.author), "accent")
        for action in self.tape.actions:
            caller = legs.get(action.leg)
            to = "" if caller is None else f" {caller}"
            words = f"{action.verb.replace('_', ' ')}{to}: {action.outcome}{_by(action.author)}"
            yield Mark(action.at, "!", words, "warn")
        for person in self.people.values():
            for stay, leg in person.attendee.stays:
                yield from self._host_marks(stay, leg, codes)

    def _host_marks(self, stay: Stay, leg: Leg, codes: Codes) -> Iterator[Mark]:
        roles = [codes.role(state.role) for _, state in stay.changes]
        name = who_called(leg, stay, mask=self.mask)
        if roles[:1] == ["host"]:
            yield Mark(stay.joined_to, "+", f"host {name} joined", "host")
        if roles[-1:] != ["host"] or stay.left_to is None:
            return
        if stay.how == "unseen":  # nobody knows when
            yield Mark(stay.left_from or stay.left_to, "−", f"host {name} last seen", "bad")
        else:
            yield Mark(stay.left_to, "−", f"host {name} left", "bad")


def _by(author: str) -> str:
    return f" ({author})" if author else ""


def marks_line(drawn: DrawnTape, window: Window, band: str) -> str:
    """Return the line above the people: what happened, over the gaps that have words."""
    cells = list(band)
    for mark in drawn.marks_between(window.from_at, window.to_at):
        cell = window.cell(mark.at)
        if not 0 <= cell < len(cells):
            continue
        now = cells[cell]
        if now not in ORDER or ORDER.index(mark.sign) < ORDER.index(now):
            cells[cell] = mark.sign
    return "".join(cells)
