"""What it costs to follow: requests, delay, bytes and CPU, beside a screen that polls alone.

Fifty operators have fifty machines, and this one has few cores for them, the bridge, the database
and the collector. So most of the fifty are connections in one process that fetch each frame and do
not read it: that is what they cost the database. A few are followers in processes of their own, and
their delay is to the event loop, with the frame read. CPU is also that of a whole screen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from confmon.api.decoding.records import RecordDecoder
from confmon.clock import run_at_once
from confmon.models.live_records import Call, Meeting
from confmon.sharing.frames.packing import Decoder
from confmon.sharing.records import Scope
from confmon.sharing.tables.place import open_connection, place_of
from confmon.sharing.tables.preparation import prepare
from tests.benchmarks import programs
from tests.benchmarks.bridges import churning
from tests.benchmarks.keys import percentile
from tests.benchmarks.pseudo import ROOT, python
from tests.benchmarks.relay import Relay
from tests.benchmarks.report import Row, kb, ms, times
from tests.sharing.server import Server
from tests.stopwatch import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confmon.sharing.engine import Connection
    from tests.benchmarks.app_followers import Arrival

CALLS, MEETINGS, CHURN = 10_000, 400, 0.066
EVERY_S = 2.0
LISTENERS, FOLLOWERS = 45, 5
LEAST_MS, MOST_MS = 50, 250
"""So long may a change take from the commit to the followers: half of them, and 99 %."""
POLL_BYTES = 2000
TAKE_OVER_S = 10.0
_LOOK_S = 0.05
_COLLECT = "import sys; from confmon.cli import main; sys.exit(main())"
_FRAMES = (
    "SELECT kind, written, length(data) FROM live_frame"
    " WHERE written >= ? AND is_key = 0 ORDER BY seq"
)
_DATA = "SELECT written, meeting, is_key, data FROM live_frame WHERE kind = 'calls' ORDER BY seq"
_COLLECTORS = "SELECT COUNT(*) FROM member WHERE kind = 'collect' AND expires > now_ms()"


class Shared(NamedTuple):
    """A bridge behind a relay, and the tables that are shared."""

    url: str
    share: str
    relay: Relay
    connection: Connection


@contextmanager
def shared_bridge() -> Iterator[Shared]:
    """Serve a bridge and a database."""
    with ExitStack() as stack:
        bridge = stack.enter_context(churning(meetings=MEETINGS, calls=CALLS, churn=CHURN))
        parts = urlsplit(bridge.url)
        relay = stack.enter_context(closing(Relay(parts.port or 0)))
        url = f"http://127.0.0.1:{relay.port}{parts.path}"
        server = stack.enter_context(closing(Server()))
        share = server.url(server.new_database())
        connection = stack.enter_context(closing(open_connection(place_of(share, None))))
        prepare(connection, url)
        yield Shared(url, share, relay, connection)


@contextmanager
def collecting(shared: Shared) -> Iterator[subprocess.Popen[bytes]]:
    """Run `confmon collect` beside it."""
    argv = [sys.executable, "-c", _COLLECT, "collect", "--base-url", shared.url]
    argv += ["--login", "demo", "--share", shared.share, "--interval", str(EVERY_S)]
    environ = {**os.environ, "CONFMON_PASSWORD": "demo"}
    with subprocess.Popen(argv, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


class Followers:
    """Processes of followers, or of what only listens, and what came to them."""

    def __init__(
        self, share: str, processes: int, each: int, *, program: str = "app_followers"
    ) -> None:
        self.count = processes * each
        self.cpu_s = 0.0
        """Of all of them, when they were asked last."""
        self._processes = [
            subprocess.Popen(
                python(program, share, each),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(processes)
        ]

    def arrivals(self) -> list[Arrival]:
        """Return what came since the last time, each follower with a number of its own."""
        found: list[Arrival] = []
        self.cpu_s = 0.0
        for nth, process in enumerate(self._processes):
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            process.stdin.flush()
            cpu_s, some = json.loads(process.stdout.readline())
            self.cpu_s += cpu_s
            found += [(kind, at, 1000 * nth + one) for kind, at, one in some]
        return found

    def wait_for_all(self) -> None:
        """Wait until every one of them has had a read of everything."""
        seen: set[tuple[str, int]] = set()
        until = time.monotonic() + 4 * PATIENCE_S
        while len(seen) < 2 * self.count:
            time.sleep(_LOOK_S)
            seen |= {(kind, arrival) for kind, _, arrival in self.arrivals()}
            if time.monotonic() > until:
                raise TimeoutError(f"{len(seen)} of {2 * self.count} reads have come")

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.communicate()


def _wait_for_frame(connection: Connection, after_ms: float) -> float:
    """Return when (epoch seconds) the first frame after a moment was written."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        rows = connection.query(
            "SELECT min(written) FROM live_frame WHERE written > ?", [int(after_ms)]
        )
        if rows[0][0] is not None:
            return float(rows[0][0]) / 1000
        time.sleep(_LOOK_S)
    raise TimeoutError("nobody collects")


