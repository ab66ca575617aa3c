"""One caller who needs somebody, or too many calls of one number.

`at_s` is seconds from now; `for_s` is how long it lasts, None: for ever. Without a meeting each
function opens one of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from confmon.simulator.entities import CONNECTING, MUTED_BY_HOST
from confmon.simulator.sample.network import NODES
from confmon.simulator.scenarios.stage import (
    HOUR_S,
    add_caller,
    end_later,
    guests,
    hold_a_while,
    keep,
    leave_after,
    move_call,
    open_meeting,
    people,
    to_guest,
)
from confmon.simulator.world import churn

if TYPE_CHECKING:
    from confmon.simulator.entities import Call, Meeting
    from confmon.simulator.world.world import World

FLAPPER = "+14155550137"
GUESSER = "+19175550142"
SWITCHBOARD = "+493022183300"
OUR_NUMBER = "15162065318"
ABROAD = ("252615550112", "37167550134", "88213550156")
"""Destinations that fraud dials: Somalia, Latvia, a satellite network."""


def raise_hands(
    world: World,
    meeting: Meeting | None = None,
    times_s: tuple[float, ...] = (16, 41),
    for_s: float | None = None,
) -> None:
    """Open the questions: one hand is raised already, later ones follow at `times_s`."""
    meeting = meeting or open_meeting(world, "Équipe produit", 9)
    meeting.qa_mode = 1
    asking = guests(meeting)[: len(times_s) + 1]
    for call, at_s in zip(asking, (0, *times_s), strict=False):
        keep(world, call)
        if at_s:
            world.after(at_s, partial(world.change, call, qa_mode=1))
        else:
            world.change(call, qa_mode=1)
        end_later(world, at_s, for_s, partial(world.change, call, qa_mode=0))


def ask_for_help(
    world: World, meeting: Meeting | None = None, at_s: float = 9.2, for_s: float | None = None
) -> None:
    """Let a caller ask for the operator; only newer nodes show it."""
    meeting = meeting or open_meeting(world, "Cricket selectors", 6)
    for call in guests(meeting)[-1:]:
        keep(world, call)
        move_call(world, call, next(node for node in NODES if node.newer))
        world.after(at_s, partial(world.change, call, operator_mode=1))
        end_later(world, at_s, for_s, partial(world.change, call, operator_mode=0))


def wait_at_the_door(world: World, meeting: Meeting | None = None, ago_s: float = 2.0) -> None:
    """Let a caller ring for ever, who dialled `ago_s` seconds ago."""
    meeting = meeting or open_meeting(world, "Release train", 7)
    for call in guests(meeting)[-1:]:
        keep(world, call)
        created = int((world.now - ago_s) * 1000)
        world.change(call, state=CONNECTING, joined=None, created=created)


def forget_one_on_hold(
    world: World, meeting: Meeting | None = None, at_s: float = 6.0, for_s: float | None = None
) -> None:
    """Put one caller on hold, for far too long; then they hang up."""
    meeting = meeting or open_meeting(world, "Telehealth group B", 5)
    for call in guests(meeting)[:1]:
        keep(world, call)
        if at_s:
            world.after(at_s, partial(world.change, call, hold_mode=1))
        else:
            world.change(call, hold_mode=1)
        end_later(world, at_s, for_s, partial(world.leave, call))


def stay_too_long(
    world: World, meeting: Meeting | None = None, left_s: float = 60.0, for_s: float | None = None
) -> None:
    """Let a leg that is nearly six hours old stay: six hours are over in `left_s` seconds."""
    ago_s = 6 * HOUR_S - left_s
    meeting = meeting or open_meeting(world, "Network operations", 4, age_s=ago_s + 60)
    joined = int((world.now - ago_s) * 1000)
    for call in people(meeting)[1:2]:
        world.change(call, created=joined - 900, joined=joined)
        end_later(world, left_s, for_s, partial(world.leave, call))


def drop_in_and_out(
    world: World,
    meeting: Meeting | None = None,
    times_s: tuple[float, ...] = (12, 34, 58, 83),
) -> None:
    """Drop the caller with the bad line at each of these times; they return."""
    meeting = meeting or open_meeting(world, "Sales EMEA", 8)
    for at_s in times_s:
        world.after(at_s, partial(_drop_bad_line, world, meeting))


def _drop_bad_line(world: World, meeting: Meeting) -> None:
    call = next((guest for guest in guests(meeting) if guest.caller == FLAPPER), None)
    if call is None:
        found = [guest for guest in guests(meeting) if not guest.staged or meeting.staged]
        if not found:
            return
        call = found[0]
        world.change(call, caller=FLAPPER, custom_name="Tariq Haddad (train)")
    churn.drop_and_return(world, call, world.rng.uniform(4, 9))


def raise_hand_a_while(world: World, call: Call, seconds: float) -> None:
    """Raise a hand, and lower it again."""
    world.change(call, qa_mode=1)
    world.after(seconds, partial(world.change, call, qa_mode=0))


def guess_codes(
    world: World, meeting: Meeting | None = None, at_s: float = 10.0, tries: int = 7
) -> None:
    """Let one number ring again and again for a few seconds, and never join."""
    meeting = meeting or open_meeting(world, "Board of directors", 6)

    def ring() -> None:
        call = add_caller(
            world, meeting, caller=GUESSER, custom_name="", joined=None, state=CONNECTING,
            staged=True,
        )  # fmt: skip
        leave_after(world, call, 5)

    for nth in range(tries):
        world.after(at_s + 9 * nth, ring)


def share_a_number(
    world: World, meeting: Meeting | None = None, at_s: float = 10.0, for_s: float | None = None
) -> None:
    """Let a third caller of one number join; two have been there for long."""
    meeting = meeting or open_meeting(world, "Legal & compliance", 5)

    join = partial(add_caller, world, meeting, caller=SWITCHBOARD, staged=True)
    age_s = world.now - meeting.created / 1000
    join(0.9 * age_s, custom_name="Empfang Berlin")
    join(0.7 * age_s, custom_name="")

    def join_and_leave() -> None:
        call = join(custom_name="Dagmar Schäfer")
        if call is not None:
            end_later(world, 0, for_s, partial(world.leave, call))

    world.after(at_s, join_and_leave)


def mute_by_another(world: World, meeting: Meeting | None = None, at_s: float = 8.0) -> None:
    """Let another operator mute one caller and hold the next, which no action of ours explains."""
    meeting = meeting or open_meeting(world, "Incident 4711 bridge", 6)
    mute = partial(world.change, mute_mode=MUTED_BY_HOST)
    world.after(at_s, to_guest(world, meeting, mute))
    world.after(at_s + 7, to_guest(world, meeting, partial(hold_a_while, world, seconds=18)))


def dial_abroad(world: World, meeting: Meeting | None = None, at_s: float = 10.0) -> None:
    """Let a host dial out to numbers that hardly anybody allows."""
    meeting = meeting or open_meeting(world, "Investor call Q3", 5)
    for nth, phone in enumerate(ABROAD):
        world.after(
            at_s + 15 * nth,
            partial(
                add_caller, world, meeting, caller=OUR_NUMBER, callee=phone, custom_name="",
                connection_status=1,
            ),
        )  # fmt: skip
