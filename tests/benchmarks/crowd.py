"""The same calls for every program that is measured, and the same changes, tick by tick."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import NamedTuple

from confmon.models.live_records import Call, Meeting

SHARE = 0.05
"""How many of the rows change at a tick."""
MARKED_TICKS = 3
"""For how many ticks a row keeps its `changed`."""
NOW_S = 1_700_000_000
_PER_MEETING = 25
_NAMES = ("Anna Berg", "Tomás Ruiz", "Lena Hofer", "Ann Lee", "王小明", "Ivo", "R. Castellanos")


class Col(NamedTuple):
    """A column as confmon draws it in 120 cells."""

    title: str
    width: int
    right: bool = False


COLUMNS = (
    Col("time", 8, right=True),
    Col("", 12),
    Col("meeting", 8, right=True),
    Col("role", 5),
    Col("name", 23),
    Col("number", 16),
    Col("mute", 10),
    Col("hold", 10),
    Col("asks", 4),
    Col("gain", 5, right=True),
    Col("codec", 6),
)
TIME, MARK = 0, 1
_ROLES = {1: "host", 2: "part", 3: "list"}


class Crowd:
    """Calls that change by a seeded plan: the same seed and ticks give the same calls."""

    def __init__(self, count: int, seed: int = 1, now_s: float = NOW_S) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self.now_s = int(now_s)
        self.tick = 0
        self.calls = [self._caller(at) for at in range(count)]
        self.changed_at: dict[int, int] = {}
        """Index of a call to the tick at which it last changed."""
        self._changed_in: dict[int, list[int]] = {}
        self.meetings = tuple(
            Meeting(
                meeting_number=5000 + at,
                id=at,
                created=(self.now_s - 9000) * 1000,
                participant_count=_PER_MEETING,
                state=2,
                subscriber_name=f"owner {at}",
            )
            for at in range((count + _PER_MEETING - 1) // _PER_MEETING)
        )

    def _caller(self, at: int) -> Call:
        pick = self._random
        return Call(
            id=1_000_000 + at,
            meeting_number=5000 + at // _PER_MEETING,
            callee="+17125550100",
            caller=f"+1516{pick.randrange(10**7):07d}",
            codec="G711U",
            connection_status=0,
            created=(self.now_s - pick.randrange(5, 7000)) * 1000,
            custom_name=f"{pick.choice(_NAMES)} {at}",
            gain_level=0,
            hold_mode=0,
            mute_mode=pick.choice((0, 0, 0, 2)),
            node_name=f"node-{at % 4}",
            operator_mode=0,
            qa_mode=0,
            role=1 if at % _PER_MEETING == 0 else pick.choice((2, 2, 3)),
            state=2,
        )

    def step(self, changes: int | None = None) -> list[int]:
        """Change so many calls, or the usual share of them; return their indices."""
        self.tick += 1
        count = round(len(self.calls) * SHARE) if changes is None else changes
        picked = self._random.sample(range(len(self.calls)), count)
        for at in picked:
            self.calls[at] = self.changed(self.calls[at])
            self.changed_at[at] = self.tick
        self._changed_in[self.tick] = picked
        return picked

    def changed(self, call: Call) -> Call:
        """Return a call as it is after something was done to it."""
        gain = self._random.randrange(-3, 4)
        return replace(
            call,
            mute_mode=0 if call.mute_mode else 2,
            hold_mode=self._random.choice((0, 0, 1)),
            qa_mode=0 if call.qa_mode else 1,
            gain_level=gain,
        )

    def faded(self) -> list[int]:
        """Return the indices of those that lose their mark at this tick."""
        then = self._changed_in.pop(self.tick - MARKED_TICKS, ())
        return [at for at in then if self.changed_at[at] == self.tick - MARKED_TICKS]

    def dirty(self, changes: int | None = None) -> list[int]:
        """Step, and return the indices of the rows that look different now."""
        changed = self.step(changes)
        return [*changed, *self.faded()]

    def texts(self, at: int, wall_s: float) -> tuple[str, ...]:
        """Return the texts of one row, the way confmon words them."""
        call = self.calls[at]
        marked = self.tick - self.changed_at.get(at, -99) < MARKED_TICKS
        return (
            running(wall_s - (call.created or 0) / 1000),
            "changed" if marked else "",
            str(call.meeting_number),
            _ROLES[call.role or 2],
            call.custom_name or "",
            call.caller or "",
            "muted" if call.mute_mode else "",
            "held" if call.hold_mode else "",
            "hand" if call.qa_mode else "",
            f"{call.gain_level:+d}" if call.gain_level else "",
            call.codec or "",
        )


def running(seconds: float) -> str:
    """Return a running time as confmon writes it."""
    hours, rest = divmod(int(seconds), 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"
