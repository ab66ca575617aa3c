"""A bridge with random events and faults, which knows the identity of each caller."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from confmon.models.errors import BridgeError, Forbidden, ServerTrouble, TimedOut, Unreachable
from confmon.models.live_records import Meeting
from tests.monitor.conftest import MemoryBridge, a_call

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

NUMBERS = (100, 200)
IDS = range(1, 10)
STALE_AFTER_S = 16.5
"""Each feed is read at least every 4 s here, and takes at most that: older data is stale."""

CUT_OFF = Unreachable("10.0.0.1:443 cannot be reached: no route")


@dataclass
class Server(MemoryBridge):
    """The true state, with a unique number for each caller, which identifies it.

    `outage` lets every request fail. `sent` has the writes, with their times.
    """

    outage: bool = False
    births: int = 0
    sent: list[tuple[float, str, int | None]] = field(default_factory=list)
    scanned_at: float = float("-inf")
    """When the request of the newest good scan was made."""
    slips: float = 0.0
    """The share of requests with each kind of fault."""
    random: Random | None = None

    async def _answer(
        self, name: str, target: int | None, body: Callable[[], Any], *, writes: bool = False
    ) -> Any:
        asked_at = self.clock.now()
        if writes:
            assert asked_at - self.scanned_at <= STALE_AFTER_S, f"{name} {target} sent while stale"
            self.sent.append((asked_at, name, target))
        if name.startswith("get"):
            self.in_flight.pop((name, target), None)  # two requests may read one caller
        answer = await super()._answer(name, target, body, writes=writes)
        if name.startswith("scan"):
            self.scanned_at = max(self.scanned_at, asked_at)
        return answer

    def mishap(self, name: str, _target: int | None) -> BridgeError | None:
        """Return the fault of one request, or None."""
        if self.outage:
            return CUT_OFF
        if self.random is None or self.random.random() >= self.slips:
            return None
        if name.startswith(("put", "delete")):
            lost = TimedOut("no answer", lost=True), ServerTrouble("500", status=500, lost=True)
            return self.random.choice([*lost, Forbidden("403", status=403)])
        return ServerTrouble("503", status=503)

    def begin(self) -> None:
        """Open both meetings, with six callers."""
        self.decide = self.mishap
        for number in NUMBERS:
            self.open(number)
        for key in range(1, 7):
            self.join(key, NUMBERS[key % 2])

    def open(self, number: int) -> None:
        """Open a session of a meeting number, with a unique owner."""
        self.births += 1
        self.meetings[number] = Meeting(
            meeting_number=number,
            id=self.births,
            created=self.births * 1000,
            subscriber_name=f"owner{self.births}x",
            is_secured=False,
            is_recording=False,
        )

    def join(self, key: int, number: int, role: int = 2) -> None:
        """Let a caller join, maybe with an id that is or was another caller's."""
        self.births += 1
        self.calls[key] = a_call(
            key,
            meeting_number=number,
            role=role,
            created=self.births * 1000,
            joined=self.births * 1000,
            custom_name=f"caller{self.births}x",
            caller=f"+1555{self.births:07d}",
        )

    def happen(self, random: Random) -> None:
        """Let one event happen that is not from this screen."""
        key = random.choice(IDS)
        match random.randrange(9):
            case 0 | 1:
                if key not in self.calls:
                    self.join(key, random.choice(NUMBERS))
            case 2:  # another caller at once: no poll sees the id free
                if key in self.calls:
                    self.join(key, random.choice(NUMBERS), random.choice((1, 2, 2, 3)))
            case 3 | 4:
                self.calls.pop(key, None)
            case 5 | 6:
                if key in self.calls:
                    field_name = random.choice(("mute_mode", "hold_mode", "gain_level", "role"))
                    value = random.choice((1, 2)) if field_name == "role" else random.randrange(3)
                    change: dict[str, Any] = {field_name: value}
                    self.calls[key] = replace(self.calls[key], **change)
            case 7:
                if key in self.calls:
                    number = random.choice(NUMBERS)
                    self.calls[key] = replace(self.calls[key], meeting_number=number)
            case _:
                self.meeting_happens(random.choice(NUMBERS), random)

    def meeting_happens(self, number: int, random: Random) -> None:
        """End a meeting, or use its number for another one."""
        if random.random() < 0.8:
            return
        for call in list(self.calls.values()):
            if call.meeting_number == number:
                del self.calls[call.id]
        if number in self.meetings and random.random() < 0.5:
            del self.meetings[number]
        else:
            self.open(number)

    def go_wrong(self, random: Random) -> None:
        """Let replies be slow, late, torn, refused or missing."""
        names = ("put_call", "delete_call", "get_call", "scan_calls", "scan_meetings")
        self.delay_s = {name: random.choice((0.0, 0.0, 0.3, 1.1, 4.0)) for name in names}
        self.ignored = set(random.choice(((), (), ("muteMode",), ("DELETE", "holdMode"))))
        self.hidden = {random.choice(IDS)} if random.random() < 0.3 else set()
        self.slips = random.choice((0.0, 0.0, 0.2))
        self.outage = random.random() < 0.15

    def recover(self) -> None:
        """End all faults."""
        self.delay_s, self.ignored, self.hidden = {}, set(), set()
        self.outage, self.slips = False, 0.0
