"""Rows come, go, move and change hands at any instant: a key hits who it was pressed on."""

from __future__ import annotations

from random import Random

import pytest

from tests.order.schedule import run_all


@pytest.mark.parametrize("seed", range(8))
async def test_random_schedules_through_the_real_screen(seed: int) -> None:
    await run_all(Random(seed))  # noqa: S311 - repeatable, not secret
