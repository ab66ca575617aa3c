"""The first meetings, calls and rooms of a world, and the random details of later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confmon.simulator.entities import HOST, LISTENER, PARTICIPANT, Meeting
from confmon.simulator.sample import names
from confmon.simulator.sample.network import NODES, draw_digits

if TYPE_CHECKING:
    from random import Random

    from confmon.simulator.directory.records import Did, DidGroup
    from confmon.simulator.world.world import World

PLAIN, LECTURE, MODERATED = 0, 32, 40


def share_out_calls(rng: Random, meetings: int, calls: int) -> list[int]:
    """Share `calls` out among `meetings`: one very large, a few large, many of 3 to 20."""
    if not meetings:
        return []
    weights = sorted((rng.lognormvariate(0, 0.85) for _ in range(meetings)), reverse=True)
    found = [0] * meetings
    rest = calls
    if calls >= 600 and meetings > 3:
        found[0] = min(1000, max(300, calls // 8))
        rest -= found[0]
        weights[0] = 0.0
    scale = sum(weights) or 1.0
    carry = 0.0
    for nth, weight in enumerate(weights):
        exact = rest * weight / scale + carry
        share = max(int(exact), 0)
        carry = exact - share
        found[nth] += share
    found[-1] += calls - sum(found)
    return found


def add_first_meetings(world: World) -> None:
    """Open the first meetings and put the first calls into them, with times in the past."""
    rng = world.rng
    shares = share_out_calls(rng, world.wanted_meetings, world.wanted_calls)
    arrivals: list[tuple[float, int, Meeting]] = []
    for nth, share in enumerate(shares):
        age_s = rng.uniform(60, 5400)
        meeting = world.open(
            draw_meeting_number(world),
            created=int((world.now - age_s) * 1000),
            **draw_meeting(world, nth, share),
        )
        for place in range(share):
            stay_s = age_s if not place else min(age_s, rng.expovariate(1 / 1200) + 1)
            arrivals.append((world.now - stay_s, draw_role(rng, place, share), meeting))
    arrivals.sort(key=lambda arrival: arrival[0])
    clash = find_ambiguous_id(world, arrivals)
    for at, role, meeting in arrivals:
        created = int(at * 1000)
        details = draw_caller(world)
        shift = 2 * (role - 1)
        mute = meeting.mute_mode >> shift & 3
        if role != HOST and rng.random() < 0.3:
            mute |= 1
        joined = created + rng.randrange(400, 4000)
        world.place(
            meeting,
            role,
            id=clash,
            created=created,
            joined=min(joined, world.now_ms),
            mute_mode=mute,
            **details,
        )
        clash = 0


def add_rooms(world: World) -> None:
    """Give every live meeting a room that is some days old, and add some empty rooms."""
    directory = world.directory
    if world.hostile:
        things: tuple[Did | DidGroup, ...] = (*directory.groups.values(), *directory.dids.values())
        for thing, text in zip(things, names.HOSTILE, strict=False):
            thing.description = text
        for subscriber in directory.subscribers.values():
            subscriber.last_name = directory.rng.choice(names.HOSTILE)
    for meeting in world.meetings.values():
        directory.add_room_of(meeting, meeting.created - directory.rng.randrange(10**7, 10**10))
    directory.add_idle_rooms(world.meetings)


def find_ambiguous_id(world: World, arrivals: list[tuple[float, int, Meeting]]) -> int:
    """Return an id for the first call that is also the number of another meeting."""
    first = arrivals[0][2].number if arrivals else 0
    return next((number for number in world.meeting_numbers if number != first), 0)


def draw_meeting_number(world: World) -> int:
    """Draw a meeting number that is not in use: six digits, sometimes nine."""
    while True:
        number = world.rng.randrange(100_000, 1_000_000)
        if world.rng.random() < 0.15:
            number = world.rng.randrange(100_000_000, 1_000_000_000)
        if number not in world.meetings:
            return number


def draw_meeting(world: World, nth: int, share: int) -> dict[str, Any]:
    """Draw the details of a new meeting: policies, access codes, owner."""
    rng = world.rng
    style = rng.choices((PLAIN, LECTURE, MODERATED), (5, 4, 0 if share < 40 else 1))[0]
    named = rng.random() > 0.05
    return {
        "owner": names.draw_owner(rng, nth, hostile=world.hostile) if named else None,
        "codes": (draw_digits(rng, 6), draw_digits(rng, 5), draw_digits(rng, 7)),
        "wanted": max(share, 1),
        "mute_mode": style,
        "type": int(rng.random() < 0.5),
        "attributes": draw_attributes(rng, style)
        | {"conference_maxcalls": str(max(1000, 2 * share))},
    }


def draw_attributes(rng: Random, style: int) -> dict[str, str]:
    """Draw a meeting's settings, all strings, as its room, DID group or call flow set them."""
    return {
        "conference_entrytones": rng.choice(("on", "off")),
        "conference_exittones": rng.choice(("on", "off")),
        "conference_language": rng.choice(("EN", "EN", "DE", "ES", "JA")),
        "conference_maxcalls": "1000",
        "conference_maxduration": "-1",
        "conference_mute_policy": {PLAIN: "", LECTURE: "l", MODERATED: "pl"}[style],
        "conference_qa_policy": "p",
        "conference_recording": "off",
        "conference_start_how": "first",
        "conference_stop_how": "last",
        "conference_stop_wait": "10",
    }


def draw_role(rng: Random, place: int, share: int) -> int:
    """Draw the role of the `place`-th caller: mostly a host first, many listeners if large."""
    if place == 0:
        return HOST if rng.random() < 0.85 else PARTICIPANT
    draw = rng.random()
    if draw < 0.04:
        return HOST
    return LISTENER if draw > (0.35 if share > 60 else 0.85) else PARTICIPANT


def draw_caller(world: World) -> dict[str, Any]:
    """Draw a caller's node, name (empty if unknown) and number (sometimes withheld)."""
    rng = world.rng
    named = rng.random() < 0.7
    return {
        "custom_name": names.draw_person(rng, hostile=world.hostile) if named else "",
        "caller": "anonymous" if rng.random() < 0.03 else "",
        "node": rng.choice(NODES),
    }
