"""Random actions on a random bridge: every rule of the road holds, and every action ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from confmon.models.errors import BridgeError, Forbidden, ServerTrouble, Throttled, TimedOut
from confmon.monitor.actions.action import Outcome
from confmon.monitor.actions.judge import UNKNOWN_AFTER_S
from confmon.monitor.actions.targets.reader import PARALLEL
from confmon.monitor.polling.snapshot import ALL_CALLS, MEETINGS, calls_of
from tests.clock import InlineExecutor
from tests.monitor.conftest import World, a_call

if TYPE_CHECKING:
    from confmon.monitor.actions.action import Action

VERBS = ("mute", "unmute", "hold", "release", "drop")


def mishap(random: Random, name: str) -> BridgeError | None:
    """Return what goes wrong with one request, if anything."""
    if random.random() < 0.8:
        return None
    if name.startswith(("put", "delete")):
        lost = TimedOut("no answer", lost=True)
        return random.choice([lost, Forbidden("403", status=403), ServerTrouble("500", lost=True)])
    return random.choice([ServerTrouble("503", status=503), Throttled("429", retry_after_s=2.0)])


async def play(random: Random, steps: int) -> None:
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    world = World()
    bridge = world.bridge
    world.populate(6)
    await world.watch(MEETINGS, ALL_CALLS, *([calls_of(100)] if random.random() < 0.5 else []))
    bridge.decide = lambda name, _target: mishap(random, name)
    submitted: list[Action] = []
    corrected: list[Action] = []
    world.pending_actions.on_corrected(lambda action, _result: corrected.append(action))
    born = 6
    for _ in range(steps):
        match random.randrange(6):
            case 0 | 1:
                keys = list(world.store.live_state.calls)
                chosen = random.sample(keys, min(len(keys), random.randint(1, 4)))
                actions = [world.action(random.choice(VERBS), key) for key in chosen]
                submitted += actions
                world.dispatch.submit(actions)
            case 2:
                born += 1
                key = random.randint(1, 8)
                bridge.calls[key] = a_call(key, created=born * 10_000)
            case 3:
                bridge.calls.pop(random.randint(1, 8), None)
            case 4:
                bridge.delay_s = {
                    name: random.choice([0.0, 0.0, 0.3, 4.0])
                    for name in ("put_call", "delete_call", "get_call", "scan_calls")
                }
                bridge.ignored = set(random.choice([(), ("muteMode",), ("DELETE", "holdMode")]))
                bridge.hidden = {random.randint(1, 8)} if random.random() < 0.3 else set()
                world.disarmed = "stale" if random.random() < 0.1 else ""
            case _:
                await world.clock.advance(random.choice([0.1, 1.0, 3.0]))
                world.pending_actions.expire()
                world.store.expire()
    bridge.decide = lambda _name, _target: None
    bridge.delay_s, bridge.hidden = {}, set()
    for _ in range(int(UNKNOWN_AFTER_S) + 30):
        await world.clock.advance(1.0)
        world.pending_actions.expire()
        world.store.expire()
    await world.dispatch.drain()
    check(world, submitted, corrected)
    await world.poller.close()


def check(world: World, submitted: list[Action], corrected: list[Action]) -> None:
    assert not world.pending_actions.under_way()
    assert Counter(world.settled) == Counter(action.id for action in submitted)
    assert world.store.live_state.calls == world.bridge.calls
    assert not world.store.live_state.notes
    assert world.bridge.most_writes <= PARALLEL
    outcomes = Counter(action.id for action, _ in world.lines("outcome"))
    assert outcomes == Counter(action.id for action in (*submitted, *corrected))
    promised: Counter[tuple[str, int]] = Counter()
    for kind, entry in world.journal:
        if kind == "intent":
            promised[entry.method, entry.key] += 1
        elif kind == "request" and entry[0] in ("put_call", "delete_call"):
            method = "PUT" if entry[0] == "put_call" else "DELETE"
            promised[method, entry[1]] -= 1
            assert promised[method, entry[1]] >= 0, "a request without an intent"
    sent = Counter(target for _, target in world.bridge.writes())
    asked = Counter(action.key for action in submitted)
    assert sent <= asked, "a request was sent twice"
    for action in submitted:
        result = world.results[action.id]
        if "nothing was sent" in result.detail:
            assert result.outcome is Outcome.REFUSED


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
@example(452650, 24)  # a drop that was not applied shows late, and has two outcomes
def test_every_action_ends_once_and_by_the_rules(seed: int, steps: int) -> None:
    asyncio.run(play(Random(seed), steps))  # noqa: S311 - repeatable, not secret
