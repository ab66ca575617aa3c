"""Rows come, go, move and change hands at any instant: a key hits who it was pressed on."""

from __future__ import annotations

from random import Random

import pytest

from tests.order.schedule import Schedule, opened


@pytest.mark.parametrize("seed", range(5))
async def test_random_schedules_through_the_real_screen(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    async with opened(random) as (stage, server):
        schedule = Schedule(stage, server, random)
        for _ in range(5):
            await schedule.run(40)
