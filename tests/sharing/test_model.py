"""Several confmon share a database in which everything goes wrong: see `tests.sharing.model`."""

from __future__ import annotations

import pytest

from tests.sharing.model import play


@pytest.mark.parametrize("seed", range(14))
def test_whatever_goes_wrong_all_end_with_what_the_bridge_has(seed: int) -> None:
    play(seed)
