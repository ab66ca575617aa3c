"""Who has claimed which meeting, and what questions and rows say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from confmon.monitor.plans.claim_plans import claims_named
from confmon.monitor.views.meeting_columns import WHO

if TYPE_CHECKING:
    from tests.monitor.together.conftest import Desk, Room


def toggle(desk: Desk, number: int = 100) -> str:
    return desk.together.claims.toggle(desk.session.store.live_state.meetings[number])


def row(desk: Desk, number: int = 100) -> str:
    state = desk.session.live_state
    return WHO.cell(state.meetings[number], desk.session.look())[0]


async def test_a_claim_is_seen_by_all_and_given_back(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    assert toggle(alice) == "100 is yours, and the others see it"
    alice.session.go("meetings")
    bob.session.go("meetings")
    await room.wait(1)
    assert row(alice) == "mine"
    assert row(bob) == "alice's"
    assert bob.together.claim_words([100, 200]) == "alice@ops-1 has claimed 100, just now"
    assert alice.together.claim_words([100]) == ""
    assert toggle(alice) == "100 is given back"
    assert row(alice) == row(bob) == ""


async def test_a_claim_is_taken_over_and_nobody_is_kept_from_acting(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    toggle(alice)
    await room.wait(190)
    asked = claims_named(bob.session, bob.plan("drop", 1))
    assert asked.warns == "alice@ops-1 has claimed this meeting, 3 min ago"
    bob.do("unmute_all")
    await room.wait(3)
    assert room.bridge.calls[1].mute_mode == 0
    assert toggle(bob) == "100 is yours, and the others see it; alice@ops-1 had claimed it"
    assert alice.notices == ["bob@ops-2 has claimed 100 now"]
    await room.wait(40)
    assert bob.together.claims.of(100) is not None
    assert alice.together.claims.of(100) == bob.together.claims.of(100)._replace(is_mine=False)  # type: ignore[union-attr]


async def test_a_claim_is_not_for_the_next_session_under_the_number(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    toggle(alice)
    assert bob.together.claims.of(100) is not None
    was = room.bridge.meetings[100]
    room.bridge.meetings[100] = replace(was, id=1, created=(was.created or 0) + 3_600_000)
    await room.wait(5)
    assert bob.together.claims.of(100) is None
    assert room.hub.rows["claim"] == {}, "the owner takes it back"


async def test_a_claim_ends_with_its_screen(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    toggle(alice)
    await room.leave(alice)
    await room.wait(29)
    assert bob.together.claims.of(100) is not None
    await room.wait(3)
    assert bob.together.claims.of(100) is None


async def test_the_filter_finds_claims(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    for desk, word in ((alice, "mine"), (bob, "claimed")):
        desk.session.go("meetings")
        desk.session.view.set_filter(word)
        assert desk.session.view.keys(desk.session.look(), 0.0) == []
    toggle(alice)
    for desk in (alice, bob):
        assert desk.session.view.keys(desk.session.look(), 0.0) == [100]
    bob.session.view.set_filter("mine")
    assert bob.session.view.keys(bob.session.look(), 0.0) == []
    bob.session.view.set_filter("-claimed")
    assert bob.session.view.keys(bob.session.look(), 0.0) == [200]
    bob.session.go("calls")
    bob.session.view.set_filter("claimed")
    assert bob.session.view.keys(bob.session.look(), 0.0) == [1, 2, 3, 4, 5]
    toggle(alice)
    assert bob.session.view.keys(bob.session.look(), 0.0) == []


async def test_who_else_is_here(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    carol = await room.sit("carol")
    again = await room.sit("alice", "ops-1")
    assert [str(operator) for operator in bob.together.beside(100)] == [
        "alice@ops-1",
        "carol@ops-3",
    ]
    beside = [str(operator) for operator in alice.together.beside(100)]
    assert beside == ["bob@ops-2", "carol@ops-3", "alice@ops-1"], "also the own other screen"
    bob.session.go("meetings")
    await room.wait(1)
    assert row(bob) == "+2"
    again.session.go("meeting", 200)
    carol.session.go("calls")
    await room.wait(1)
    assert row(bob) == "+alice"
    assert alice.together.beside(100) == ()
    assert [presence.member.meeting for presence in bob.together.everybody()] == [
        100,
        None,
        None,
        200,
    ]


async def test_while_alone_nothing_is_known_of_others_and_what_is_said_is_said_later(
    room: Room,
) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    toggle(alice)
    room.hub.is_quick = False
    room.hub.part(bob.share)
    bob.session.tick()
    assert bob.together.claims.of(100) is None
    assert bob.together.beside(100) == ()
    toggle(bob, 200)
    assert bob.together.claims.of(200) is not None
    assert alice.together.claims.of(200) is None
    await room.wait(20)
    assert bob.together.claims.of(200) is not None
    room.hub.is_quick = True
    room.hub.deliver()
    room.hub.deliver()
    assert alice.together.claims.of(200) is not None
    assert bob.together.claims.of(100) is not None


async def test_a_role_that_only_reads_claims_nothing(room: Room) -> None:
    alice, bob = await room.sit("alice"), await room.sit("bob")
    bob.share.take(replace(bob.share.state, may_claim=False))
    assert toggle(bob) == "the role in the database only reads: it can't claim"
    assert not alice.together.claims.all()
    assert not bob.together.claims.all()
