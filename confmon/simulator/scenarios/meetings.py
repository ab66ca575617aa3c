"""A meeting that needs somebody.

`at_s` is seconds from now; `for_s` is how long it lasts, None: for ever. Without a meeting each
function opens one of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import HOST, RECORDER
from confmon.simulator.scenarios.stage import (
    HOUR_S,
    MINUTE_S,
    add_caller,
    change_all,
    end_later,
    open_meeting,
    start_recording,
)
from confmon.simulator.world import churn

if TYPE_CHECKING:
    from confmon.simulator.entities import Meeting
    from confmon.simulator.world.world import World

NO_HOST_S = 300.0
"""A meeting that no host joined for so long misses one."""


def lose_host(
    world: World, meeting: Meeting | None = None, at_s: float = 6.0, for_s: float | None = None
) -> None:
    """Let every host leave; the others wait."""
    meeting = meeting or open_meeting(world, "Vorstand Süd", 9)

    def leave() -> None:
        for call in [caller for caller in meeting.calls.values() if caller.role == HOST]:
            world.leave(call)

    world.after(at_s, leave)
    end_later(world, at_s, for_s, partial(add_caller, world, meeting, role=HOST))


def wait_for_host(world: World, left_s: float = 60.0) -> None:
    """Open a meeting where no host came; in `left_s` seconds it is five minutes old."""
    open_meeting(
        world, "Alumni Łódź", 4, age_s=NO_HOST_S - left_s, hosts=0, conference_start_how="first"
    )


def hold_everybody(
    world: World, meeting: Meeting | None = None, at_s: float = 6.0, for_s: float | None = None
) -> None:
    """Put all callers on hold, the host too, and forget them until they hang up."""
    meeting = meeting or open_meeting(world, "Union local 1101 – delegates", 6)
    hold = partial(change_all, world, meeting, hold_mode=1)
    if at_s:
        world.after(at_s, hold)
    else:
        hold()
    end_later(world, at_s, for_s, partial(churn.wind_up_meeting, world, meeting, 5.0))


def mute_everybody(
    world: World, meeting: Meeting | None = None, at_s: float = 6.0, for_s: float | None = None
) -> None:
    """Let all callers be muted, the host by themselves: nobody hears anything."""
    meeting = meeting or open_meeting(world, "Choir rehearsal", 5)

    def mute() -> None:
        for call in meeting.calls.values():
            if call.role != RECORDER:
                world.change(call, mute_mode=1 if call.role == HOST else call.mute_mode | 2)

    world.after(at_s, mute)
    end_later(world, at_s, for_s, partial(change_all, world, meeting, mute_mode=0))


def stay_alone(world: World, left_s: float = 60.0) -> None:
    """Open a meeting with one caller; in `left_s` seconds they are alone for five minutes."""
    open_meeting(world, "St. John's parish council", 1, age_s=5 * MINUTE_S - left_s)


def stay_empty(world: World, left_s: float = 30.0, for_s: float | None = None) -> None:
    """Open a meeting that nobody is in; in `left_s` seconds it is a minute old."""
    meeting = open_meeting(world, "Night shift handover", 0, age_s=MINUTE_S - left_s)
    end_later(world, 0, for_s, partial(world.end, meeting))


def run_too_long(world: World, left_s: float = 60.0) -> Meeting:
    """Open a meeting that is twelve hours old in `left_s` seconds. Its callers came later."""
    age_s = 12 * HOUR_S - left_s
    meeting = open_meeting(world, "Network operations", 0, age_s=age_s)
    for ago_s, role in ((2.2, HOST), (1.9, 2), (1.1, 2), (0.8, 2), (0.4, 2), (0.2, 3)):
        add_caller(world, meeting, ago_s * HOUR_S, role)
    return meeting


def lose_recording(
    world: World, meeting: Meeting | None = None, at_s: float = 8.0, for_s: float | None = None
) -> None:
    """Stop the recording of a meeting that is to be recorded; it ends after `for_s` seconds."""
    meeting = meeting or open_meeting(world, "Legal & compliance", 5, conference_recording="auto")
    start_recording(world, meeting)
    world.after(at_s, partial(world.record, meeting, on=False))
    end_later(world, at_s, for_s, partial(churn.wind_up_meeting, world, meeting, 5.0))


def lose_recording_leg(world: World, meeting: Meeting | None = None, at_s: float = 8.0) -> None:
    """Let the recording leg leave while the meeting goes on telling that it is recorded."""
    meeting = meeting or open_meeting(world, "Support – tier 2", 6)
    start_recording(world, meeting)

    def drop_leg() -> None:
        for call in [leg for leg in meeting.calls.values() if leg.role == RECORDER]:
            world.leave(call)
        meeting.is_recording = True

    world.after(at_s, drop_leg)


def miscount(
    world: World, meeting: Meeting | None = None, at_s: float = 8.0, for_s: float | None = None
) -> None:
    """Let the bridge report two people more than there are calls."""
    meeting = meeting or open_meeting(world, "Cricket selectors", 6)
    world.after(at_s, partial(setattr, meeting, "miscounted", 2))
    end_later(world, at_s, for_s, partial(setattr, meeting, "miscounted", 0))


def fill_up(
    world: World,
    seats: int = 10,
    times_s: tuple[float, ...] = (20, 60, 100),
    share: float = 0.7,
    for_s: float | None = None,
) -> Meeting:
    """Fill a small room: `share` of its seats are taken, a caller more comes at each time.

    Once it has been full for `for_s` seconds, all hang up.
    """
    meeting = open_meeting(
        world, "Support – tier 2", int(seats * share), conference_maxcalls=str(seats)
    )
    for at_s in times_s:
        world.after(at_s, partial(churn.join_meeting, world, meeting, 2))
    end_later(world, max(times_s), for_s, partial(churn.wind_up_meeting, world, meeting, 5.0))
    return meeting


def fill_the_largest(world: World) -> None:
    """Fill a meeting of the largest size: 790 callers, after four minutes 1,000."""
    meeting = open_meeting(world, "Investor call Q3", 790, age_s=HOUR_S)
    world.wanted_calls += 210
    for nth in range(230):
        world.after(10 + nth, partial(churn.join_meeting, world, meeting, 3))


def end_soon(world: World) -> None:
    """Open two meetings that have little more than ten and than two minutes left."""
    for owner, left_s in (("Board of directors", 620.0), ("Release train", 140.0)):
        end_by_duration(world, open_meeting(world, owner, 8, age_s=HOUR_S - left_s), left_s)


def end_by_duration(world: World, meeting: Meeting, left_s: float) -> None:
    """Let a meeting reach its longest duration, an hour, in `left_s` seconds.

    Its people hang up ten seconds earlier.
    """
    begun = world.now_ms - int((HOUR_S - left_s) * 1000)
    meeting.created = begun
    meeting.attributes["conference_maxduration"] = str(int(HOUR_S))
    for call in meeting.calls.values():
        if call.created < begun:
            world.change(call, created=begun, joined=begun + 1500)
    world.after(left_s - 10, partial(churn.wind_up_meeting, world, meeting, 8.0))
