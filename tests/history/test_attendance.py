"""Attendance is what the reads showed, person by person."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from confmon.history.history import open_history
from confmon.history.queries.people import count_reconnects
from confmon.history.records import CallState, Gap, Leg, Stay
from confmon.models.codes import Codes
from confmon.models.people.folding import fold
from tests.history.town import ANNA, NOON, Town
from tests.history.worlds import STEPS_FORWARD, World, build

CODES = Codes()


@dataclass
class Presence:
    """A leg in a session, as reads showed it: first at `came`, missed first at `left`."""

    leg: int
    came: int
    seen_to: int
    left: int | None = None
    states: list[tuple[int, int, CallState]] = field(default_factory=list)
    """From a read to the next one, and what the first of them showed."""


def presences(world: World, session: int) -> list[Presence]:
    """Find the presences read by read."""
    there: dict[int, Presence] = {}
    found: list[Presence] = []
    reads = world.town.seen
    for number, seen in enumerate(reads):
        calls = {leg: state for leg, (where, state) in seen.calls.items() if where == session}
        for leg in [one for one in there if one not in calls]:
            there.pop(leg).left = seen.at
        for leg, state in calls.items():
            if leg not in there:
                is_first = not any(presence.leg == leg for presence in found) and not any(
                    leg in read.calls for read in reads[:number]
                )
                came = world.exact.get(leg, seen.at) if is_first else seen.at
                there[leg] = Presence(leg, came, seen.at)
                found.append(there[leg])
                if came < seen.at:
                    there[leg].states.append((came, seen.at, state))
            there[leg].seen_to = seen.at
            if number + 1 < len(reads):
                there[leg].states.append((seen.at, reads[number + 1].at, state))
    return sorted(found, key=lambda presence: (presence.came, presence.leg))


def seen_ms(world: World, since: int, to: int) -> int:
    """Count what is in no gap, gap by gap."""
    return to - since - sum(
        max(0, min(to, end) - max(since, begin)) for begin, end in world.gaps
    )  # fmt: skip


def roles(one: Presence) -> list[str]:
    known = [state.role for _, _, state in one.states if state.role is not None]
    return [CODES.role(role) for role in known]


def people(world: World, found: list[Presence], last: dict[int, CallState]) -> list[list[Presence]]:
    """Put presences together: one leg is one person, then number and name, if free."""
    groups: list[tuple[tuple[str, str], list[Presence]]] = []
    for presence in found:
        caller, name = world.who[presence.leg]
        number = "" if caller in {None, "anonymous"} else caller or ""
        key = number, fold(name or "")
        own = [group for _, group in groups if group[0].leg == presence.leg or
               any(other.leg == presence.leg for other in group)]  # fmt: skip
        free = [
            group for known, group in groups
            if known == key != ("", "") and group[-1].left is not None
            and group[-1].seen_to <= presence.came
        ]  # fmt: skip
        if own:
            own[0].append(presence)
        elif free:
            max(free, key=lambda group: group[-1].left or 0).append(presence)
        else:
            groups.append((key, [presence]))
    return [group for _, group in groups]


def left_last(group: list[Presence]) -> int | None:
    lefts = [presence.left for presence in group]
    return None if None in lefts else max(left or 0 for left in lefts)


def reconnects(world: World, group: list[Presence]) -> int:
    count = 0
    for before, after in pairwise(group):
        if before.leg == after.leg or before.left is None:
            continue
        unseen = any(begin < after.came and end > before.seen_to for begin, end in world.gaps)
        count += after.came - (before.seen_to if unseen else before.left) <= 120_000
    return count


@given(STEPS_FORWARD, st.integers(0, 6), st.none() | st.integers(0, 300_000),
       st.none() | st.integers(0, 300_000))  # fmt: skip
def test_attendance_is_what_the_reads_showed(
    steps: list[tuple[str, int, int]], keep: int, since: int | None, until: int | None
) -> None:
    begin = NOON + since if since is not None else 0
    end = NOON + until if until is not None else 2**60
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder) / "history.db", steps, keep)
        history = open_history(world.town.path)
        newest = world.town.at
        last = {leg: state for leg, (_, state) in world.town.seen[-1].calls.items()}
        for session in world.sessions:
            found = history.attendance(
                session, CODES,
                None if since is None else begin, None if until is None else end,
            )  # fmt: skip
            assert found is not None
            wanted = []
            listened = []
            for presence in presences(world, session):
                if not presence.states:  # the last read was the first to show it
                    state = last[presence.leg]
                    presence.states.append((newest, newest, state))
                if presence.left is None:
                    presence.states.append((newest, newest, last[presence.leg]))
                is_inside = presence.came <= end and (presence.left or newest) >= begin
                if is_inside and (not roles(presence) or set(roles(presence)) != {"recording"}):
                    listened.append(presence)
            for group in people(world, listened, last):
                spent = [
                    (seen_ms(world, max(a, begin), max(min(b, end), a, begin)), state)
                    for one in group
                    for a, b, state in one.states
                ]
                known = [state.role for one in group for _, _, state in one.states]
                wanted.append((
                    group[0].came,
                    left_last(group),
                    [one.leg for one in group],
                    reconnects(world, group),
                    sum(ms for ms, _ in spent) / 1000,
                    sum(ms for ms, state in spent if CODES.is_muted(state.mute_mode)) / 1000,
                    sum(ms for ms, state in spent if CODES.is_held(state.hold_mode)) / 1000,
                    next((role for role in reversed(known) if role is not None), None),
                ))  # fmt: skip
            got = [
                (
                    attendee.joined, attendee.left, [stay.leg for stay, _ in attendee.stays],
                    attendee.reconnects, attendee.total_s, attendee.muted_s, attendee.held_s,
                    attendee.role,
                )
                for attendee in found.attendees
            ]  # fmt: skip
            assert sorted(got, key=lambda one: one[2]) == sorted(wanted, key=lambda one: one[2])
        history.close()


def _stay(leg: int, joined: int, left: int | None) -> tuple[Stay, Leg]:
    stay = Stay(
        stay=leg, leg=leg, session=1, joined_from=joined - 2, joined_to=joined,
        left_from=None if left is None else left - 2, left_to=left,
    )  # fmt: skip
    return stay, Leg(leg=leg, call=leg)


def test_two_minutes_are_a_reconnect_and_more_are_not() -> None:
    first = _stay(1, 0, 10_000)
    assert count_reconnects([first, _stay(2, 130_000, None)]) == 1
    assert count_reconnects([first, _stay(2, 130_001, None)]) == 0
    assert count_reconnects([first, _stay(2, 130_000, None)], [(10_000, 12_000)]) == 0
    assert count_reconnects([first, _stay(1, 12_000, None)]) == 0  # moved there and back


def test_what_was_before_the_first_read_was_not_seen(tmp_path: Path) -> None:
    town = Town(tmp_path / "history.db")
    board = town.meets(309001, created=NOON - 600_000)
    town.joins(board, ANNA, "Anna", joined=NOON - 500_000, role=1, new=False)
    town.reads(6)
    town.close()
    history = open_history(town.path)
    found = history.attendance(board, CODES)
    assert found is not None
    (anna,) = found.attendees
    assert (anna.joined, anna.total_s) == (NOON - 500_000, 10.0)
    assert found.gaps == (Gap(NOON - 600_000, NOON, "not running"),)
    history.close()


def test_two_at_once_behind_one_number_are_two(tmp_path: Path) -> None:
    town = Town(tmp_path / "history.db")
    board = town.meets(309001)
    town.read()
    one = town.joins(board, ANNA, role=2)
    two = town.joins(board, "+49 (30) 1234-5601", role=2)
    town.read()
    town.leaves(two)
    town.reads(4)
    three = town.joins(board, "3012345601", role=2)
    town.reads(4)
    town.close()
    history = open_history(town.path)
    found = history.attendance(board, CODES)
    assert found is not None
    legs = [([stay.leg for stay, _ in each.stays], each.reconnects) for each in found.attendees]
    assert legs == [([one], 0), ([two, three], 1)]
    history.close()


def test_who_the_bridge_dialled_is_known_by_the_number_dialled(tmp_path: Path) -> None:
    town = Town(tmp_path / "history.db")
    board = town.meets(309001)
    town.joins(board, "8885550100", connection_status=1, leg={"callee": ANNA})
    town.reads(2)
    town.close()
    history = open_history(town.path)
    found = history.attendance(board, CODES)
    assert found is not None
    assert [attendee.number for attendee in found.attendees] == [ANNA]
    history.close()
