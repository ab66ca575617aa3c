"""What is put here holds here at once, and later as the database has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confmon.monitor.together.facts import ON_ITS_WAY_S, TOO_OLD_S, Facts
from tests.clock import HandClock
from tests.monitor.together.hub import Hub

if TYPE_CHECKING:
    from confmon.monitor.together.facts import Shares
    from confmon.sharing.share import Share


def fulfils(share: Share) -> Shares:
    """The real one is what is asked for here."""
    return share


def pair() -> tuple[Hub, Facts, Facts]:
    clock = HandClock()
    hub = Hub(clock, is_quick=False)
    alice, bob = (Facts(hub.join(name), clock) for name in ("alice", "bob"))
    hub.deliver()
    for facts in (alice, bob):
        facts.settle()
    return hub, alice, bob


def settle(hub: Hub, *all_: Facts) -> None:
    hub.deliver()
    for facts in all_:
        facts.settle()


def test_ones_own_holds_at_once_and_the_newer_one_of_another_after_it() -> None:
    hub, alice, bob = pair()
    alice.put("claim", "1", {"n": 1})
    assert alice.of("claim")["1"].data == {"n": 1}
    assert bob.of("claim") == {}
    settle(hub, alice, bob)
    bob.put("claim", "1", {"n": 2})
    settle(hub, alice, bob)
    assert alice.of("claim")["1"].operator == bob.share.who
    assert not alice.is_mine(alice.of("claim")["1"])


def test_an_older_fact_undoes_nothing_that_is_on_its_way() -> None:
    hub, alice, bob = pair()
    bob.put("signal", "1", {"n": 1})
    settle(hub, alice, bob)
    alice.drop("signal", "1")
    bob.settle()
    alice.settle()
    assert alice.of("signal").get("1") is None
    assert bob.of("signal").get("1") is not None, "it has not seen that yet"
    settle(hub, alice, bob)
    assert bob.of("signal").get("1") is None


def test_what_was_overwritten_by_another_gives_way_after_a_while() -> None:
    hub, alice, bob = pair()
    alice.put("claim", "1", {"n": 1})
    bob.put("claim", "1", {"n": 2})
    settle(hub, alice, bob)
    assert alice.of("claim")["1"].data == {"n": 1}
    hub.clock.time_s += ON_ITS_WAY_S + 1  # type: ignore[attr-defined]
    alice.settle()
    assert alice.of("claim")["1"].data == {"n": 2}


def test_while_alone_ones_own_is_kept_and_is_on_its_way_from_the_return_on() -> None:
    hub, alice, bob = pair()
    hub.part(hub.shares[0])
    alice.put("claim", "1", {"n": 1})
    hub.rows.clear()  # nothing is written
    hub.clock.time_s += 600  # type: ignore[attr-defined]
    alice.settle()
    assert alice.of("claim").get("1") is not None
    settle(hub, alice, bob)
    assert alice.of("claim").get("1") is not None
    hub.clock.time_s += ON_ITS_WAY_S + 1  # type: ignore[attr-defined]
    alice.settle()
    assert alice.of("claim").get("1") is None


def test_a_fact_of_another_day_is_known_by_its_age() -> None:
    hub, alice, bob = pair()
    bob.put("signal", "1", {})
    settle(hub, alice, bob)
    fact = alice.of("signal")["1"]
    assert not alice.is_too_old(fact)
    hub.clock.time_s += TOO_OLD_S + 1  # type: ignore[attr-defined]
    assert alice.is_too_old(fact)
    assert not alice.has_left(fact.member)
    hub.leave(hub.shares[1])
    hub.deliver()
    assert alice.has_left(fact.member)
