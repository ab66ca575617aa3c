"""The Mediator in the same world: bindings that forward, dialouts that join two parties.

Calls between outside numbers are no Call objects: `World.happened` counts them, and `forwards` and
`talks` keep the last ones.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from confmon.simulator.sample import names

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from confmon.simulator.world.event_queue import EventQueue

ACCOUNT = "0a1ba365-71e0-45af-b49c-a7b08e6650c7"
SAMPLE_BINDING = "b956ad8c-eadb-4e90-969f-f7ef692cc40d"
SAMPLE_DID = "d4749db0-41fb-4552-a559-ecfa4091b847"
PHONES = ("19166561000", "19166561001", "19166561002", "19166561003", "442080994570")
MAXIMUM_TTL_S, WAIT_TTL_S = 3600, 300
"""The defaults of a binding; the second is from the vendor's later edition."""
RING_S = 6.0
"""From dialling a party to its answer."""
NO_ANSWER = "0000"
"""A number with this end rings and is never answered."""


@dataclass(slots=True, eq=False, kw_only=True)
class Binding:
    """Forwards a number. `created` and `heard` (its last call, or None) are epoch milliseconds."""

    sid: str
    created: int
    destination_did: str
    redirect_did: str
    origination_did: str | None = None
    dtmf: str | None = None
    name: str = "N/A"
    maximum_ttl: int = MAXIMUM_TTL_S
    wait_origination_did_ttl: int = WAIT_TTL_S
    attributes: dict[str, str] = field(default_factory=dict)
    heard: int | None = None
    forwarded: int = 0

    @property
    def digits(self) -> str:
        """The keys pressed at the destination; a comma is a pause of half a second."""
        return (self.dtmf or "").replace(",", "").rstrip("#")

    def is_alive(self, now_ms: int) -> bool:
        """Tell whether it still forwards: it is not too old, and its first call came in time."""
        age_s = (now_ms - self.created) / 1000
        if 0 <= self.maximum_ttl <= age_s:
            return False
        return not (self.heard is None and 0 <= self.wait_origination_did_ttl <= age_s)


@dataclass(slots=True, eq=False, kw_only=True)
class Dialout:
    """Two parties to be dialled one after the other. `delay` is seconds from `created`."""

    sid: str
    created: int
    stage_one_destination_did: str
    stage_two_destination_did: str
    redirect_did: str
    delay: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    stage: int = 0


class Mediator:
    """Bindings, dialouts and the DIDs they use. `happened` counts the results of their calls."""

    def __init__(self, seed: int, events: EventQueue, happened: Counter[str]) -> None:
        self.events = events
        self.happened = happened
        self.rng = Random(f"mediation {seed}")  # noqa: S311 - another text would draw another sample
        self.phones = {phone: self._sid() for phone in PHONES} | {PHONES[0]: SAMPLE_DID}
        self.bindings: dict[str, Binding] = {}
        self.dialouts: dict[str, Dialout] = {}
        self.forwards: deque[tuple[str, str, str]] = deque(maxlen=64)
        """Binding, caller, destination of the last calls forwarded."""
        self.talks: deque[tuple[str, str]] = deque(maxlen=64)
        """Both parties of the last dialouts that were set up."""
        self.on_talk: Callable[[str, str], object] = lambda _first, _second: None
        """Called with both parties when a dialout is set up."""

    def _sid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def add_first_bindings(self, *, hostile: bool) -> None:
        """Add the first bindings."""
        now = self.events.now_ms
        for sid, ago_s, redirect, destination, more in (
            (SAMPLE_BINDING, 86_400, PHONES[0], "15162065586", {"maximum_ttl": -1}),
            ("", 900, PHONES[1], "442079460018", {"name": "Support, out of hours"}),
            ("", 60, PHONES[2], "493022180044", {"origination_did": "493022183399"}),
        ):
            binding = Binding(
                sid=sid or self._sid(),
                created=now - ago_s * 1000,
                redirect_did=redirect,
                destination_did=destination,
                wait_origination_did_ttl=-1 if sid else 1800,
                **more,
            )
            if hostile:
                binding.name = self.rng.choice(names.HOSTILE)
                binding.attributes = {"note": self.rng.choice(names.HOSTILE)}
            self.bindings[binding.sid] = binding

    def list_bindings(self) -> list[Binding]:
        """Delete the bindings that have run out, and return the rest."""
        now = self.events.now_ms
        for sid in [sid for sid, known in self.bindings.items() if not known.is_alive(now)]:
            del self.bindings[sid]
            self.happened["binding ran out"] += 1
        return list(self.bindings.values())

    def find_free_phone(self) -> str | None:
        """Return a DID that no binding uses, or None."""
        used = {binding.redirect_did for binding in self.list_bindings()}
        return next((phone for phone in self.phones if phone not in used), None)

    def add_binding(self, fields: dict[str, Any]) -> Binding:
        """Add a binding; `fields` has a `redirect_did`."""
        binding = Binding(sid=self._sid(), created=self.events.now_ms, **fields)
        self.bindings[binding.sid] = binding
        return binding

    def forward(self, number: str, caller: str) -> Binding | None:
        """Forward a call to one of the DIDs; return the binding that does it, or None."""
        number, caller = number.removeprefix("+"), caller.removeprefix("+")
        found = [known for known in self.list_bindings() if known.redirect_did == number]
        own = [known for known in found if known.origination_did == caller]
        for binding in own or [known for known in found if not known.origination_did]:
            binding.heard = self.events.now_ms
            binding.forwarded += 1
            self.forwards.append((binding.sid, caller, binding.destination_did))
            self.happened["forwarded"] += 1
            return binding
        if number in self.phones:
            self.happened["not forwarded"] += 1
        return None

    def add_dialout(self, fields: dict[str, Any]) -> Dialout:
        """Add a dialout, which dials stage one after its delay."""
        dialout = Dialout(sid=self._sid(), created=self.events.now_ms, **fields)
        self.dialouts[dialout.sid] = dialout
        self.plan_dialling(dialout)
        return dialout

    def plan_dialling(self, dialout: Dialout) -> None:
        """Plan to dial stage one, by the delay as it is now."""
        due_ms = dialout.created + dialout.delay * 1000
        left_s = max(0.0, (due_ms - self.events.now_ms) / 1000)
        self.events.after(left_s, partial(self._dial_stage_one, dialout, dialout.delay))

    def _dial_stage_one(self, dialout: Dialout, delay: int) -> None:
        # If the delay has changed meanwhile, another event is planned.
        if dialout.stage == 0 and dialout.delay == delay:
            self._ring(dialout, 1)

    def _ring(self, dialout: Dialout, stage: int) -> None:
        if self.dialouts.get(dialout.sid) is dialout:
            dialout.stage = stage
            self.happened[f"dialled stage {stage}"] += 1
            self.events.after(RING_S, partial(self._answer, dialout, stage))

    def _answer(self, dialout: Dialout, stage: int) -> None:
        if self.dialouts.get(dialout.sid) is not dialout:
            return
        first, second = dialout.stage_one_destination_did, dialout.stage_two_destination_did
        if (first, second)[stage - 1].endswith(NO_ANSWER):
            del self.dialouts[dialout.sid]
            self.happened["dialout not answered"] += 1
        elif stage == 1:
            self._ring(dialout, 2)
        else:
            del self.dialouts[dialout.sid]
            self.talks.append((first, second))
            self.happened["dialout joined"] += 1
            self.on_talk(first, second)


def to_iso(moment_ms: int) -> str:
    """Return epoch milliseconds as the Mediator writes them."""
    moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment_ms % 1000:03d}Z"
