"""Bridges on a real socket, each with one oddity.

Oddities of reading are `Habits` of a server; those of writing are faults for PUT or DELETE.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Any

from confmon.simulator.http.calls import CALLS
from tests.faults.server import Reply, Server, encoded, resource_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from confmon.simulator.world.world import World
    from tests.faults.journal import Request
    from tests.faults.server import Exchange

    Row = dict[str, Any]
    Twist = Callable[[Row, bool], None]
    Talk = Callable[[Exchange], None]

_CONDITION = re.compile(r'(\w+) (eq|gt) "?(\d+)"?')


@dataclass(slots=True, kw_only=True)
class Habits:
    """How a bridge answers reads.

    `page` is the longest page, `page_s` how long a page takes, `orders` whether it obeys `order`
    (else it lists meeting by meeting, the newest first), `counts` whether it sends a total.
    `twist` changes an item before it is sent; its second argument is True for a read of one item.
    """

    page: int = 1000
    page_s: float = 0.0
    orders: bool = True
    counts: bool = True
    twist: Twist | None = None
    pack: Callable[[Reply], None] | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """A change that the bridge carried out; only such a change may be reported as done."""

    method: str
    path: str
    body: Row = field(default_factory=dict)


class Odd(Server):
    """A bridge with its own habits. `carried` has its changes, in order."""

    def __init__(self, world: World, habits: Habits) -> None:
        self.habits = habits
        self.carried: list[Carried] = []
        self.late: list[Callable[[], None]] = []
        """Changes that are answered but not carried out yet."""
        self._over = Event()
        super().__init__(world)

    def close(self) -> None:
        """Stop the server, and all delayed pages."""
        self._over.set()
        super().close()

    def answer(self, request: Request) -> Reply:
        """Answer as this bridge does."""
        if request.method == "GET" and request.path.count("/") == 1:
            self._over.wait(self.habits.page_s)
        reply = super().answer(request)
        if self.habits.pack is not None and reply.status == 200:
            self.habits.pack(reply)
        return reply

    def catch_up(self) -> None:
        """Carry out the changes that are only answered."""
        with self.lock:
            waiting, self.late = self.late, []
            for work in waiting:
                work()

    def carry_out(self, request: Request) -> Reply:
        """Carry a change out, and add it to `carried`."""
        reply = super()._answer(request)
        if request.method != "GET" and reply.status < 300:
            body = json.loads(request.body) if request.body else {}
            self.carried.append(Carried(request.method, request.path, body))
        return reply

    def _answer(self, request: Request) -> Reply:
        reply = self.carry_out(request)
        if request.path.count("/") > 1 and reply.status == 200 and self.habits.twist is not None:
            item = json.loads(reply.body)
            self.habits.twist(item, True)  # noqa: FBT003
            reply.body = encoded(item)
        return reply

    def listed(self, kind: str, parameters: dict[str, str]) -> Row:
        """Return a page of a list as this bridge sends it."""
        self.world.advance()
        found = self._found(kind, parameters)
        offset, wanted = int(parameters.get("offset", 0)), int(parameters.get("limit", 10))
        page = found[offset : offset + min(wanted, self.habits.page)]
        left_out = parameters.get("excludeFields", "").split(",")
        rows = [
            {name: value for name, value in resource_of(kind).wire(self.world, one).items()
             if name not in left_out}
            for one in page
        ]  # fmt: skip
        for row in rows:
            if self.habits.twist is not None:
                self.habits.twist(row, False)  # noqa: FBT003
        total = len(found) if self.habits.counts else None
        return {kind: rows, "last": 0, "offset": offset, "total": total}

    def _found(self, kind: str, parameters: dict[str, str]) -> list[Any]:
        if kind == "calls":
            meetings = sorted(self.world.meetings.values(), key=lambda meeting: -meeting.number)
            found: list[Any] = [call for meeting in meetings for call in meeting.calls.values()]
            key = "id"
        else:
            found, key = list(self.world.meetings.values()), "number"
        for name, operator, value in _CONDITION.findall(parameters.get("filter", "")):
            attribute = {"meetingNumber": "number", "id": "id"}[name]
            found = [
                one for one in found
                if _compared(self._number(one, attribute), operator, int(value))
            ]  # fmt: skip
        if self.habits.orders and "order" in parameters:
            found.sort(key=lambda one: int(getattr(one, key)))
        return found

    @staticmethod
    def _number(one: Any, attribute: str) -> int:
        if attribute == "number" and hasattr(one, "meeting"):
            return int(one.meeting.number)
        return int(getattr(one, attribute))


def _compared(have: int, operator: str, want: int) -> bool:
    return have == want if operator == "eq" else have > want


# Habits of reading.


def wobbling(by_ms: int) -> Twist:
    """`created` is sometimes a little earlier, sometimes a little later."""
    reads = 0

    def twist(row: Row, _alone: bool) -> None:
        nonlocal reads
        reads += 1
        row["created"] += (reads % 3 - 1) * by_ms

    return twist


def cut_to_seconds(row: Row, alone: bool) -> None:
    """A list cuts times to whole seconds; an item alone has exact ones."""
    if not alone:
        _times(row, lambda moment: moment // 1000 * 1000)


def list_in_seconds(row: Row, alone: bool) -> None:
    """A list has its times in seconds, an item alone in milliseconds."""
    if not alone:
        _times(row, lambda moment: moment // 1000)


def all_in_seconds(row: Row, _alone: bool) -> None:
    """Every time is in seconds, and a duration in milliseconds."""
    _times(row, lambda moment: moment // 1000)
    if "duration" in row:
        row["duration"] *= 1000


def without_created(row: Row, _alone: bool) -> None:
    """`created` is missing."""
    del row["created"]


def _times(row: Row, made: Callable[[int], int]) -> None:
    for name in ("created", "joined"):
        if isinstance(row.get(name), int):
            row[name] = made(row[name])


def with_mark(reply: Reply) -> None:
    """Each reply begins with a byte order mark."""
    reply.body = b"\xef\xbb\xbf" + reply.body


def in_members(reply: Reply) -> None:
    """Each reply is gzip of several members, as from a proxy that packs it in parts."""
    third = len(reply.body) // 3
    parts = reply.body[:third], reply.body[third : 2 * third], reply.body[2 * third :]
    reply.body = b"".join(map(gzip.compress, parts))
    reply.headers.append("Content-Encoding: gzip")


# Manners of writing.


def answered_by(status: int) -> Talk:
    """Carry a change out, and answer with another status, without a body."""

    def talk(exchange: Exchange) -> None:
        reply = exchange.honest()
        exchange.send(replace(reply, status=status, body=b"") if reply.status == 200 else reply)

    return talk


def ignored(exchange: Exchange) -> None:
    """Answer 200 and do nothing."""
    exchange.send(Reply(200, b"{}"))


def lost(exchange: Exchange) -> None:
    """Carry a change out, and break the connection without an answer."""
    exchange.honest()
    exchange.reset()


def lost_on_the_way(exchange: Exchange) -> None:
    """Break the connection without doing anything."""
    exchange.reset()


def late(exchange: Exchange) -> None:
    """Answer 200, and carry the change out when the test calls `catch_up`."""
    server, request = exchange.server, exchange.request
    assert isinstance(server, Odd)
    with server.lock:
        server.late.append(lambda: _carried(server, request))
    exchange.send(Reply(200, b"{}"))


def lost_and_late(exchange: Exchange) -> None:
    """Break the connection, and carry the change out when the test calls `catch_up`."""
    server, request = exchange.server, exchange.request
    assert isinstance(server, Odd)
    with server.lock:
        server.late.append(lambda: _carried(server, request))
    exchange.reset()


def _carried(server: Odd, request: Request) -> None:
    server.carry_out(request)


def as_a_list(exchange: Exchange) -> None:
    """Carry a change out, and answer with a list of the item before it, as the vendor does."""
    request = exchange.request
    with exchange.server.lock:
        call = exchange.server.world.calls.get(int(request.path.split("/")[2]))
        before = [CALLS.wire(exchange.server.world, call)] if call is not None else []
    reply = exchange.honest()
    if reply.status == 200:
        reply.body = encoded({"calls": before, "last": 1, "offset": 0, "total": 1})
    exchange.send(reply)


def refusing(paths: frozenset[str]) -> Talk:
    """Refuse changes of these paths, and carry out the others."""

    def talk(exchange: Exchange) -> None:
        if exchange.request.path in paths:
            exchange.send(Reply(400, encoded({"error": "Wrong value"})))
        else:
            exchange.send(exchange.honest())

    return talk
