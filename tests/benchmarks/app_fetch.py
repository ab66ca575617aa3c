"""The floor of polling: the pages that confmon fetches, decoded, and nothing done with them.

    app_fetch.py URL SECONDS POLLS [--models]    with a BaseModel per item

For each line on stdin it polls that often, so many seconds apart, and prints its CPU seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import Any

import httpx
import pydantic
from pydantic_core import from_json

PAGE = 1000


class Item(pydantic.BaseModel):
    """A call as most clients would have it."""

    id: int
    meetingNumber: int | None = None  # noqa: N815
    accessCode: str | None = None  # noqa: N815
    addressFrom: str | None = None  # noqa: N815
    addressTo: str | None = None  # noqa: N815
    bridgeName: str | None = None  # noqa: N815
    callee: str | None = None
    caller: str | None = None
    codec: str | None = None
    connectionStatus: int | None = None  # noqa: N815
    created: int | None = None
    customName: str | None = None  # noqa: N815
    gainLevel: int | None = None  # noqa: N815
    holdMode: int | None = None  # noqa: N815
    joined: int | None = None
    muteMode: int | None = None  # noqa: N815
    nodeName: str | None = None  # noqa: N815
    operatorMode: int | None = None  # noqa: N815
    presenterMedia: int | None = None  # noqa: N815
    qaMode: int | None = None  # noqa: N815
    role: int | None = None
    state: int | None = None


async def pages(client: httpx.AsyncClient, plural: str, key: str, left_out: str) -> list[Any]:
    items: list[Any] = []
    last = 0
    while True:
        query = {"limit": str(PAGE), "order": key, "excludeFields": left_out}
        if items:
            query["filter"] = f"{key} gt {last}"
        reply = await client.get(plural, params=query)
        reply.raise_for_status()
        page = from_json(reply.content)
        found = page[plural] if plural in page else page["items"]
        items += found
        if len(found) < PAGE:
            return items
        last = found[-1][key]


async def main(given: argparse.Namespace) -> None:
    async with httpx.AsyncClient(
        base_url=given.url,
        auth=("demo", "demo"),
        headers={"Accept-Encoding": "identity"},
        trust_env=False,
        timeout=30,
    ) as client:
        while await asyncio.to_thread(sys.stdin.readline):
            before = time.process_time()
            for _ in range(given.polls):
                due = time.monotonic() + given.seconds
                await pages(client, "meetings", "meetingNumber", "duration,attributes")
                calls = await pages(client, "calls", "id", "duration")
                if given.models:
                    models = [Item.model_validate(item) for item in calls]
                    assert len(models) == len(calls)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            spent = time.process_time() - before
            sys.stdout.write(json.dumps({"cpu_s": spent}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("seconds", type=float)
    parser.add_argument("polls", type=int)
    parser.add_argument("--models", action="store_true")
    asyncio.run(main(parser.parse_args()))
