"""What a history has kept by the time that the screens of a test open."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from confmon.history.lock import WriterLock
from confmon.history.place import HistoryPlace
from tests.history.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.clock import HandClock
    from tests.screens.conftest import Staging
    from tests.screens.stage import Stage

BOARD, SALES = 309001, 309002
ANNA, BELA, CLEO, WIDE = "+493012345601", "+493012345602", "+493012345603", "+493012345604"
BEGAN_S = 360
"""So long before now the first read was."""


def board_and_sales(path: Path, clock: HandClock) -> Town:
    """Keep six minutes of two meetings; the newest read is of now.

    The board is live: Anna leads; Bela is muted for a minute, leaves, and is back 40 s later; for
    two minutes nobody is seen; then there is Cleo, who is held. Sales has ended.
    """
    began = int(clock.wall() * 1000) - BEGAN_S * 1000
    town = Town(path, began=began)
    board = town.meets(BOARD, "board", created=began)
    sales = town.meets(SALES, "sales", created=began)
    town.joins(board, ANNA, "Anna Berg", joined=began, role=1, mute_mode=0, hold_mode=0)
    dora = town.joins(sales, WIDE, "会議 部", role=1, mute_mode=0, hold_mode=0)
    town.read()
    bela = town.joins(board, BELA, "Bela Nagy", role=2, mute_mode=0, hold_mode=0)
    town.reads(10)
    town.changes(bela, mute_mode=2)
    town.reads(30)
    town.changes(bela, mute_mode=0)
    town.leaves(dora)
    town.reads(2)
    town.ends(sales)
    town.reads(5)
    town.leaves(bela)
    town.marks(board, "sound was bad")
    town.reads(20)
    town.joins(board, BELA, "Bela Nagy", role=2, mute_mode=0, hold_mode=0)
    town.reads(3)
    town.misses(120_000)
    cleo = town.joins(board, CLEO, None, role=3, mute_mode=2, hold_mode=0)
    town.reads(3)
    town.changes(cleo, hold_mode=1)
    town.acts("hold", board, cleo)
    town.reads(47)
    assert town.at == began + BEGAN_S * 1000
    return town


@asynccontextmanager
async def watching(staged: Staging, town: Town, **how: Any) -> AsyncIterator[Stage]:
    """The screens over what another confmon has kept, and goes on to keep."""
    lock = WriterLock(town.path)
    assert lock.take()
    place = HistoryPlace(path=town.path, endpoint="op at lab")
    async with staged(history=place, **how) as stage:
        yield stage
    lock.release()
