"""A road to the bridge that is good for a while and bad for a while, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from random import Random

    from tests.clock import HandClock


class Rough(httpx.AsyncBaseTransport):
    """Hands requests on, and lets them fail in the manner of the hour."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: HandClock, random: Random) -> None:
        self._inner = inner
        self._clock = self.clock = clock
        self._random = random
        self.good_s, self.bad_s = 240.0, 45.0
        """How long it is good and bad, on average."""
        self._until = clock.now() + self.bad_s
        self.manner = "good"
        self.healed = False
        self.requests = 0
        self.failed: dict[str, int] = {}

    def heal(self) -> None:
        """Let everything go right from now on."""
        self.healed, self.manner = True, "good"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        self._turn()
        manner = self.manner
        if manner == "mixed":
            manner = self._random.choice(("good", *MANNERS))
        if manner != "good":
            self.failed[manner] = self.failed.get(manner, 0) + 1
        answer: httpx.Response = await getattr(self, f"_{manner}")(request)
        return answer

    def _turn(self) -> None:
        if self.healed or self._clock.now() < self._until:
            return
        good = self.manner != "good"
        self.manner = "good" if good else self._random.choice((*MANNERS, "mixed"))
        spell_s = self.good_s if good else self.bad_s
        self._until = self._clock.now() + self._random.uniform(0.3, 1.7) * spell_s

    async def _good(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)

    async def _refused(self, _request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async def _cut(self, request: httpx.Request) -> httpx.Response:
        """The request is carried out, and its answer lost."""
        response = await self._good(request)
        await response.aread()
        raise httpx.ReadError("reset by peer")

    async def _silent(self, _request: httpx.Request) -> httpx.Response:
        await self._clock.sleep(9.5)
        raise httpx.ReadTimeout("nothing came")

    async def _slow(self, request: httpx.Request) -> httpx.Response:
        response = await self._good(request)
        await self._clock.sleep(self._random.uniform(0.5, 6.0))
        return response

    async def _storm(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(self._random.choice((500, 502, 503)), content=b'{"error": "storm"}')

    async def _throttled(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"Retry-After": str(self._random.randint(1, 20))})

    async def _garbage(self, request: httpx.Request) -> httpx.Response:
        response = await self._good(request)
        body = await response.aread()
        cut = body[: self._random.randrange(len(body) + 1)] if body else b"\x1b[2J"
        return httpx.Response(200, content=self._random.choice((cut, b"<html>", b"", b"[]")))

    async def aclose(self) -> None:
        await self._inner.aclose()


MANNERS = ("refused", "cut", "silent", "slow", "storm", "throttled", "garbage")
