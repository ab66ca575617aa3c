"""A task that fails while nobody waits for it is found, but no other."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from confmon.tui.runner.tasks import Tasks


async def fail(text: str) -> None:
    raise LookupError(text)


async def wait_for(task: asyncio.Task[None]) -> None:
    with suppress(LookupError):
        await task


def errors_of(*, is_over: bool) -> list[str]:
    """Return what is found of a task that nobody waits for, and of some others."""

    async def run() -> list[str]:
        tasks = Tasks(asyncio.get_running_loop(), lambda: is_over)
        forgotten = asyncio.create_task(fail("forgotten"))
        awaited = asyncio.create_task(fail("awaited"))
        asked = asyncio.create_task(fail("asked"), name="asked")
        ended = asyncio.create_task(fail("awaited when it had ended"))
        cancelled = asyncio.create_task(asyncio.sleep(60))
        cancelled.cancel()
        await asyncio.wait([forgotten, awaited, asked, ended, cancelled])
        assert isinstance(asked.exception(), LookupError)
        assert await asyncio.gather(awaited, return_exceptions=True)
        await wait_for(asyncio.create_task(fail("awaited while it ran")))
        await asyncio.create_task(wait_for(ended))
        found = [str(error) for error in tasks.unseen_errors()]
        assert not tasks.unseen_errors()
        forgotten.exception()
        return found

    return asyncio.run(run())


def test_what_nobody_has_seen_is_found_once() -> None:
    assert errors_of(is_over=False) == ["forgotten"]


def test_what_fails_while_the_app_ends_is_no_news() -> None:
    assert errors_of(is_over=True) == []