def _delays(arrivals: list[Arrival], frames: list[tuple[str, int, int]]) -> list[float]:
    """Return for each frame and follower how long after its commit the read came, in seconds."""
    came: dict[tuple[str, int], list[float]] = {}
    for kind, at, arrival in arrivals:
        came.setdefault((kind, arrival), []).append(at)
    delays = []
    for (kind, _), moments in came.items():
        for of_kind, written, _ in frames:
            # A moment of the database is cut to a millisecond.
            later = [at for at in moments if at >= written / 1000]
            if of_kind == kind and later:
                delays.append(min(later) - written / 1000)
    return delays


def _watch(relay: Relay, seconds: float) -> tuple[float, float]:
    """Return the replies and bytes a second that go through."""
    replies, size = relay.replies, relay.bytes
    time.sleep(seconds)
    return (relay.replies - replies) / seconds, (relay.bytes - size) / seconds


def _changed(connection: Connection, since_ms: float) -> float:
    """Return the share of calls that a read found changed, gone or new."""
    decoder = Decoder(RecordDecoder(Call).read, RecordDecoder(Meeting).read)
    before: set[Call] = set()
    shares: list[float] = []
    for written, meeting, is_key, data in connection.query(_DATA):
        found = run_at_once(
            decoder.decoding(Scope("calls", meeting), bool(is_key), bytes(data))
        ).records
        if meeting is None:
            records = set(found)
            ids = {one.id for one in records ^ before}
            if written >= since_ms:
                shares.append(len(ids) / len(records))
            before = records
    return median(shares)


def rows(*, quick: bool) -> list[Row]:
    """Measure one collector without and with followers, then a screen that follows."""
    watch_s, kills = (4 * EVERY_S, 1) if quick else (40 * EVERY_S, 3)
    many, few = (4, 1) if quick else (LISTENERS, FOLLOWERS)
    with shared_bridge() as shared:
        with ExitStack() as stack:
            stack.enter_context(collecting(shared))
            _wait_for_frame(shared.connection, 0)
            alone, alone_bytes = _watch(shared.relay, watch_s)
            listeners = Followers(shared.share, 1, many, program="app_listeners")
            stack.enter_context(closing(listeners))
            followers = stack.enter_context(closing(Followers(shared.share, few, 1)))
            wire = stack.enter_context(closing(Relay(urlsplit(shared.share).port or 0)))
            share = shared.share.replace(str(urlsplit(shared.share).port), str(wire.port))
            counted = stack.enter_context(closing(Followers(share, 1, 1)))
            for some in (followers, counted, listeners):
                some.wait_for_all()
            since_ms, wire_bytes = time.time() * 1000, wire.bytes
            listeners.arrivals()
            followers.arrivals()
            cpu_s = followers.cpu_s
            together, _ = _watch(shared.relay, watch_s)
            wire_bytes = wire.bytes - wire_bytes
            came, read = listeners.arrivals(), followers.arrivals()
            cpu_s = (followers.cpu_s - cpu_s) / followers.count
            frames = [
                (str(kind), int(written), int(size))
                for kind, written, size in shared.connection.query(_FRAMES, [int(since_ms)])
            ]
        polls = sum(kind == "calls" for kind, _, _ in frames)
        a_frame, a_poll = sum(size for _, _, size in frames) / polls, wire_bytes / polls
        fetched, delays = _delays(came, frames), _delays(read, frames)
        half, most = median(delays), percentile(delays, 99)
        found = [
            Row(
                f"requests to the bridge a second: one collector, {many + few} follow",
                f"{together:.2f}",
                f"nobody follows {alone:.2f}",
                f"{many + few} screens alone {(many + few) * alone:.0f}, by that",
                times(together / alone),
                "≤ 1.1× one screen",
                together <= 1.1 * alone,
            ),
            Row(
                f"commit to the bytes at {many} connections, 10,000 calls: p50, p99",
                f"{ms(median(fetched))}, {ms(percentile(fetched, 99))}",
            ),
            Row(
                f"commit to the event loop of {few} followers beside them, read: p50, p99",
                f"{ms(half)}, {ms(most)}",
                to_reach=f"≤ {LEAST_MS} ms, ≤ {MOST_MS} ms",
                met=half <= LEAST_MS / 1000 and most <= MOST_MS / 1000,
            ),
            Row(
                "a follower on the wire, a poll, "
                f"{_changed(shared.connection, since_ms):.1%} of calls changed: all there is",
                kb(a_poll),
                f"its frames {kb(a_frame)}",
                f"a screen alone {kb(alone_bytes * EVERY_S)}",
                f"1/{alone_bytes * EVERY_S / a_poll:,.0f}",
                f"≤ {kb(POLL_BYTES)}",
                a_poll <= POLL_BYTES,
            ),
        ]
        return [*found, *_take_over(shared, kills), *_cpu(shared, cpu_s / polls, quick=quick)]


