"""Mutated bodies before the running screen: it lives, acts on nobody by mistake, and recovers."""

from __future__ import annotations

import asyncio
import copy
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from confmon.api.decoding.live_records import CALLS, MEETINGS, Kind
from confmon.api.decoding.page_cache import PageCache
from tests.clock import HandClock, InlineExecutor
from tests.fuzz.bodies import ENVELOPES, dump, edits, real_items
from tests.screens.bridge import MemoryAudit, MemoryIgnoredFields
from tests.screens.conftest import Staging

if TYPE_CHECKING:
    from tests.screens.stage import Stage

Items = list[Any]

BASE = "/conference/v1/"
KINDS: dict[str, Kind[Any]] = {"calls": CALLS, "meetings": MEETINGS}
VERBS = {"m": "PUT", "h": "PUT", "d": "DELETE", "E": "DELETE"}
"""Key to what may come of it, for the caller under the cursor; what hangs up asks first."""
KEYS = [*VERBS, "m", "h", "y", "n", "j", "j", "k", "G", "i", "s", "slash", "escape", "enter",
        "1", "2", "2", "r"]  # fmt: skip
MUTATIONS = st.fixed_dictionaries({}, optional={plural: edits(plural) for plural in KINDS})
SCREENS = int(os.environ.get("FUZZ_SCREENS", "6"))
"""So many are tried; each takes a second and a half."""
AGREED_S = 70.0
"""Twice the longest wait after a failure, and some reads."""


class Mutant:
    """A bridge that lists whatever it is given, and says yes to every write without doing it."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.items: dict[str, Items] = {plural: real_items(plural) for plural in KINDS}
        self.envelope: dict[str, Any] = {}
        self.writes: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as an ASGI application."""
        path = scope["path"].removeprefix(BASE)
        body = b'{"error": "Not found"}'
        if scope["method"] != "GET":
            self.writes.append((scope["method"], f"/{path}"))
        elif path in self.items:
            body = self.page(path, scope["query_string"].decode())
        known = scope["method"] != "GET" or path in self.items
        await send({"type": "http.response.start", "status": 200 if known else 404, "headers": []})
        await send({"type": "http.response.body", "body": body})

    def page(self, plural: str, query: str) -> bytes:
        """Return what is asked for: from an offset, after a key, of one meeting."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        items = self.items[plural][int(asked.get("offset", 0)) :]
        for part in asked["filter"].split(" and ") if "filter" in asked else ():
            field, operator, value = part.split(" ", 2)
            kept, number = {"gt": is_after, "eq": is_like}[operator], int(value.strip("\"'"))
            items = [i for i in items if not isinstance(i, dict) or kept(i.get(field), number)]
        return dump(plural, items, self.envelope)


def is_after(found: Any, number: int) -> bool:
    """Tell whether a key comes after that one; before all of them comes what is no key."""
    return not number or (isinstance(found, int) and found > number)


def is_like(found: Any, number: int) -> bool:
    """Tell whether a call is in that meeting, or says nothing that can be understood."""
    return not isinstance(found, int | str) or str(found) == str(number)


def mutated(plural: str, changes: list[Any]) -> Items:
    """Return real items with these changes in them."""
    items: Items = copy.deepcopy(real_items(plural))
    for edit in changes:
        edit.apply(items)
    return items


class Operator:
    """Presses keys, and knows what may come of each."""

    def __init__(self, stage: Stage, mutant: Mutant) -> None:
        self.stage = stage
        self.mutant = mutant
        self.asked: set[tuple[str, str]] = set()
        """What the dialog that is up may send."""

    async def press(self, key: str) -> None:
        """Press a key: what is sent for it is for who was under the cursor when it was pressed."""
        stage, mutant = self.stage, self.mutant
        before = len(mutant.writes)
        typing = stage.app.focused is not None and stage.app.focused.id == "filter"
        may: set[tuple[str, str]] = set()
        if stage.dialog:
            may = self.asked if key in ("y", "enter") else set()
        elif key in VERBS and not typing and stage.cursor is not None:
            kind = "meetings" if key == "E" or stage.subject == "meetings" else "calls"
            number = stage.session.view.meeting if kind == "meetings" else None
            target = (VERBS[key], f"/{kind}/{number or stage.cursor}")
            self.asked = {target}
            may = {target} if VERBS[key] == "PUT" else set()
        await stage.press(key)
        await stage.advance(0.4)
        sent = set(mutant.writes[before:])
        assert sent <= may, f"{key} sent {sent}, which nobody asked for"


async def watch(cases: list[tuple[dict[str, Any], dict[str, Any]]], keys: list[str]) -> None:
    """Show the screen one list after another, press keys meanwhile, and end with the real one."""
    asyncio.get_running_loop().set_default_executor(InlineExecutor())
    clock = HandClock()
    mutant, audit = Mutant(clock), MemoryAudit()
    staging = Staging(mutant, audit, MemoryIgnoredFields())  # type: ignore[arg-type]
    async with staging(size=(110, 30)) as stage:
        operator = Operator(stage, mutant)
        left = iter(keys)
        for changes, mutant.envelope in cases:
            mutant.items = {plural: mutated(plural, changes.get(plural, [])) for plural in KINDS}
            await stage.advance(2.2)
            for _ in range(4):
                await operator.press(next(left))
            assert stage.lines[0].startswith(" confmon")
        mutant.items, mutant.envelope = Mutant(clock).items, {}
        await stage.advance(AGREED_S)
        agrees(stage)
        written = {(action.method, action.path) for action in audit.intents}
        assert written >= set(mutant.writes)


def agrees(stage: Stage) -> None:
    """The live store has everybody on the real list as it says, and nobody else."""
    good: dict[str, dict[int, Any]] = {}
    for plural, kind in KINDS.items():
        reading = PageCache(kind).reading()
        reading.add(dump(plural, real_items(plural), {}))
        good[plural] = {kind.key_of(record): record for record in reading.records()}
    live_state = stage.session.live_state
    assert live_state.calls == good["calls"]
    assert live_state.meetings == good["meetings"]
    assert not stage.session.is_stale()


@settings(max_examples=SCREENS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(MUTATIONS, st.just({}) | ENVELOPES), min_size=1, max_size=3),
    st.lists(st.sampled_from(KEYS), min_size=12, max_size=12),
)
def test_it_lives_acts_on_nobody_by_mistake_and_recovers(
    cases: list[tuple[dict[str, Any], dict[str, Any]]], keys: list[str]
) -> None:
    asyncio.run(watch(cases, keys))
