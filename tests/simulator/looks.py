"""What a client sees of a world: the records of both lists, read every few seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.calls import CALLS
from confmon.simulator.http.meetings import MEETINGS, live_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from confmon.simulator.world.world import World

EVERY_S = 2.0
Record = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """One read of both lists. `at` is seconds after the start, `now` is epoch seconds."""

    at: float
    now: float
    meetings: dict[int, Record]
    calls: dict[int, Record]
    attributes: dict[int, dict[str, str]]

    def people(self, number: int) -> list[Record]:
        """Return the calls of a meeting, without the recording leg."""
        return [c for c in self.calls.values() if c["meetingNumber"] == number and c["role"]]


def look_at(world: World, start: float) -> Look:
    """Read both lists."""
    return Look(
        at=world.now - start,
        now=world.now,
        meetings={n: MEETINGS.wire(world, meeting) for n, meeting in world.meetings.items()},
        calls={id_: CALLS.wire(world, call) for id_, call in world.calls.items()},
        attributes={
            number: {
                attribute["name"]: attribute["value"] for attribute in live_attributes(meeting)
            }
            for number, meeting in world.meetings.items()
        },
    )


def watch(world: World, now: list[float], seconds: float, every_s: float = EVERY_S) -> list[Look]:
    """Read every `every_s` seconds of the fake clock."""
    start = now[0]
    looks = [look_at(world, start)]
    while now[0] < start + seconds:
        now[0] += every_s
        world.advance()
        looks.append(look_at(world, start))
    return looks


def lasting(
    looks: list[Look], found: Callable[[Look], Iterable[int]], seconds: float
) -> list[tuple[float, int]]:
    """Return when each key had been found in every look for `seconds`, and the key."""
    since: dict[int, float] = {}
    shown: list[tuple[float, int]] = []
    for look in looks:
        keys = set(found(look))
        since = {key: since.get(key, look.at) for key in keys}
        done = {key for _, key in shown}
        shown += [
            (look.at, key)
            for key, begun in since.items()
            if look.at - begun >= seconds and key not in done
        ]
    return shown