def _wait_for_collectors(connection: Connection, count: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while connection.query(_COLLECTORS)[0][0] < count:
        time.sleep(_LOOK_S)
        if time.monotonic() > until:
            raise TimeoutError("another one does not come")


def _take_over(shared: Shared, kills: int) -> list[Row]:
    """Kill the collector while another one stands by."""
    took = []
    for _ in range(kills):
        with collecting(shared) as first:
            _wait_for_frame(shared.connection, time.time() * 1000)
            here = shared.connection.query(_COLLECTORS)[0][0]
            with collecting(shared):
                _wait_for_collectors(shared.connection, here + 1)
                time.sleep(EVERY_S)
                first.kill()
                first.wait()
                killed_s = time.time()
                took.append(_wait_for_frame(shared.connection, killed_s * 1000 + 1) - killed_s)
    return [
        Row(
            "collector killed to the first frame of another: median, most",
            f"{median(took):.1f} s, {max(took):.1f} s",
            to_reach=f"≤ {TAKE_OVER_S:.0f} s",
            met=max(took) <= TAKE_OVER_S,
        )
    ]


def _cpu(shared: Shared, follower_s: float, *, quick: bool) -> list[Row]:
    """Watch with two screens at once: one follows, one polls alone.

    `follower_s` is what a follower without a screen took a poll.
    """
    blocks, polls = (1, 2) if quick else (8, 3)
    cpu_s: dict[bool, list[float]] = {True: [], False: []}
    with ExitStack() as stack:
        stack.enter_context(collecting(shared))
        _wait_for_frame(shared.connection, time.time() * 1000)
        following = programs.confmon_at(shared.url, EVERY_S, "--share", shared.share)
        screens = {
            True: stack.enter_context(following),
            False: stack.enter_context(programs.confmon_at(shared.url, EVERY_S)),
        }
        for terminal in screens.values():
            terminal.order(scans=3)
        for block in range(blocks):
            for follows in (True, False) if block % 2 else (False, True):
                answer, _ = screens[follows].order(scans=polls)
                cpu_s[follows].append(float(answer["cpu_s"]) / polls)
    alone_s = median(cpu_s[False])
    ratio = median(ours / other for ours, other in zip(cpu_s[True], cpu_s[False], strict=True))
    return [
        Row(
            f"10,000 calls every 2 s: CPU a poll of {what}",
            ms(took_s),
            f"a screen alone {ms(alone_s)}",
            "",
            times(found),
            "≤ 0.5× a screen alone",
            found <= 0.5,
        )
        for what, took_s, found in (
            ("a follower without a screen", follower_s, follower_s / alone_s),
            ("a screen that follows", median(cpu_s[True]), ratio),
        )
    ]
